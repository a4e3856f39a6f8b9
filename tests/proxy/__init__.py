"""A fault proxy between the real client and the real server: named recipes of bad links, seeded,
and afterwards a look at what both ends hold."""
