"""What every append-only table shares.

The database refuses an update or a delete by trigger and by grant (`referral.backstop`); the classes here only make
the same refusal readable in Python, before a round trip.
"""

from __future__ import annotations

from typing import Any, ClassVar, NoReturn

from django.db import models

from common.rows import QuickRow


class LedgerIsAppendOnly(TypeError):
    """Code tried to change a row that is written once: a mistake of ours, never of a user."""


class LedgerQuerySet(models.QuerySet[Any]):
    """Reads and inserts; the rest is refused."""

    def update(self, **_fields: Any) -> NoReturn:
        raise LedgerIsAppendOnly(self.model._meta.label)

    def delete(self) -> NoReturn:
        raise LedgerIsAppendOnly(self.model._meta.label)


class LedgerModel(QuickRow):
    """A row that is written once. A wrong entry is corrected by another row with a reason."""

    append_only: ClassVar[bool] = True

    objects = LedgerQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise LedgerIsAppendOnly(self._meta.label)
        super().save(*args, **kwargs)

    def delete(self, *_args: Any, **_kwargs: Any) -> NoReturn:
        raise LedgerIsAppendOnly(self._meta.label)
