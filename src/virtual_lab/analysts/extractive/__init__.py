"""The extractive analyst: it works without a language model, by choosing sentences of sources."""

from virtual_lab.analysts.extractive.analyst import ExtractiveAnalyst

__all__ = ["ExtractiveAnalyst"]
