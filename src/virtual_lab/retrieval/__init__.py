"""Retrieval: the search for the passages of the library that answer a question."""
