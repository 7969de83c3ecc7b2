"""What some rows of the handover table do beyond state, facts and deadlines: the packet, questions, custody, places.

The counterparts in the product are `handover_effects` and `handover_detours`; `manage.py verify` looks at both alike.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from referral import chain
from referral.enums import (
    Action,
    Alert,
    AssignmentKind,
    Compartment,
    CustodyReason,
    DeadlineKind,
    InstitutionKind,
    WhereaboutsKind,
)
from referral.models import ContinuingTask, Disclosure, Packet, Question, Seal
from referral.services.bulk import packets
from referral.services.bulk.home import assign, begin_shelter, end_assignments, stay
from referral.services.bulk.owing import close, owe
from referral.services.bulk.playing import Playing
from referral.services.bulk.rows import canonical_text
from referral.services.continuing import STAYS


def child_protection(playing: Playing, side: str) -> int:
    """The child protection institution of the side that sends or receives."""
    country = playing.story.sender if side == "sender" else playing.story.receiver
    return playing.building.world.institutions[country, InstitutionKind.CHILD_PROTECTION.value]


def _offer(playing: Playing, at: datetime) -> None:
    """The packet is frozen and every compartment that left is written down."""
    row, building = playing.row, playing.building
    row.transfer_basis = building.world.basis(playing.story.sender, playing.story.receiver)
    building.add(
        Packet,
        handover_id=row.pk,
        contents=canonical_text(playing.contents),
        digest=chain.digest(playing.contents),
        frozen_at=at,
    )
    for compartment, fields in playing.contents.items():
        _disclose(playing, compartment, sorted(fields), at)
    if row.child:
        for side in ("sender", "receiver"):
            owe(
                building,
                DeadlineKind.CHILD_ANSWER,
                child_protection(playing, side),
                at,
                handover=row.pk,
                urgent=playing.urgent,
            )


def _disclose(playing: Playing, compartment: str, fields: list[str], at: datetime) -> None:
    playing.building.add(
        Disclosure,
        case_id=playing.building.case_id,
        handover_id=playing.row.pk,
        recipient_id=playing.receiver,
        compartment=compartment,
        fields=fields,
        consent_id=playing.share,
        at=at,
    )


def _ask(playing: Playing, at: datetime) -> None:
    key = playing.building.rows.key(Question)
    playing.question = key
    playing.asked = {
        "id": key,
        "handover_id": playing.row.pk,
        "text": "Does the person need anything special on the first evening?",
        "language": "en",
        "asked_at": at,
        "answer": "",
        "answer_compartment": "",
        "answered_at": None,
    }
    owe(
        playing.building,
        DeadlineKind.ANSWER,
        playing.sender,
        at,
        other_side=playing.receiver,
        handover=playing.row.pk,
        question=key,
        urgent=playing.urgent,
    )


def _answer(playing: Playing, at: datetime) -> None:
    playing.asked |= {
        "answer": "A quiet room, and supper whatever the hour.",
        "answer_compartment": Compartment.D2.value,
        "answered_at": at,
    }
    _disclose(playing, Compartment.D2.value, ["answer"], at)


def _decided(playing: Playing, at: datetime) -> None:
    close(
        playing.building,
        at,
        handover=playing.row.pk,
        kinds=[DeadlineKind.ANSWER],
        cancelled=True,
        reason="decided without the answer",
    )


def _stop(playing: Playing, at: datetime) -> None:
    owe(
        playing.building,
        DeadlineKind.CONFIRM_STOP,
        child_protection(playing, "sender") if playing.row.child else playing.sender,
        at,
        other_side=playing.receiver,
        handover=playing.row.pk,
        urgent=playing.urgent,
    )


def _depart(playing: Playing, at: datetime) -> None:
    stay(playing.building, WhereaboutsKind.ESCORTED.value, playing.story.sender, at, supported=False)


def _not_arrived(playing: Playing, at: datetime) -> None:
    row, building = playing.row, playing.building
    danger = row.child or building.record.immediate_danger or building.record.risk_level == "high"
    row.alert = (Alert.URGENT if danger else Alert.QUIET).value
    close(
        building,
        at,
        handover=row.pk,
        kinds=[DeadlineKind.CONFIRM_ARRIVAL],
        cancelled=True,
        reason=Action.REPORT_NOT_ARRIVED.value,
    )
    stay(building, WhereaboutsKind.MISSING.value, playing.story.sender, at, supported=False, by=playing.sender)


def _receive(playing: Playing, at: datetime) -> None:
    """Custody moves at the recording instant; what was not disclosed is sealed to the new holder."""
    building, home, story = playing.building, playing.home, playing.story
    home.custody.append((at, playing.receiver, CustodyReason.RECEIVED, playing.row.pk))
    building.add(
        Seal,
        handover_id=playing.row.pk,
        institution_id=playing.sender,
        contents=canonical_text(packets.sealed(building, playing.contents)),
        sealed_at=at,
    )
    home.carried = packets.safeguards(building, at)
    end_assignments(building, at)
    close(building, at, cancelled=True, reason="received elsewhere")
    building.holder, home.taken_at = playing.receiver, at
    assign(building, AssignmentKind.FOCAL_POINT, playing.receiver, at)
    assert story.arrived_at is not None, "who was received has arrived"
    stay(
        building,
        WhereaboutsKind.ARRIVED.value,
        story.receiver,
        story.arrived_at,
        supported=True,
        recorded_at=at,
    )
    stay(building, WhereaboutsKind.SAFE_PLACE.value, story.receiver, at, supported=True)
    begin_shelter(building, story.receiver, at)
    for track in home.tracks:
        if track.kind in STAYS and track.running and track.institution == playing.sender:
            building.add(
                ContinuingTask, case_id=building.case_id, track_id=track.key, institution_id=playing.sender, since_at=at
            )


EFFECTS: Mapping[Action, Callable[[Playing, datetime], None]] = {
    Action.OFFER: _offer,
    Action.ASK: _ask,
    Action.ANSWER: _answer,
    Action.ACCEPT: _decided,
    Action.PUT_CONDITIONS: _decided,
    Action.STOP: _stop,
    Action.DEPART: _depart,
    Action.REPORT_NOT_ARRIVED: _not_arrived,
    Action.RECEIVE: _receive,
}
