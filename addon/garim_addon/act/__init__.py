"""Act: what is shown or answered instead."""
