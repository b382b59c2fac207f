"""Verification: whether quotes stand, and carry what is claimed."""
