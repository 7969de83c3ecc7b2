"""Handovers that have been, row by row of the handover table, as `lifecycle` and its effects leave them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import partial
from hashlib import sha256
from typing import Any

from referral import chain
from referral.codes import CROCKFORD
from referral.enums import (
    OPEN_STATES,
    Action,
    Compartment,
    Condition,
    ConsentDecision,
    ConsentKind,
    DeadlineKind,
    DeclineReason,
    GivenBy,
    HandoverState,
    HoldReason,
    NeedKind,
    Option,
    Purpose,
    ReflectionAnswer,
    RiskLevel,
    Urgency,
    WithdrawReason,
    YesNoUnknown,
)
from referral.limits import RISK_VALID
from referral.models import Consent, Handover
from referral.packet import USUAL
from referral.services.bulk import home as at_home
from referral.services.bulk import packets
from referral.services.bulk.building import Act, Building
from referral.services.bulk.effects import EFFECTS, child_protection
from referral.services.bulk.home import Home
from referral.services.bulk.owing import close, owe
from referral.services.bulk.playing import Playing
from referral.services.consent import TEXT_VERSION, text_hash
from referral.services.handover_deadlines import OPENED_BY_EFFECT, OWED_BY_RECEIVER, times_of
from referral.synthetic.bulk.journeys import BUSY, Story
from referral.transitions import TRANSITIONS, Transition

SAID = "Speaks little on the telephone and likes to be asked twice. Travels with one bag."
RECEPTION = "Duty officer at the reception desk"
SHORTEST_VALIDITY = timedelta(days=RISK_VALID[RiskLevel.HIGH].days)


def plan_handover(building: Building, home: Home, story: Story, place: int) -> Playing:
    """Plan a handover from its draft to where it has come; `place` counts the handovers of the case."""
    world = building.world
    row = Handover(
        id=building.rows.key(Handover),
        registry_id=world.registry.pk,
        case_id=building.case_id,
        reference=_reference(building, place),
        state=HandoverState.DRAFT,
        sender_id=world.focal_point(story.sender),
        receiver_id=world.focal_point(story.receiver),
        receiver_country_id=story.receiver,
        purpose=story.purpose.value,
        urgency=(Urgency.URGENT if story.urgent else Urgency.STANDARD).value,
        child=building.child,
        compartments=sorted(USUAL[story.purpose]),
        options_compared=_options(story),
    )
    playing = Playing(building, home, story, row)
    building.plan(story.prepared_at, partial(_start, playing))
    if story.steps:
        first = story.steps[0][1]
        for share, prepare in ((3, _decide), (2, _assess), (1, _preview)):
            building.plan(first - (first - story.prepared_at) * share / 4, partial(prepare, playing))
        for action, at in story.steps:
            building.plan(at, partial(_take, playing, TRANSITIONS[action]))
        if building.child:
            _plan_child_answers(playing)
    return playing


def reassess(playing: Playing) -> None:
    """Who waits needs a risk assessment in date: where the one from the preparation may have run out, there is another."""
    building, story, until = playing.building, playing.story, playing.building.world.until
    if story.steps and until - story.prepared_at > SHORTEST_VALIDITY:
        ago = min(timedelta(hours=2 + building.number % 70), (until - story.ended_at) / 2)
        building.plan(until - ago, partial(_assess, playing))


def _reference(building: Building, place: int) -> str:
    """A reference as `codes.reference` makes them, the same for the same seed and never twice in one registry."""
    number = int.from_bytes(sha256(f"{building.world.seed}".encode()).digest()[:4], "big")
    mixed = (building.number * 4 + place + number) * 2_654_435_761 % 32**6
    return "H-" + "".join(CROCKFORD[mixed >> shift & 31] for shift in range(25, -1, -5))


def _options(story: Story) -> list[str]:
    return [Option.STAY.value, (Option.RETURN if story.purpose is Purpose.RETURN_CHOSEN else Option.MOVE).value]


def _plan_child_answers(playing: Playing) -> None:
    """Child protection here and there says yes before the acceptance; otherwise only the own side has answered yet."""
    story = playing.story
    offered = story.at(Action.OFFER)
    if offered is None:
        return
    decided = story.at(Action.ACCEPT) or story.at(Action.AGREE_CONDITIONS)
    end = decided or story.ended_at
    playing.building.plan(offered + (end - offered) / 3, partial(_child_answers, playing, "sender"))
    if decided is not None:
        playing.building.plan(offered + (end - offered) / 2, partial(_child_answers, playing, "receiver"))


def _child_answers(playing: Playing, side: str, at: datetime) -> None:
    institution = child_protection(playing, side)
    playing.row.child_protection_yes = sorted({*playing.row.child_protection_yes, side})
    close(playing.building, at, handover=playing.row.pk, kinds=[DeadlineKind.CHILD_ANSWER], owes=institution)
    _record(playing, TRANSITIONS[Action.CHILD_ANSWER], at, playing.row.state, institution)


# Preparing


def _start(playing: Playing, at: datetime) -> None:
    row = playing.row
    assert playing.building.holder == row.sender_id, "only who answers for the person prepares a handover"
    playing.building.states[row.pk].append((at, row.state))
    playing.building.heads_for = playing.story.receiver
    _note(playing, "start_draft", at)
    owe(playing.building, DeadlineKind.STALE_DRAFT, row.sender_id, at, handover=row.pk)


def _note(playing: Playing, kind: str, at: datetime) -> None:
    playing.building.acts.append(Act(at, kind, playing.row.sender_id, playing.row.pk))


def _decide(playing: Playing, at: datetime) -> None:
    """The person decides about moving and about sharing; for a child the guardian, after child protection has looked."""
    building, story = playing.building, playing.story
    if building.child:
        _child_file(playing, at)
    for kind in (ConsentKind.MOVE, ConsentKind.SHARE):
        key = building.rows.key(Consent)
        building.add(
            Consent,
            id=key,
            case_id=building.case_id,
            kind=kind.value,
            decision=ConsentDecision.GIVEN.value,
            purpose=story.purpose.value,
            categories=[] if kind is ConsentKind.MOVE else sorted(USUAL[story.purpose]),
            recipient_country_id=story.receiver,
            options=_options(story) if kind is ConsentKind.MOVE else [],
            given_by=(GivenBy.GUARDIAN if building.child else GivenBy.PERSON).value,
            language=next(iter(building.record.languages), "en"),
            interpreter=building.record.needs_interpreter,
            understood=True,
            text_version=TEXT_VERSION,
            text_hash=text_hash(kind),
            child_view="Wants to be asked again before the journey." if building.child else "",
            given_at=at,
            institution_id=playing.sender,
        )
        building.acts.append(
            Act(
                at, Action.RECORD_CONSENT.value, playing.sender, code=f"{kind}:{ConsentDecision.GIVEN}",
                compartment=Compartment.D2,
            )
        )  # fmt: skip
        playing.share = key


def _child_file(playing: Playing, at: datetime) -> None:
    institution = child_protection(playing, "sender")
    playing.home.child_file |= {
        "guardian": "A guardian of the national register",
        "guardian_since_at": at,
        "guardian_conflict_checked": True,
        "assessment_at": at,
        "child_view": "Wants to be asked again before the journey.",
        "determination_at": at,
        "determination_options": _options(playing.story),
        "institution_id": institution,
    }
    playing.building.acts.append(Act(at, Action.RECORD_CHILD.value, institution, compartment=Compartment.D7))


def _assess(playing: Playing, at: datetime) -> None:
    record = playing.building.record
    at_home.assess(playing.building, RiskLevel(record.risk_level or RiskLevel.MEDIUM), at)


def _preview(playing: Playing, at: datetime) -> None:
    row, building = playing.row, playing.building
    family = {"family"} if playing.story.purpose is Purpose.FAMILY_UNITY else set()
    row.needs_on_arrival = sorted({"shelter", *packets.services_known(building.record)} | family)
    row.message = SAID
    row.capacity_confirmed_by, row.capacity_confirmed_at = RECEPTION, at
    row.safety_plan = "Sleeps in the shelter until the journey, and is called every evening."
    row.medicine_lasts = YesNoUnknown.YES.value
    reflects = any(
        track.kind == "reflection" and track.since_at <= at and (track.until_at is None or at < track.until_at)
        for track in building.record.legal_tracks
    )
    if reflects:
        home = playing.story.purpose is Purpose.RETURN_CHOSEN
        row.reflection = (ReflectionAnswer.ASKED if home else ReflectionAnswer.CONTINUES).value
    playing.contents = packets.contents_of(building, row, at)
    row.preview_seen_at, row.preview_digest = at, chain.digest(playing.contents)
    _note(playing, "see_preview", at)


# The rows of the table


def _take(playing: Playing, table: Transition, at: datetime) -> None:
    """One row: facts, stamps, state, event, what is owed; then what else it does."""
    row, source = playing.row, HandoverState(playing.row.state)
    if source not in table.sources:
        raise ValueError(f"{table.action} is not possible in {source}")
    given = _facts(playing, table.action, at)
    for name, value in given.items():
        setattr(row, name, value)
    for name in table.clears:
        column: Any = row._meta.get_field(name)
        setattr(row, column.attname, column.get_default())
    for stamp in table.stamps:
        setattr(row, stamp, at)
    target = table.target or source
    if table.action is Action.ANSWER:
        target = HandoverState.ACKNOWLEDGED
    row.held_from = source.value if target is HandoverState.HELD and source is not target else ""
    row.state = target.value
    row.version += 1
    playing.building.states[row.pk].append((at, row.state))
    if target not in OPEN_STATES:
        playing.building.heads_for = None
    _record(playing, table, at, source.value)
    _close(playing, table, at)
    if table.action in EFFECTS:
        EFFECTS[table.action](playing, at)
    _open(playing, table, at)


def _record(playing: Playing, table: Transition, at: datetime, source: str, by: int = 0) -> None:
    row = playing.row
    acts_there = table.action in OF_RECEIVER
    # A child who wants to stop is asked by child protection, which hears of it and says what the child wants.
    asks = child_protection(playing, "sender") if row.child else 0
    if table.action is Action.CONFIRM_STOP:
        by = by or asks
    beside = (asks,) if asks and table.action is Action.STOP else ()
    playing.building.acts.append(
        Act(
            at,
            table.action.value,
            by or (playing.receiver if acts_there else playing.sender),
            row.pk,
            code=row.decline_reason or row.withdraw_reason,
            from_state=source,
            to_state=row.state,
            happened_at=playing.story.arrived_at if table.moves_custody else None,
            content={"facts": sorted(table.needs)}
            | ({"packet": row.preview_digest} if table.action is Action.OFFER else {}),
            tells=(playing.sender, playing.receiver, *beside) if table.tells else (),
        )
    )


def _close(playing: Playing, table: Transition, at: datetime) -> None:
    building, key = playing.building, playing.row.pk
    if table.meets:
        close(building, at, handover=key, kinds=table.meets)
    if table.ends_all_deadlines:
        close(building, at, handover=key, cancelled=True, reason=table.action.value)


def _open(playing: Playing, table: Transition, at: datetime) -> None:
    for kind in table.opens:
        if kind in OPENED_BY_EFFECT:
            continue
        sides = (playing.sender, playing.receiver)
        owes, other = reversed(sides) if kind in OWED_BY_RECEIVER else sides
        times = times_of(playing.row, kind, at)
        owe(playing.building, kind, owes, at, other_side=other, handover=playing.row.pk, urgent=playing.urgent, **times)


def _facts(playing: Playing, action: Action, at: datetime) -> dict[str, Any]:
    """What the actor filled in. Plain values of our own: nobody in them exists."""
    story = playing.story
    in_days = timedelta(days=2 if playing.urgent else 5)
    place = {"place_confirmed": True, "reception_contact": RECEPTION, "reception_from_at": at + in_days}
    place["services_confirmed"] = [kind for kind in playing.row.needs_on_arrival if kind != NeedKind.SHELTER]
    received = {
        "arrived_at": story.arrived_at,
        "received_by": "Duty officer of the night shift",
        "arrived_safely": YesNoUnknown.YES.value,
        "person_content": YesNoUnknown.YES.value,
    }
    other = next(code for code in BUSY if code not in (story.sender, story.receiver))
    known: Mapping[Action, dict[str, Any]] = {
        Action.ACCEPT: place,
        Action.PUT_CONDITIONS: {**place, "conditions": [Condition.ESCORT.value]},
        Action.DECLINE: {"decline_reason": _decline_reason(playing), "message_back": "Please ask again in a month."},
        Action.WITHDRAW: {"withdraw_reason": list(WithdrawReason)[playing.building.number % 5].value},
        Action.PROPOSE_FORWARD: {"forward_country_id": other, "forward_reason": "A sister of the person lives there."},
        Action.DIVERT: {"diverted_country_id": other},
        Action.HOLD: {"hold_reason": HoldReason.PRACTICAL.value},
        Action.STOP: {"hold_reason": HoldReason.PERSON.value},
        Action.DEPART: {
            "travel_means": "By bus, by day",
            "travel_documents": "Emergency travel certificate",
            "escort": "Case manager",
            "certificate": f"C-{playing.row.reference[2:]}",
            "expected_at": story.expected_at,
        },
        Action.RECEIVE: received,
        Action.GIVE_FEEDBACK: {"feedback": "Sleeps well, and has called home.", "feedback_services": ["shelter"]},
    }
    return known.get(action, {})


def _decline_reason(playing: Playing) -> str:
    """Only a reason that the table lets this receiver give."""
    reasons = (DeclineReason.NO_CAPACITY, DeclineReason.SERVICE_MISSING, DeclineReason.NOT_SAFE_HERE)
    return reasons[playing.building.number % len(reasons)].value


OF_RECEIVER = frozenset(
    {
        Action.ACKNOWLEDGE, Action.ASK, Action.ACCEPT, Action.PUT_CONDITIONS, Action.PROPOSE_FORWARD, Action.DECLINE,
        Action.RECEIVE, Action.GIVE_FEEDBACK, Action.REPORT_NOT_ARRIVED,
    }
)  # fmt: skip
"""Rows that the other side has taken in these histories."""
