"""The embedded database: SQLite with one queue for all who write to it."""
