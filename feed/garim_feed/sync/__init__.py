"""The client of feeds: fetch, verify, build beside, swap."""
