"""Replaced internals of mitmproxy, one file a patch, each behind a digest of what it replaces."""
