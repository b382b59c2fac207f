"""What makes two records one work: its DOI, else its title and year, else its address."""

from __future__ import annotations

import hashlib
import re
from urllib.parse import unquote

from virtual_lab.domain import Source
from virtual_lab.text.tokens import fold

_DOI = re.compile(r"10\.\d{4,9}/\S+")
_NOT_WORD = re.compile(r"[\W_]+")
_SCHEME = re.compile(r"https?://(?:www\.)?")
_TELLING_TITLE = 12
"""Characters from which a title, without its spaces, may name a work; "Editorial" does not."""


def normal_doi(text: str | None) -> str | None:
    """The DOI in ``text`` (bare, as a link, or after "doi:") in lower case, if there is one."""
    match = _DOI.search(unquote(text or ""))
    return match[0].rstrip(".,;:)]}>\"'").lower() if match else None


def title_key(title: str) -> str:
    """A title without case, accents, spaces and punctuation; "" where it is too short to tell."""
    key = _NOT_WORD.sub("", fold(title))
    return key if len(key) >= _TELLING_TITLE else ""


def url_key(url: str) -> str:
    """A URL without what does not change the page: scheme, "www.", fragment, final slash."""
    return _SCHEME.sub("", url.partition("#")[0]).rstrip("/")


def identified(source: Source) -> Source:
    """The source with its id: the same for the same work, whichever provider it comes from."""
    if source.doi:
        identity = f"doi {source.doi}"
    elif key := title_key(source.title):
        identity = f"title {key} {source.year or url_key(source.url or '')}"
    else:
        identity = f"url {url_key(source.url or '')} {source.title}"
    digest = hashlib.sha256(identity.encode("utf-8", "surrogatepass")).hexdigest()
    return source.model_copy(update={"id": f"s{digest[:12]}"})
