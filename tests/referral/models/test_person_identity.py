"""Identity stands encrypted: readable through its own row, with its own key, and in no other way."""

from __future__ import annotations

import logging
from datetime import date
from typing import Any

import pytest
from django.core.exceptions import FieldError
from django.db import connection, transaction
from django.db.models import F

from common.cipher import KeyMissing, Keyring, NotAuthentic, new_key
from common.encrypted import EncryptedRow, NotBound, Token
from referral.models import FrozenIdentity, Person, PersonIdentity
from tests.factories import make_registry

pytestmark = [pytest.mark.django_db, pytest.mark.database]

WHOLE: dict[str, Any] = {
    "name": "Ọmọlará “O'Neil” 李", "birth_date": date(2009, 2, 28), "contact": "+1 \\ 'x'\n%s", "exact_location": "é" * 200,
}  # fmt: skip
ENCRYPTED = ("name", "birth_date", "contact", "exact_location")


def identity(**values: Any) -> PersonIdentity:
    registry = make_registry()
    person = Person.objects.create(registry=registry, public_code="AAAAAAA1", code_word="MORINGA")
    return PersonIdentity.objects.create(person=person, **values)


def columns(row: EncryptedRow) -> dict[str, str | None]:
    """What stands in the table, asked without Django's model."""
    names = (*ENCRYPTED, "key_id")
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {', '.join(f'{name}::text' for name in names)} FROM {row._meta.db_table} WHERE person_id = %s",
            [row.pk],
        )
        return dict(zip(names, cursor.fetchone(), strict=True))


def put(row: EncryptedRow, **values: str | None) -> None:
    """Write past everything, as somebody with the database in hand would."""
    with connection.cursor() as cursor:
        for name, value in values.items():
            cursor.execute(f"UPDATE {row._meta.db_table} SET {name} = %s WHERE person_id = %s", [value, row.pk])


def test_what_was_written_is_read_and_the_table_holds_none_of_it() -> None:
    row = identity(**WHOLE)
    fresh = PersonIdentity.objects.get(pk=row.pk)
    assert {name: getattr(fresh, name) for name in ENCRYPTED} == WHOLE
    stored = columns(row)
    assert not any(str(value) in str(stored) for value in WHOLE.values())
    assert len({len(str(stored[name])) for name in ("name", "birth_date", "contact")}) == 1, "lengths tell nothing"


def test_nothing_recorded_stays_nothing_and_is_told_without_a_key(settings: Any) -> None:
    row = identity(name="A")
    settings.IDENTITY_KEYS = None
    fresh = PersonIdentity.objects.get(pk=row.pk)
    assert (fresh.birth_date, fresh.contact, fresh.recorded()) == (None, "", {"name"})


def test_a_process_without_keys_neither_reads_nor_writes(settings: Any) -> None:
    row = identity(**WHOLE)
    settings.IDENTITY_KEYS = None
    fresh = PersonIdentity.objects.get(pk=row.pk)
    for name in ENCRYPTED:
        with pytest.raises(KeyMissing):
            getattr(fresh, name)
    with pytest.raises(KeyMissing):
        PersonIdentity(person_id=row.pk, name="B").save()


def test_a_row_under_another_key_is_refused(settings: Any) -> None:
    row = identity(**WHOLE)
    settings.IDENTITY_KEYS = Keyring((new_key(),))
    with pytest.raises(KeyMissing):
        _ = PersonIdentity.objects.get(pk=row.pk).name


@pytest.mark.parametrize("name", ENCRYPTED)
def test_a_ciphertext_moved_to_another_person_does_not_open(name: str, caplog: pytest.LogCaptureFixture) -> None:
    row = identity(**WHOLE)
    other = Person.objects.create(registry=row.person.registry, public_code="AAAAAAA2", code_word="TAMARIN")
    thief = PersonIdentity.objects.create(person=other, name="Somebody")
    put(thief, **{name: columns(row)[name]})
    with caplog.at_level(logging.ERROR), pytest.raises(NotAuthentic):
        getattr(PersonIdentity.objects.get(pk=thief.pk), name)
    assert f"person:{thief.pk}:{name}" in caplog.text
    assert str(WHOLE[name]) not in caplog.text
    assert str(columns(row)[name]) not in caplog.text


@pytest.mark.parametrize("name", ENCRYPTED)
def test_a_ciphertext_moved_to_another_field_does_not_open(name: str) -> None:
    row = identity(**WHOLE)
    target = next(other for other in ENCRYPTED if other != name)
    put(row, **{target: columns(row)[name]})
    with pytest.raises(NotAuthentic):
        getattr(PersonIdentity.objects.get(pk=row.pk), target)


def test_clear_text_put_into_the_table_is_never_shown() -> None:
    row = identity(name="A")
    for number in (columns(row)["key_id"], ""):
        put(row, name="Forged Name", key_id=number)
        with pytest.raises(NotAuthentic):
            _ = PersonIdentity.objects.get(pk=row.pk).name


@pytest.mark.parametrize(
    "condition", [{"name": "A"}, {"name__contains": "A"}, {"name__in": ["A"]}, {"contact__gt": "A"},
                  {"birth_date": date(2009, 2, 28)}, {"birth_date__year": 2009}, {"exact_location__iexact": "A"}],
    ids=lambda condition: next(iter(condition)),
)  # fmt: skip
def test_nobody_searches_by_identity(condition: dict[str, Any]) -> None:
    with pytest.raises(FieldError):
        PersonIdentity.objects.filter(**condition).exists()


def test_nothing_sorts_or_indexes_by_identity() -> None:
    for model in (PersonIdentity, FrozenIdentity):
        assert not set(model._meta.ordering) & set(ENCRYPTED)
        with connection.cursor() as cursor:
            cursor.execute("SELECT indexdef FROM pg_indexes WHERE tablename = %s", [model._meta.db_table])
            found = " ".join(definition for (definition,) in cursor.fetchall())
        assert found
        assert not any(f"({name}" in found or f", {name}" in found for name in ENCRYPTED)


def test_a_list_of_values_holds_ciphertext() -> None:
    identity(**WHOLE)
    for found in (
        *PersonIdentity.objects.values_list("name", flat=True),
        PersonIdentity.objects.values().get()["contact"],
    ):
        assert isinstance(found, Token)
        assert found not in WHOLE.values()


def test_an_update_of_many_writes_each_for_its_own_row() -> None:
    first = identity(name="A")
    other = Person.objects.create(registry=first.person.registry, public_code="AAAAAAA2", code_word="TAMARIN")
    second = PersonIdentity.objects.create(person=other, name="B", contact="C")
    assert PersonIdentity.objects.update(name="D") == 2
    rows = list(PersonIdentity.objects.order_by("pk"))
    assert [(row.pk, row.name, row.contact) for row in rows] == [(first.pk, "D", ""), (second.pk, "D", "C")]
    assert columns(first)["name"] != columns(second)["name"]


def test_what_cannot_know_its_row_is_refused() -> None:
    row = identity(name="A")
    row.name = "B"
    with pytest.raises(NotBound), transaction.atomic():
        PersonIdentity.objects.bulk_update([row], ["name"])
    with pytest.raises(NotBound), transaction.atomic():
        PersonIdentity.objects.update(name=F("contact"))
    assert PersonIdentity.objects.get(pk=row.pk).name == "A"


def test_rows_made_together_are_encrypted_each_for_itself() -> None:
    registry = make_registry()
    people = [Person.objects.create(registry=registry, public_code=f"AAAAAAA{n}", code_word=f"W{n}") for n in (1, 2)]
    PersonIdentity.objects.bulk_create([PersonIdentity(person=person, name="Same") for person in people])
    rows = list(PersonIdentity.objects.all())
    assert [row.name for row in rows] == ["Same", "Same"]
    assert columns(rows[0])["name"] != columns(rows[1])["name"]


def test_a_row_never_stands_under_two_keys(settings: Any) -> None:
    row = identity(**WHOLE)
    before = settings.IDENTITY_KEYS
    settings.IDENTITY_KEYS = Keyring((new_key(), *before.keys))
    fresh = PersonIdentity.objects.get(pk=row.pk)
    fresh.contact = "new"
    fresh.save(update_fields=["contact"])
    assert columns(row)["key_id"] == settings.IDENTITY_KEYS.current
    settings.IDENTITY_KEYS = Keyring(settings.IDENTITY_KEYS.keys[:1])
    found = PersonIdentity.objects.get(pk=row.pk)
    assert {name: getattr(found, name) for name in ENCRYPTED} == {**WHOLE, "contact": "new"}


def test_a_process_that_still_has_the_old_key_first_spoils_nothing(settings: Any) -> None:
    """It read the row before a rotation and writes one field after it."""
    row = identity(**WHOLE)
    old, new = settings.IDENTITY_KEYS.keys[0], new_key()
    stale = PersonIdentity.objects.get(pk=row.pk)
    settings.IDENTITY_KEYS = Keyring((new, old))
    PersonIdentity.objects.get(pk=row.pk).save()
    settings.IDENTITY_KEYS = Keyring((old, new))
    stale.contact = "written by the old one"
    stale.save(update_fields=["contact"])
    found = PersonIdentity.objects.get(pk=row.pk)
    assert {name: getattr(found, name) for name in ENCRYPTED} == {**WHOLE, "contact": "written by the old one"}


def test_every_writing_counts_and_nothing_else_does() -> None:
    row = identity(name="A")
    revisions = [row.revision]
    for change in ({"name": "B"}, {"contact": "C"}):
        PersonIdentity.objects.update(**change)
        revisions.append(PersonIdentity.objects.get(pk=row.pk).revision)
    assert revisions == sorted(set(revisions))
    fresh = PersonIdentity.objects.get(pk=row.pk)
    fresh.save(update_fields=["revision"])
    assert PersonIdentity.objects.get(pk=row.pk).revision == revisions[-1]
