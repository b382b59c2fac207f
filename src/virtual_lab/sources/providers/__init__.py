"""The built-in providers, one in each file."""
