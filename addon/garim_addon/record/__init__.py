"""Record: events, metrics and the reasons in words."""
