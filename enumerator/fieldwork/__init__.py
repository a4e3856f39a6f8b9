"""The use cases: what an officer or a supervisor does."""
