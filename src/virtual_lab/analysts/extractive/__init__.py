"""The analyst without a model: it chooses sentences, and never writes one of its own."""

from virtual_lab.analysts.extractive.analyst import ExtractiveAnalyst

__all__ = ["ExtractiveAnalyst"]
