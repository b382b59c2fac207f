"""The identity of a work: by its DOI, else its title and year, else its address."""

from __future__ import annotations

import hashlib
import re
from urllib.parse import unquote

from virtual_lab.domain import Source
from virtual_lab.text.tokens import fold

_DOI = re.compile(r"10\.\d{4,9}/\S+")
_NOT_WORD = re.compile(r"[\W_]+")
_SCHEME = re.compile(r"https?://(?:www\.)?")
# A shorter title, without its spaces, is no name of one work: "Editorial".
_FEWEST_CHARACTERS_OF_TITLE = 12


def normal_doi(text: str | None) -> str | None:
    """The DOI in ``text`` in lower case; None where there is none.

    It may stand alone, in a link, or after "doi:".
    """
    match = _DOI.search(unquote(text or ""))
    return match[0].rstrip(".,;:)]}>\"'").lower() if match else None


def title_key(title: str) -> str:
    """A title without case, accents, spaces and punctuation; "" where it is too short."""
    key = _NOT_WORD.sub("", fold(title))
    return key if len(key) >= _FEWEST_CHARACTERS_OF_TITLE else ""


def url_key(url: str) -> str:
    """A URL without scheme, "www.", fragment and final slash, which do not change the page."""
    return _SCHEME.sub("", url.partition("#")[0]).rstrip("/")


def with_id(source: Source) -> Source:
    """The source with an id that is the same for records of one work from all providers."""
    if source.doi:
        identity = f"doi {source.doi}"
    elif key := title_key(source.title):
        identity = f"title {key} {source.year or url_key(source.url or '')}"
    else:
        identity = f"url {url_key(source.url or '')} {source.title}"
    digest = hashlib.sha256(identity.encode("utf-8", "surrogatepass")).hexdigest()
    return source.model_copy(update={"id": f"s{digest[:12]}"})
