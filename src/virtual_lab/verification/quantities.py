"""The quantities that a text states: "0.9 mg/kg", "90-day", "two weeks", "2만 원", "$1.5 million".

A quantity has its value as written and, where a known unit follows, a dimension and a value in the
base unit of that dimension, so that 500 mg equals 0.5 g.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Set
from typing import NamedTuple

# Each dimension has entries "factor to the base unit = names". Months are a dimension of their own,
# since they cannot be converted into days.
_UNIT_TABLE = {
    "%": "1 = % percent percentage pct 퍼센트 프로",
    "mass": "1e-9 = ng; 1e-6 = µg μg ug mcg microgram 마이크로그램; 1e-3 = mg milligram 밀리그램; "
    "1 = g gram 그램; 1e3 = kg kilogram 킬로그램; 1e6 = ton tonne 톤; 453.59237 = lb pound",
    "length": "1e-9 = nm; 1e-6 = µm μm micron; 1e-3 = mm 밀리미터; "
    "1e-2 = cm centimeter centimetre 센티미터; 1 = m meter metre 미터; "
    "1e3 = km kilometer kilometre 킬로미터; 0.3048 = ft foot feet 피트; "
    "0.0254 = inch inches 인치; 1609.344 = mile 마일",
    "volume": "1e-6 = µl μl µL μL; 1e-3 = ml mL milliliter millilitre 밀리리터; 0.1 = dl dL; "
    "1 = l L liter litre 리터",
    "time": "1 = sec second 초; 60 = min minute 분; 3600 = h hr hour 시간; 86400 = d day 일; "
    "604800 = wk week 주",
    "months": "1 = month 개월 달; 12 = year yr age aged 년 주년 세 살",
    "temperature": "1 = °C degC degree 도",
    "fahrenheit": "1 = °F degF",
    "substance": "1 = mol; 1e-3 = mmol mM; 1e-6 = µM μM; 1e-9 = nM",
    "energy": "1 = kcal; 1e-3 = cal; 0.239006 = kJ",
    "activity": "1 = IU",
    "sequence": "1 = bp; 1e3 = kb kbp; 1e6 = Mb Mbp",
    "fold": "1 = fold times 배",
    "mass/mass": "1e-6 = ppm; 1e-9 = ppb",
    "dollar": "1 = $ USD dollar 달러",
    "euro": "1 = € EUR euro 유로",
    "sterling": "1 = £ GBP",
    "won": "1 = ₩ KRW won 원",
    "yen": "1 = ¥ JPY yen 엔",
}
UNITS: dict[str, tuple[str, float]] = {
    name: (dimension, float(factor))
    for dimension, table in _UNIT_TABLE.items()
    for entry in table.split(";")
    if entry.strip()
    for factor, names in [entry.split("=")]
    for name in names.split()
}
_SCALES = {
    "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12,
    "십": 10.0, "백": 1e2, "천": 1e3, "만": 1e4, "억": 1e8, "조": 1e12,
}  # fmt: skip
_BELOW_TWENTY = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen"
).split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_NUMBER_WORDS = {word: float(i) for i, word in enumerate(_BELOW_TWENTY)}
_NUMBER_WORDS |= {word: 10.0 * i for i, word in enumerate(_TENS, 2)}
_SPELLED_NUMBER_WORDS = _NUMBER_WORDS.keys() | {
    "hundred",
    "thousand",
    *(f"{word}fold" for word in _NUMBER_WORDS),
}
_SPELLED_NUMBER_WORDS -= {"zero", "one"}  # "one" is rarely a number
_KOREAN_NUMBER_WORDS = {
    word: float(i) for i, word in enumerate("한 두 세 네 다섯 여섯 일곱 여덟 아홉 열".split(), 1)
}
# These words state a number in the evidence; in a claim they need no match.
_IMPLIED_NUMBERS = {
    "both": 2.0, "pair": 2.0, "couple": 2.0, "twice": 2.0, "double": 2.0, "doubled": 2.0,
    "triple": 3.0, "dozen": 12.0, "half": 50.0, "zero": 0.0, "one": 1.0, "once": 1.0,
    "first": 1.0, "second": 2.0, "third": 3.0, "fourth": 4.0, "fifth": 5.0,
    "둘": 2.0, "셋": 3.0, "첫": 1.0, "절반": 50.0,
}  # fmt: skip
_MONTH_NAMES = (
    "January February March April May June July August September October November December"
)
MONTHS = {name.lower(): i for i, name in enumerate(_MONTH_NAMES.split(), 1)}

_UNIT = "|".join(re.escape(name) for name in sorted(UNITS, key=len, reverse=True))
_UNIT_AFTER = (
    rf"(?:\s?-?\s?(?P<unit>{_UNIT})(?:es|s)?(?![A-Za-z])"
    rf"(?:\s?(?:/|per\s)\s?(?P<per>{_UNIT})(?![A-Za-z]))?)?"
)
_DIGITS = re.compile(
    # Begins with one digit, by which the regex engine finds its place quickly.
    r"(?P<digits>\d(?:\d{0,2}(?:,\d{3})+(?:\.\d+)?|\d{0,2}(?: \d{3})+(?![\d,.])|\d*(?:[.,]\d+)?))"
    r"(?P<scale>\s?(?:thousand|million|billion|trillion)\b|\s[십백천]?[만억조](?![가-힣])"
    r"|[십백천]?(?:[만억]|조(?![건사치직합항]))|[백천])?"
    r"(?P<more>(?:\s?\d[\d,]*\s?[십백천]?[만억])*(?:\s?\d+천)?)" + _UNIT_AFTER,
    re.IGNORECASE,
)
_SPELLED = re.compile(
    rf"\b(?P<words>(?:{'|'.join(_NUMBER_WORDS)})(?:(?:-|\s|\sand\s)(?:{'|'.join(_NUMBER_WORDS)}"
    r"|hundred|thousand|million|billion))*)(?=\b|fold)" + _UNIT_AFTER,
    re.IGNORECASE,
)
_SPELLED_KOREAN = re.compile(
    rf"(?<![가-힣\d])(?P<korean>{'|'.join(_KOREAN_NUMBER_WORDS)})"
    r"(?=\s?(?:가지|명|개|번|차례|배|사람|종|곳|건|마리|시간|달|해|주|살|나라|군데))" + _UNIT_AFTER
)
_KOREAN_PART = re.compile(r"(\d[\d,]*)\s?([십백천]?[만억]|천)")
_MINUS = re.compile(r"(?:(?:^|(?<!\d)\s|[(<>=≥≤~])-|\bminus\s|영하\s?)$")
_APPROXIMATELY = re.compile(
    r"(?:about|around|approximately|roughly|nearly|almost|[~≈약]|대략|거의)\s*[$€£₩¥]?$",
    re.IGNORECASE,
)
_NUMBER_LIST = re.compile(r"\d\d{0,14}(?:[, ]\d{1,15})+")  # Bounded, to stay linear.
_MONTH = "|".join(_MONTH_NAMES.split())
_DATE_MONTH = re.compile(rf"\b(?:{_MONTH})\b(?=,?\s\d)|(?<=\d\s)(?:{_MONTH})\b")


class Quantity(NamedTuple):
    """A number in a text.

    Attributes:
        text: the number with its unit, as written.
        value: the number in the unit as written.
        unit: the dimension, and the factor to its base unit; None without a known unit.
        tolerance: how far an approximate number ("about 90") may differ, in the unit as written.
        spelled: whether the number is written in words.
    """

    text: str
    value: float
    unit: tuple[str, float] | None = None
    tolerance: float = 0.0
    spelled: bool = False

    @property
    def base(self) -> float:
        """The value in the base unit of its dimension; as written without a unit."""
        return self.value * self.unit[1] if self.unit else self.value


def quantities(text: str, words: Set[str]) -> Iterator[Quantity]:
    """The quantities of a text.

    Args:
        text: as ``claim_text.normalise`` gives it.
        words: the words of the text in lower case.
    """
    text = text.replace("per cent", "percent")
    for match in _DIGITS.finditer(text):
        before = text[max(0, match.start() - 16) : match.start()]
        if not re.search(r"\d\.$", before):  # Not the 3 of the version 1.2.3.
            yield _quantity(match, before)
    if not words.isdisjoint(_SPELLED_NUMBER_WORDS):
        for match in _SPELLED.finditer(text):
            yield _quantity(match, "")
    if not words.isdisjoint(_KOREAN_NUMBER_WORDS):
        for match in _SPELLED_KOREAN.finditer(text):
            yield _quantity(match, "")


def _quantity(match: re.Match[str], before: str) -> Quantity:
    groups = match.groupdict()
    value = _value(groups, before)
    unit, per = _unit(groups["unit"]), _unit(groups["per"])
    if before[-1:] in "$€£₩¥" and before:
        unit, per = UNITS[before[-1]], None
    elif before.endswith("제") or (groups["unit"] == "일" and before.rstrip().endswith("월")):
        unit = None  # An article of a law; a day of a month, not a duration.
    elif groups["unit"] == "년" and value >= 1000:
        unit = None
    if unit and per:
        unit = (f"{unit[0]}/{per[0]}", unit[1] / per[1])
    digits = groups.get("digits")
    approximate = digits and _APPROXIMATELY.search(before)
    tolerance = _rounding_tolerance(digits, value) if digits and approximate else 0.0
    return Quantity(match[0].strip(), value, unit, tolerance, not digits)


class EvidenceQuantities:
    """The quantities of an evidence, for looking up those of its claims.

    Args:
        text: as ``claim_text.normalise`` gives it.
        words: the words of the text in lower case.
    """

    def __init__(self, text: str, words: Set[str]) -> None:
        self._values: set[float] = set()
        self._without_unit: set[float] = set()
        self._of_dimension: dict[str, set[float]] = defaultdict(set)
        self._units = {UNITS[word] for word in words & UNITS.keys()}
        self._units |= {UNITS[sign] for sign in "%$€£₩¥" if sign in text}
        for found in quantities(text, words):
            self._values.add(_key(found.value))
            if found.unit:
                self._of_dimension[found.unit[0]].add(_key(found.base))
                self._units.add(found.unit)
            else:
                self._without_unit.add(_key(found.value))
        # Numbers in other forms: the 5 of the list "1,5", both halves of "12 300", a day in May.
        others = [float(n) for group in _NUMBER_LIST.findall(text) for n in re.split("[, ]", group)]
        others += [_IMPLIED_NUMBERS[word] for word in words & _IMPLIED_NUMBERS.keys()]
        if not words.isdisjoint(MONTHS):
            others += [float(MONTHS[month.lower()]) for month in _DATE_MONTH.findall(text)]
        self._without_unit.update(map(_key, others))

    def states_number(self, wanted: Quantity) -> bool:
        """Whether the number is stated, with any unit or none."""
        number = _key(wanted.value)
        return number in self._values or number in self._without_unit or self._converted(wanted)

    def states_unit(self, wanted: Quantity) -> bool:
        """Whether a stated number has the wanted unit, or may have it."""
        if wanted.unit is None or self._converted(wanted):
            return True
        # "between 5 and 10 mg", or a table with the unit in its head: the unit stands elsewhere.
        return wanted.unit in self._units and _key(wanted.value) in self._without_unit

    def _converted(self, wanted: Quantity) -> bool:
        """Whether the quantity is stated, within its tolerance, in any unit of its dimension."""
        values = self._of_dimension.get(wanted.unit[0], set()) if wanted.unit else self._values
        if _key(wanted.base) in values:
            return True
        near = wanted.tolerance * (wanted.unit[1] if wanted.unit else 1.0)
        return bool(near) and any(abs(value - wanted.base) <= near for value in values)


def _value(groups: dict[str, str | None], before: str) -> float:
    if words := groups.get("words"):
        return _spelled(words)
    if korean := groups.get("korean"):
        return _KOREAN_NUMBER_WORDS[korean]
    digits = groups["digits"] or ""
    value = float(f".{digits}") if before.endswith(".") and digits.isdecimal() else _number(digits)
    if not before.endswith("제"):
        value *= _scale(groups["scale"])
        value += sum(_number(n) * _scale(s) for n, s in _KOREAN_PART.findall(groups["more"] or ""))
    return -value if _MINUS.search(before) else value


def _number(digits: str) -> float:
    digits = digits.replace(" ", "")
    if re.fullmatch(r"\d+,\d{1,2}|0,\d+", digits):  # A decimal comma.
        return float(digits.replace(",", "."))
    return float(digits.replace(",", ""))


def _scale(text: str | None) -> float:
    name = (text or "").strip().lower()
    if name in _SCALES or not name:
        return _SCALES.get(name, 1.0)
    return _SCALES[name[0]] * _SCALES[name[1]]


def _spelled(words: str) -> float:
    total = current = 0.0
    for word in re.split(r"[-\s]+", words.lower()):
        if word == "hundred":
            current = (current or 1.0) * 100
        elif word in _SCALES:
            total, current = total + (current or 1.0) * _SCALES[word], 0.0
        else:
            current += _NUMBER_WORDS.get(word, 0.0)
    return total + current


def _unit(name: str | None) -> tuple[str, float] | None:
    if not name or name in UNITS:
        return UNITS[name] if name else None
    return UNITS.get(name.lower()) if len(name) > 1 else None  # 5G and 3D are no units.


def _rounding_tolerance(digits: str, value: float) -> float:
    """Half a unit of the last significant digit: 5 for 90, 0.05 for 0.9."""
    if not value:
        return 0.0
    _, point, decimals = digits.partition(".")
    if point:
        return float(f"0.5e-{len(decimals)}")
    zeros = len(digits) - len(digits.rstrip("0"))
    scale = value / float(digits.replace(",", "").replace(" ", ""))
    return float(abs(0.5 * scale * 10**zeros))


def _key(value: float) -> float:
    return float(f"{value:.9g}")
