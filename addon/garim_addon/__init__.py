"""What happens to one exchange: open, judge, decide, act. Adapters at the edge, a pure core."""
