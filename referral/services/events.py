"""The only writer of the record. The caller holds the case row lock, so the sequence has no gaps and no doubles."""

from __future__ import annotations

import json
import secrets
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS
from django.db.models import QuerySet

from common import prepared
from referral.actor import Actor
from referral.chain import GENESIS, canonical, commitment_of, facts_of, link, row_digest
from referral.enums import Compartment
from referral.models import Case, CaseEvent, EventPayload, Handover
from referral.services.moment import Moment


def record(
    *,
    case: Case,
    kind: str,
    moment: Moment,
    at: datetime | None = None,
    actor: Actor | None = None,
    handover: Handover | None = None,
    code: str = "",
    from_state: str = "",
    to_state: str = "",
    content: Mapping[str, Any] | None = None,
    compartment: Compartment = Compartment.D0,
    submission: UUID | None = None,
    happened_at: datetime | None = None,
    amends: CaseEvent | None = None,
) -> CaseEvent:
    """Append one event. `actor` None is the system; `at` is a logical time at or before the moment.

    The time of an event never lies before the one it follows: a late system act takes its predecessor's time (I13).
    """
    entry = Entry(
        case=case,
        kind=kind,
        at=at,
        actor=actor,
        handover=handover,
        code=code,
        from_state=from_state,
        to_state=to_state,
        content=content,
        compartment=compartment,
        submission=submission,
        happened_at=happened_at,
        amends=amends,
    )
    return record_all([entry], moment)[0]


@dataclass(frozen=True, slots=True)
class Entry:
    """One event to be written; the arguments of `record`."""

    case: Case
    kind: str
    at: datetime | None = None
    actor: Actor | None = None
    handover: Handover | None = None
    code: str = ""
    from_state: str = ""
    to_state: str = ""
    content: Mapping[str, Any] | None = None
    compartment: Compartment = Compartment.D0
    submission: UUID | None = None
    happened_at: datetime | None = None
    amends: CaseEvent | None = None


def record_all(entries: Sequence[Entry], moment: Moment, using: str = DEFAULT_DB_ALIAS) -> list[CaseEvent]:
    """Append events of any number of cases, in their order, in three statements. The caller holds all these cases.

    `using` is the connection on which it holds them; the owner's, when what is recorded is an erasure.
    """
    last = {event.case_id: event for event in _newest({entry.case.pk for entry in entries}, using)}
    found, payloads = [], []
    for entry in entries:
        event, payload = _composed(entry, moment, last.get(entry.case.pk))
        last[entry.case.pk] = event
        found.append(event)
        payloads.append(payload)
    for event, payload in zip(CaseEvent.objects.using(using).bulk_create(found), payloads, strict=True):
        payload.event = event
    EventPayload.objects.using(using).bulk_create(payloads)
    return found


def _newest(cases: Collection[int], using: str) -> Iterable[CaseEvent]:
    """The last event of each of these cases. An act concerns one, which is asked in the same words each time."""
    if len(cases) == 1 and using == DEFAULT_DB_ALIAS:
        return prepared.rows(_newest_of_one, *cases)
    rows = CaseEvent.objects.using(using).filter(case__in=cases).order_by("case_id", "-seq").distinct("case_id")
    return rows.only(*OF_THE_LAST)


def _newest_of_one(case: int) -> QuerySet[CaseEvent]:
    return CaseEvent.objects.filter(case=case).order_by("-seq").only(*OF_THE_LAST)[:1]


OF_THE_LAST = ("case_id", "seq", "hash", "at")
"""What the next event needs of the one before."""


def _composed(entry: Entry, moment: Moment, last: CaseEvent | None) -> tuple[CaseEvent, EventPayload]:
    """The event after `last` as unsaved rows."""
    seq = last.seq + 1 if last else 1
    stamp = moment.at if entry.at is None else entry.at
    if last and stamp < last.at:
        stamp = last.at
    actor, handover = entry.actor, entry.handover
    happened_at = min(entry.happened_at, stamp) if entry.happened_at else stamp
    facts = facts_of(
        registry=entry.case.registry_id,
        case=entry.case.pk,
        seq=seq,
        kind=entry.kind,
        code=entry.code,
        from_state=entry.from_state,
        to_state=entry.to_state,
        handover=handover.pk if handover else None,
        user=actor.user_id if actor else None,
        institution=actor.institution_id if actor else None,
        role=actor.role if actor else "",
        at=stamp,
        wall=moment.wall,
        happened_at=happened_at,
        compartment=entry.compartment,
        amends=entry.amends.pk if entry.amends else None,
        submission=entry.submission,
        content=entry.content or {},
    )
    salt = secrets.token_bytes(16)
    commitment = commitment_of(salt, facts)
    previous = bytes(last.hash) if last else GENESIS
    event = CaseEvent(
        registry_id=entry.case.registry_id,
        case=entry.case,
        seq=seq,
        kind=entry.kind,
        handover=handover,
        user_id=actor.user_id if actor else None,
        institution_id=actor.institution_id if actor else None,
        role=actor.role if actor else "",
        at=stamp,
        wall=moment.wall,
        happened_at=happened_at,
        compartment=entry.compartment,
        from_state=entry.from_state,
        to_state=entry.to_state,
        code=entry.code,
        amends=entry.amends,
        submission=entry.submission,
        commitment=commitment,
        previous_hash=previous,
        hash=link(previous, seq, commitment, row_digest(facts)),
    )
    return event, EventPayload(salt=salt, content=json.loads(canonical(facts)))
