"""Addresses: one spelling for each, and the expressions by which lists name them.

Rules:
- `canonical` turns every spelling of a host or URL into one ASCII form; `expressions` says which
  hosts and path expressions a look-up tries, the most specific first, and how a tool lists a URL.
- The proxy asks for every request: pure functions, numpy-free, never raising, bounded work.
"""
