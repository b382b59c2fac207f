"""``virtual-lab research``: answers a question with a report, in this process."""

from __future__ import annotations

from contextlib import closing
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from virtual_lab.cli.screen import SOME_FAILED, ProgressLine, print_report, progress, show_failures
from virtual_lab.documents.registry import kinds
from virtual_lab.plugins import in_words
from virtual_lab.report.registry import endings

if TYPE_CHECKING:
    from virtual_lab.domain import Question, Report
    from virtual_lab.settings import Settings


class LanguageChoice(StrEnum):
    """Languages of a report."""

    AUTO = "auto"
    KO = "ko"
    EN = "en"


def research(
    topic: Annotated[str, typer.Argument(help="The question, in Korean or English.")],
    constraints: Annotated[
        str, typer.Option(help="What the answer must keep to, in your own words.")
    ] = "",
    docs: Annotated[
        list[Path] | None,
        typer.Option(help=f"A file or folder to search ({kinds()})."),
    ] = None,
    collection: Annotated[
        list[str] | None, typer.Option(help="A collection of the library to search.")
    ] = None,
    sources: Annotated[
        str | None,
        typer.Option(
            help="Providers of literature to search, with commas between, such as"
            " openalex,europepmc; all, or none to keep to the library.  [default: the setting's]"
        ),
    ] = None,
    url: Annotated[
        list[str] | None, typer.Option(help="A page or document of the web to read. Repeatable.")
    ] = None,
    since: Annotated[
        str | None,
        typer.Option(
            metavar="DATE",
            help="Of what is found online, use what was published in or after 2015, 2015-06 or"
            " 2015-06-30.",
        ),
    ] = None,
    until: Annotated[
        str | None, typer.Option(metavar="DATE", help="The same, published in or before.")
    ] = None,
    source_language: Annotated[
        list[str] | None,
        typer.Option(help="Use online sources in this language, such as en. Repeatable."),
    ] = None,
    allow_domain: Annotated[
        list[str] | None,
        typer.Option(
            help="Use nothing online but this domain, or DOIs that begin so (10.2903/). Repeatable."
        ),
    ] = None,
    deny_domain: Annotated[
        list[str] | None,
        typer.Option(help="Never use this domain, or DOIs that begin so. Repeatable."),
    ] = None,
    rounds: Annotated[
        int | None, typer.Option(min=1, max=5, help="Most rounds of critique.  [default: 3]")
    ] = None,
    specialists: Annotated[
        int | None, typer.Option(min=2, max=5, help="Size of the team.  [default: by theme]")
    ] = None,
    language: Annotated[LanguageChoice, typer.Option(help="Language of the report.")] = (
        LanguageChoice.AUTO
    ),
    model: Annotated[
        str | None,
        typer.Option(
            help="A model such as openai:gpt-5 or ollama:qwen3; none for a run without one."
            "  [default: the setting's]"
        ),
    ] = None,
    team_trials: Annotated[
        int, typer.Option(min=1, max=20, help="Team proposals that a model counts before it picks.")
    ] = 1,
    max_tokens: Annotated[
        int | None, typer.Option(min=0, help="Most tokens that the run may use; 0 for no limit.")
    ] = None,
    max_cost: Annotated[
        float | None,
        typer.Option(min=0.0, help="Most that the run may cost, in US dollars; 0 for no limit."),
    ] = None,
    max_minutes: Annotated[
        float | None,
        typer.Option(min=0.0, help="Longest time that the run may take; 0 for no limit."),
    ] = None,
    out: Annotated[
        list[Path] | None,
        typer.Option(help=f"Write the report to a file; {in_words(endings(), 'or')}. Repeatable."),
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Show no progress.")] = False,
) -> None:
    """Answer a question from documents; every statement is quoted word for word.

    Without --docs and --collection the whole library is searched; while that is empty, the
    starter library on foods from new genomic techniques. Without --out the report is printed as
    Markdown. Exit status: 0 done, 1 failed, 2 wrong use, 3 done but some documents were not read.
    """
    from virtual_lab.report.files import check_targets, write_report
    from virtual_lab.settings import load_settings

    targets = out or []
    check_targets(targets)
    settings = load_settings()
    question = _question(
        topic=topic,
        constraints=constraints,
        language=settings.language if language is LanguageChoice.AUTO else language.value,
        rounds=rounds or settings.rounds,
        specialists=specialists,
        sources=[name.strip().lower() for name in (sources or "").split(",") if name.strip()],
        urls=url or [],
        since=since,
        until=until,
        source_languages=source_language or [],
        allow_domains=allow_domain or [],
        deny_domains=deny_domain or [],
        model=model or "",
        team_trials=team_trials,
        budget={"tokens": max_tokens, "cost": max_cost, "minutes": max_minutes},
    )
    with progress(quiet) as shown:
        collections, failed = _collections(settings, docs or [], collection or [], shown)
        question = question.model_copy(update={"collections": collections})
        report = _run(settings, question, shown)
    if targets:
        for target in targets:
            write_report(report, settings.citations, target)
            typer.echo(f"written: {target}", err=True)
    else:
        print_report(report, settings.citations)
    if failed:
        raise typer.Exit(SOME_FAILED)


def _question(**options: object) -> Question:
    from pydantic import ValidationError

    from virtual_lab.domain import Question
    from virtual_lab.errors import InvalidInputError
    from virtual_lab.messages import fault

    if not str(options["topic"]).strip():
        raise InvalidInputError("form.empty_question")
    try:
        return Question.model_validate(options)
    except ValidationError as error:
        faults = tuple(fault(".".join(map(str, item["loc"][:1])), item) for item in error.errors())
        raise InvalidInputError("form.faults", faults=faults) from None


def _collections(
    settings: Settings, docs: list[Path], named: list[str], shown: ProgressLine
) -> tuple[tuple[str, ...], bool]:
    """The collections to search, and whether a document of --docs could not be read.

    Raises:
        InvalidInputError: a path of --docs gives nothing to search.
    """
    from virtual_lab.bootstrap.library import open_index
    from virtual_lab.documents.sandbox import DocumentReader
    from virtual_lab.errors import InvalidInputError
    from virtual_lab.library.ephemeral import docs_collection, forget_unused, note_use
    from virtual_lab.library.ingest import add_paths

    failed = False
    collections = list(named)
    reader = DocumentReader(settings.read_timeout_s, settings.max_document_mb << 20)
    with closing(open_index(settings)) as index, reader:
        for path in docs:
            collections.append(docs_collection(path, index.installation))
            note_use(settings.docs_use_path, collections[-1])
            result = add_paths(index, [path], collections[-1], reader, shown.file)
            show_failures(result)
            failed = failed or bool(result.failures)
            if collections[-1] not in index.collections():
                raise InvalidInputError("form.nothing_readable", path=path, kinds=kinds())
        forget_unused(index, settings.docs_use_path, settings.keep_docs_days)
    return tuple(collections), failed


def _run(settings: Settings, question: Question, shown: ProgressLine) -> Report:
    import asyncio

    from virtual_lab.bootstrap.lab import open_lab

    async def run() -> Report:
        async with open_lab(settings, question) as lab:
            return await lab.research(question, shown.event)

    return asyncio.run(run())
