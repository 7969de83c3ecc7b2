"""Instants as PostgreSQL writes them, read by Python's own reader.

Django reads each with a regular expression of the driver and gives it a zone afterwards. A page of the inbox reads 260;
`datetime.fromisoformat` understands the same text and is written in C. What it does not understand goes Django's way.
"""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from typing import Any

from psycopg.adapt import Loader
from psycopg.postgres import types
from psycopg.pq import Format

KIND = "timestamptz"
NUMBER = types[KIND].oid


def on_new_connection(connection: Any, **_signal: Any) -> None:
    """Receiver of `connection_created`: from here on this connection reads instants quickly."""
    adapters = connection.connection.adapters
    usual = adapters.get_loader(NUMBER, Format.TEXT)
    if not getattr(usual, "quick", False):  # a connection of the pool comes back with what it was given
        adapters.register_loader(KIND, _quick(usual))


@cache
def _quick(usual: Any) -> type[Loader]:
    class QuickInstants(usual):  # one of Django's, which knows the zone
        quick = True

        def load(self, data: Any) -> Any:
            try:
                found = datetime.fromisoformat(str(data, "ascii"))
            except ValueError:  # an infinite one, or a year of five digits
                return super().load(data)
            return found if found.tzinfo is UTC is self.timezone else super().load(data)

    return QuickInstants
