"""Decide: verdict + who + where + when to an action."""
