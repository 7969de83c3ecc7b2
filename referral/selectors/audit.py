"""The audit list: who shared, saw, proposed and asked for what. References and institutions, never a fact about a person."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import F, Q, QuerySet

from common import second_wall
from referral.actor import Actor
from referral.enums import Action, AskKind
from referral.models import CaseEvent, Disclosure, Enquiry, Proposal, PullRequest

PAGE = 25


class Kind(StrEnum):
    """What an audit looks at."""

    SHARED = "shared"
    SEEN = "seen"
    TWO_PEOPLE = "two_people"
    ASKED = "asked"
    ENQUIRED = "enquired"


@dataclass(frozen=True, slots=True)
class Asked:
    """What the reader looks for: one kind, and where given one day in a zone and one country."""

    kind: Kind = Kind.SHARED
    day: date | None = None
    zone: str = "UTC"
    country: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """One page of the list, as the rows' own values."""

    rows: tuple[dict[str, Any], ...]
    number: int
    more: bool


def find(actor: Actor, asked: Asked, number: int = 1) -> Found:
    """A page of the list, newest first. One query, whose columns hold no fact about a person."""
    rows, at, country = SOURCES[asked.kind](actor)
    if asked.day is not None:
        begins = datetime.combine(asked.day, time(), ZoneInfo(asked.zone))
        rows = rows.filter(**{f"{at}__gte": begins, f"{at}__lt": begins + timedelta(days=1)})
    if asked.country:
        rows = rows.filter(country(asked.country))
    start = (number - 1) * PAGE
    with second_wall.across("audit"):
        page = list(rows.order_by(f"-{at}", "-pk")[start : start + PAGE + 1])
    return Found(tuple(page[:PAGE]), number, len(page) > PAGE)


Source = tuple[QuerySet[Any, Any], str, Callable[[str], Q]]


def _shared(actor: Actor) -> Source:
    rows = Disclosure.objects.filter(case__registry=actor.registry_id).values(
        "compartment", "fields", when=F("at"), reference=F("handover__reference"), home=F("referral__reference"),
        person_code=F("case__person__public_code"), who=F("handover__sender__name"), asker=F("referral__sender__name"),
        recipient_name=F("recipient__name"), country=F("recipient_country"), rests_on=F("consent__kind"), basis_code=F("basis"),
    )  # fmt: skip
    return rows, "at", lambda code: Q(recipient__country=code) | Q(recipient_country=code) | Q(case__found_in=code)


def _seen(actor: Actor) -> Source:
    looked = Q(kind="identity_shown") | Q(kind=Action.RECORD_FACTS, code="with_identity")
    rows = CaseEvent.objects.filter(looked, registry=actor.registry_id).values(
        "role", "kind", when=F("at"), person_code=F("case__person__public_code"), who=F("institution__name"),
        place=F("handover__reference"), said=F("payload__content__content"),
    )  # fmt: skip
    return rows, "at", lambda code: Q(institution__country=code)


def _two_people(actor: Actor) -> Source:
    rows = Proposal.objects.filter(registry=actor.registry_id).values(
        "action", "state", when=F("proposed_at"), reference=F("handover__reference"), person_code=F("case__person__public_code"),
        who=F("institution__name"),
    )  # fmt: skip
    return rows, "proposed_at", lambda code: Q(institution__country=code)


def _asked(actor: Actor) -> Source:
    rows = PullRequest.objects.filter(registry=actor.registry_id, kind__in=AskKind.values).values(
        "reference", "state", ask=F("kind"), when=F("asked_at"), who=F("asker__name"), recipient_name=F("holder__name")
    )
    return rows, "asked_at", lambda code: Q(asker__country=code) | Q(holder__country=code)


def _enquired(actor: Actor) -> Source:
    rows = Enquiry.objects.filter(registry=actor.registry_id).values(
        "reference", "state", when=F("asked_at"), who=F("sender__name"), country=F("receiver_country")
    )
    return rows, "asked_at", lambda code: Q(sender__country=code) | Q(receiver_country=code)


SOURCES: Mapping[Kind, Callable[[Actor], Source]] = {
    Kind.SHARED: _shared,
    Kind.SEEN: _seen,
    Kind.TWO_PEOPLE: _two_people,
    Kind.ASKED: _asked,
    Kind.ENQUIRED: _enquired,
}
