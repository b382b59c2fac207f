"""Quotable texts: the parts of a passage that can stand in a report by themselves, word for word.

A quotable text, or statement, is a whole sentence. One that refers to the sentence before it
("This study ...", "이는 ...") is quoted together with it, and an item of a list together with
the line that introduces the list.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from virtual_lab.documents.readers.headings import ITEM_MARK, NUMBERED_ITEM
from virtual_lab.domain import Passage
from virtual_lab.text.sentences import sentence_spans

ELLIPSIS = " … "
MAX_LENGTH = 700
_MIN_WORDS = 6
_MIN_HANGUL = 15

_MARKER = re.compile(
    r"^\s*(?:\[\d{1,2}\]|\(?\d{1,2}[.)](?!\d)|[가-하][.)]|\(?[가-하]\)|\(?[ivx]{1,4}\)|\(?[a-z]\)"
    r"|[a-z]\.(?=\s+[A-Z])|[①-⑳㉠-㉻]"
    r"|[•●▪‣◦·∙■□*]|[–—-](?!\d)|【[^】]{1,12}】)\s*"
)
_LEADS_IN = re.compile(
    r"[:：]\s*$|\b(?:as follows|the following)\.?\s*$|다음과 같다\.?\s*$|각 호.{0,12}같다\.?\s*$",
    re.IGNORECASE,
)
_ENDS = re.compile(r"[.!?。][\"'”’」』)\]⁰¹²³⁴-⁹]*$")
_ITEM_ENDS = re.compile(r"[.;,。][\"'”’)\]⁰¹²³⁴-⁹]*(?:\s*(?:and|or))?$")
# The end of an item of a list that is not its last one.
_MORE_ITEMS_FOLLOW = re.compile(r"\s*[;,](?:\s*(?:and|or))?$")
_HANGUL = re.compile(r"[가-힣]")
_KOREAN_END = re.compile(r"[다요음함임됨까]\W*(?:\([^()]*\)\W*)?$")
_BEGINS = re.compile(r"^[\"'“‘「『(]?[A-Z0-9가-힣]")
_VERB = re.compile(
    r"\b(?:is|are|was|were|be|been|has|have|had|do|does|did|can|could|may|might|must|shall|should"
    r"|will|would|means?|[a-z]{3,}(?:ed|es|s))\b"
)
_SUBORDINATE = re.compile(r"\b(?:that|which|who|whose|where|when|if)\b[^,;.]*")
_DANGLING = re.compile(
    r"""^(?:
      (?:this|these|those|it|its|they|their|he|she|his|her|such|both|the\ (?:latter|former|same))\b
    | (?:in|for|under|by|from|to|at|on|within|with|as|following|based\ on)\ (?:this|these|those
        |such|that|it|them)\b
    | (?:however|therefore|thus|hence|consequently|accordingly|otherwise|nevertheless|instead
        |conversely|then|similarly|likewise|here|there(?:by|in|after))\b
    | (?:if|when|where|since|as|because|although)\ (?:so|not|this|these|those|they|it|such)\b
    | (?:for\ (?:example|instance)|in\ other\ words|in\ contrast|as\ such|that\ is)\b
    | (?:some|most|all|many|each|one|none|either|neither|several)\ of\ (?:them|these|those|which)\b
    | (?:이는|이를|이에|이와|이로|이러한|이런|이처럼|이때|이\ 때|이\ 경우|이상과|위와\ 같
        |위\ 각|그러나|그런데|그러므로|그러한|그런|그렇|그리고|그\ |그에|그와|그것|그\ 밖
        |따라서|또한|또는|나아가|더구나|더욱이|한편|다만|즉|결국|반면|오히려|같은\ 취지
        |마찬가지|여기서|여기에|이어서|전자|후자|동인은|동\ |위\ )
    )""",
    re.IGNORECASE | re.VERBOSE,
)
_FRAGMENT = re.compile(r"^(?:[은는을를의에로와과]|라[는고])\s")
_CITATION_ONLY = re.compile(r"^(?:\(|\[|https?:|doi:|see |cf\.? )", re.IGNORECASE)
_POINTS_AWAY = re.compile(
    r"\b(?:(?:as )?(?:described|illustrated|shown|listed|outlined|indicated|mentioned) (?:below"
    r"|above|in (?:figure|table|section|appendix|points?))|following (?:section|table|figure)s?)\b"
    r"|별지|아래와 같|앞에서 본|위에서 본|앞서 본",
    re.IGNORECASE,
)


class QuotableText(NamedTuple):
    """Spans of a passage's text (offsets within the passage) that are quoted together.

    ``points_away`` says that the text only refers to another place, such as a table below.
    """

    text: str
    spans: tuple[tuple[int, int], ...]
    points_away: bool = False


class _Part(NamedTuple):
    start: int
    end: int
    is_item: bool


def statements(passage: Passage) -> list[QuotableText]:
    """The statements of a passage, in reading order."""
    text = passage.text
    found: list[QuotableText] = []
    lead: tuple[int, int] | None = None
    for part in _parts(text):
        spans = [
            (part.start + start, part.start + end)
            for start, end in sentence_spans(text[part.start : part.end])
        ]
        if part.is_item and lead:
            found.extend(_item(text, part, lead))
        else:
            found.extend(_sentences(text, spans))
        if spans and _LEADS_IN.search(text[spans[-1][0] : spans[-1][1]]):
            lead = without_marker(text, spans[-1])
        elif not part.is_item:
            lead = None
    return found


def _parts(text: str) -> Iterator[_Part]:
    """The paragraphs and items that a passage was joined from."""
    start = 0
    for piece in text.split("\n\n"):
        listed = ITEM_MARK.match(piece) or NUMBERED_ITEM.match(piece)
        yield _Part(start, start + len(piece), bool(listed))
        start += len(piece) + 2


def _sentences(text: str, spans: Sequence[tuple[int, int]]) -> Iterator[QuotableText]:
    previous: tuple[int, int] | None = None
    for span in spans:
        start, end = without_marker(text, span)
        sentence = text[start:end]
        if not _complete(sentence):
            previous = None
            continue
        if not _DANGLING.match(sentence):
            yield _statement(text, ((start, end),))
            previous = (start, end)
        elif previous and end - previous[0] <= MAX_LENGTH:
            yield _statement(text, ((previous[0], end),))
            previous = (previous[0], end)
        else:
            previous = None


def _item(text: str, part: _Part, lead: tuple[int, int]) -> Iterator[QuotableText]:
    start, end = without_marker(text, (part.start, part.end))
    item = text[start:end]
    if end - start + lead[1] - lead[0] > MAX_LENGTH or len(item) < 4:
        return
    main_clause = _SUBORDINATE.sub("", item)
    if _complete(item) and _complete(main_clause) and not _DANGLING.match(item):
        yield _statement(text, ((start, end),))
    elif _ITEM_ENDS.search(item) or len(item.split()) > 2:
        if goes_on := _MORE_ITEMS_FOLLOW.search(item):
            end = start + goes_on.start()
        yield _statement(text, (lead, (start, end)))


def _statement(text: str, spans: tuple[tuple[int, int], ...]) -> QuotableText:
    joined = ELLIPSIS.join(text[start:end] for start, end in spans)
    return QuotableText(joined, spans, bool(_POINTS_AWAY.search(joined)))


def without_marker(text: str, span: tuple[int, int]) -> tuple[int, int]:
    """The span of a text without the list markers that it begins with."""
    start, end = span
    while (match := _MARKER.match(text[start:end])) and match.end() < end - start:
        start += match.end()
    return start, end


def _complete(sentence: str) -> bool:
    """Whether a sentence is whole and says something."""
    if len(sentence) > MAX_LENGTH or not _BEGINS.match(sentence):
        return False
    if _CITATION_ONLY.match(sentence) or _FRAGMENT.match(sentence) or not _ENDS.search(sentence):
        return False
    if _LEADS_IN.search(sentence):
        return False
    if sentence.count("(") != sentence.count(")") or sentence.count("“") != sentence.count("”"):
        return False
    hangul = len(_HANGUL.findall(sentence))
    if hangul * 2 > len(sentence.replace(" ", "")) * 0.6:
        return hangul >= _MIN_HANGUL and bool(_KOREAN_END.search(sentence))
    return len(sentence.split()) >= _MIN_WORDS and bool(_VERB.search(sentence))
