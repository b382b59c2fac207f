"""The document index in a SQLite file of this machine."""
