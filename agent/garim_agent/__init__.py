"""The program around the shield: command line, host of the proxy, demonstration."""

__version__ = "0.1.0"
