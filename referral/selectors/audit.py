"""The audit list: who opened, shared, saw, proposed, was refused and asked for what. Never a fact about a person.

An officer who sits in a country audits what its institutions did and what was done to people for whom they answer; one
who sits in none audits the whole registry. To the officer of an asking side a request says no more than to the asker.
Pages are found by their last row and not by a number, so that the thousandth costs what the first does.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Case, CharField, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import JSONObject

from common import second_wall
from referral.actor import Actor
from referral.codes import as_code
from referral.enums import Action, AskKind, GlassState, ProposalState
from referral.models import AuditReview, BreakGlass, CaseEvent, Denial, Disclosure, Enquiry, Proposal, PullRequest
from referral.selectors.people import COUNTED

PAGE = 25
HANDFUL = 10
"""Lines of the audit list on the officer's first screen."""


class Kind(StrEnum):
    """What an audit looks at. Break-glass comes first."""

    GLASS = "glass"
    SHARED = "shared"
    SEEN = "seen"
    OVERRIDES = "overrides"
    TWO_PEOPLE = "two_people"
    DENIED = "denied"
    ASKED = "asked"
    ENQUIRED = "enquired"


@dataclass(frozen=True, slots=True)
class Cursor:
    """The last row of a page: the next one begins after it. In an address: microseconds since 1970 and the key."""

    at: datetime
    pk: int

    def __str__(self) -> str:
        return f"{(self.at - EPOCH) // MICROSECOND}-{self.pk}"


EPOCH, MICROSECOND = datetime(1970, 1, 1, tzinfo=UTC), timedelta(microseconds=1)
LONGEST = 18
"""Numbers of an address are shorter: no key and no instant of ours needs more digits, and none of them overflows."""


def cursor_of(text: str) -> Cursor | None:
    """The cursor of an address; None for anything that is none."""
    parts = text.split("-")
    if len(parts) != 2 or not all(part.isascii() and part.isdecimal() and len(part) < LONGEST for part in parts):
        return None
    return Cursor(EPOCH + int(parts[0]) * MICROSECOND, int(parts[1]))


@dataclass(frozen=True, slots=True)
class Asked:
    """What the reader looks for: one kind and, where given, days from and to in a zone, a country, an institution, a code."""

    kind: Kind = Kind.GLASS
    since: date | None = None
    until: date | None = None
    zone: str = "UTC"
    country: str = ""
    institution: int | None = None
    person: str = ""
    reviewed: bool | None = None
    after: Cursor | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """One page of the list, as the rows' own values. `next` is where the following one begins, if there is one."""

    rows: tuple[dict[str, Any], ...]
    next: Cursor | None = None


def find(actor: Actor, asked: Asked) -> Found:
    """A page of the list, newest first. One query, whose columns hold no fact about a person."""
    rows, at = _narrowed(actor, asked)
    if asked.after is not None:
        rows = rows.filter(Q(**{f"{at}__lt": asked.after.at}) | Q(**{at: asked.after.at}, pk__lt=asked.after.pk))
    with second_wall.across("audit"):
        page = list(rows.order_by(f"-{at}", "-pk")[: PAGE + 1])
    last = page[PAGE - 1] if len(page) > PAGE else None
    return Found(tuple(page[:PAGE]), Cursor(last["when"], last["pk"]) if last is not None else None)


def overrides(actor: Actor, asked: Asked) -> int:
    """How many conditions were set aside by two people, of those looked for; exact up to COUNTED, one more means "more".

    What is only proposed and what was not gone on with stands in the list and is not counted. One query.
    """
    rows, _at = _narrowed(actor, replace(asked, kind=Kind.OVERRIDES))
    with second_wall.across("audit"):
        return rows.filter(state=ProposalState.CONFIRMED)[: COUNTED + 1].count()


def not_reviewed(actor: Actor) -> list[tuple[Kind, dict[str, Any]]]:
    """What the reader's office has not reviewed yet, of every kind together, as many as HANDFUL and one more.

    Break-glass comes first, then the newest: whatever is shared day by day must not push it off the desk. Rows
    as `find` brings them. One query, whose columns hold no fact about a person.
    """
    sets = [_newest(actor, kind) for kind in Kind]
    found = sets[0].union(*sets[1:], all=True).order_by("weight", "-when", "-key")[: HANDFUL + 1]
    with second_wall.across("audit"):
        return [(Kind(kind), row | {"when": when, "reviewed_at": None}) for _weight, kind, when, _key, row in found]


def _newest(actor: Actor, kind: Kind) -> QuerySet[Any, Any]:
    """The newest rows of a kind that wait for a review, each in one column, so that kinds can be put together."""
    source = SOURCES[kind](actor)
    names = (*source.rows.query.values_select, *source.rows.query.annotations)
    rows = _with_review(source.rows, kind, actor).filter(reviewed_at__isnull=True).order_by(f"-{source.at}", "-pk")
    columns = JSONObject(**{name: F(name) for name in names})
    line = rows.annotate(weight=Value(kind is not Kind.GLASS), source=Value(kind.value), key=F("pk"), columns=columns)
    return line.values_list("weight", "source", "when", "key", "columns")[: HANDFUL + 1]


def _narrowed(actor: Actor, asked: Asked) -> tuple[QuerySet[Any, Any], str]:
    """The rows that are looked for, from the newest to the oldest page, and the name of their time."""
    source = SOURCES[asked.kind](actor)
    rows, at = _with_review(source.rows, asked.kind, actor), source.at
    if asked.since is not None:
        rows = rows.filter(**{f"{at}__gte": _midnight(asked.since, asked.zone)})
    if asked.until is not None:
        rows = rows.filter(**{f"{at}__lt": _midnight(asked.until, asked.zone) + timedelta(days=1)})
    if asked.country:
        rows = rows.filter(source.country(asked.country))
    if asked.institution is not None:
        rows = rows.filter(source.institution(asked.institution))
    if asked.person:
        rows = rows.filter(source.person(as_code(asked.person)))
    if asked.reviewed is not None:
        rows = rows.filter(reviewed_at__isnull=not asked.reviewed)
    return rows, at


def row(actor: Actor, kind: Kind, pk: int) -> dict[str, Any] | None:
    """One row of the list, or None when this officer has no such row. One query."""
    rows = _with_review(SOURCES[kind](actor).rows, kind, actor)
    with second_wall.across("audit"):
        found: dict[str, Any] | None = rows.filter(pk=pk).first()
    return found


def reviews(actor: Actor, kind: Kind, pk: int) -> list[AuditReview]:
    """What officers of the reader's own institution said about a row, oldest first. One query."""
    rows = AuditReview.objects.filter(registry=actor.registry_id, institution=actor.institution_id, source=kind, row=pk)
    return list(rows.select_related("user"))


def case_of(kind: Kind, pk: int) -> int | None:
    """The case that a row is about; None for a row that is about none."""
    model = MODELS[kind]
    if model is Denial:
        return None
    with second_wall.across("audit"):
        found: int | None = model.objects.values_list("case_id", flat=True).get(pk=pk)
    return found


def _midnight(day: date, zone: str) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(zone))


def _with_review(rows: QuerySet[Any, Any], kind: Kind, actor: Actor) -> QuerySet[Any, Any]:
    """Remarks stay with the office that wrote them: one of the other side may say what this one must not know."""
    mine = AuditReview.objects.filter(
        registry=actor.registry_id, institution=actor.institution_id, source=kind, row=OuterRef("pk")
    )
    return rows.annotate(reviewed_at=Subquery(mine.order_by("-at", "-pk").values("at")[:1]))


def _nothing(_value: Any) -> Q:
    return Q(pk__in=())


@dataclass(frozen=True, slots=True)
class Source:
    """Where the rows of a kind come from, when each was, and how they are narrowed."""

    rows: QuerySet[Any, Any]
    at: str
    country: Callable[[str], Q]
    institution: Callable[[int], Q]
    person: Callable[[str], Q] = field(default=_nothing)


def _within(actor: Actor, *paths: str) -> Q:
    """Rows in which an institution of the officer's country stands at one of these places."""
    if not actor.country_code:
        return Q()
    condition = Q(pk__in=())
    for path in paths:
        condition |= Q(**{f"{path}__country": actor.country_code})
    return condition


def _glass(actor: Actor) -> Source:
    # What was opened is known to both sides. Before that, and where nothing was, the asking side knows what was typed.
    known = Q(state__in=(GlassState.OPENED, GlassState.ENDED))
    if actor.country_code:
        known |= Q(case__holder__country=actor.country_code)
    rows = BreakGlass.objects.filter(_within(actor, "institution", "case__holder"), registry=actor.registry_id).values(
        "pk", "reference", "state", "reason", "ended_how", when=F("asked_at"), person_code=F("code"), who=F("institution__name"),
        role=F("asked_role"),
    )  # fmt: skip
    return Source(
        rows, "asked_at", lambda code: Q(institution__country=code), lambda key: Q(institution=key),
        lambda code: Q(code__iexact=code) | Q(known, case__person__public_code=code),
    )  # fmt: skip


def _shared(actor: Actor) -> Source:
    within = _within(actor, "handover__sender", "referral__sender", "recipient")
    rows = Disclosure.objects.filter(within, case__registry=actor.registry_id).values(
        "pk", "compartment", "fields", when=F("at"), reference=F("handover__reference"), home=F("referral__reference"),
        person_code=F("case__person__public_code"), who=F("handover__sender__name"), asker=F("referral__sender__name"),
        recipient_name=F("recipient__name"), country=F("recipient_country"), rests_on=F("consent__kind"), basis_code=F("basis"),
    )  # fmt: skip
    return Source(
        rows, "at",
        lambda code: Q(recipient__country=code) | Q(recipient_country=code) | Q(case__found_in=code),
        lambda key: Q(handover__sender=key) | Q(referral__sender=key) | Q(recipient=key),
        lambda code: Q(case__person__public_code=code),
    )  # fmt: skip


def _seen(actor: Actor) -> Source:
    within = _within(actor, "institution", "case__holder")
    looked = Q(kind__in=("identity_shown", "identity_changed", "glass_read")) | Q(
        kind=Action.RECORD_FACTS, code="with_identity"
    )
    rows = CaseEvent.objects.filter(within, looked, registry=actor.registry_id).values(
        "pk", "role", "kind", "code", when=F("at"), person_code=F("case__person__public_code"), who=F("institution__name"),
        place=F("handover__reference"), said=F("payload__content__content"),
    )  # fmt: skip
    return Source(
        rows, "at", lambda code: Q(institution__country=code), lambda key: Q(institution=key),
        lambda code: Q(case__person__public_code=code),
    )  # fmt: skip


def _two_people(actor: Actor, *, overrides: bool = False) -> Source:
    rows = Proposal.objects.filter(_within(actor, "institution"), registry=actor.registry_id)
    rows = rows.filter(action=Action.OVERRIDE) if overrides else rows.exclude(action=Action.OVERRIDE)
    values = rows.values(
        "pk", "action", "state", when=F("proposed_at"), reference=F("handover__reference"),
        person_code=F("case__person__public_code"), who=F("institution__name"),
    )  # fmt: skip
    return Source(
        values, "proposed_at", lambda code: Q(institution__country=code), lambda key: Q(institution=key),
        lambda code: Q(case__person__public_code=code),
    )  # fmt: skip


def _denied(actor: Actor) -> Source:
    rows = Denial.objects.filter(_within(actor, "institution"), registry=actor.registry_id).values(
        "pk", "page", "answer", "role", when=F("at"), person_code=F("code"), who=F("institution__name")
    )
    return Source(
        rows, "at", lambda code: Q(institution__country=code), lambda key: Q(institution=key), lambda code: Q(code__iexact=code)
    )  # fmt: skip


def _asked(actor: Actor) -> Source:
    """Whom a request found, and what became of it, is known to the officer of the country that answers, and to no other."""
    here = Q(holder__country=actor.country_code) if actor.country_code else Q(pk__in=())
    rows = PullRequest.objects.filter(
        _within(actor, "asker", "holder"), registry=actor.registry_id, kind__in=AskKind.values
    ).values(
        "pk", "reference", ask=F("kind"), when=F("asked_at"), who=F("asker__name"), recipient_name=_told(here, "holder__name"),
        became=_told(here, "state"),
    )  # fmt: skip
    return Source(
        rows, "asked_at",
        lambda code: Q(asker__country=code) | Q(here, holder__country=code),
        lambda key: Q(asker=key) | Q(here, holder=key),
        lambda code: Q(code__iexact=code) | Q(here, case__person__public_code=code),
    )  # fmt: skip


def _told(condition: Q, name: str) -> Case:
    return Case(When(condition, then=F(name)), default=Value(""), output_field=CharField())


def _enquired(actor: Actor) -> Source:
    within = Q(receiver_country=actor.country_code) | _within(actor, "sender") if actor.country_code else Q()
    rows = Enquiry.objects.filter(within, registry=actor.registry_id).values(
        "pk", "reference", "state", when=F("asked_at"), who=F("sender__name"), country=F("receiver_country")
    )
    return Source(
        rows, "asked_at", lambda code: Q(sender__country=code) | Q(receiver_country=code),
        lambda key: Q(sender=key) | Q(receiver=key),
    )  # fmt: skip


SOURCES: Mapping[Kind, Callable[[Actor], Source]] = {
    Kind.GLASS: _glass,
    Kind.SHARED: _shared,
    Kind.SEEN: _seen,
    Kind.OVERRIDES: lambda actor: _two_people(actor, overrides=True),
    Kind.TWO_PEOPLE: _two_people,
    Kind.DENIED: _denied,
    Kind.ASKED: _asked,
    Kind.ENQUIRED: _enquired,
}
MODELS: Mapping[Kind, Any] = {
    Kind.GLASS: BreakGlass,
    Kind.SHARED: Disclosure,
    Kind.SEEN: CaseEvent,
    Kind.OVERRIDES: Proposal,
    Kind.TWO_PEOPLE: Proposal,
    Kind.DENIED: Denial,
    Kind.ASKED: PullRequest,
    Kind.ENQUIRED: Enquiry,
}
