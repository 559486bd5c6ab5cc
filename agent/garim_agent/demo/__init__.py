"""The demonstration: a small site of made pictures, and what is seen of it through Garim."""
