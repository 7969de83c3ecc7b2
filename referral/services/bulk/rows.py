"""The rows of a batch by table, and the keys that they are written under."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from typing import Any

from django.db.models import Model

from referral import chain
from referral.services.caseload.copying import Values, numbers

NUMBERS_AT_ONCE = 5_000


class Rows:
    """The rows of a batch by model, and the keys that they are written under."""

    def __init__(self) -> None:
        self.of: dict[type[Model], list[Values]] = defaultdict(list)
        self.links: dict[int, list[Values]] = defaultdict(list)
        """Custody by place in the chain. The trigger that writes the holder looks at the newest link, and the one that
        checks a link looks at the one before: so all first links are written before all second ones."""
        self._keys: dict[type[Model], Iterator[int]] = {}

    def add(self, model: type[Model], values: Values) -> None:
        self.of[model].append(values)

    def key(self, model: type[Model]) -> int:
        """The next primary key, from the sequence of the table. What is left over at the end is a gap."""
        found = next(self._keys.get(model, iter(())), None)
        if found is None:
            self._keys[model] = iter(numbers(model, NUMBERS_AT_ONCE))
            found = next(self._keys[model])
        return found

    def forget(self) -> None:
        """The rows so far are written."""
        self.of.clear()
        self.links.clear()


def columns(row: Model) -> Values:
    """The columns of a model instance as COPY takes them."""
    return {
        name: canonical_text(getattr(row, name)) if is_json else getattr(row, name)
        for name, is_json in _names(type(row))
    }


@cache
def _names(model: type[Model]) -> tuple[tuple[str, bool], ...]:
    return tuple((field.attname, field.get_internal_type() == "JSONField") for field in model._meta.concrete_fields)


def canonical_text(value: Any) -> str:
    """The text of a JSON column."""
    return chain.canonical(value).decode()
