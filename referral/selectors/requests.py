"""Requests about a person elsewhere: to their asker a list that tells nothing, to the holder what is to be decided."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, QuerySet

from referral.actor import Actor
from referral.enums import DeadlineState, PullState
from referral.gates import Contact, contact_refused
from referral.models import Deadline, PullRequest
from referral.selectors.cases import NUL
from referral.selectors.facts import contact_limits

PAGE = 25
"""Rows on one page of a list."""


@dataclass(frozen=True, slots=True)
class Told:
    """What an asker reads of its own request: what it wrote, and when. Nothing of what became of it."""

    reference: str
    kind: str
    code: str
    reason: str
    language: str
    asked_at: datetime


@dataclass(frozen=True, slots=True)
class Listed:
    """One page of a list, from 1 on, and whether another follows."""

    rows: Sequence[PullRequest]
    number: int
    more: bool


TOLD = ("reference", "kind", "code", "reason", "language", "asked_at")


def asked_by(actor: Actor, number: int = 1) -> tuple[list[Told], bool]:
    """What the actor's institution asked, newest first, and whether more follows. One query, which reads no case."""
    start = (number - 1) * PAGE
    rows = PullRequest.objects.filter(asker=actor.institution_id).order_by("-asked_at", "-pk").values(*TOLD)
    found = [Told(**row) for row in rows[start : start + PAGE + 1]]
    return found[:PAGE], len(found) > PAGE


def asked(actor: Actor, reference: str) -> Told:
    """One of them. Raises PullRequest.DoesNotExist."""
    if NUL in reference:
        raise PullRequest.DoesNotExist
    return Told(**PullRequest.objects.values(*TOLD).get(asker=actor.institution_id, reference=reference))


def _held(actor: Actor) -> QuerySet[PullRequest]:
    """Requests about people for whom the actor's institution answers: it was told, and it still holds the case."""
    rows = PullRequest.objects.filter(holder=actor.institution_id, case__holder=F("holder"))
    return rows.select_related("asker", "case__person", "case__holder", "handover")


def to_decide(actor: Actor) -> list[PullRequest]:
    """What waits for the actor's institution, oldest first; no more than a page. One query."""
    return list(_held(actor).filter(state=PullState.OPEN).order_by("pk")[:PAGE])


def decided(actor: Actor, number: int = 1) -> Listed:
    """What it has decided, newest first. One query."""
    start = (number - 1) * PAGE
    found = list(_held(actor).exclude(state=PullState.OPEN).order_by("-pk")[start : start + PAGE + 1])
    return Listed(found[:PAGE], number, len(found) > PAGE)


def request_to_holder(actor: Actor, reference: str) -> PullRequest:
    """A request that the actor's institution decides. Raises PullRequest.DoesNotExist when invisible."""
    if NUL in reference:
        raise PullRequest.DoesNotExist
    return _held(actor).get(registry=actor.registry_id, reference=reference)


def must_not_reach(request: PullRequest) -> Contact | None:
    """Why nothing may reach the asker, if something stands against it: a warning for the holder, never an answer."""
    assert request.case is not None
    return contact_refused(contact_limits(request.case), request.asker.country_id or "")


def decision_due(request: PullRequest) -> Deadline | None:
    """The open deadline of the decision."""
    return Deadline.objects.filter(request=request, state=DeadlineState.OPEN).first()
