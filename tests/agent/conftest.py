import warnings

with warnings.catch_warnings():
    # mitmproxy 12.2 uses old names of pyparsing while it is imported.
    warnings.simplefilter("ignore")
    import mitmproxy.addons  # noqa: F401
