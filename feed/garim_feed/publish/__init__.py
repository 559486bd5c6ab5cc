"""The administrators' tools: the private store, the ceremony, signing, publishing."""
