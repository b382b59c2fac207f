"""The broker of an installation: Redis where it is set, else embedded; asked in bounded time."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from virtual_lab.errors import BrokerDownError
from virtual_lab.jobs.broker.broker import Broker
from virtual_lab.settings import Settings


def test_redis_is_used_where_it_is_set(tmp_path: Path) -> None:
    broker = Broker(Settings(data_dir=tmp_path, REDIS_URL="redis://:hidden@host:7000/3"))
    assert broker.embedded is None
    assert broker.url == "redis://:hidden@host:7000/3"
    assert str(broker) == "redis://host:7000/3"
    broker.start()
    broker.stop()
    assert list(tmp_path.iterdir()) == []


def test_an_empty_address_is_none(tmp_path: Path) -> None:
    assert Broker(Settings(data_dir=tmp_path, REDIS_URL="")).embedded


def test_a_broker_that_is_not_there_is_down(tmp_path: Path) -> None:
    with pytest.raises(BrokerDownError, match="does not answer"):
        Broker(Settings(data_dir=tmp_path, REDIS_URL="redis://127.0.0.1:1/0")).check()


@pytest.mark.parametrize("url", ["redis://host:x/0", "no address", "http://host"])
def test_what_is_no_address_is_a_setting_that_cannot_be_used(tmp_path: Path, url: str) -> None:
    with pytest.raises(ValueError, match="write it as redis://") as raised:
        Settings(data_dir=tmp_path, REDIS_URL=url)
    assert url not in str(raised.value)


@pytest.mark.slow
def test_a_broker_that_stands_still_is_down(broker: Broker) -> None:
    broker.check()
    assert broker.embedded
    pid = broker.embedded.pid
    assert pid
    os.kill(pid, signal.SIGSTOP)
    try:
        with pytest.raises(BrokerDownError):
            broker.check()
    finally:
        os.kill(pid, signal.SIGCONT)
