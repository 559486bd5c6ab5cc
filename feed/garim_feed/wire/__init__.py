"""How a list looks when it travels: segments, catalogues, feed descriptions."""
