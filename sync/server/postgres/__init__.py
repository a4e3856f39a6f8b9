"""Storage on PostgreSQL: one class for each protocol of ``sync.server.store``."""
