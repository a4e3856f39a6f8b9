"""How the engine stands against the peers' recorded cases: ``python -m tests.conformance``."""
