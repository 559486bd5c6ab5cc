"""The mitmproxy adapter: the only room that imports mitmproxy."""
