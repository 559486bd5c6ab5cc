"""Look-up: memory-mapped indexes over lists, shared by all processes."""
