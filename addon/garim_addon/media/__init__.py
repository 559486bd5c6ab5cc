"""Open: what a payload is, read from its bytes, and the samples it holds."""
