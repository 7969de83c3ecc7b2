"""The list of people: found through one index per relation, with everything that a row shows in the same query.

However many people a country answers for, a page reads the newest rows of each index and no more. Files are listed in
the order in which they were opened in the registry, newest first, which is the order of their keys.

The conditions say in SQL what `referral.coverage` and `referral.safeguards` say in Python; tests hold them together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import BooleanField, ExpressionWrapper, Func, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.lookups import IsNull

from referral import coverage
from referral.actor import Actor
from referral.enums import (
    OPEN_STATES,
    Action,
    AgeBasis,
    NotCovered,
    Safeguard,
    WhereaboutsKind,
)
from referral.models import Case, CaseReach, Custody, Handover, LegalTrack, PersonLink, RiskAssessment
from referral.policy import CASE_RELATIONS, Relation
from referral.safeguards import ADULT
from referral.selectors.asked import rows as prepared_rows
from referral.selectors.cases import standings
from referral.selectors.facts import LIVE, facts_with, held_by
from referral.selectors.person import full_q

PAGE_SIZE = 25

COUNTED = 100
"""Lists are counted so far and no further: nobody reads "2,413", and counting costs more the more there are."""

CHILD = Q(person__adult_confirmed_by__isnull=True) & (
    Q(person__age_low__lt=ADULT)
    | Q(person__age_low__isnull=True, person__age_high__lt=ADULT)
    | Q(person__age_low__isnull=True, person__maybe_child=True)
    | Q(person__age_low__isnull=True, person__age_basis=AgeBasis.DISPUTED)
    | Q(carried_safeguards__contains=[Safeguard.PRESUMED_MINOR])
)
"""Presumed to be a child (`referral.selectors.facts.is_child`)."""

JOINS = (Relation.ASSIGNED, Relation.PAST_HOLDER)
"""Relations that stand in a table of their own, where one institution may have several rows for one case."""


CHAIN = (Relation.HOLDER, Relation.PAST_HOLDER)


def uncovered(at: datetime) -> Q:
    """Not covered at this exercise instant (`referral.coverage.gap_now`)."""
    return Q(uncovered_from_at__lte=at)


def gap_listed(case: Case, at: datetime) -> NotCovered | None:
    """Why the person is not covered at this instant, from the columns of the case alone."""
    place = None
    if case.place and case.place_since_at is not None:
        kind = WhereaboutsKind(case.place)
        place = coverage.Place(case.place_since_at, kind, case.place_country_id or "", case.place_supported)
    answering = case.holder.country_id if case.holder else None
    return coverage.gap_now(place, answering, now=at, bed_until=case.person.bed_until_at)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a reader looks for. A stub of a past holder answers to `text` and `ours` alone: the rest is not hers to know."""

    text: str = ""
    """The beginning of a code word or of a code, as typed."""
    stage: str = ""
    covered: bool | None = None
    child: bool | None = None
    ours: bool | None = None
    """Whether the reader's country answers now, or answered before."""

    @property
    def of_the_whole(self) -> bool:
        """Whether this asks for something that a stub does not tell."""
        return bool(self.stage) or self.covered is not None or self.child is not None


@dataclass(frozen=True, slots=True)
class Found:
    """One page of a list. `total` is exact up to COUNTED; one more means "more than that"."""

    rows: tuple[Any, ...]
    number: int
    more: bool
    total: int


def find(actor: Actor, at: datetime, asked: Asked, number: int = 1) -> Found:
    """A page of the people whom the actor may see, newest first, with all that a row shows. One query."""
    words = _words(asked.text)
    if number > 1:
        rows = list(_page(actor, at, asked, number, words))
    else:
        shape = replace(asked, text="any" if asked.text else "")
        rows = prepared_rows(
            lambda who, then, *given: _page(who, then, shape, 1, given), actor, at, *words, shape=shape
        )
    if not rows and number > 1:
        return find(actor, at, asked)
    return Found(tuple(rows[:PAGE_SIZE]), number, len(rows) > PAGE_SIZE, rows[0].total if rows else 0)


def _page(actor: Actor, at: datetime, asked: Asked, number: int, words: Sequence[str]) -> QuerySet[Any]:
    start = (number - 1) * PAGE_SIZE
    keys = keys_of(actor, at, asked, max(start + PAGE_SIZE, COUNTED) + 1, words)
    return _for_rows(actor, keys[start : start + PAGE_SIZE + 1], keys[: COUNTED + 1])


def keys_of(
    actor: Actor, at: datetime, asked: Asked, most: int, words: Sequence[str] | None = None
) -> QuerySet[Any, Any]:
    """Keys of the newest cases that fit, at most so many: one ordered read per relation, merged.

    `words` are the spellings of the text that is looked for, where the caller has them.

    Who held a case or holds it has a link in its chain: for both together the chain is read once, in its own order.
    """
    spelled = _words(asked.text) if words is None else words
    condition, relations = _condition(actor, at, asked, spelled), _relations(actor, asked)
    reads = [
        _newest(Case.objects.filter(CASE_RELATIONS[relation].as_q(actor) & condition), relation in JOINS)
        for relation in relations
        if not (relation in CHAIN and relations.issuperset(CHAIN))
    ]
    if relations.issuperset(CHAIN):
        ever = Custody.objects.filter(institution=actor.institution_id)
        links = Case.objects.filter(condition, custody__institution=actor.institution_id)
        reads.append(_newest(links, joins=True) if condition else ever.order_by("-case").values("case").distinct())
    cut = [rows[:most] for rows in reads]
    if not cut:
        return Case.objects.none().values("pk")
    return cut[0] if len(cut) == 1 else cut[0].union(*cut[1:]).order_by("-pk")


def _newest(cases: QuerySet[Any], joins: bool) -> QuerySet[Any, Any]:
    rows = cases.order_by("-pk").values("pk")
    return rows.distinct() if joins else rows


def _relations(actor: Actor, asked: Asked) -> set[Relation]:
    """The actor's relations to the cases that are asked for. Who asks for the whole asks no past holder."""
    held = set(standings(actor, Action.VIEW_CASE)) - {Relation.BREAK_GLASS}  # one case is opened, and no list grows
    if asked.of_the_whole or asked.ours is True:
        held.discard(Relation.PAST_HOLDER)
    if asked.ours is False:
        held.discard(Relation.HOLDER)
    return held


def _condition(actor: Actor, at: datetime, asked: Asked, words: Sequence[str]) -> Q:
    condition = Q(pk__in=_written(actor, *words)) if asked.text else Q()
    if asked.stage:
        condition &= Q(stage=asked.stage)
    if asked.covered is not None:
        condition &= uncovered(at) if not asked.covered else Q(uncovered_from_at__gt=at) | Q(uncovered_from_at=None)
    if asked.child is not None:
        condition &= CHILD if asked.child else ~CHILD
    if asked.ours is not None and Relation.HOLDER not in standings(actor, Action.VIEW_CASE):
        ours = Q(holder__country_id=actor.country_code)
        condition &= ours if asked.ours else ~ours
    return condition


def _words(text: str) -> tuple[str, str]:
    """A text as a code word and as a code: spaces and dashes in a code do not count, and its letters O, I, L are digits."""
    word = " ".join(text.upper().split())
    code = word.replace(" ", "").replace("-", "").translate(str.maketrans("OIL", "011"))
    return word, code


def _written(actor: Actor, word: str, code: str) -> QuerySet[Any, Any]:
    """Cases that the actor's institution reaches, whose word or code begins so.

    Nobody sees a case that her institution does not reach; whether she does say her relations.
    """
    reached = CaseReach.objects.filter(institution=actor.institution_id)
    return reached.filter(Q(code_word__begins=word) | Q(public_code__begins=code)).values("case")


def _for_rows(actor: Actor, keys: QuerySet[Any, Any], counted: QuerySet[Any, Any]) -> QuerySet[Any]:
    """The cases of these keys with everything that a row of the list shows."""
    risks = RiskAssessment.objects.filter(case=OuterRef("pk")).order_by("-assessed_at", "-pk")
    tracks = LegalTrack.objects.filter(case=OuterRef("pk"), state__in=LIVE, until_at__isnull=True)
    opened = Handover.objects.filter(case=OuterRef("pk"), state__in=sorted(OPEN_STATES))
    siblings = PersonLink.objects.filter(person=OuterRef("person_id"), kind="sibling")
    cases = Case.objects.filter(registry=actor.registry_id, pk__in=keys).select_related("person", "holder")
    return cases.annotate(
        full=_any(Case.objects.filter(full_q(actor), pk=OuterRef("pk"))),
        total=Func(ArraySubquery(counted), function="cardinality", output_field=IntegerField()),
        has_open_handover=_any(opened),
        tracks=ArraySubquery(tracks.values("kind")),
        risk=Subquery(risks.values("level")[:1]),
        siblings=_any(siblings),
    ).order_by("-pk")


def _any(rows: QuerySet[Any]) -> ExpressionWrapper:
    """Whether there is a row, asked for each case by its key: PostgreSQL may answer EXISTS by reading all rows first."""
    found = IsNull(Subquery(rows.order_by().values("pk")[:1]), False)
    return ExpressionWrapper(found, output_field=BooleanField())


def safeguards_listed(case: Any) -> tuple[Safeguard, ...]:
    """The safeguards of a row of this list; asks the database nothing."""
    return held_by(case, facts_with(case, case.tracks, case.risk or "", case.siblings))
