"""The work on a question: the team, and the results that its members hand to each other."""

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
from virtual_lab.domain.source_names import STORED, SourceNames
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
    """The most that a run may spend on models; None is no limit, or in a question the settings'.

    ``tokens`` counts prompts and answers together, ``cost`` is in US dollars. In a question, 0
    removes the limit of the settings.
    """

    tokens: Annotated[int, Field(ge=0)] | None = None
    cost: Annotated[float, Field(ge=0)] | None = None
    minutes: Annotated[float, Field(ge=0)] | None = None


class Usage(Value):
    """The calls of models and their tokens; ``cost`` is in US dollars, None without a price."""

    calls: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    cost: float | None = None

    @property
    def tokens(self) -> int:
        """Tokens of prompts and answers together."""
        return self.prompt_tokens + self.completion_tokens


class Question(Value):
    """The question of a user, with the options of the run. Every option has a default.

    ``model`` is the name of a model, "none" for a run without one, or "" for that of the settings.
    ``sources`` are the providers to search; without any, those of the settings. ``urls`` are pages
    to read as well. The other options restrict what is used of the sources found online: the dates
    ``since`` and ``until``, the ``source_languages``, and domains or beginnings of DOIs in
    ``allow_domains`` and ``deny_domains``. The source policy of the settings applies too.
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
        """Refuse other names beside "all" or "none"."""
        if len(sources) > 1 and {"all", "none"} & set(sources):
            raise ValueError('"all" and "none" stand alone')
        return sources

    @model_validator(mode="after")
    def _forwards(self) -> Self:
        if not is_window(self.since, self.until):
            raise ValueError(f"until ({self.until}) is before since ({self.since})")
        return self

    @classmethod
    def restore(cls, stored: str) -> Self:
        """A question from its stored JSON, which may name providers that are gone."""
        return cls.model_validate_json(stored, context=STORED)

    @property
    def admission(self) -> Admission:
        """The rules of this question for sources that are found online."""
        return Admission(
            since=self.since,
            until=self.until,
            languages=self.source_languages,
            allow=self.allow_domains,
            deny=self.deny_domains,
        )


class Specialist(Value):
    """A member of the team: its focus, its queries, and the ids of the passages to start from."""

    id: str
    role: str
    focus: str
    why: str = ""
    queries: tuple[str, ...] = ()
    scope: tuple[str, ...] = ()


class Bridge(Value):
    """A term of the question, and the term of the other language for which it was searched."""

    term: str
    searched_as: str


class Proposal(Value):
    """A kind of specialist, and how many of several independent proposals of a team name it."""

    role: str
    focus: str
    count: int
    trials: int


class Plan(Value):
    """The team that the principal investigator chooses, and why.

    ``proposals`` is the frequency table of the proposed specialists, if there were several trials.
    """

    specialists: tuple[Specialist, ...]
    why: str = ""
    bridges: tuple[Bridge, ...] = ()
    proposals: tuple[Proposal, ...] = ()


class Dropped(Value):
    """A statement that verification has removed, and why.

    ``reason`` is the English text that models get; ``why`` is the same as codes and arguments, for
    readers of both languages, and is empty in older reports.
    """

    claim: str
    reason: str
    why: tuple[Message, ...] = ()

    @classmethod
    def of(cls, claim: str, why: tuple[Message, ...]) -> Self:
        """The statement with its reasons."""
        return cls(claim=claim, reason=say_all(why), why=why)

    def reason_in(self, language: Language) -> str:
        """The reasons in a language; in English for older reports."""
        return say_all(self.why, language) or self.reason


class Analysis(Value):
    """The findings of one specialist in one round; ``rejected`` are those that failed checks."""

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
    """The critic's judgment of one specialist in one round.

    ``unsupported`` holds the ids of findings that their quotes do not support, as the critic says.
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
    """Two findings on the same subject with different numbers or opposite statements, or that the
    synthesis calls disputed; ``about`` is the subject."""

    kind: Literal["numbers", "negation", "disputed"]
    about: str
    finding_ids: tuple[str, str]


class Summary(Value):
    """What the team agrees on, disputes and leaves open at the end of a round."""

    round: int
    agreed: tuple[str, ...] = ()
    disputed: tuple[str, ...] = ()
    open: tuple[str, ...] = ()
    provisional: str = ""
    disagreements: tuple[Disagreement, ...] = ()
