"""The only writer of the record. The caller holds the case row lock, so the sequence has no gaps and no doubles."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from referral.actor import Actor
from referral.chain import GENESIS, canonical, commitment_of, link
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
) -> CaseEvent:
    """Append one event. `actor` None is the system; `at` is a logical time at or before the moment.

    The time of an event never lies before the one it follows: a late system act takes its predecessor's time (I13).
    """
    last = CaseEvent.objects.filter(case=case).order_by("-seq").values("seq", "hash", "at").first()
    seq = last["seq"] + 1 if last else 1
    stamp = moment.at if at is None else at
    if last and stamp < last["at"]:
        stamp = last["at"]
    facts = {
        "kind": kind,
        "code": code,
        "from": from_state,
        "to": to_state,
        "handover": handover.pk if handover else None,
        "user": actor.user_id if actor else None,
        "institution": actor.institution_id if actor else None,
        "at": stamp,
        "wall": moment.wall,
        "content": dict(content or {}),
    }
    salt = secrets.token_bytes(16)
    commitment = commitment_of(salt, facts)
    previous = bytes(last["hash"]) if last else GENESIS
    event = CaseEvent.objects.create(
        registry_id=case.registry_id,
        case=case,
        seq=seq,
        kind=kind,
        handover=handover,
        user_id=actor.user_id if actor else None,
        institution_id=actor.institution_id if actor else None,
        role=actor.role if actor else "",
        at=stamp,
        wall=moment.wall,
        happened_at=min(happened_at, stamp) if happened_at else stamp,
        compartment=compartment,
        from_state=from_state,
        to_state=to_state,
        code=code,
        submission=submission,
        commitment=commitment,
        previous_hash=previous,
        hash=link(previous, seq, commitment),
    )
    EventPayload.objects.create(event=event, salt=salt, content=json.loads(canonical(facts)))
    return event
