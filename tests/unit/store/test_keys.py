"""API keys in the store."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from tests.unit.store.conftest import QUESTION
from virtual_lab.errors import ConflictError, InvalidInputError, NotFoundError, QueueFullError
from virtual_lab.store import Store, Submission
from virtual_lab.store.tables import api_keys


def test_a_key_is_shown_once_and_kept_as_a_hash(store: Store) -> None:
    key = store.keys.add("ann")
    assert key.startswith("vlab_")
    assert len(key) > 40
    with store.database.reading() as connection:
        kept = " ".join(str(value) for value in connection.execute(sa.select(api_keys)).one())
    assert key not in kept
    assert key.removeprefix("vlab_")[4:] not in kept
    (listed,) = store.keys.list()
    assert (listed.name, listed.last_used_at) == ("ann", None)
    assert key.startswith(listed.prefix)


def test_keys_differ(store: Store) -> None:
    assert len({store.keys.add(name) for name in "abcdefgh"}) == 8


@pytest.mark.parametrize("name", ["", " ann", "a\nb", "x" * 65])
def test_a_name_that_would_break_a_list_is_refused(store: Store, name: str) -> None:
    with pytest.raises(InvalidInputError):
        store.keys.add(name)


def test_a_name_is_given_once(store: Store) -> None:
    store.keys.add("ann")
    with pytest.raises(ConflictError, match="ann"):
        store.keys.add("ann")


def test_uses_are_counted_and_remembered(store: Store) -> None:
    key = store.keys.add("ann")
    uses = [store.keys.use(key) for _ in range(3)]
    assert [use.calls for use in uses if use] == [1, 2, 3]
    last = uses[-1]
    assert last
    assert last.key.name == "ann"
    assert 0 < last.left_s <= 60
    assert store.keys.list()[0].last_used_at is not None
    again = store.keys.use_again(last.key.id)
    assert again
    assert again.calls == 4, "sessions count with their key"


def test_the_count_begins_anew_after_a_minute(store: Store) -> None:
    key = store.keys.add("ann")
    store.keys.use(key)
    with store.database.writing() as connection:
        connection.execute(sa.update(api_keys).values(window_at=api_keys.c.window_at - 61))
    use = store.keys.use(key)
    assert use
    assert use.calls == 1


@pytest.mark.parametrize("wrong", ["", "vlab_", "vlab_" + "A" * 43, "한글"])
def test_other_words_are_no_key(store: Store, wrong: str) -> None:
    store.keys.add("ann")
    assert store.keys.use(wrong) is None
    assert store.keys.use_again(wrong) is None


def test_a_removed_key_is_gone_with_its_sessions(store: Store) -> None:
    key = store.keys.add("ann")
    use = store.keys.use(key)
    assert use
    assert store.keys.exist()
    store.keys.remove("ann")
    assert not store.keys.exist()
    assert store.keys.use(key) is None
    assert store.keys.use_again(use.key.id) is None
    with pytest.raises(NotFoundError, match="ann"):
        store.keys.remove("ann")


def test_one_key_may_not_fill_the_queue(store: Store) -> None:
    def submit(by: str | None) -> None:
        store.runs.submit_all([Submission(QUESTION, by=by)], most=100, most_of_key=2)

    submit("ann")
    submit("ann")
    with pytest.raises(QueueFullError, match="2 runs of this API key"):
        submit("ann")
    submit("bob")
    submit(None)
    assert sum(store.runs.counts().values()) == 4
