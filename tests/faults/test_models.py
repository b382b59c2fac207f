"""The model endpoint's faults, through a real worker: success, or a failure that can be resumed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.faults.conftest import MakeInstallation, installation_on
from tests.faults.installation import KEY, Installation
from tests.faults.recording import Note
from virtual_lab.store import RunState
from virtual_lab.testing import RequestKind, Rule, ServerFault

PASSING = (
    ServerFault.RATE_LIMIT,
    ServerFault.SERVER_ERROR,
    ServerFault.OVERLOADED,
    ServerFault.SILENT,
    ServerFault.DRIP,
    ServerFault.ENDLESS,
    ServerFault.CUT_CONNECTION,
    ServerFault.NOT_JSON,
    ServerFault.BROKEN_JSON,
    ServerFault.TRUNCATED,
)


@pytest.fixture(scope="module")
def impatient(
    tmp_path_factory: pytest.TempPathFactory, store_kind: str, request: pytest.FixtureRequest
) -> Iterator[Installation]:
    """An installation that waits two seconds for a model at the longest."""
    data = tmp_path_factory.mktemp("impatient") / "data"
    with installation_on(request, store_kind, data, VIRTUAL_LAB_CALL_TOTAL_S="2") as made:
        made.start_worker()
        yield made


@pytest.mark.parametrize("fault", PASSING, ids=lambda fault: fault.name.lower())
def test_20_a_fault_that_passes(fault: ServerFault, impatient: Installation, note: Note) -> None:
    impatient.server.lay(Rule(fault, RequestKind.VERDICTS))
    run_id = impatient.ask()
    run = impatient.ended_once(run_id)
    paid = impatient.paid(run_id).total()
    note(run, paid)
    assert fault in impatient.server.struck
    assert (run.state, run.attempt) == (RunState.SUCCESS, 1)
    assert impatient.repaid(run_id) == []


def test_20_a_fault_that_stays_is_named_and_what_was_paid_is_kept(
    make: MakeInstallation, note: Note
) -> None:
    with make() as installation:
        installation.server.lay(Rule(ServerFault.UNAUTHORISED, RequestKind.VERDICTS))
        installation.start_worker()
        run_id = installation.ask()
        failed = installation.ended_once(run_id)
        assert failed.error
        assert failed.error.type == "ModelRefusedError"
        assert "critique" in failed.error.message
        assert KEY not in failed.error.message
        installation.queue.resume(run_id)
        run = installation.wait_for_state(run_id)
        paid = installation.paid(run_id).total()
        note(run, paid)
        assert run.state is RunState.SUCCESS
        assert paid == note.undisturbed
        log = installation.processes.log("worker").read_text("utf-8")
        assert run_id in log
        assert KEY not in log
