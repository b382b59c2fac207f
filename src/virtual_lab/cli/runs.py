"""``virtual-lab runs``: the runs of the service, read from its database."""

from __future__ import annotations

import time
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from virtual_lab.cli.screen import ProgressLine, moment, print_json, print_table, stdout

if TYPE_CHECKING:
    from virtual_lab.store import Logged, Store, StoredRun

app = typer.Typer(
    no_args_is_help=True,
    help="List, show, watch, cancel, resume, prune runs. Needs the database only, not the service.",
)

_POLL_S = 0.3
_INTERRUPTED = 130

RunId = Annotated[str, typer.Argument(help="Id of the run.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


class StateChoice(StrEnum):
    """The states of a run."""

    PENDING = "pending"
    PROGRESS = "progress"
    SUCCESS = "success"
    FAILURE = "failure"
    CANCELLED = "cancelled"


@app.command("list")
def list_(
    status: Annotated[StateChoice | None, typer.Option(help="Only runs in this state.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many at the most.")] = 20,
    as_json: AsJson = False,
) -> None:
    """List runs, the newest first."""
    from virtual_lab.jobs.run_log import open_store
    from virtual_lab.settings import load_settings
    from virtual_lab.store import RunState

    with open_store(load_settings()) as store:
        page = store.runs.list(RunState(status) if status else None, limit=limit)
    if as_json:
        print_json([_record(run) for run in page.items])
        return
    if not page.items:
        typer.echo("There is no such run." if status else "There is no run yet.", err=True)
        return
    print_table(("Id", "Status", "Step", "Submitted", "Question"), map(_row, page.items))
    if page.next:
        typer.echo(f"There are more; --limit shows more than {limit}.", err=True)


@app.command()
def show(run_id: RunId, as_json: AsJson = False) -> None:
    """Show one run."""
    from virtual_lab.jobs.run_log import open_store
    from virtual_lab.settings import load_settings

    with open_store(load_settings()) as store:
        run = store.runs.get(run_id)
    if as_json:
        print_json(_record(run))
        return
    progress = run.progress
    lines = {
        "Id": run.id,
        "Question": run.question.topic,
        "Constraints": run.question.constraints,
        "Status": run.state.value + (" (cancel requested)" if run.cancel_requested else ""),
        "Step": f"{progress.current}/{progress.total}  {progress.status}",
        "Error": run.error.message if run.error else "",
        "Priority": run.priority.word,
        "Submitted": moment(run.created_at),
        "Starts": moment(run.due_at) if run.is_put_off else "",
        "Started": moment(run.started_at),
        "Ended": moment(run.finished_at),
        "Worker": run.owner or "",
        "Attempts": str(run.attempt),
    }
    for name, words in lines.items():
        if words:
            typer.echo(f"{name:<12}{words}")


@app.command()
def watch(
    run_id: Annotated[
        str | None, typer.Argument(help="Id of the run; the newest one where none is named.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print a line of JSON each.")] = False,
) -> None:
    """Show what happens in a run until it ends. Ctrl-C ends the watching, not the run.

    Exit status: 0 the run succeeded, 1 it failed or was cancelled.
    """
    from virtual_lab.jobs.run_log import open_store
    from virtual_lab.settings import load_settings
    from virtual_lab.store import RunState

    with open_store(load_settings()) as store:
        run_id = run_id or _newest(store)
        try:
            run = _follow(store, run_id, as_json)
        except KeyboardInterrupt:
            typer.echo(f"\nThe run goes on: virtual-lab runs watch {run_id}", err=True)
            raise typer.Exit(_INTERRUPTED) from None
    if run.state is not RunState.SUCCESS:
        words = run.error.message if run.error else run.progress.status
        typer.echo(f"{words} (virtual-lab runs resume {run.id} lets it go on)", err=True)
        raise typer.Exit(1)
    typer.echo(f"The report: virtual-lab report show {run.id}", err=True)


@app.command()
def cancel(run_id: RunId) -> None:
    """Cancel a run; its finished steps are kept, and it can be resumed."""
    from virtual_lab.jobs.run_log import open_store
    from virtual_lab.settings import load_settings

    with open_store(load_settings()) as store:
        run = store.runs.cancel(run_id)
    requested = "Its worker has been told to stop."
    typer.echo(requested if run.cancel_requested else "Cancelled.", err=True)


@app.command()
def resume(run_id: RunId) -> None:
    """Let a failed or cancelled run go on from its last finished step."""
    from virtual_lab.jobs.run_log import open_store
    from virtual_lab.settings import load_settings

    with open_store(load_settings()) as store:
        store.runs.resume(run_id)
    typer.echo("It goes on as soon as a worker is free (`virtual-lab up` runs one).", err=True)


@app.command()
def prune(
    dry_run: Annotated[bool, typer.Option(help="Only say what would go.")] = False,
    as_json: AsJson = False,
) -> None:
    """Delete what is kept no longer; the service does so every hour.

    The settings VIRTUAL_LAB_KEEP_... say how long things are kept. What a report needs stays as
    long as the report.
    """
    from virtual_lab.jobs.retention import prune
    from virtual_lab.jobs.run_log import open_store
    from virtual_lab.settings import load_settings

    settings = load_settings()
    with open_store(settings) as store:
        pruned = prune(store, settings, dry_run)._asdict()
    if as_json:
        print_json(pruned)
        return
    for name, count in pruned.items():
        typer.echo(f"{name:<12}{count:>9,}")
    typer.echo("Nothing was deleted (--dry-run)." if dry_run else "Deleted.", err=True)


def _newest(store: Store) -> str:
    from virtual_lab.errors import NotFoundError

    page = store.runs.list(limit=1)
    if not page.items:
        raise NotFoundError("run.none_yet")
    return page.items[0].id


def _follow(store: Store, run_id: str, as_json: bool) -> StoredRun:
    """Show the events of a run as they come; gives the ended run."""
    shown = ProgressLine(stdout(), quiet=as_json)
    seq = 0
    with shown.running():
        while True:
            # The run is read before its log: if it has ended, its last event is in the log.
            run = store.runs.get(run_id)
            logged = store.events.after(run_id, seq)
            for item in logged:
                seq = item.seq
                if as_json:
                    typer.echo(_event_line(item))
                shown.event(item.event)
            if logged:
                continue
            if run.state.is_final:
                return run
            time.sleep(_POLL_S)


def _event_line(logged: Logged) -> str:
    import json

    record = {"seq": logged.seq, "at": logged.at.isoformat(), **logged.event.model_dump()}
    return json.dumps(record, ensure_ascii=False)


def _row(run: StoredRun) -> tuple[str, ...]:
    step = f"{run.progress.current}/{run.progress.total}" if run.progress.total else ""
    return run.id, run.state.value, step, moment(run.created_at), run.question.topic


def _record(run: StoredRun) -> dict[str, Any]:
    """A run as JSON, with the field names of the API."""
    return {
        "task_id": run.id,
        "status": run.state.value,
        "query": run.question.topic,
        "session_id": run.session_id,
        "priority": run.priority.word,
        "start_at": run.due_at if run.is_put_off else None,
        "progress": run.progress._asdict(),
        "error": run.error.message if run.error else None,
        "attempt": run.attempt,
        "created_at": run.created_at,
        "started_at": run.started_at,
        "finished_at": run.finished_at,
    }
