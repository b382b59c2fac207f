"""The library: the documents that are kept, cut into passages that can be searched."""
