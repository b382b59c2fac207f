"""The progress of embedding: a bar on a terminal, and a line at the end."""

from __future__ import annotations

import time
from contextlib import ExitStack, closing, contextmanager
from typing import TYPE_CHECKING

import typer

from virtual_lab.cli.screen import passages, stderr

if TYPE_CHECKING:
    from collections.abc import Iterator

    from virtual_lab.library.embeddings.backfill import BackfillStep
    from virtual_lab.library.embeddings.store import VectorStore
    from virtual_lab.library.index import DocumentIndex
    from virtual_lab.settings import Settings

_POLL_S = 0.5


def embed_passages(
    index: DocumentIndex, collection: str | None, settings: Settings, *, again: bool = False
) -> None:
    """Compute the missing vectors of a collection, and show how many texts were sent.

    Ctrl-C ends the command with a line that says how many vectors are stored.

    Args:
        index: the library.
        collection: the name of the collection; None for all collections.
        settings: the settings of the model and its endpoint.
        again: delete the vectors of the model first.

    Raises:
        LibraryError: the index or the vectors cannot be read or written.
        ModelError, SettingError: the endpoint gives no vectors, or there is none.
    """
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    from virtual_lab.bootstrap.library import embedding_format_of, open_embedder, open_vectors
    from virtual_lab.library.embeddings.backfill import embed_missing, forget_gone
    from virtual_lab.library.embeddings.client import EmbeddingTimeouts

    timeouts = EmbeddingTimeouts(
        settings.call_attempts, settings.call_backoff_s, settings.call_total_s
    )
    sent = 0
    with ExitStack() as stack:
        embedder = stack.enter_context(closing(open_embedder(settings, timeouts)))
        store = stack.enter_context(closing(open_vectors(settings)))
        stack.enter_context(_turn(store))
        if again:
            store.forget_model(settings.embeddings)
        console = stderr()
        bar = None
        if console.is_terminal:
            columns = BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[sent]} passages")
            bar = stack.enter_context(Progress(*columns, console=console, transient=True))
            task = bar.add_task("", total=None, sent=0)

        def show(step: BackfillStep) -> None:
            nonlocal sent
            sent = step.sent
            if bar is not None:
                bar.update(task, total=step.total, completed=step.done, sent=step.sent)

        try:
            embed_missing(
                index,
                store,
                embedder,
                [source.id for source in index.sources(collection)],
                embedding_format_of(settings),
                on_progress=show,
            )
            forget_gone(index, store)
        except KeyboardInterrupt:
            typer.echo(f"stopped: {passages(sent)} embedded; the same command goes on", err=True)
            raise typer.Exit(130) from None
    typer.echo(f"{settings.embeddings}: {passages(sent)} embedded", err=True)


@contextmanager
def _turn(store: VectorStore) -> Iterator[None]:
    """Wait until no other process embeds the library."""
    is_shown = False
    while True:
        with store.turn() as mine:
            if mine:
                yield
                return
        if not is_shown:
            typer.echo("waiting: another process embeds the library right now", err=True)
            is_shown = True
        time.sleep(_POLL_S)
