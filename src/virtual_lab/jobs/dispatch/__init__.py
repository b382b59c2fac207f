"""Dispatch: how runs reach workers."""
