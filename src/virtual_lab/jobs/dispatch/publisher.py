"""The publisher: gives the message of a run to the broker, in bounded time."""

from __future__ import annotations

import json
from typing import Any

import redis
from celery import Celery
from kombu.exceptions import KombuError, OperationalError

from virtual_lab.errors import BrokerDownError
from virtual_lab.jobs.broker.broker import ANSWER_S, Broker

RUN_RESEARCH = "tasks.run_research"
RUN_IS_STORED_HEADER = "virtual_lab_written_down"
"""The header of messages that Virtual Lab sends, whose run is in the store already.

Messages of other Celery clients do not have it; the worker that gets one stores its run.
"""

_MARK_KEY = "virtual-lab.mark"
_ERRORS = (redis.RedisError, OperationalError, KombuError, OSError)


class Publisher:
    """Sends messages over one connection, which is opened when it is first needed.

    Celery's own ``delay`` is not used: it subscribes to the result first, which blocks for long
    while Redis is down. A publisher is not safe for several threads.
    """

    def __init__(self, app: Celery, broker: Broker) -> None:
        self._app = app
        self._broker = broker
        self._connection: Any = None
        self._open: Any = None

    def send(
        self,
        task: str,
        task_id: str,
        args: tuple[str, ...] = (),
        *,
        expires_s: float | None = None,
        priority: int = 0,
    ) -> None:
        """Publish one message; waits a few seconds at most.

        Args:
            priority: from 0, which a worker takes first, to 9.

        Raises:
            BrokerDownError: the broker did not confirm the message.
        """
        amqp = self._app.amqp
        message = amqp.as_task_v2(task_id, task, args, {}, expires=expires_s)
        message.headers[RUN_IS_STORED_HEADER] = True
        try:
            producer = amqp.Producer(self._channel(), auto_declare=False)
            amqp.send_task_message(producer, task, message, retry=False, priority=priority)
        except _ERRORS as error:
            self.close()
            raise BrokerDownError("service.broker", broker=self._broker, problem=error) from None

    def mark(self) -> bool:
        """Set a mark in the broker; gives False where it is there already.

        A missing mark means that the broker is new, or has lost all its messages.

        Raises:
            BrokerDownError: the broker does not answer.
        """
        try:
            return bool(self._channel().client.set(_MARK_KEY, "1", nx=True))
        except _ERRORS as error:
            self.close()
            raise BrokerDownError("service.broker", broker=self._broker, problem=error) from None

    def queued(self, limit: int) -> set[str] | None:
        """The ids of the waiting messages in the broker; None where there are more than ``limit``.

        A message that a worker has received is not among them.

        Raises:
            BrokerDownError: the broker does not answer.
        """
        queue = self._app.conf.task_default_queue
        try:
            channel = self._channel()
            keys = [channel._q_for_pri(queue, step) for step in channel.priority_steps]
            messages = [text for key in keys for text in channel.client.lrange(key, 0, limit)]
        except _ERRORS as error:
            self.close()
            raise BrokerDownError("service.broker", broker=self._broker, problem=error) from None
        if len(messages) > limit:
            return None
        return {found for text in messages if (found := _id_in(text))}

    def close(self) -> None:
        """Close the connection; it is opened again when it is needed."""
        connection, self._connection, self._open = self._connection, None, None
        if connection:
            connection.release()

    def _channel(self) -> Any:
        if self._connection is None:
            options = self._app.conf.broker_transport_options
            bounds = {"socket_timeout": ANSWER_S, "socket_connect_timeout": ANSWER_S}
            self._connection = self._app.connection_for_write(
                transport_options={**options, **bounds}
            )
        if self._open is None:
            # ``channel`` alone would wait two seconds and try again.
            self._connection.ensure_connection(max_retries=1, interval_start=0, interval_max=0)
            self._open = self._connection.channel()
        return self._open

    def __enter__(self) -> Publisher:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _id_in(text: bytes) -> str | None:
    """The id of the task in a message; None where it is no message of Celery."""
    try:
        found = json.loads(text)["headers"]["id"]
    except (ValueError, LookupError, TypeError):
        return None
    return found if isinstance(found, str) else None
