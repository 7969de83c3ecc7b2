"""Covered or not after every row of the handover table, written out by hand: nobody is called covered whom we have lost.

`domain.md` section 3 defines who is covered. A row that is not an ending leaves what was known as it was.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction

from referral.enums import Action, NotCovered
from referral.models import Case, Deadline, Handover, Person
from referral.selectors.facts import gap_now
from referral.selectors.people import gap_listed, uncovered
from referral.services import care, lifecycle
from referral.services.command import begin
from tests.referral.handover_table import NAMES, ON_THE_WAY, ROWS, brought_to, facts_of, prepared, who
from tests.scenes import Scene

pytestmark = pytest.mark.django_db

G = NotCovered
AS_BEFORE = "as before"


@dataclass(frozen=True)
class Ending:
    """What is said with the row, why the person is not covered after it (None: covered), and from which states."""

    gap: NotCovered | str | None
    said: Mapping[str, Any] = field(default_factory=dict)
    states: frozenset[str] = frozenset()


AWAY = frozenset(ON_THE_WAY)
HERE = frozenset({"offered", "acknowledged", "clarifying", "conditions_put", "accepted", "held"})
ARRIVING = frozenset({"accepted", "held"}) | AWAY
ENDINGS: dict[str, tuple[Ending, ...]] = {
    "depart": (Ending(None), Ending(G.ALONE, {"escort": ""})),
    "turn_back": (Ending(None, {"safe_here": "yes"}, AWAY), Ending(G.NO_SAFE_PLACE, {"safe_here": "no"}, AWAY)),
    "receive": (
        Ending(None, {"arrived_safely": "yes"}, ARRIVING),
        Ending(G.NO_SAFE_PLACE, {"arrived_safely": "no"}, ARRIVING),
        Ending(G.NO_SAFE_PLACE, {"arrived_safely": "unknown"}, ARRIVING),
    ),
    "accept_and_receive": (
        Ending(None, {"arrived_safely": "yes"}), Ending(G.NO_SAFE_PLACE, {"arrived_safely": "no"}),
    ),
    "receive_outside": (
        Ending(None, {"arrived_safely": "yes"}, ARRIVING),
        Ending(G.NO_SAFE_PLACE, {"arrived_safely": "no"}, ARRIVING),
    ),
    "report_not_arrived": (Ending(G.MISSING),),
    "end_search": (
        Ending(G.MISSING, {"search_end": "lost"}),
        Ending(G.LEFT, {"search_end": "own_choice"}),
        Ending(G.ELSEWHERE, {"search_end": "elsewhere", "found_country": "LY"}),
        Ending(G.ELSEWHERE, {"search_end": "elsewhere"}),
    ),
    "divert": (Ending(G.ELSEWHERE, states=AWAY), Ending(AS_BEFORE, states=HERE)),
    "disengage": (Ending(G.LEFT, states=AWAY),),
    "death": (Ending(G.DIED, states=AWAY | HERE),),
    "agree_correction": (Ending(None),),
}  # fmt: skip
"""Rows that begin or end a journey or a search, or say where somebody is; every other row says nothing of the place."""
CASES = [
    pytest.param(name, ending, state, id=f"{name}-{number}-{state}")
    for name, endings in ENDINGS.items()
    for number, ending in enumerate(endings)
    for state in sorted(ending.states or {ROWS[name].natural})
]


def gap(handover: Handover, scene: Scene) -> NotCovered | None:
    """Why the person is not covered now; the page, the list and the index must say the same."""
    case = Case.objects.prefetch_related("whereabouts").select_related("person", "holder").get(pk=handover.case_id)
    at = scene.moment().at
    found = gap_now(case, at)
    assert gap_listed(case, at) == found
    assert Case.objects.filter(uncovered(at), pk=case.pk).exists() is (found is not None)
    return found


def brought(name: str, state: str) -> tuple[Scene, Handover]:
    """A handover in this state, with what the row answers standing on it."""
    row = ROWS[name]
    if state == row.natural:
        return prepared(name)
    scene, handover = brought_to(state, kind=row.kind)
    if row.begun:
        scene.do(who(row.begun), handover, Action(row.begun), facts_of(scene, row.begun))
        handover.refresh_from_db()
    return scene, handover


def act(scene: Scene, handover: Handover, name: str, said: Mapping[str, Any]) -> None:
    scene.do(who(name), handover, Action(name), facts_of(scene, name, handover) | said)
    if ROWS[name].second:
        scene.do(f"{who(name)}-deputy", handover, Action(name), {})


def bed_ended(scene: Scene, handover: Handover) -> None:
    """Before the journey there was a bed for a time that has passed: it says nothing of where the person came to."""
    ended = scene.moment().at - timedelta(minutes=30)
    Person.objects.filter(pk=handover.case.person_id).update(bed_until_at=ended)


@pytest.mark.wide
@pytest.mark.parametrize("name", NAMES)
def test_every_row_is_an_ending_or_leaves_cover_as_it_was(name: str) -> None:
    scene, handover = prepared(name)
    before = gap(handover, scene)
    act(scene, handover, name, {})
    if name not in ENDINGS:
        assert gap(handover, scene) == before
    else:
        assert gap(handover, scene) == ENDINGS[name][0].gap


@pytest.mark.wide
@pytest.mark.parametrize(("name", "ending", "state"), CASES)
def test_cover_after_an_ending(name: str, ending: Ending, state: str) -> None:
    scene, handover = brought(name, state)
    bed_ended(scene, handover)
    before = gap(handover, scene)
    act(scene, handover, name, ending.said)
    assert gap(handover, scene) == (before if ending.gap == AS_BEFORE else ending.gap)


def test_who_arrived_outside_before_the_search_began_is_no_longer_missing() -> None:
    scene, handover = brought_to("whereabouts_unknown", kind="outside")
    assert gap(handover, scene) is G.MISSING
    arrived = handover.missing_since_at - timedelta(hours=2)
    scene.do("NG", handover, Action.RECEIVE_OUTSIDE, facts_of(scene, "receive_outside") | {"arrived_at": arrived})
    assert gap(handover, scene) is None
    scene.after(days=2)
    assert gap(handover, scene) is None


def test_who_did_not_arrive_safely_outside_is_made_safe_there_and_somebody_owes_it() -> None:
    scene, handover = brought_to("departed", kind="outside")
    act(scene, handover, "receive_outside", {"arrived_safely": "no"})
    owed = Deadline.objects.get(case=handover.case_id, kind="tonight", state="open")
    assert owed.owes == scene.institutions["NG"]
    for safe, expected in (("yes", None), ("no", G.NO_SAFE_PLACE), ("yes", None)):
        scene.after(hours=1)
        with scene.clock():
            care.record_tonight(scene.actor("NG"), handover.case_id, {"safe_tonight": safe}, submission=uuid4())
        assert gap(handover, scene) is expected
        assert Case.objects.get(pk=handover.case_id).place_country_id == "GH"
    assert not Deadline.objects.filter(case=handover.case_id, kind="tonight", state="open").exists()


def test_who_comes_back_without_a_safe_place_is_to_be_made_safe_tonight() -> None:
    scene, handover = brought_to("departed")
    act(scene, handover, "turn_back", {"safe_here": "no"})
    assert Deadline.objects.get(case=handover.case_id, kind="tonight", state="open").owes == scene.institutions["NG"]
    assert Person.objects.get(pk=handover.case.person_id).safe_tonight == "no"


@pytest.mark.parametrize(("state", "expected"), [("departed", None), ("whereabouts_unknown", G.MISSING)])
def test_a_corrected_receipt_brings_back_what_was_known_before_it(state: str, expected: NotCovered | None) -> None:
    """With time passing and with time that stands still between the acts."""
    for hours in (1, 0):
        scene, handover = brought_to(state)
        act(scene, handover, "receive", {})
        assert gap(handover, scene) is None
        scene.after(hours=hours)
        with scene.clock():
            care.record_tonight(scene.actor("NE"), handover.case_id, {"safe_tonight": "no"}, submission=uuid4())
        for name in ("ask_correction", "agree_correction"):
            act(scene, handover, name, {})
        assert gap(handover, scene) is expected


def test_who_never_left_and_was_received_by_mistake_is_with_nobody() -> None:
    scene, handover = brought_to("acknowledged")
    for name in ("accept_and_receive", "ask_correction", "agree_correction"):
        act(scene, handover, name, {})
    assert gap(handover, scene) is G.ALONE


def test_a_country_that_said_she_is_here_is_believed_by_who_diverts_to_it() -> None:
    """Before the departure nobody is known to have left, unless that country says so and the holder diverts there."""
    for asks, expected in (("NE", None), ("IT", G.ELSEWHERE)):
        scene, handover = brought_to("accepted")
        with scene.clock(), transaction.atomic():
            lifecycle.presence_reported(begin(scene.actor(asks), handover.case_id))
        assert gap(handover, scene) is None, "what another country says alone changes nothing"
        act(scene, handover, "divert", {})
        assert gap(handover, scene) is expected


def test_who_is_detained_on_the_way_is_not_freed_by_another_plan() -> None:
    scene, handover = brought_to("departed")
    with scene.clock():
        detained = {"kind": "detained", "country": "LY"}
        care.record_whereabouts(scene.actor("NG"), handover.case_id, detained, submission=uuid4())
    act(scene, handover, "divert", {})
    assert gap(handover, scene) is G.DETAINED
    assert Case.objects.get(pk=handover.case_id).place_country_id == "LY"


def test_who_was_missing_and_is_in_another_country_can_be_offered_to_it() -> None:
    scene, handover = brought_to("departed")
    with scene.clock():
        care.record_whereabouts(scene.actor("NG"), handover.case_id, {"kind": "missing"}, submission=uuid4())
    act(scene, handover, "divert", {})
    assert gap(handover, scene) is G.ELSEWHERE
    case = Case.objects.get(pk=handover.case_id)
    assert (case.stage, case.place_country_id) == ("reopened", "IT")


def test_a_search_that_ends_without_contact_ends_with_missing_whoever_saw_her_meanwhile() -> None:
    scene, handover = brought_to("whereabouts_unknown")
    with scene.clock():
        care.record_whereabouts(scene.actor("NG"), handover.case_id, {"kind": "safe_place"}, submission=uuid4())
    assert gap(handover, scene) is None
    act(scene, handover, "end_search", {"search_end": "lost"})
    assert gap(handover, scene) is G.MISSING


def test_after_a_death_nobody_is_to_be_made_safe_and_the_holder_still_answers() -> None:
    scene, handover = brought_to("departed")
    with scene.clock():
        care.record_tonight(scene.actor("NG"), handover.case_id, {"safe_tonight": "no"}, submission=uuid4())
    act(scene, handover, "death", {})
    assert gap(handover, scene) is G.DIED
    assert Deadline.objects.get(case=handover.case_id, kind="tonight").state == "cancelled"
    case = Case.objects.get(pk=handover.case_id)
    assert (case.holder, case.place_country_id) == (scene.institutions["NG"], "NG")
