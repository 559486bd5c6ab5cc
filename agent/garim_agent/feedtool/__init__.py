"""`garim-feed`: what administrators of lists do, one command a file."""
