"""Whether a change leaves reports and events as they are: ``python -m benchmarks.same_reports``.

``write FOLDER`` starts a service and the scripted model, asks ten questions of each of three
collections with both analysts (60 runs, half of the questions Korean), and writes down each run's
report in every format of text and its events. It speaks to the HTTP API only, so that it runs
unchanged before and after code is moved. ``compare BEFORE AFTER`` names every file that is not
the same byte by byte. What no two runs share is left out of what is written: ids of runs, times,
durations and the port of the model. Events are sorted, since specialists who work side by
side tell of their steps in any order.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen
from uuid import uuid4

FORMATS = ("json", "md", "html", "bib", "ris", "csl.json")
ANALYSTS = ("none", "openai:scripted")
PER_COLLECTION = 10
_DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
_QUESTIONS = Path(__file__).with_name("questions.jsonl")
_STARTER = (
    "NGT 안전성 평가 프레임워크",
    "Which foods need a novel food authorisation?",
    "유전자 편집 작물은 어떻게 규제되나요?",
    "What must a risk assessment of living modified organisms cover?",
    "유전자변형식품의 표시 기준은 무엇인가요?",
    "How is the allergenicity of a new protein in food assessed?",
    "식품 알레르기 유발성은 어떻게 평가하나요?",
    "How do the EU and Japan differ on foods from new genomic techniques?",
    "신규 식품의 안전성은 어떻게 심사하나요?",
    "What does substantial equivalence mean?",
)
_DIFFERS = (
    (re.compile(r"127\.0\.0\.1:\d+"), "127.0.0.1:PORT"),
    (re.compile(r'"minutes": [0-9.e-]+'), '"minutes": 0'),
    (re.compile(r"(last resumed|다시 시작한 때부터)(.{1,40}?)\d+\.\d"), r"\1\2MINUTES"),
    (re.compile(r"20\d\d-\d\d-\d\d"), "DATE"),
    (re.compile(r'"(at|created_at|finished_at)": "[^"]+"'), r'"\1": "TIME"'),
    (re.compile(r"\d+(\.\d+)? (seconds?|minutes?|s)\b"), "DURATION"),
    (re.compile(r"(약 )?\d+(\.\d+)?(초|분)(?![가-힣])"), "DURATION"),
)


def main() -> None:
    """Write, or compare."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.same_reports", description=__doc__)
    steps = parser.add_subparsers(dest="step", required=True)
    steps.add_parser("write").add_argument("folder", type=Path)
    comparison = steps.add_parser("compare")
    comparison.add_argument("before", type=Path)
    comparison.add_argument("after", type=Path)
    options = parser.parse_args()
    if options.step == "write":
        write(options.folder)
    else:
        sys.exit(compare(options.before, options.after))


def write(folder: Path) -> None:
    """Run everything, and write down what came out."""
    folder.mkdir(parents=True)
    with (
        tempfile.TemporaryDirectory() as scratch,
        model() as model_url,
        lab(Path(scratch), model_url) as url,
    ):
        for collection, pattern in (("efsa", "en/*.pdf"), ("law", "[ek][no]/*.md")):
            upload(url, collection, sorted((_DATA / "documents").glob(pattern)))
        for collection, questions in asked().items():
            for number, question in enumerate(questions, 1):
                for analyst in ANALYSTS:
                    name = f"{collection}-{number:02}-{analyst.partition(':')[0]}"
                    run(url, folder / name, question, collection, analyst)


def asked() -> dict[str, list[str]]:
    """The questions for each collection, half of them English and half Korean."""
    lines = _QUESTIONS.read_text(encoding="utf-8").splitlines()
    questions = [json.loads(line) for line in lines]
    english = [q["question"] for q in questions if q["language"] == "en"]
    korean = [q["question"] for q in questions if q["language"] == "ko"]
    half = PER_COLLECTION // 2
    # Two specialists ask the model the same at once on the fifth from the end, paid once or twice.
    on_law = [q for q in english if q != english[-half]]
    return {
        "starter": list(_STARTER[:PER_COLLECTION]),
        "efsa": english[:half] + korean[-half:],
        "law": on_law[-half:] + korean[:half],
    }


def run(url: str, folder: Path, question: str, collection: str, analyst: str) -> None:
    """One run, from the question to its files."""
    body = {
        "query": question,
        "collections": [collection],
        "model": analyst,
        "rounds": 2,
        "specialists": 3,
    }
    task = json.loads(call(f"{url}/api/research/async", json.dumps(body).encode()))["task_id"]
    while (state := json.loads(call(f"{url}/api/task/{task}"))["status"]) not in (
        "success",
        "failure",
    ):
        time.sleep(0.1)
    if state != "success":
        raise SystemExit(f"{folder.name}: {call(f'{url}/api/task/{task}').decode()}")
    folder.mkdir()
    told = call(f"{url}/api/task/{task}/events").decode()
    (folder / "events.jsonl").write_text(steady("\n".join(ordered(told)), task), encoding="utf-8")
    for ending in FORMATS:
        content = call(f"{url}/api/reports/{task}.{ending}").decode()
        (folder / f"report.{ending}").write_text(steady(content, task), encoding="utf-8")
    sys.stdout.write(f"{folder.name}\n")


def ordered(stream: str) -> list[str]:
    """The events of a stream as JSON, sorted, without their numbers and times."""
    events: list[dict[str, Any]] = []
    for line in stream.splitlines():
        if line.startswith("data:"):
            event = json.loads(line.removeprefix("data:"))
            events.append({k: v for k, v in event.items() if k not in ("seq", "at", "current")})
    return sorted(json.dumps(event, ensure_ascii=False, sort_keys=True) for event in events)


def steady(text: str, task: str) -> str:
    """A text without what no two runs share."""
    text = text.replace(task, "RUN").replace(task.replace("-", ""), "RUN")
    for pattern, same in _DIFFERS:
        text = pattern.sub(same, text)
    return text


def compare(before: Path, after: Path) -> int:
    """Name what differs; gives the number of files that do."""
    names = sorted(
        {str(p.relative_to(root)) for root in (before, after) for p in root.rglob("*.*")}
    )
    different = [
        name
        for name in names
        if not all((root / name).is_file() for root in (before, after))
        or (before / name).read_bytes() != (after / name).read_bytes()
    ]
    for name in different:
        sys.stdout.write(f"differs: {name}\n")
    runs = len({Path(name).parent for name in names})
    sys.stdout.write(f"{runs} runs, {len(names)} files, {len(different)} differ\n")
    return len(different)


def upload(url: str, collection: str, files: list[Path]) -> None:
    """Add files to a collection, as many in a call as the API takes."""
    for start in range(0, len(files), 20):
        mark = uuid4().hex
        parts = [
            f'--{mark}\r\nContent-Disposition: form-data; name="files"; filename="{file.name}"'
            "\r\nContent-Type: application/octet-stream\r\n\r\n".encode()
            + file.read_bytes()
            + b"\r\n"
            for file in files[start : start + 20]
        ]
        call(
            f"{url}/api/library/collections/{collection}/documents",
            b"".join(parts) + f"--{mark}--\r\n".encode(),
            f"multipart/form-data; boundary={mark}",
        )


def call(address: str, body: bytes | None = None, kind: str = "application/json") -> bytes:
    """The body of an answer."""
    request = Request(address, body, {"Content-Type": kind} if body else {})  # noqa: S310
    try:
        with urlopen(request, timeout=600) as answer:  # noqa: S310
            content: bytes = answer.read()
            return content
    except HTTPError as error:
        raise SystemExit(f"{address}: {error.code} {error.read().decode()}") from None


@contextlib.contextmanager
def model() -> Iterator[str]:
    """The scripted model, in a process of its own; gives its address."""
    command = [sys.executable, "-m", "virtual_lab.testing", "--latency", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline().strip()
        finally:
            process.terminate()


@contextlib.contextmanager
def lab(folder: Path, model_url: str) -> Iterator[str]:
    """A whole service with one worker in a data folder of its own; gives its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith("VIRTUAL_LAB_")
    }
    environment |= {
        "VIRTUAL_LAB_DATA_DIR": str(folder / "data"),
        "OPENAI_BASE_URL": model_url,
        "OPENAI_API_KEY": "scripted",
        "VIRTUAL_LAB_CONCURRENT_CALLS": "1",
    }
    program = shutil.which("virtual-lab", path=str(Path(sys.executable).parent))
    assert program, "virtual-lab is not installed beside this Python"
    command = [program, "up", "--port", str(port), "--workers", "1"]
    url = f"http://127.0.0.1:{port}"
    log = folder / "log.txt"
    with (
        log.open("wb") as out,
        subprocess.Popen(
            command, env=environment, cwd=folder, stdout=out, stderr=subprocess.STDOUT
        ) as process,
    ):
        try:
            await_health(url, log)
            yield url
        finally:
            process.terminate()


def await_health(url: str, log: Path) -> None:
    """Wait for the service; gives up with its log after a minute."""
    for _ in range(240):
        with contextlib.suppress(URLError, ConnectionError), urlopen(f"{url}/health"):  # noqa: S310
            return
        time.sleep(0.25)
    raise SystemExit(log.read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()
