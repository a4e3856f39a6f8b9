"""The rows of the embedded SQLite store, one module a group of ``sync.server.store``."""
