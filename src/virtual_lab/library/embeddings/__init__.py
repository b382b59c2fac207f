"""Embeddings: the vectors of passages, how they are computed, stored and kept up to date."""
