"""Kombu's file transport, except that a half-written message is no message.

Kombu makes the file of a message before it writes it, so a worker can take it while it is still empty, and then ends
with a decoding error. The broker is a doorbell: a ring that is lost is rung again by the next tick.
"""

from __future__ import annotations

from queue import Empty
from typing import Any

from kombu.transport import TRANSPORT_ALIASES, filesystem


class Channel(filesystem.Channel):
    def _get(self, queue: str) -> Any:  # type: ignore[override]
        try:
            return super()._get(queue)  # type: ignore[no-untyped-call]
        except ValueError as unreadable:
            raise Empty from unreadable


class Transport(filesystem.Transport):
    Channel = Channel


def install() -> None:
    """Make `filesystem://` mean this transport in this process."""
    TRANSPORT_ALIASES["filesystem"] = "config.filebroker:Transport"
