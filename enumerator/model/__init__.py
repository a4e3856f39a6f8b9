"""What the census speaks of: families, members, visits, interviews. Frozen, typed, no I/O."""
