"""The site in this process, on a store and a library of its own; no worker takes its runs."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
import structlog
from fastapi.testclient import TestClient

from tests.unit.api.conftest import NO_BROKER
from virtual_lab.asgi import make_site
from virtual_lab.domain import (
    Analysis,
    Coverage,
    Critique,
    Dropped,
    Event,
    EventKind,
    Finding,
    Plan,
    Question,
    Quote,
    Report,
    Round,
    Section,
    Source,
    Specialist,
    SpecialistScore,
)
from virtual_lab.settings import Settings
from virtual_lab.store import Store, StoredRun

ORIGIN = "http://localhost:8000"
FROM_OUR_FORM = {"Origin": ORIGIN, "Sec-Fetch-Site": "same-origin"}
STEPS = 5


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """The settings of a new data folder with a broker that is down, as in ``tests/unit/api``.

    What reads them from the environment gets the same folder.
    """
    folder = tmp_path_factory.mktemp("data")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setenv("VIRTUAL_LAB_DATA_DIR", str(folder))
        for name in ("REDIS_URL", "DATABASE_URL"):
            patch.delenv(name, raising=False)
        yield Settings(data_dir=folder, REDIS_URL=NO_BROKER, max_document_mb=1, max_upload_mb=3)


@pytest.fixture(scope="module")
def app_client(settings: Settings) -> Iterator[TestClient]:
    """The client of the running site."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    with TestClient(
        make_site(settings),
        base_url=ORIGIN,
        client=("127.0.0.1", 50000),
        follow_redirects=False,
        raise_server_exceptions=False,
    ) as opened:
        yield opened
    root.handlers, root.level = handlers, level
    structlog.reset_defaults()


@pytest.fixture
def client(app_client: TestClient) -> TestClient:
    """A client on this machine that nobody has chosen a language in."""
    app_client.cookies.clear()
    return app_client


@pytest.fixture
def store(client: TestClient) -> Store:
    """The store of the site."""
    found: Store = client.app.state.service.store  # type: ignore[attr-defined]
    return found


@pytest.fixture
def make_run(store: Store) -> Callable[..., StoredRun]:
    """Makes a run that no dispatcher publishes."""

    def make(topic: str = "Which foods are novel?", constraints: str = "") -> StoredRun:
        question = Question(topic=topic, constraints=constraints)
        return store.runs.submit(question, start_in_s=3600)

    return make


@pytest.fixture
def finish(store: Store) -> Callable[[StoredRun, str], StoredRun]:
    """Lets a run end in success; ``text`` stands in every place that a text can stand in."""

    def end(run: StoredRun, text: str) -> StoredRun:
        lease = store.leases.claim(run.id, "worker")
        assert lease
        for item in events(text):
            store.events.append(lease, item)
        store.leases.finish(lease, report(text), event(EventKind.FINISHED, STEPS, text))
        return store.runs.get(run.id)

    return end


def event(
    kind: EventKind, current: int, status: str, data: Plan | Analysis | Critique | None = None
) -> Event:
    """An event of a run."""
    given = data.model_dump(mode="json") if data else {}
    return Event(kind=kind, current=current, total=STEPS, status=status, data=given)


def events(text: str) -> list[Event]:
    """What happens in a run of one specialist and one round."""
    specialist = Specialist(id="s1", role=f"Role {text}", focus=text, why=text, queries=(text,))
    plan = Plan(specialists=(specialist,), why=text)
    analysis = Analysis(
        specialist="s1", round=1, findings=(finding(text),), queries=(text,), passages_read=24
    )
    critique = Critique(specialist="s1", round=1, score=3, remaining=text, needed=text)
    return [
        event(EventKind.STARTED, 0, text),
        event(EventKind.PLANNED, 1, text, plan),
        event(EventKind.ANALYSED, 2, text, analysis),
        event(EventKind.CRITIQUED, 3, text, critique),
    ]


def finding(text: str) -> Finding:
    """A finding with one quote."""
    quote = Quote(text=text, source_id="a1", passage_id="a1:0", start=0, end=len(text))
    return Finding(id="f1", claim=f"Claim {text}", quotes=(quote,), specialist="s1")


def report(text: str) -> Report:
    """A report that carries ``text`` wherever a text is."""
    score = SpecialistScore(specialist="s1", role=text, score=3, findings=1, needed=text)
    return Report(
        title=text,
        topic=f"Topic {text}",
        constraints=text,
        language="en",
        mode="model",
        short_answer=("f1",),
        sections=(Section(title=text, findings=(finding(text),), note=text),),
        missing=(text,),
        rounds=(Round(number=1, scores=(score,)),),
        references=(Source(id="a1", title=text, url=f"https://example.org/{text}"),),
        coverage=Coverage(
            statements_made=2,
            statements_verified=1,
            sources_used=1,
            sources_found=4,
            dropped=(Dropped(claim=text, reason=text),),
        ),
    )


class Tags(HTMLParser):
    """All tags of a page with their attributes, and the texts between them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    def named(self, tag: str) -> list[dict[str, str | None]]:
        """The attributes of all tags of a name."""
        return [attributes for name, attributes in self.tags if name == tag]

    @property
    def text(self) -> str:
        """All text."""
        return "".join(self.texts)


def write(folder: Path, name: str, text: str) -> Path:
    """A file with a text."""
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path
