"""Keys of the identity: which ones the rows need, taking a new one into use, and looking whether everything opens.

Runs as the owner of the tables: what a packet or a seal holds is written once, and no other role may change it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.db import models, transaction
from django.db.models.functions import Coalesce, Length
from django.db.models.lookups import GreaterThan
from django.utils.translation import gettext_lazy as _

from common import second_wall
from common.cipher import CipherRefused
from common.encrypted import NUMBER, EncryptedRow, Token, keyring
from common.errors import Refusal
from referral.models import FrozenIdentity, PersonIdentity

OWNER = "owner"
ROWS: tuple[type[EncryptedRow], ...] = (PersonIdentity, FrozenIdentity)
IN_CLEAR = ""
"""The number in rows that were written before there were keys."""
BATCH = 500
"""Rows in one transaction."""


class KeysLost(Refusal):
    """Rows name keys that are not here. Going on would make a second set of rows that nobody can bring together again."""

    def __init__(self, numbers: list[str]) -> None:
        super().__init__(
            _(
                "Names are encrypted under a key that is not here: %(numbers)s. Put back the file secrets/identity-keys of the data "
                "folder, or set ALONGSIDE_IDENTITY_KEYS to the keys that were used before."
            )
            % {"numbers": ", ".join(numbers)}
        )


@dataclass(slots=True)
class Rotated:
    """What a rotation did. `left` names the rows that did not open; they stand as they were."""

    done: int = 0
    from_clear: int = 0
    left: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Checked:
    """Rows by the number of their key, and the places that do not open."""

    rows: Counter[str] = field(default_factory=Counter)
    broken: list[str] = field(default_factory=list)


def numbers_in_use(using: str | None = None) -> dict[str, int]:
    """Rows by the number of their key; those without anything recorded do not count."""
    found: Counter[str] = Counter()
    using = using or OWNER
    # In a transaction, because a connection of a pool carries no context beyond one.
    with transaction.atomic(using=using), second_wall.system(using=using):
        for model in ROWS:
            rows = model._base_manager.using(using).filter(_recorded(model))
            found.update(dict(rows.values_list(NUMBER).annotate(count=models.Count("pk"))))
    return dict(found)


def refuse_unknown_keys(using: str | None = None) -> None:
    """Raises KeysLost when a row needs a key that is not here. A web process asks over its own connection."""
    missing = sorted(set(numbers_in_use(using)) - {IN_CLEAR, *keyring().numbers})
    if missing:
        raise KeysLost(missing)


def rotate(*, batch: int = BATCH, progress: Callable[[int], None] = lambda _done: None) -> Rotated:
    """Bring every row under the current key, batch by batch. Stopped anywhere, it goes on there when it is called again.

    What still stands in clear is encrypted as well. Raises KeysLost before anything is written. A row that does not open
    is left and named.
    """
    refuse_unknown_keys()
    found = Rotated()
    with second_wall.system(using=OWNER):
        for model in ROWS:
            last = 0
            while (reached := _renew_some(model, last, batch, found)) is not None:
                last = reached
                progress(found.done)
    return found


def check() -> Checked:
    """Open everything and keep nothing of it. Raises KeysLost."""
    refuse_unknown_keys()
    found = Checked()
    with second_wall.system(using=OWNER):
        for model in ROWS:
            for row in model._base_manager.using(OWNER).filter(_recorded(model)).iterator(BATCH):
                found.rows[row.key_id] += 1
                found.broken += [row.place_of(name) for name in sorted(row.recorded()) if not _opens(row, name)]
    return found


def _recorded(model: type[EncryptedRow]) -> models.Q:
    """Rows in which something stands. Whether there is ciphertext, never which."""
    found = models.Q()
    for name in model.encrypted_names():
        found |= models.Q(GreaterThan(Coalesce(Length(name), 0), 0))
    return found


def _renew_some(model: type[EncryptedRow], last: int, size: int, found: Rotated) -> int | None:
    """Renew the next rows after `last` in a transaction of their own; returns the last one reached, None at the end."""
    with transaction.atomic(using=OWNER):
        rows = model._base_manager.using(OWNER).filter(pk__gt=last).exclude(key_id=keyring().current)
        locked: list[Any] = list(rows.select_for_update().order_by("pk")[:size])
        for row in locked:
            _renew(row, found)
    return locked[-1].pk if locked else None


def _renew(row: Any, found: Rotated) -> None:
    clear = row.key_id == IN_CLEAR
    if clear:
        for name in row.recorded():
            column = row._meta.get_field(name)
            setattr(row, name, column.to_python(str(row.__dict__[name])))
    try:
        columns = {name: row._meta.get_field(name).pre_save(row, False) for name in row.encrypted_names()}
    except CipherRefused:
        found.left.append(f"{row.bound_to}:{row.bound_key()}")
        return
    # Not through `save`: nothing that anybody recorded changes here.
    models.QuerySet(type(row), using=OWNER).filter(pk=row.pk).update(**columns, key_id=row.key_id)
    found.done += 1
    found.from_clear += clear and bool(row.recorded())


def _opens(row: Any, name: str) -> bool:
    try:
        getattr(row, name)
    except CipherRefused:
        return False
    return isinstance(row.__dict__[name], Token)
