"""The domain: the questions, the results of the agents, and the reports, as values.

Every value is frozen and can be converted to JSON and back without loss, because the same objects
are stored in checkpoints, the database and report files, and sent by the API.
"""

from virtual_lab.domain.admission import Admission
from virtual_lab.domain.event import Event, EventKind
from virtual_lab.domain.evidence import (
    SECTION_MARK,
    Finding,
    Locator,
    Passage,
    Quote,
    Source,
    SourceKind,
    SourceType,
    Tier,
)
from virtual_lab.domain.report import (
    Coverage,
    Draft,
    Report,
    Round,
    Section,
    Sentence,
    SpecialistScore,
)
from virtual_lab.domain.value import Language, Mode, Score, Value
from virtual_lab.domain.work import (
    DEFAULT_ROUNDS,
    MAX_ROUNDS,
    MAX_SPECIALISTS,
    MAX_TEAM_TRIALS,
    MAX_TOPIC_LENGTH,
    MIN_SPECIALISTS,
    Analysis,
    Bridge,
    Budget,
    Critique,
    Disagreement,
    Dropped,
    Plan,
    Proposal,
    Question,
    Specialist,
    Summary,
    Usage,
)

__all__ = [
    "DEFAULT_ROUNDS",
    "MAX_ROUNDS",
    "MAX_SPECIALISTS",
    "MAX_TEAM_TRIALS",
    "MAX_TOPIC_LENGTH",
    "MIN_SPECIALISTS",
    "SECTION_MARK",
    "Admission",
    "Analysis",
    "Bridge",
    "Budget",
    "Coverage",
    "Critique",
    "Disagreement",
    "Draft",
    "Dropped",
    "Event",
    "EventKind",
    "Finding",
    "Language",
    "Locator",
    "Mode",
    "Passage",
    "Plan",
    "Proposal",
    "Question",
    "Quote",
    "Report",
    "Round",
    "Score",
    "Section",
    "Sentence",
    "Source",
    "SourceKind",
    "SourceType",
    "Specialist",
    "SpecialistScore",
    "Summary",
    "Tier",
    "Usage",
    "Value",
]
