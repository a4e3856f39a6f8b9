"""The window: PySide6 widgets in plain Python."""
