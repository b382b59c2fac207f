"""The work: a question, the team that is put on it, and what its members hand on."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, field_validator, model_validator

from virtual_lab.domain.admission import (
    MAX_PLACES,
    Admission,
    LanguageCode,
    PartialDate,
    Place,
    is_window,
)
from virtual_lab.domain.evidence import Finding
from virtual_lab.domain.source_names import KEPT, SourceNames
from virtual_lab.domain.value import Language, Score, Value
from virtual_lab.messages import Message, say_all

MAX_ROUNDS = 5
DEFAULT_ROUNDS = 3
MIN_SPECIALISTS = 2
MAX_SPECIALISTS = 5
MAX_TOPIC_LENGTH = 2000
MAX_TEAM_TRIALS = 20
MAX_URLS = 20
MAX_URL_LENGTH = 2000

PageAddress = Annotated[
    str,
    StringConstraints(strip_whitespace=True, pattern=r"^https?://\S+$", max_length=MAX_URL_LENGTH),
]


class Budget(Value):
    """The most that a run may spend on models; None where a setting or nothing limits it.

    ``tokens`` counts prompts and answers together, ``cost`` is in US dollars. In a question, 0
    takes the setting's limit away.
    """

    tokens: Annotated[int, Field(ge=0)] | None = None
    cost: Annotated[float, Field(ge=0)] | None = None
    minutes: Annotated[float, Field(ge=0)] | None = None


class Usage(Value):
    """What was spent on models; ``cost`` in US dollars is None where no price is known."""

    calls: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    cost: float | None = None

    @property
    def tokens(self) -> int:
        """Tokens of prompts and answers together."""
        return self.prompt_tokens + self.completion_tokens


class Question(Value):
    """What a person asks, with the options of the run. Every option has a default.

    ``model`` is a model string, "none" for a run without one, or "" for the setting's.
    ``sources`` are the providers that are searched, those of the settings where none is named;
    ``urls`` are pages that are read as well. Of what is found online, only what was published
    from ``since`` to ``until``, is in one of the ``source_languages``, and lies in
    ``allow_domains`` and not in ``deny_domains`` (domains or beginnings of DOIs) is used; the
    source policy of the settings counts as well.
    """

    topic: Annotated[
        str,
        StringConstraints(strip_whitespace=True, min_length=1, max_length=MAX_TOPIC_LENGTH),
    ]
    constraints: Annotated[str, StringConstraints(max_length=MAX_TOPIC_LENGTH)] = ""
    language: Literal["auto", "ko", "en"] = "auto"
    rounds: Annotated[int, Field(ge=1, le=MAX_ROUNDS)] = DEFAULT_ROUNDS
    specialists: Annotated[int, Field(ge=MIN_SPECIALISTS, le=MAX_SPECIALISTS)] | None = None
    collections: tuple[str, ...] = ()
    sources: SourceNames = ()
    urls: Annotated[tuple[PageAddress, ...], Field(max_length=MAX_URLS)] = ()
    since: PartialDate | None = None
    until: PartialDate | None = None
    source_languages: Annotated[tuple[LanguageCode, ...], Field(max_length=MAX_PLACES)] = ()
    allow_domains: Annotated[tuple[Place, ...], Field(max_length=MAX_PLACES)] = ()
    deny_domains: Annotated[tuple[Place, ...], Field(max_length=MAX_PLACES)] = ()
    model: Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)] = ""
    team_trials: Annotated[int, Field(ge=1, le=MAX_TEAM_TRIALS)] = 1
    budget: Budget = Budget()

    @field_validator("sources")
    @classmethod
    def _alone(cls, sources: SourceNames) -> SourceNames:
        """ "all" and "none" say everything."""
        if len(sources) > 1 and {"all", "none"} & set(sources):
            raise ValueError('"all" and "none" stand alone')
        return sources

    @model_validator(mode="after")
    def _forwards(self) -> Self:
        if not is_window(self.since, self.until):
            raise ValueError(f"until ({self.until}) is before since ({self.since})")
        return self

    @classmethod
    def restore(cls, kept: str) -> Self:
        """A question that was kept as JSON; it may name providers that are no longer installed."""
        return cls.model_validate_json(kept, context=KEPT)

    @property
    def admission(self) -> Admission:
        """What this question lets in of what is found online."""
        return Admission(
            since=self.since,
            until=self.until,
            languages=self.source_languages,
            allow=self.allow_domains,
            deny=self.deny_domains,
        )


class Specialist(Value):
    """A member of the team: what it looks into, what it searches for, and the ids of the
    passages that it starts from."""

    id: str
    role: str
    focus: str
    why: str = ""
    queries: tuple[str, ...] = ()
    scope: tuple[str, ...] = ()


class Bridge(Value):
    """A term of the question and the term of the other language that it was searched as."""

    term: str
    searched_as: str


class Proposal(Value):
    """A kind of specialist that independent proposals of a team named, and how many of them."""

    role: str
    focus: str
    count: int
    trials: int


class Plan(Value):
    """The team that the principal investigator puts together, and why.

    ``proposals`` is the frequency table that it chose from, where there were several trials.
    """

    specialists: tuple[Specialist, ...]
    why: str = ""
    bridges: tuple[Bridge, ...] = ()
    proposals: tuple[Proposal, ...] = ()


class Dropped(Value):
    """A statement that verification took out, and why.

    ``reason`` is what models are told; ``why`` is the same by code, for readers in either language,
    and empty in reports that are older than it.
    """

    claim: str
    reason: str
    why: tuple[Message, ...] = ()

    @classmethod
    def of(cls, claim: str, why: tuple[Message, ...]) -> Self:
        """The statement with its reasons."""
        return cls(claim=claim, reason=say_all(why), why=why)

    def reason_in(self, language: Language) -> str:
        """Why, in a language; as it was written down where that is all there is."""
        return say_all(self.why, language) or self.reason


class Analysis(Value):
    """What one specialist found in one round; ``rejected`` is what did not stand."""

    specialist: str
    round: int
    findings: tuple[Finding, ...] = ()
    queries: tuple[str, ...] = ()
    passages_read: int = 0
    sources_found: tuple[str, ...] = ()
    new_findings: int = 0
    open_questions: tuple[str, ...] = ()
    rejected: tuple[Dropped, ...] = ()


class Critique(Value):
    """The critic's word on one specialist in one round.

    ``unsupported`` holds the ids of findings that their quotes do not carry, in its judgment.
    """

    specialist: str
    round: int
    score: Score
    improved: str = ""
    remaining: str = ""
    needed: str = ""
    search_for: tuple[str, ...] = ()
    unsupported: tuple[str, ...] = ()


class Disagreement(Value):
    """Two findings that speak of the same thing with different numbers or in opposite senses,
    or that ``about`` says to be in dispute."""

    kind: Literal["numbers", "negation", "disputed"]
    about: str
    finding_ids: tuple[str, str]


class Summary(Value):
    """Where the team stands at the end of a round."""

    round: int
    agreed: tuple[str, ...] = ()
    disputed: tuple[str, ...] = ()
    open: tuple[str, ...] = ()
    provisional: str = ""
    disagreements: tuple[Disagreement, ...] = ()
