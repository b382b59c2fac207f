"""Fetching from the web: safe (public addresses only), polite, and cached by HTTP's own rules."""

from virtual_lab.sources.http.client import Fetcher, WebResponse
from virtual_lab.sources.http.ssrf import AddressRules
from virtual_lab.sources.http.throttle import RequestPolicy

__all__ = ["AddressRules", "Fetcher", "RequestPolicy", "WebResponse"]
