"""What synchronising costs, measured between real processes: ``enumerator bench sync``."""
