"""The end of retention: what was said about a person is erased, and the chained record stays verifiable.

What stays are codes, times, states, custody and the names of the fields that were disclosed. Only the owner of the tables
can do this: the triggers refuse it to the roles that serve pages and send mails, and so do their rights.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db import connections, models, transaction
from django.db.models import Case as Choose
from django.db.models import Max, Q, Value, When

from common import second_wall
from common.encrypted import EncryptedRow
from referral import limits
from referral.enums import Compartment, RegistryState
from referral.fieldmap import FIELD_MAP, OPEN
from referral.models import (
    BlockedRecipient,
    Case,
    CaseEvent,
    EventPayload,
    Person,
    PersonIdentity,
    PersonLink,
    Registry,
)
from referral.selectors.chained import ERASED
from referral.services import events
from referral.services.moment import Moment, moment_of

OWNER = "owner"
ROWS_OF_A_PERSON: tuple[tuple[type[models.Model], str], ...] = (
    (PersonIdentity, "person"),
    (BlockedRecipient, "person"),
    (PersonLink, "person"),
    (PersonLink, "other"),
)
"""Rows that go as a whole, with their key to the person."""
STAYS = frozenset({"language", "text_version", "text_hash"})
"""Fields that tell in which words somebody was asked, and nothing about the person."""
TAKEN_AWAY = "—"
"""What stands in the place of a text, so that a reader sees that there was one."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How many cases were erased, and how many events say nothing any more."""

    cases: int
    payloads: int


@second_wall.system(using=OWNER)
def erase(registry: Registry, wall: datetime) -> Outcome:
    """Erase every person of the registry whose time is over, one transaction each; a second call finds nothing.

    A person's time is over when it is over for all files about the person. Must run where the owner's connection is known.
    """
    moment = moment_of(registry, wall)
    cases = payloads = 0
    for person_id in list(_due(registry, moment).order_by("person_id").values_list("person_id", flat=True).distinct()):
        with transaction.atomic(using=OWNER):
            found, gone = _erase_person(registry, person_id, moment)
        cases, payloads = cases + found, payloads + gone
    return Outcome(cases, payloads)


def _due(registry: Registry, moment: Moment) -> models.QuerySet[Case]:
    """Cases past their retention about which something is still said."""
    said = EventPayload.objects.using(OWNER).exclude(event__kind=ERASED).values("event__case")
    return _past(registry, moment).filter(pk__in=said)


def _past(registry: Registry, moment: Moment) -> models.QuerySet[Case]:
    """Cases past their retention; `selectors.retention` asks afterwards, by the record, whether it was so."""
    mine = Case.objects.using(OWNER).filter(registry=registry.pk)
    if registry.state == RegistryState.ENDED:
        acts = CaseEvent.objects.using(OWNER).filter(registry=registry.pk).exclude(kind=ERASED)
        last = acts.aggregate(last=Max("wall"))["last"]
        return mine if last is not None and last <= moment.wall - limits.ERASE_AFTER_THE_END else mine.none()
    return mine.filter(closed_at__lte=moment.at - limits.ERASE_AFTER_CLOSING)


def _erase_person(registry: Registry, person_id: int, moment: Moment) -> tuple[int, int]:
    cases = list(Case.objects.using(OWNER).select_for_update().filter(person=person_id).order_by("pk"))
    keys = [case.pk for case in cases]
    if _past(registry, moment).filter(pk__in=keys).count() != len(keys):
        return 0, 0
    with connections[OWNER].cursor() as cursor:
        cursor.execute("SET LOCAL alongside.erase = 'on'")
    for row, key in ROWS_OF_A_PERSON:
        row._base_manager.using(OWNER).filter(**{key: person_id})._raw_delete(OWNER)
    _empty(Person, Q(pk=person_id), {"majority_at": None})
    for model, path in rows_about_a_case():
        about = Q(**{f"{path}__in": keys})
        if issubclass(model, EncryptedRow):
            model._base_manager.using(OWNER).filter(about)._raw_delete(OWNER)
        else:
            _empty(model, about)
    notes = [events.Entry(case=case, kind=ERASED) for case in cases]
    gone = EventPayload._base_manager.using(OWNER).filter(event__case__in=keys)._raw_delete(OWNER)
    events.record_all(notes, moment, using=OWNER)
    with connections[OWNER].cursor() as cursor:
        cursor.execute("SET LOCAL alongside.erase = 'off'")
    return len(cases), gone


def _empty(model: type[models.Model], whose: Q, more: dict[str, Any] | None = None) -> None:
    values = {field.name: _emptied(field) for field in emptied_fields(model)} | (more or {})
    if values:
        model._base_manager.using(OWNER).filter(whose).update(**values)


def emptied_fields(model: type[models.Model]) -> Iterator[models.Field[Any, Any]]:
    """Fields in which somebody says something about a person: every text and structure, and uncoded values of a compartment.

    The field map decides, so that a new field falls under erasure by itself.
    """
    places = FIELD_MAP[model.__name__]
    for field in model._meta.concrete_fields:
        free = isinstance(field, models.TextField | models.JSONField)
        listed = isinstance(field, models.CharField | ArrayField) and not field.choices
        told = listed and places[field.name] not in (OPEN, Compartment.D0)
        if (free or told) and not field.is_relation and field.name not in STAYS:
            yield field


def _emptied(field: models.Field[Any, Any]) -> Any:
    if isinstance(field, models.TextField):
        return Choose(When(**{field.name: ""}, then=Value("")), default=Value(TAKEN_AWAY))
    if isinstance(field, models.JSONField | ArrayField):
        return field.get_default() or ([] if isinstance(field, ArrayField) else {})
    return ""


@cache
def rows_about_a_case() -> tuple[tuple[type[models.Model], str], ...]:
    """Every model with rows about a case, with its shortest way there by foreign keys; payloads go as a whole."""
    found: dict[type[models.Model], str] = {Case: "pk"}
    ahead: deque[type[models.Model]] = deque([Case])
    every = apps.get_app_config("referral").get_models(include_auto_created=True)
    referring = [(model, field) for model in every for field in model._meta.concrete_fields if field.is_relation]
    while ahead:
        target = ahead.popleft()
        for model, field in referring:
            if field.related_model is target and model not in found:
                found[model] = field.name if target is Case else f"{field.name}__{found[target]}"
                ahead.append(model)
    ways = (item for item in found.items() if item[0].__name__ in FIELD_MAP and item[0] is not EventPayload)
    return tuple((model, path) for model, path in ways if any(emptied_fields(model)))
