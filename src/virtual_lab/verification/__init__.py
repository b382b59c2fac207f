"""Verification: whether quotes stand in their sources and support the claims made from them."""
