"""A deterministic simulation: real laptops' stores, the real client and server code, a seeded
schedule of faults on an in-memory wire. One seed is one history; the same seed is the same one."""
