"""Rows that become objects at the price of a dictionary.

Django makes a model instance from a row by calling its constructor, which sends two signals, tells positional from named
arguments and sets each column through its descriptor. A fresh row needs none of it: the columns are what the object is.
A page of the inbox makes a hundred and thirty objects of forty columns each.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Self

from django.db import models


class QuickRow(models.Model):
    """A model whose rows are read quickly. Such a model has no constructor of its own and nobody listens to its making."""

    class Meta:
        abstract = True

    @classmethod
    def from_db(cls, db: str | None, field_names: Collection[str], values: Collection[Any]) -> Self:  # type: ignore[override]  # the stubs know an argument of Django 6
        """As Django's own: a column that was not fetched is missing, and is fetched when it is read."""
        row = cls.__new__(cls)
        columns = row.__dict__
        columns["_state"] = state = models.base.ModelState()
        columns.update(zip(field_names, values, strict=True))
        state.adding, state.db = False, db
        return row
