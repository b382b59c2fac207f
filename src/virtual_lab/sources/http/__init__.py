"""The HTTP client of sources: public addresses only, polite to hosts, cached by HTTP's rules."""

from virtual_lab.sources.http.client import Fetcher, WebResponse
from virtual_lab.sources.http.ssrf import AddressRules
from virtual_lab.sources.http.throttle import RequestPolicy

__all__ = ["AddressRules", "Fetcher", "RequestPolicy", "WebResponse"]
