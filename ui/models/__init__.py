"""Table models: ids first, pages of rows as they come into sight."""
