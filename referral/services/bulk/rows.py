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


class Keys:
    """Primary keys from the sequences of the tables, many at a time. What is left over at the end is a gap."""

    def __init__(self) -> None:
        self._waiting: dict[type[Model], Iterator[int]] = {}

    def next(self, model: type[Model]) -> int:
        found = next(self._waiting.get(model, iter(())), None)
        if found is None:
            self._waiting[model] = iter(numbers(model, NUMBERS_AT_ONCE))
            found = next(self._waiting[model])
        return found


class Rows:
    """The rows of one batch by model."""

    def __init__(self, keys: Keys) -> None:
        self.key = keys.next
        self.of: dict[type[Model], list[Values]] = defaultdict(list)
        self.links: dict[int, list[Values]] = defaultdict(list)
        """Custody by place in the chain: the trigger that checks a link looks at the one before, so all first links
        are written before all second ones."""

    def add(self, model: type[Model], values: Values) -> None:
        self.of[model].append(values)


def columns(row: Model) -> Values:
    """The columns of a model instance as `copy_rows` takes them."""
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
