"""The library: documents kept as passages that can be searched."""
