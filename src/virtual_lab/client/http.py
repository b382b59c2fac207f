"""Calls of the API: their headers, proxies and bodies, and answers that are errors."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import httpx2

from virtual_lab.errors import UnreachableHostError, VirtualLabError, restore
from virtual_lab.messages import Message
from virtual_lab.network import Network, certificate_problem
from virtual_lab.settings import load_settings

ASYNC = "/api/research/async"
BATCH = "/api/research/batch"
URL = "http://127.0.0.1:8000"
TIMEOUT_S = 30.0
REWRITE_TIMEOUT_S = 1800.0


def task_path(task_id: str, ending: str = "") -> str:
    """The path of a run, with an ending such as "/events"."""
    return f"/api/task/{task_id}{ending}"


def batch_of(
    questions: Iterable[str | Mapping[str, Any]], options: Mapping[str, Any]
) -> list[dict[str, Any]]:
    """The body of a batch: each question is a topic, or a body whose options have priority."""
    bodies = ({"query": one} if isinstance(one, str) else one for one in questions)
    return [{**options, **body} for body in bodies]


def key_header(key: str | None) -> dict[str, str]:
    """The header with an API key: the given one, else that of the settings; empty without one."""
    if key is None:
        secret = load_settings().api_key
        key = secret.get_secret_value() if secret else ""
    return {"Authorization": f"Bearer {key}"} if key else {}


def network_options(url: str) -> dict[str, Any]:
    """The proxy and the certificates for a client of ``url``, by the settings.

    Raises:
        SettingError, MissingExtraError: the proxy cannot be used.
    """
    return Network.of(load_settings()).client_options(url)


def repeatable(key: str | None) -> dict[str, str] | None:
    """The header with which a submit may be repeated; None without a key."""
    return {"Idempotency-Key": key} if key else None


def send(
    client: httpx2.Client,
    method: str,
    path: str,
    body: object = None,
    timeout_s: float | None = None,
    headers: Mapping[str, str] | None = None,
) -> httpx2.Response:
    """The answer to one call.

    Raises:
        UnreachableHostError: there is no lab at the address.
        VirtualLabError: the error of the lab, as its own class.
    """
    try:
        answer = client.request(
            method, path, json=body, headers=headers, timeout=timeout_s or client.timeout
        )
    except httpx2.TransportError as error:
        raise unreachable(str(client.base_url), error) from None
    return check(answer)


async def send_async(
    client: httpx2.AsyncClient,
    method: str,
    path: str,
    body: object = None,
    timeout_s: float | None = None,
    headers: Mapping[str, str] | None = None,
) -> httpx2.Response:
    """The answer to one call; see ``send``."""
    try:
        answer = await client.request(
            method, path, json=body, headers=headers, timeout=timeout_s or client.timeout
        )
    except httpx2.TransportError as error:
        raise unreachable(str(client.base_url), error) from None
    return check(answer)


def unreachable(url: str, error: httpx2.TransportError) -> UnreachableHostError:
    """The error that there is no lab at ``url``, with the reason."""
    return UnreachableHostError(
        "fetch.host_problem", host=url, problem=certificate_problem(error) or error
    )


def check(answer: httpx2.Response) -> httpx2.Response:
    """Give an answer back, if it is no error.

    Raises:
        VirtualLabError: the error of the lab, as its own class.
    """
    if answer.is_success:
        return answer
    try:
        problem = answer.json()
        kind, detail = problem["type"].rpartition(":")[2], problem.get("detail", "")
    except (ValueError, LookupError, TypeError, AttributeError):
        raise VirtualLabError("service.lab_answered", status=answer.status_code) from None
    if kind == "invalid-request":
        kind = "invalid-input"
    name = "".join(word.capitalize() for word in kind.split("-")) + "Error"
    raise restore(name, detail or problem["title"], _message_of(problem))


def _message_of(problem: Mapping[str, Any]) -> Message | None:
    """The message of a problem; None where a lab of another version says something else by it."""
    try:
        message = Message(code=problem["code"], arguments=problem.get("arguments", {}))
        return message if message.text() == problem["detail"] else None
    except (LookupError, ValueError, TypeError, OSError):
        return None
