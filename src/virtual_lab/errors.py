"""Every error of Virtual Lab, in one tree.

    VirtualLabError                 500
    ├── InvalidInputError           422  what the caller gave cannot be used
    │   ├── SettingError            422
    │   ├── PromptError             422
    │   ├── GlossaryError           422
    │   └── ReusedKeyError          422  a key of a submit came with another body before
    ├── NotFoundError               404
    ├── CallRefusedError            403  the service does not serve this caller
    │   ├── UnknownKeyError         401
    │   └── TooManyCallsError       429
    ├── UnreadableDocumentError     415  one document cannot become passages
    │   ├── EncryptedDocumentError
    │   ├── BrokenDocumentError
    │   ├── EmptyDocumentError
    │   ├── ScannedDocumentError
    │   ├── OversizedDocumentError
    │   ├── SlowDocumentError
    │   └── UnsupportedDocumentError
    ├── FetchError                  502  nothing could be fetched from the web
    │   ├── ForbiddenAddressError   422
    │   ├── DisallowedByRobotsError
    │   ├── UnreachableHostError
    │   ├── SlowHostError
    │   ├── RefusedRequestError
    │   ├── OversizedAnswerError
    │   └── UnusableAnswerError
    ├── MissingExtraError           501  an optional part is not installed
    ├── RenderingError              500  a report cannot be written in a format
    ├── ModelError                  502  a language model cannot be used
    │   ├── ModelAnswerError        502  its answer cannot be used
    │   ├── ModelRefusedError       502  its server refuses the request
    │   ├── ModelUnavailableError   503  its server does not answer
    │   ├── RealModelError          403  it is not on this machine, and only such may be used
    │   └── NoModelError            409  none is configured, and there is no way without
    ├── BudgetError                 402  what the run may spend is spent
    ├── LibraryError                503  the index of documents cannot be used
    │   └── LibraryAwayError        503  its database is away, and will be back
    ├── StoreError                  503  the database cannot be used
    ├── QueueFullError              429  too many runs wait already
    ├── ConflictError               409  the run is in a state that does not allow it
    ├── LostLeaseError              409  the run belongs to another worker by now
    ├── RunFailedError              500  a run ended without a report
    │   ├── RunCancelledError       409
    │   ├── TimeLimitError          504
    │   └── QuarantinedError        500
    ├── ServiceError                503  a part of the service does not run
    └── BrokerError                 503
        ├── NoBrokerError           503  there is none to start
        ├── BrokerDownError         503
        └── WorkerSilentError       503

The docstring of a class is its title in English; the Korean one stands in the catalogue
``error_names``. What and where is a message of another catalogue: it is raised by its code, with
the values of its blanks, as ``NotFoundError("run.run", run=run_id)``.
"""

from __future__ import annotations

import inspect
from typing import Any, ClassVar, Self

from virtual_lab.messages import Message, has

_FROM_OUTSIDE = "outside.text"


class VirtualLabError(Exception):
    """Something went wrong in Virtual Lab."""

    status: ClassVar[int] = 500

    def __init__(self, code: str = "", /, **arguments: Any) -> None:
        """Make the error of a message.

        Args:
            code: the code of the message that says what and where; "" where the title says it. A
                text that is no code comes from outside, and is shown unchanged in both languages.
            arguments: the values of the message's parameters; values other than numbers and
                messages are converted to text.
        """
        self.title = inspect.cleandoc(type(self).__doc__ or "").rstrip(".")
        self.message = _message(code, arguments) if code else None
        self.detail = self.message.text() if self.message else ""
        super().__init__(self.detail)

    @classmethod
    def of(cls, message: Message | None) -> Self:
        """The error of an existing message."""
        return cls(message.code, **message.arguments) if message else cls()

    @property
    def code(self) -> str | None:
        """The code of the message that says what and where; None where the title says it."""
        return self.message.code if self.message else None

    def as_message(self) -> Message:
        """The title and the message of the error, as a message in any language."""
        title = Message.of(f"error_names.{type(self).__name__}")
        if self.message is None:
            return Message.of("errors.title", title=title)
        return Message.of("errors.line", title=title, detail=self.message)

    def __str__(self) -> str:
        return f"{self.title}: {self.detail}" if self.detail else f"{self.title}."


def _message(code: str, arguments: dict[str, Any]) -> Message:
    if not arguments and not has(code):
        code, arguments = _FROM_OUTSIDE, {"text": code}
    return Message.of(code, **{name: _storable(value) for name, value in arguments.items()})


def _storable(value: Any) -> Any:
    """An argument that can be stored: names of files may contain bytes that are no UTF-8."""
    if isinstance(value, int | float | Message) or type(value) is tuple:
        return value
    return str(value).encode("utf-8", "backslashreplace").decode()


def restore(kind: str, text: str, message: Message | None = None) -> VirtualLabError:
    """The error that was stored with these values.

    Args:
        kind: the name of its class.
        text: its text in English.
        message: its message; None where it was stored without one.
    """
    found = globals().get(kind)
    error_class = VirtualLabError
    if isinstance(found, type) and issubclass(found, VirtualLabError):
        error_class = found
    if message and has(message.code):
        return error_class.of(message)
    return error_class(text.removeprefix(error_class().title).lstrip(":. "))


class InvalidInputError(VirtualLabError):
    """The input cannot be used."""

    status = 422


class SettingError(InvalidInputError):
    """A setting has a value that cannot be used."""


class PromptError(InvalidInputError):
    """A prompt file cannot be used."""


class GlossaryError(InvalidInputError):
    """The glossary file cannot be used."""


class ReusedKeyError(InvalidInputError):
    """This Idempotency-Key was used with another body."""


class NotFoundError(VirtualLabError):
    """There is no such thing."""

    status = 404


class CallRefusedError(VirtualLabError):
    """The call is not served."""

    status = 403

    def __init__(self, code: str = "", /, *, retry_after_s: float = 0.0, **arguments: Any) -> None:
        super().__init__(code, **arguments)
        self.retry_after_s = retry_after_s


class UnknownKeyError(CallRefusedError):
    """A valid API key is needed."""

    status = 401


class TooManyCallsError(CallRefusedError):
    """There were too many calls of late."""

    status = 429


class UnreadableDocumentError(VirtualLabError):
    """The document cannot be read."""

    status = 415


class EncryptedDocumentError(UnreadableDocumentError):
    """The document is encrypted; save a copy without a password and add that."""


class BrokenDocumentError(UnreadableDocumentError):
    """The document is broken."""


class EmptyDocumentError(UnreadableDocumentError):
    """The document is empty."""


class ScannedDocumentError(UnreadableDocumentError):
    """The document holds no text (a scan?); run OCR over it and add the result."""


class OversizedDocumentError(UnreadableDocumentError):
    """The document is too large."""


class SlowDocumentError(UnreadableDocumentError):
    """The document took too long to read and was given up."""


class UnsupportedDocumentError(UnreadableDocumentError):
    """The document has a format that is not read."""


class FetchError(VirtualLabError):
    """Nothing could be fetched from the web."""

    status = 502


class ForbiddenAddressError(FetchError):
    """The address is not one of the public web."""

    status = 422


class DisallowedByRobotsError(FetchError):
    """The site asks programs not to fetch this page (robots.txt)."""


class UnreachableHostError(FetchError):
    """The host cannot be reached."""


class SlowHostError(FetchError):
    """The host took too long."""


class RefusedRequestError(FetchError):
    """The host refused the request."""

    def __init__(self, code: str = "", /, *, http_status: int = 0, **arguments: Any) -> None:
        super().__init__(code, **arguments)
        self.http_status = http_status


class OversizedAnswerError(FetchError):
    """The answer is too large."""


class UnusableAnswerError(FetchError):
    """The answer cannot be used."""


class MissingExtraError(VirtualLabError):
    """An optional part is not installed."""

    status = 501


class ModelError(VirtualLabError):
    """The language model cannot be used."""

    status = 502


class ModelAnswerError(ModelError):
    """The language model gave no usable answer, also when asked again."""


class ModelRefusedError(ModelError):
    """The language model's server refuses the request."""


class ModelUnavailableError(ModelError):
    """The language model does not answer."""

    status = 503


class RealModelError(ModelError):
    """Only models on this machine may be used (VIRTUAL_LAB_ONLY_LOCAL_MODELS)."""

    status = 403


class NoModelError(ModelError):
    """This needs a language model: set VIRTUAL_LAB_MODEL, OPENAI_API_KEY or OPENAI_BASE_URL."""

    status = 409


class BudgetError(VirtualLabError):
    """The budget of the run is spent before there is anything to report."""

    status = 402


class RenderingError(VirtualLabError):
    """The report cannot be written in this format."""


class LibraryError(VirtualLabError):
    """The library cannot be used."""

    status = 503


class LibraryAwayError(LibraryError):
    """The database of the library does not answer."""


class StoreError(VirtualLabError):
    """The store of runs and reports cannot be used."""

    status = 503


class QueueFullError(VirtualLabError):
    """The queue is full."""

    status = 429


class ConflictError(VirtualLabError):
    """The state of the run does not allow this."""

    status = 409


class LostLeaseError(VirtualLabError):
    """The run belongs to another worker by now."""

    status = 409


class RunFailedError(VirtualLabError):
    """The run failed."""


class RunCancelledError(RunFailedError):
    """The run was cancelled."""

    status = 409


class TimeLimitError(RunFailedError):
    """The run took longer than a run may take."""

    status = 504


class QuarantinedError(RunFailedError):
    """The run was lost too often and is not started again by itself; resume it by hand."""


class ServiceError(VirtualLabError):
    """The service cannot run."""

    status = 503


class BrokerError(VirtualLabError):
    """The message broker cannot be used."""

    status = 503


class NoBrokerError(BrokerError):
    """There is no message broker: set REDIS_URL, or install Valkey or Redis."""


class BrokerDownError(BrokerError):
    """The message broker does not answer."""


class WorkerSilentError(BrokerError):
    """No worker answers; start one with "virtual-lab worker"."""
