"""The service that the browser visits: API with pages, embedded Valkey, worker, a model."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tests.acceptance.api_server import ApiServer
from tests.acceptance.processes import Processes, processes_in, wait_for
from tests.browser.hold import HOLD
from virtual_lab.jobs.run_log import open_store
from virtual_lab.library.starter import STARTER
from virtual_lab.store import Store
from virtual_lab.testing.scripted import ScriptedModel
from virtual_lab.testing.server import MODEL, ModelServer

TOPICS = {
    "ko": "유전자교정 식품의 안전성은 어떻게 평가하는가?",
    "en": "Which data does the safety assessment of a novel food need?",
}
"""Questions that the starter library answers."""

COLLECTION = "guidance"
DOCUMENTS = {
    "Toxicity": "# Toxicity\n\nA 90-day study in rodents is needed for each novel food.\n",
    "Allergenicity": "# Allergenicity\n\nProteins are compared with known allergens first.\n",
}
"""What is in the library from the beginning."""

SCRIPTED = f"openai:{MODEL}"
"""The model of runs that the scripted model is to answer; all others have none."""


class Site:
    """A running service, and its store for what no form can make."""

    def __init__(self, processes: Processes, server: ApiServer, store: Store) -> None:
        self.server = server
        self.store = store
        self.data = processes.data
        self.url = server.url

    def hold(self, *calls: str) -> None:
        """Let these calls of the analyst wait until ``release``."""
        (self.data / HOLD).write_text(" ".join(calls), encoding="utf-8")

    def release(self) -> None:
        """Let all runs go on."""
        (self.data / HOLD).unlink(missing_ok=True)

    def report_on(self, topic: str, **options: object) -> str:
        """The id of a finished report, from the starter library where no other is named."""
        run_id = self.server.submit(topic, **{"collections": [STARTER], **options})
        assert self.server.wait_for_end(run_id)["status"] == "success"
        return run_id

    def upload(self, collection: str, texts: Mapping[str, str]) -> None:
        """Put Markdown documents, by their names, into the library."""
        self.upload_files(collection, {f"{name}.md": text.encode() for name, text in texts.items()})

    def upload_files(self, collection: str, contents: Mapping[str, bytes]) -> None:
        """Put files, by their names, into the library."""
        files = [("files", item) for item in contents.items()]
        path = f"/api/library/collections/{collection}/documents"
        answer = self.server.http.post(path, files=files)
        assert answer.status_code == 201, answer.text


@contextmanager
def site_in(data: Path, model: ScriptedModel, **environment: str) -> Iterator[Site]:
    """A service in ``data``, whose scripted model is ``model``; ended on leaving."""
    with ModelServer(model) as models, processes_in(data) as processes:
        processes.environment |= {
            "OPENAI_BASE_URL": models.base_url,
            "OPENAI_API_KEY": "",
            "VIRTUAL_LAB_MODEL": "none",
            **environment,
        }
        with ApiServer(processes) as server, open_store(processes.settings) as store:
            processes.start_worker(app="tests.browser.holding_worker")
            wait_for(lambda: server.http.get("/api/celery/health").is_success, "the worker")
            site = Site(processes, server, store)
            site.upload(COLLECTION, DOCUMENTS)
            yield site
