"""Fetching from the web: safe (public addresses only), polite, and cached by HTTP's own rules."""

from virtual_lab.sources.http.client import Answer, Fetcher
from virtual_lab.sources.http.ssrf import AddressRules
from virtual_lab.sources.http.throttle import Manners

__all__ = ["AddressRules", "Answer", "Fetcher", "Manners"]
