"""The dispatcher: what waits is published, what died is taken up again."""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Callable, Iterator, Sequence

import pytest
import sqlalchemy as sa

from tests.unit.jobs.conftest import QUESTION
from virtual_lab.errors import BrokerDownError
from virtual_lab.jobs.app import make_app
from virtual_lab.jobs.broker.broker import Broker
from virtual_lab.jobs.dispatch.dispatcher import Dispatcher
from virtual_lab.jobs.dispatch.publisher import RUN_IS_STORED_HEADER, Publisher
from virtual_lab.jobs.worker.process_identity import this_process
from virtual_lab.store import HeldRun, Priority, RunState, Store, Submission
from virtual_lab.store.outbox import LOST_S
from virtual_lab.store.tables import runs

pytestmark = pytest.mark.slow

BEGUN, NEW, BATCH = "celery", "celery\x06\x163", "celery\x06\x169"
"""Where the broker keeps the messages of interactive runs that were begun, of new ones, and of
new batch runs."""


@pytest.fixture
def dispatcher(store: Store, broker: Broker) -> Iterator[Dispatcher]:
    """A dispatcher that looks when the test says so."""
    with Publisher(make_app(broker.url), broker) as publisher:
        yield Dispatcher(store, broker, publisher)


@pytest.fixture
def queued(broker: Broker) -> Callable[[], list[str]]:
    """The runs whose messages are in the queue, the first one first."""

    def read() -> list[str]:
        with broker.client() as client:
            messages = client.lrange(NEW, 0, -1) + client.lrange(BEGUN, 0, -1)
        return [json.loads(message)["headers"]["id"] for message in reversed(messages)]

    return read


def test_runs_are_published_once_in_their_order(
    store: Store, dispatcher: Dispatcher, queued: Callable[[], list[str]]
) -> None:
    ids = [store.runs.submit(QUESTION).id for _ in range(3)]
    dispatcher.run_once()
    dispatcher.run_once()
    assert queued() == ids
    assert all(store.runs.get(run_id).published_at for run_id in ids)


def test_a_message_is_what_celery_would_have_sent(
    store: Store, dispatcher: Dispatcher, broker: Broker
) -> None:
    run = store.runs.submit(QUESTION)
    dispatcher.run_once()
    with broker.client() as client:
        ours = json.loads(client.rpop(NEW))
        app = make_app(broker.url)
        with app:
            app.send_task("tasks.run_research", [QUESTION.topic], task_id=run.id).forget()
        theirs = json.loads(client.rpop(NEW))
    assert ours["headers"]["task"] == theirs["headers"]["task"] == "tasks.run_research"
    assert ours["headers"]["id"] == theirs["headers"]["id"] == run.id
    assert ours["body"] == theirs["body"]
    assert ours["content-type"] == theirs["content-type"] == "application/json"
    assert set(ours["headers"]) - {RUN_IS_STORED_HEADER} == set(theirs["headers"])


def test_what_the_broker_has_lost_is_published_again(
    store: Store, dispatcher: Dispatcher, broker: Broker, queued: Callable[[], list[str]]
) -> None:
    run = store.runs.submit(QUESTION)
    dispatcher.run_once()
    with broker.client() as client:
        client.flushall()
    assert queued() == []
    dispatcher.run_once()
    assert queued() == [run.id]


@pytest.mark.parametrize("message", ["", "no JSON", "{}", "[]", '{"headers": {"id": 1}}'])
def test_what_else_lies_in_the_queue_keeps_no_run_from_being_published(
    message: str,
    store: Store,
    dispatcher: Dispatcher,
    broker: Broker,
    queued: Callable[[], list[str]],
) -> None:
    waiting = store.runs.submit(QUESTION)
    dispatcher.run_once()
    with store.database.writing() as connection:
        connection.execute(sa.update(runs).values(published_at=runs.c.published_at - LOST_S))
    with broker.client() as client:
        client.rpush(BATCH, message)
    new = store.runs.submit(QUESTION)
    dispatcher.run_once()
    assert queued() == [waiting.id, new.id]


def test_a_message_that_has_gone_is_published_again_soon(
    store: Store, dispatcher: Dispatcher, broker: Broker, queued: Callable[[], list[str]]
) -> None:
    lost, waiting = store.runs.submit(QUESTION), store.runs.submit(QUESTION)
    dispatcher.run_once()
    with broker.client() as client:
        assert json.loads(client.rpop(NEW))["headers"]["id"] == lost.id
    dispatcher.run_once()
    assert queued() == [waiting.id], "a worker may be about to begin it"
    with store.database.writing() as connection:
        connection.execute(sa.update(runs).values(published_at=runs.c.published_at - LOST_S))
    dispatcher.run_once()
    assert queued() == [waiting.id, lost.id]
    dispatcher.run_once()
    assert queued() == [waiting.id, lost.id]


def test_a_very_long_queue_is_not_searched(store: Store, dispatcher: Dispatcher) -> None:
    for _ in range(3):
        store.runs.submit(QUESTION)
    dispatcher.run_once()
    assert len(dispatcher._publisher.queued(3) or ()) == 3
    assert dispatcher._publisher.queued(2) is None


def test_a_run_that_was_begun_comes_before_new_ones(
    store: Store, dispatcher: Dispatcher, queued: Callable[[], list[str]]
) -> None:
    begun, new = store.runs.submit(QUESTION), store.runs.submit(QUESTION)
    lease = store.leases.claim(begun.id, "elsewhere/1/2/3")
    assert lease
    dispatcher.run_once()
    store.leases.give_back(lease)
    dispatcher.run_once()
    assert queued() == [begun.id, new.id]


class Everything:
    """Takes every lease for one that ran out."""

    def lapsed(self, held: Sequence[HeldRun]) -> Sequence[HeldRun]:
        return held


def test_a_run_whose_lease_ran_out_is_published_again(
    store: Store,
    dispatcher: Dispatcher,
    queued: Callable[[], list[str]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    run = store.runs.submit(QUESTION)
    assert store.leases.claim(run.id, "elsewhere/1/2/3")
    dispatcher.run_once()
    assert queued() == [], "its worker may be alive"
    monkeypatch.setattr(dispatcher, "_watch", Everything())
    dispatcher.run_once()
    assert queued() == [run.id]
    assert store.runs.get(run.id).crashes == 1


def test_a_run_of_a_dead_process_is_published_at_once(
    store: Store, dispatcher: Dispatcher, queued: Callable[[], list[str]]
) -> None:
    place, number, started = this_process().rsplit("/", 2)
    dead, alive = store.runs.submit(QUESTION), store.runs.submit(QUESTION)
    assert store.leases.claim(dead.id, f"{place}/{number}/{int(started) - 1}")
    assert store.leases.claim(alive.id, this_process())
    dispatcher.run_once()
    assert queued() == [dead.id]


@pytest.mark.parametrize("number", [signal.SIGSTOP, signal.SIGKILL])
def test_without_a_broker_runs_are_taken_up_and_wait(
    store: Store,
    dispatcher: Dispatcher,
    broker: Broker,
    queued: Callable[[], list[str]],
    number: int,
) -> None:
    dispatcher.run_once()
    assert broker.embedded
    pid = broker.embedded.pid
    assert pid
    os.kill(pid, number)
    waiting, lost = store.runs.submit(QUESTION), store.runs.submit(QUESTION)
    place, process, started = this_process().rsplit("/", 2)
    assert store.leases.claim(lost.id, f"{place}/{process}/{int(started) - 1}")
    with pytest.raises(BrokerDownError):
        dispatcher.run_once()
    assert store.runs.get(lost.id).state is RunState.PENDING
    if number == signal.SIGSTOP:
        os.kill(pid, signal.SIGCONT)
    else:
        broker.start()
    with store.database.writing() as connection:
        connection.execute(sa.update(runs).values(publish_at=0.0))
    dispatcher.run_once()
    assert set(queued()) == {waiting.id, lost.id}


def test_a_broker_that_is_full_refuses_and_the_run_waits(
    store: Store, dispatcher: Dispatcher, broker: Broker, queued: Callable[[], list[str]]
) -> None:
    dispatcher.run_once()
    with broker.client() as client:
        client.config_set("maxmemory", "1")
    run = store.runs.submit(QUESTION)
    with pytest.raises(BrokerDownError, match="memory"):
        dispatcher.run_once()
    assert store.runs.get(run.id).published_at is None
    with broker.client() as client:
        client.config_set("maxmemory", "0")
    with store.database.writing() as connection:
        connection.execute(sa.update(runs).values(publish_at=0.0))
    dispatcher.run_once()
    assert queued() == [run.id]


def test_a_dispatcher_that_is_woken_publishes_and_a_paused_one_waits(
    store: Store, broker: Broker, queued: Callable[[], list[str]]
) -> None:
    dispatcher = Dispatcher(store, broker, Publisher(make_app(broker.url), broker), keep=False)
    dispatcher.pause()
    dispatcher.start()
    run = store.runs.submit(QUESTION)
    dispatcher.wake()
    assert queued() == []
    dispatcher.go_on()
    while not queued():
        pass
    dispatcher.stop()
    assert queued() == [run.id]


def test_a_long_queue_is_published_in_parts_between_which_a_fork_and_urgent_runs_get_in(
    store: Store, broker: Broker, dispatcher: Dispatcher, queued: Callable[[], list[str]]
) -> None:
    batch = [Submission(QUESTION, priority=Priority.BATCH)] * 250
    store.runs.submit_all(batch)
    assert dispatcher.run_once()
    urgent = store.runs.submit(QUESTION).id
    assert dispatcher.run_once()
    assert queued() == [urgent]
    assert not dispatcher.run_once()
    with broker.client() as client:
        assert client.llen(BATCH) == 250


def test_a_dispatcher_that_was_started_publishes_a_long_queue_to_its_end(
    store: Store, broker: Broker, queued: Callable[[], list[str]]
) -> None:
    ids = [run.id for run in store.runs.submit_all([Submission(QUESTION)] * 250)]
    dispatcher = Dispatcher(store, broker, Publisher(make_app(broker.url), broker))
    dispatcher.start()
    until = time.monotonic() + 60
    while len(queued()) < 250:
        dispatcher.pause()
        dispatcher.go_on()
        assert time.monotonic() < until
    dispatcher.stop()
    assert sorted(queued()) == sorted(ids)
