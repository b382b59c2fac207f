"""Fetching from the web: safe (public addresses only), polite, and cached by HTTP's own rules."""

from virtual_lab.evidence.fetching.addresses import AddressRules
from virtual_lab.evidence.fetching.fetcher import Answer, Fetcher
from virtual_lab.evidence.fetching.pacing import Manners

__all__ = ["AddressRules", "Answer", "Fetcher", "Manners"]
