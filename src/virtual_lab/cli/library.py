"""``virtual-lab library``: adds, lists, searches and removes documents of collections."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from virtual_lab.cli.ingest_progress import reader_of, shown_ingest
from virtual_lab.cli.screen import SOME_FAILED, progress, show_failures, stdout, summary

if TYPE_CHECKING:
    from virtual_lab.library.index import DocumentIndex
    from virtual_lab.settings import Settings
    from virtual_lab.sources.provider import SourceRecord

app = typer.Typer(no_args_is_help=True, help="Add, list, search and remove documents.")

Collection = Annotated[str | None, typer.Option(help="Name of the collection.")]


@contextmanager
def _index() -> Iterator[DocumentIndex]:
    from virtual_lab.bootstrap.library import open_index
    from virtual_lab.settings import load_settings

    index = open_index(load_settings())
    try:
        yield index
    finally:
        index.close()


@app.command()
def add(
    targets: Annotated[
        list[str],
        typer.Argument(help="Files, folders (recursively), URLs and DOIs.", metavar="PATH|URL|DOI"),
    ],
    collection: Collection = None,
) -> None:
    """Add files, folders, pages and papers; what has not changed since is not read again.

    What was read is kept at once: after an interruption, the same command goes on where it was.
    Where a model of embeddings is set, what was added gets its vectors, as by `library embed`.
    A DOI is looked up at the registries, and added in full text where that is open, else with
    its abstract. Exit status 3: some could not be added; a line for each says which and why.
    """
    from virtual_lab.errors import InvalidInputError
    from virtual_lab.settings import load_settings

    settings = load_settings()
    name = collection or settings.collection
    if not all(target.strip() for target in targets):
        raise InvalidInputError("form.empty_path")
    online = [target for target in targets if _is_online(target)]
    paths = [Path(target) for target in targets if target not in online]
    with _index() as index:
        complete = not paths or _add_files(index, paths, name, settings)
        if online:
            complete = _add_works(index, online, name, settings) and complete
        if settings.embeddings:
            complete = _embed_added(index, name, settings) and complete
    if not complete:
        raise typer.Exit(SOME_FAILED)


def _is_online(target: str) -> bool:
    """Whether a target is a URL or a DOI, and not the name of a file."""
    from virtual_lab.sources.identity import normal_doi

    if "://" in target:
        return True
    named = target.strip().lower().removeprefix("doi:").strip()
    return not Path(target).exists() and normal_doi(named) == named


def _add_files(
    index: DocumentIndex, paths: list[Path], collection: str, settings: Settings
) -> bool:
    """Add files and folders, and show the result; gives whether all could be read."""
    from virtual_lab.documents.registry import kinds
    from virtual_lab.library.ingest import add_paths

    with reader_of(settings) as reader, shown_ingest(reader) as shown:
        result = add_paths(index, paths, collection, reader, shown)
    show_failures(result)
    typer.echo(f"{collection}: {summary(result)}", err=True)
    if not result.files:
        typer.echo(f"No {kinds(last='or')} file found there.", err=True)
    return not result.failures


def _add_works(
    index: DocumentIndex, targets: list[str], collection: str, settings: Settings
) -> bool:
    """Add works by URL or DOI, and show the results; gives whether all could be added."""
    import asyncio

    from virtual_lab.errors import VirtualLabError

    complete = True
    with progress() as shown:
        for target in targets:
            shown.step(target)
            try:
                item = asyncio.run(_acquire(target, settings))
            except VirtualLabError as error:
                typer.echo(f"not added: {target}: {error}", err=True)
                complete = False
                continue
            index.add_source(item.source, item.text, item.passages, collection)
            typer.echo(f"{collection}: added {item.source.title} ({item.source.id})", err=True)
    return complete


async def _acquire(target: str, settings: Settings) -> SourceRecord:
    """A work with its text, if the source policy allows it.

    Raises:
        VirtualLabError: it cannot be fetched, has no open text, or is not allowed.
    """
    from virtual_lab.errors import InvalidInputError, NotFoundError
    from virtual_lab.sources.lookup import acquire
    from virtual_lab.sources.policy import Policy
    from virtual_lab.sources.registry import connect, open_provider_context

    policy = Policy.load(settings.source_policy)
    async with open_provider_context(settings) as context:
        connectors, _ = await connect(context, "all")
        item = await acquire(target, connectors, context.reader)
    if reason := policy.refuse(item.source):
        raise InvalidInputError.of(reason)
    if not item.passages:
        raise NotFoundError("fetch.no_open_text", title=item.source.title)
    return item._replace(source=item.source.model_copy(update={"tier": policy.tier(item.source)}))


def _embed_added(index: DocumentIndex, collection: str, settings: Settings) -> bool:
    """Embed the new passages of a collection; gives whether that worked."""
    from virtual_lab.cli.embedding_progress import embed_passages
    from virtual_lab.errors import ModelError

    try:
        embed_passages(index, collection, settings)
    except ModelError as error:
        typer.echo(f"no vectors: {error} `virtual-lab library embed` goes on there.", err=True)
        return False
    return True


@app.command()
def embed(
    collection: Annotated[
        str | None, typer.Argument(help="Name of the collection; the whole library without one.")
    ] = None,
    again: Annotated[
        bool, typer.Option("--again", help="Throw the vectors of this model away first.")
    ] = False,
) -> None:
    """Compute the vectors that passages lack, at the endpoint of VIRTUAL_LAB_EMBEDDINGS.

    Every batch is kept at once: after an interruption, the same command goes on where it was, and
    no text is sent twice. Vectors of documents that are gone are removed.
    """
    from virtual_lab.cli.embedding_progress import embed_passages
    from virtual_lab.errors import NotFoundError
    from virtual_lab.settings import load_settings

    with _index() as index:
        if collection is not None and collection not in index.collections():
            raise NotFoundError("library.no_collection", collection=collection)
        embed_passages(index, collection, load_settings(), again=again)


@app.command()
def watch(
    folder: Annotated[Path, typer.Argument(help="Folder to keep in step with.")],
    collection: Collection = None,
) -> None:
    """Keep a collection in step with a folder until Ctrl-C.

    New and changed files are read as soon as nothing writes to them any more; a file that is
    deleted leaves the collection. Where a model of embeddings is set, what is new gets its
    vectors, as by `library embed`.
    """
    from virtual_lab.library.watch import watch_folder
    from virtual_lab.settings import load_settings

    settings = load_settings()
    name = collection or settings.collection
    with _index() as index:

        def embed() -> None:
            if settings.embeddings:
                _embed_added(index, name, settings)

        _add_files(index, [folder], name, settings)
        embed()
        typer.echo(f"watching {folder}; Ctrl-C ends it", err=True)
        with reader_of(settings) as reader, suppress(KeyboardInterrupt):
            watch_folder(index, folder, name, reader, partial(typer.echo, err=True), embed)
    typer.echo("ended", err=True)


@app.command("list")
def list_(
    collection: Annotated[str | None, typer.Argument(help="Show its documents.")] = None,
) -> None:
    """List the collections, or the documents of one with what each gave: pages, passages, notes."""
    from rich.markup import escape
    from rich.table import Table

    from virtual_lab.errors import NotFoundError

    with _index() as index:
        head: tuple[str, ...]
        rows: list[tuple[str, ...]]
        if collection is None:
            rows = [(name, str(count)) for name, count in index.collections().items()]
            head = ("Collection", "Documents")
        else:
            sources = index.sources(collection)
            if not sources:
                raise NotFoundError("library.no_collection", collection=collection)
            counts = index.passage_counts(collection)
            rows = [
                (
                    source.id,
                    source.title,
                    source.language,
                    str(source.pages or ""),
                    str(counts.get(source.id, 0)),
                    "; ".join(source.warnings),
                )
                for source in sources
            ]
            head = ("Id", "Title", "Language", "Pages", "Passages", "Notes")
    if not rows:
        typer.echo("The library is empty; add documents with `virtual-lab library add PATH`.")
        return
    table = Table(*head, box=None, pad_edge=False)
    for row in rows:
        table.add_row(*map(escape, row))
    stdout().print(table)


@app.command()
def show(
    document: Annotated[str, typer.Argument(help="Its id (see `library list`), or its file name.")],
    page: Annotated[int | None, typer.Option(min=1, help="Show this page alone.")] = None,
) -> None:
    """Show what a document was read as: its passages, each after its page and headings."""
    from virtual_lab.cli.show_document import show_document

    with _index() as index:
        show_document(index, document, page)


@app.command()
def search(
    query: Annotated[str, typer.Argument(help="Words in Korean or English.")],
    collection: Annotated[list[str] | None, typer.Option(help="Where to look.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=100, help="How many passages.")] = 5,
) -> None:
    """Show the passages that match best, with their source and page.

    Without --collection what `research --docs` has read in passing is left out.
    """
    from rich.markup import escape

    from virtual_lab.bootstrap.retriever import open_retriever
    from virtual_lab.errors import NotFoundError
    from virtual_lab.library.ephemeral import lasting_collections
    from virtual_lab.settings import load_settings

    console = stdout()
    with _index() as index, ExitStack() as stack:
        known = index.collections()
        if missing := [name for name in collection or () if name not in known]:
            raise NotFoundError("library.no_collection", collection=", ".join(missing))
        searched = collection or lasting_collections(index)
        retriever = stack.enter_context(open_retriever(load_settings(), index, searched))
        hits = retriever.search([query], limit) if searched else []
        for hit in hits:
            passage = hit.passage
            source = index.source(passage.source_id)
            place = f", p. {passage.page}" if passage.page else ""
            console.print(f"[bold]{escape(source.title)}[/bold]{place}  [dim]{passage.id}[/dim]")
            for other in hit.also_in:
                console.print(f"[dim]also in {escape(index.source(other).title)}[/dim]")
            console.print(escape(passage.text) + "\n")
        if retriever.dense and retriever.dense.problem:
            typer.echo(f"Searched by words alone: {retriever.dense.problem}", err=True)
    if not hits:
        typer.echo("Nothing matches. `virtual-lab library list` shows what there is.", err=True)
        raise typer.Exit(1)


@app.command()
def remove(
    collection: Annotated[str, typer.Argument(help="Name of the collection.")],
    document: Annotated[
        str | None, typer.Argument(help="Id of one document; all of them where none is named.")
    ] = None,
) -> None:
    """Remove a collection, or one document of it. Your files stay where they are."""
    with _index() as index:
        if document:
            index.remove(document, collection)
            typer.echo(f"{collection}: {document} removed", err=True)
        else:
            count = index.remove_collection(collection)
            typer.echo(f"{collection}: documents removed: {count}", err=True)
