"""A lab of AI agents whose reports rest on verbatim quotes."""

__version__ = "0.1.0"
