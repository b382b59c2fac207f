"""How runs reach workers."""
