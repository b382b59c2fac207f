"""Real brokers and stores, in folders of their own."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog
from pydantic import SecretStr

from virtual_lab.domain import Question
from virtual_lab.jobs.broker.broker import Broker
from virtual_lab.jobs.run_log import open_store
from virtual_lab.settings import Settings
from virtual_lab.store import Store

QUESTION = Question(topic="Which foods need a novel food authorisation in the EU?")


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    """Without a set-up, structlog draws every traceback with all variables, which takes seconds."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    yield
    structlog.reset_defaults()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """The settings of a new data folder, whatever the environment says."""
    return Settings(data_dir=tmp_path, REDIS_URL=None, DATABASE_URL=None)


@pytest.fixture
def shared_settings(tmp_path: Path, postgres_url: str) -> Settings:
    """The same with an empty PostgreSQL, as of a machine among several."""
    return Settings(data_dir=tmp_path, REDIS_URL=None, DATABASE_URL=SecretStr(postgres_url))


@pytest.fixture
def store(settings: Settings) -> Iterator[Store]:
    """An empty store."""
    with open_store(settings) as opened:
        yield opened


@pytest.fixture
def broker(settings: Settings) -> Iterator[Broker]:
    """A broker that runs."""
    started = Broker(settings)
    started.start()
    yield started
    started.stop()
