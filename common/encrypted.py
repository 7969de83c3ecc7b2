"""Model fields whose values stand encrypted in the database, each bound to its row and field (`common.cipher`).

A model that has such fields derives from `EncryptedRow`, which adds the number of the key and says what the row is
called in the binding. Code reads and writes plain values as ever. A value is decrypted when an attribute is read, not when
a row is fetched: a process without keys may fetch rows, and a list decrypts nothing. `values()` gives ciphertext.

Nobody can search or sort by such a field: the only condition is `isnull`.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models.query_utils import DeferredAttribute

from common.cipher import CipherRefused, KeyMissing, Keyring, NotAuthentic
from common.rows import QuickRow

log = logging.getLogger("alongside.identity")

NUMBER = "key_id"
"""The column with the number of the key; empty in a row that was written before there were keys."""


class Token(str):
    """A ciphertext as it stands in its column."""

    __slots__ = ()


class NotBound(TypeError):
    """A value was to be written without its row: a mistake of ours. Save the row, or use `columns_of`."""


def keyring() -> Keyring:
    """The keys of this process. Raises KeyMissing where it was given none, as in every worker."""
    ring: Keyring | None = settings.IDENTITY_KEYS
    if ring is None:
        raise KeyMissing
    return ring


class _Opened(DeferredAttribute):
    """Reading the attribute decrypts it; what was assigned is kept as it is."""

    field: Any

    def __get__(self, instance: Any, cls: Any = None) -> Any:
        found = super().__get__(instance, cls)
        return self.field.opened(instance, found) if isinstance(found, Token) else found

    def __set__(self, instance: Any, value: Any) -> None:
        instance.__dict__[self.field.attname] = value


class _Encrypted(models.Field):
    """What the encrypted fields share; mixed in before the field of the plain value."""

    descriptor_class = _Opened

    def get_internal_type(self) -> str:
        return "TextField"

    def deconstruct(self) -> Any:
        """To migrations a column of text: what happens in Python is none of their business."""
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.TextField", args, kwargs

    def get_lookup(self, lookup_name: str) -> Any:
        """None but `isnull`: ciphertext compares with nothing."""
        return super().get_lookup(lookup_name) if lookup_name == "isnull" else None

    def get_transform(self, lookup_name: str) -> None:
        """Nothing can be computed from ciphertext."""

    def from_db_value(self, value: str | None, *_context: Any) -> Token | str | None:
        return Token(value) if value else value

    def opened(self, row: EncryptedRow, token: Token) -> Any:
        """The plain value. Raises CipherRefused, which is logged with the place alone."""
        place = row.place_of(self.attname)
        try:
            if not row.key_id:
                raise NotAuthentic
            return self.to_python(keyring().decrypt(token, place, row.key_id))
        except CipherRefused as refusal:
            log.error("%s does not open under key %s: %s", place, row.key_id or "none", type(refusal).__name__)
            raise

    def pre_save(self, model_instance: Any, add: bool) -> Any:
        model_instance.take_current_key()
        value = model_instance.__dict__[self.attname]
        if value in (None, "") or isinstance(value, Token):
            return value
        if hasattr(value, "resolve_expression"):
            raise NotBound(f"{self.model.__name__}.{self.attname} cannot be computed by the database.")
        return Token(keyring().encrypt(str(value), model_instance.place_of(self.attname)))

    def get_db_prep_save(self, value: Any, connection: Any) -> Any:
        """A ciphertext or nothing. Raises NotBound for a plain value: only its row can encrypt it."""
        if value is None or value == "":
            return value
        if not isinstance(value, Token):
            raise NotBound(f"{self.model.__name__}.{self.attname} can only be written with its row.")
        return str(value)


class EncryptedTextField(_Encrypted, models.TextField):
    """Text that stands encrypted. `max_length` counts for forms; the column is longer."""


class EncryptedDateField(_Encrypted, models.DateField):
    """A day that stands encrypted, written as ISO 8601."""


class KeyNumberField(models.CharField):
    """The number of the key under which the row's fields stand; follows them by itself."""

    def deconstruct(self) -> Any:
        """To migrations a column of text, as above."""
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.CharField", args, kwargs

    def pre_save(self, model_instance: Any, add: bool) -> Any:
        model_instance.take_current_key()
        return super().pre_save(model_instance, add)


class EncryptedRows(models.QuerySet[Any]):
    """Rows of a model with encrypted fields."""

    def update(self, **given: Any) -> int:
        """Encrypted fields are written row by row, because each ciphertext belongs to one row."""
        names = set(self.model.encrypted_names())
        if not any(name in names and not isinstance(value, Token) for name, value in given.items()):
            return super().update(**given)
        rows = list(self)
        for row in rows:
            for name, value in given.items():
                setattr(row, name, value)
            row.save(update_fields=list(given))
        return len(rows)


class EncryptedRow(QuickRow):
    """A row with encrypted fields. All of them stand under one key and are written together."""

    key_id = KeyNumberField(max_length=8, default="", blank=True, editable=False)

    objects = EncryptedRows.as_manager()

    class Meta:
        abstract = True

    bound_to: ClassVar[str]
    """The name of this kind of row in the binding; never changed, or nothing opens any more."""

    def save(self, *args: Any, update_fields: Iterable[str] | None = None, **kwargs: Any) -> None:
        """One encrypted field is never written without the others: two keys in one row would make it unreadable."""
        if update_fields is not None:
            names, update_fields = set(self.encrypted_names()), set(update_fields)
            if names & update_fields:
                update_fields |= names | {NUMBER}
        super().save(*args, update_fields=update_fields, **kwargs)

    def bound_key(self) -> object:
        """What tells this row from all others of its kind and is known before it is written."""
        return self.pk

    def place_of(self, name: str) -> str:
        """Row and field as every ciphertext is bound to them."""
        return f"{self.bound_to}:{self.bound_key()}:{name}"

    @classmethod
    def encrypted_names(cls) -> tuple[str, ...]:
        """The names of the encrypted fields."""
        return tuple(field.attname for field in cls._meta.concrete_fields if isinstance(field, _Encrypted))

    def recorded(self) -> frozenset[str]:
        """The encrypted fields that hold something. Decrypts nothing."""
        return frozenset(name for name in self.encrypted_names() if self.__dict__.get(name) not in (None, ""))

    def take_current_key(self) -> None:
        """Open what stands under another key, so that the whole row is written under the current one."""
        number = keyring().current
        if self.key_id == number:
            return
        for name in self.encrypted_names():
            setattr(self, name, getattr(self, name))
        self.key_id = number


def columns_of(model: type[EncryptedRow], values: Mapping[str, Any]) -> dict[str, Any]:
    """The columns of a new row as a bulk load writes them, encrypted under the current key."""
    row = model(**values)
    return {
        field.attname: field.pre_save(row, True)
        for field in model._meta.concrete_fields
        if field.attname in values or isinstance(field, _Encrypted | KeyNumberField)
    }
