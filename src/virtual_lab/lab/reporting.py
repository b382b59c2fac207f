"""The verified report, made from the state of a run and the draft of its text."""

from __future__ import annotations

from virtual_lab.domain import Coverage, Draft, Language, Mode, Report, Usage
from virtual_lab.lab.state import State, rejected
from virtual_lab.lab.verification import check_draft
from virtual_lab.messages import say
from virtual_lab.report.compose import compose_report
from virtual_lab.retrieval.retriever import Retriever


def verified_report(
    state: State,
    draft: Draft,
    retriever: Retriever,
    mode: Mode,
    *,
    usage: Usage | None = None,
    minutes: float | None = None,
    partial: bool = False,
) -> Report:
    """The report of a draft; statements that fail the checks are removed and counted.

    Args:
        state: the state of the run.
        draft: the draft to verify.
        retriever: gives the passages that the draft cites.
        mode: the mode of the analyst that wrote the findings.
        usage: the usage of models; None for a run without one.
        minutes: how long the run took.
        partial: whether the run was stopped before its end.
    """
    language = state["language"]
    disputed = [d for summary in state.get("summaries", [])[-1:] for d in summary.disagreements]
    draft = draft.model_copy(update={"disagreements": (*draft.disagreements, *disputed)})
    checked = check_draft(draft, mode, language, lambda key: retriever.passages([key])[0])
    dropped = (*rejected(state), *checked.dropped)
    used = {q.source_id for s in checked.draft.sections for f in s.findings for q in f.quotes}
    found = {source for a in state.get("analyses", []) for source in a.sources_found}
    coverage = Coverage(
        statements_made=checked.verified + len(dropped),
        statements_verified=checked.verified,
        sources_used=len(used),
        sources_found=max(state["sources_found"], len(found)),
        sources_failed=(*state.get("sources_failed", []), *_note_on_vectors(retriever, language)),
        dropped=dropped,
    )
    return compose_report(
        question=state["question"],
        language=language,
        mode=mode,
        plan=state["plan"],
        draft=checked.draft,
        coverage=coverage,
        analyses=state.get("analyses", []),
        critiques=state.get("critiques", []),
        stopped_because=state.get("stopped_because", ""),
        source_of=retriever.source,
        usage=usage,
        minutes=minutes,
        partial=partial,
    )


def _note_on_vectors(retriever: Retriever, language: Language) -> tuple[str, ...]:
    """A line that says that not all passages could be searched by vectors, where that is so."""
    dense = retriever.dense
    if dense is None:
        return ()
    if dense.problem:
        return (say("lab.by_words_alone", language, problem=dense.problem.text(language)),)
    reach = dense.coverage(retriever.collections)
    if reach.embedded >= reach.passages:
        return ()
    return (say("lab.few_vectors", language, **reach._asdict()),)
