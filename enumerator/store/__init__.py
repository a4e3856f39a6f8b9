"""The local database: SQLCipher through sqlite-utils, one per officer."""
