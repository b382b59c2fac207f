"""Reports to render: one in each language, with every part that a report can have."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from virtual_lab.domain import (
    Bridge,
    Coverage,
    Disagreement,
    Dropped,
    Finding,
    Locator,
    Quote,
    Report,
    Round,
    Section,
    Sentence,
    Source,
    Specialist,
    SpecialistScore,
)

GUIDANCE = Source(
    id="guidance",
    title="Guidance on novel food applications",
    authors=("EFSA NDA Panel",),
    number="e8961",
    published="2024",
    url="https://doi.org/10.2903/j.efsa.2024.8961",
)
JUDGMENT = Source(
    id="judgment",
    title="시정명령취소청구",
    authors=("서울고등법원",),
    number="2018누68089",
    published="2019-04-05",
    language="ko",
    path="/library/2018누68089.md",
)
ALLERGEN_QUOTE = Quote(
    text="A sequence identity of 35 % over 80 amino acids is the cut-off.",
    source_id="guidance",
    passage_id="p1",
    start=0,
    end=62,
    locator=Locator(page=36, section="Allergenicity › Bioinformatics"),
)
DIGESTION_QUOTE = Quote(
    text="Protein digestibility studies should be performed.",
    source_id="guidance",
    passage_id="p2",
    start=0,
    end=50,
    locator=Locator(page=23, section="ADME"),
)
COURT_QUOTE = Quote(
    text="관련 규정을 엄격하게 해석·적용하여야 하고 지나치게 확장해석하여서는 안된다.",
    source_id="judgment",
    passage_id="p3",
    start=0,
    end=42,
    locator=Locator(section="판례내용 › 판단"),
)


@pytest.fixture
def english_report() -> Report:
    """A report of a model: statements in its own words, resting on quotes."""
    identity = Finding(
        id="f1",
        claim="Proteins that share 35 % over 80 amino acids with an allergen are followed up.",
        quotes=(ALLERGEN_QUOTE, DIGESTION_QUOTE),
    )
    digestion = Finding(id="f2", claim=DIGESTION_QUOTE.text, quotes=(DIGESTION_QUOTE,))
    court = Finding(id="f3", claim="Korean courts read the rules strictly.", quotes=(COURT_QUOTE,))
    scores = [
        SpecialistScore(
            specialist="s1",
            role="Allergenicity specialist",
            score=score,
            findings=score,
            improved="One more source.",
            remaining="In vitro tests.",
            needed="A second opinion.",
        )
        for score in (2, 4)
    ]
    return Report(
        title="How is the allergenicity of a new protein assessed?",
        topic="How do regulators assess the allergenicity of a new protein?",
        constraints="Guidance since 2020 only",
        language="en",
        mode="model",
        short_answer=("f1",),
        sections=(
            Section(title="Sequence comparison", findings=(identity, digestion)),
            Section(title="Case law", findings=(court,)),
            Section(title="Serum tests", note="No evidence for this section was found."),
        ),
        disagreements=(
            Disagreement(kind="numbers", about="sequence identity", finding_ids=("f1", "f2")),
        ),
        missing=("Nothing was found on serum screening.",),
        bridges=(Bridge(term="allergenicity", searched_as="알레르기 유발성"),),
        team=(
            Specialist(
                id="s1",
                role="Allergenicity specialist",
                focus="Sequence and digestion",
                why="It is the heart of the question.",
            ),
        ),
        rounds=tuple(Round(number=n, scores=(s,)) for n, s in enumerate(scores, 1)),
        stopped_because="the limit of rounds (2) was reached",
        references=(GUIDANCE, JUDGMENT),
        coverage=Coverage(
            statements_made=4,
            statements_verified=3,
            sources_used=2,
            sources_found=5,
            sources_failed=("Europe PMC",),
            dropped=(Dropped(claim="Every allergen is stable.", reason="no quote carries it"),),
        ),
        as_of="2026-11-24",
    )


@pytest.fixture
def written_report(english_report: Report) -> Report:
    """The English report in sentences of a model, with a translated quote."""
    sequence, *others = english_report.sections
    identity, digestion = sequence.findings
    translated = ALLERGEN_QUOTE.model_copy(update={"translation": "35 %가 기준이다."})
    identity = identity.model_copy(update={"quotes": (translated,)})
    written = Section(
        title=sequence.title,
        findings=(identity, digestion),
        sentences=(
            Sentence(text="Both identity and digestion count.", finding_ids=("f1", "f2")),
            Sentence(text="A third matters.", finding_ids=()),
        ),
    )
    abstract = Sentence(text="Identity over a threshold is followed up.", finding_ids=("f1",))
    return english_report.model_copy(
        update={"sections": (written, *others), "abstract": (abstract,)}
    )


@pytest.fixture
def korean_report() -> Report:
    """An extractive report: its statement is the quote."""
    court = Finding(id="f1", claim=COURT_QUOTE.text, quotes=(COURT_QUOTE,))
    return Report(
        title="식품위생법상 처분의 위법성은 어떻게 판단하는가?",
        topic="식품위생법상 처분의 위법성은 어떻게 판단하는가?",
        language="ko",
        mode="extractive",
        short_answer=("f1",),
        sections=(Section(title="엄격해석의 원칙", findings=(court,)),),
        team=(Specialist(id="s1", role="판례 담당", focus="판례"),),
        rounds=(
            Round(
                number=1,
                scores=(SpecialistScore(specialist="s1", role="판례 담당", score=3, findings=1),),
            ),
        ),
        stopped_because="1라운드에서 새로 찾은 것이 없습니다",
        references=(JUDGMENT,),
        coverage=Coverage(
            statements_made=1, statements_verified=1, sources_used=1, sources_found=1
        ),
        as_of="2026-11-24",
    )


@pytest.fixture
def hostile_report() -> Callable[[Report, Sequence[str]], Report]:
    """Makes a report out of another one, with ``strings`` wherever text of others goes."""

    def make(report: Report, strings: Sequence[str]) -> Report:
        sections = tuple(
            Section(title=string, note=string, findings=(_hostile_finding(f"h{index}", string),))
            for index, string in enumerate(strings)
        )
        return report.model_copy(
            update={
                "title": strings[-1],
                "constraints": strings[0],
                "short_answer": ("h0", "h1"),
                "sections": sections,
                "disagreements": (),
                "missing": tuple(strings[:50]),
                "references": (
                    GUIDANCE.model_copy(update={"title": strings[-2], "authors": (strings[-3],)}),
                    JUDGMENT.model_copy(update={"url": "javascript:alert(1)"}),
                ),
                "coverage": report.coverage.model_copy(
                    update={
                        "dropped": tuple(Dropped(claim=s, reason=s) for s in strings[:50]),
                        "sources_failed": tuple(strings[:50]),
                    }
                ),
            }
        )

    return make


def _hostile_finding(key: str, string: str) -> Finding:
    quote = ALLERGEN_QUOTE.model_copy(
        update={"text": string, "locator": Locator(page=1, section=string)}
    )
    return Finding(id=key, claim=string, quotes=(quote, DIGESTION_QUOTE))
