"""Two who act at one instant beside the straight path: exactly one wins, and the control without locks shows why."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

import pytest

from common.errors import Refusal
from referral.enums import Action, Role
from referral.models import Agreement, Case, Custody, Handover, Proposal, Registry
from referral.selectors.facts import gate_view
from referral.selectors.invariants import findings
from referral.services import ending, lifecycle, merge, second_person
from tests.factories import make_member, make_user
from tests.faults.test_races import ROUNDS, Work, act, at_once, one_wins, reached, take_locks_away
from tests.scenes import Scene, accept_facts, depart_facts, open_case, ready_draft, receive_facts, two_countries

pytestmark = [pytest.mark.race, pytest.mark.long, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def scene() -> Scene:
    scene = two_countries()
    scene.users["NG-third"] = make_user()
    make_member(scene.institutions["NG"], Role.FOCAL_POINT, user=scene.users["NG-third"])
    return scene


@contextmanager
def no_locks(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Row locks do nothing, and both have checked before either writes its first row."""
    checked, mine = threading.Barrier(2), threading.local()

    def after_both_checked(real: Callable[..., Any]) -> Callable[..., Any]:
        def write(*given: Any) -> Any:
            if not getattr(mine, "waited", False):
                mine.waited = True
                checked.wait(10)
            return real(*given)

        return write

    with monkeypatch.context() as patch:
        take_locks_away(patch)
        patch.setattr(lifecycle, "_perform", after_both_checked(lifecycle._perform))
        patch.setattr(second_person, "confirm", after_both_checked(second_person.confirm))
        patch.setattr(merge, "join", after_both_checked(merge.join))
        yield


def an_hour_later(scene: Scene, handover: Handover) -> Handover:
    scene.after(hours=2)
    handover.refresh_from_db()
    return handover


def missing_and_proposed(scene: Scene) -> Handover:
    handover = reached(scene, "departed")
    scene.after(days=2)
    scene.do("NG", handover, Action.REPORT_NOT_ARRIVED)
    scene.do("NG", handover, Action.END_SEARCH, {"search_end": "lost", "reason": "Three attempts."})
    return handover


def asked_for_a_correction(scene: Scene) -> Handover:
    handover = reached(scene, "received")
    scene.do("NE", handover, Action.ASK_CORRECTION, {"correction_reason": "Somebody else came."})
    return handover


def merging(scene: Scene, handover: Handover) -> Work:
    """The file of the offer joins another one of the same holder."""
    actor, other = scene.actor("NG-deputy"), open_case(scene)
    code = other.person.public_code
    return lambda: merge.ask(actor, handover.case_id, into_code=code, reason="One person", submission=uuid4())


def onward(scene: Scene, handover: Handover) -> Work:
    """The new holder offers the person to a third country."""
    draft = ready_draft(scene, Case.objects.get(pk=handover.case_id), "NE", "IT")
    return act(scene, "NE", draft, Action.OFFER)


RACES: dict[str, tuple[Callable[[Scene], Handover], Callable[[Scene, Handover], list[Work]], set[str]]] = {
    "receive against divert": (
        lambda scene: reached(scene, "departed"),
        lambda scene, handover: [
            act(scene, "NE", handover, Action.RECEIVE, receive_facts(scene)),
            act(scene, "NG", handover, Action.DIVERT, {"diverted_country": "IT"}),
        ],
        {"received", "diverted"},
    ),
    "revoke against depart": (
        lambda scene: reached(scene, "accepted"),
        lambda scene, handover: [
            act(scene, "NE", handover, Action.REVOKE, {"revoke_reason": "capacity"}),
            act(scene, "NG", handover, Action.DEPART, depart_facts(scene)),
        ],
        {"acknowledged", "departed"},
    ),
    "hold against accept": (
        lambda scene: reached(scene, "acknowledged"),
        lambda scene, handover: [
            act(scene, "NE", handover, Action.ACCEPT, accept_facts(scene)),
            act(scene, "NG", handover, Action.HOLD, {"hold_reason": "risk"}),
        ],
        {"accepted", "held"},
    ),
    "two second persons at once": (
        missing_and_proposed,
        lambda scene, handover: [
            act(scene, "NG-deputy", handover, Action.END_SEARCH),
            act(scene, "NG-third", handover, Action.END_SEARCH),
        ],
        {"failed"},
    ),
    "merge against offer": (
        lambda scene: ready_draft(scene, open_case(scene)),
        lambda scene, handover: [act(scene, "NG", handover, Action.OFFER), merging(scene, handover)],
        {"offered", "discarded"},
    ),
    "correction against onward offer": (
        asked_for_a_correction,
        lambda scene, handover: [act(scene, "NG", handover, Action.AGREE_CORRECTION), onward(scene, handover)],
        {"departed", "received"},
    ),
}


@pytest.mark.parametrize("race", RACES)
def test_exactly_one_of_two_wins(scene: Scene, race: str) -> None:
    begin, works, ends = RACES[race]
    for _ in range(max(1, ROUNDS // 2)):
        handover = an_hour_later(scene, begin(scene))
        results = at_once(scene, works(scene, handover))
        assert one_wins(results), results
        handover.refresh_from_db()
        assert handover.state in ends
        case = Case.objects.get(pk=handover.case_id)
        newest = Custody.objects.filter(case=case).latest("seq").institution
        assert case.holder == newest
        assert not Proposal.objects.filter(handover=handover, state="open").exists()


@pytest.mark.parametrize("race", RACES)
def test_control_without_locks_not_exactly_one_wins(scene: Scene, race: str, monkeypatch: pytest.MonkeyPatch) -> None:
    begin, works, _ends = RACES[race]
    handover = an_hour_later(scene, begin(scene))
    both = works(scene, handover)
    with no_locks(monkeypatch):
        results = at_once(scene, both)
    assert not one_wins(results), results


def family(scene: Scene) -> list[Handover]:
    members = [reached(scene, "accepted"), reached(scene, "accepted")]
    Handover.objects.filter(pk__in=[m.pk for m in members]).update(family_group=uuid4())
    scene.after(hours=2)
    for member in members:
        member.refresh_from_db()
    return members


def departing_against_one_withdrawal(scene: Scene, members: list[Handover]) -> list[Any]:
    return at_once(
        scene,
        [
            act(scene, "NG", members[0], Action.DEPART, depart_facts(scene)),
            act(scene, "NG-deputy", members[1], Action.WITHDRAW, {"withdraw_reason": "risk"}),
        ],
    )


def whole(members: list[Handover]) -> bool:
    """Nobody both left and stayed, and the record tells one story of each."""
    for member in members:
        member.refresh_from_db()
    left = [m.events.filter(from_state="accepted").count() for m in members]
    states = tuple(m.state for m in members)
    ends = {("departed", "departed"), ("departed", "withdrawn"), ("accepted", "withdrawn")}
    return states in ends and left == [int(state != "accepted") for state in states] and not list(findings())


def test_a_family_that_departs_against_the_withdrawal_of_one(scene: Scene) -> None:
    """Together, or the others without whoever stays; never somebody half on the way."""
    for _ in range(max(1, ROUNDS // 2)):
        members = family(scene)
        results = departing_against_one_withdrawal(scene, members)
        assert all(isinstance(r, Refusal) or not isinstance(r, Exception) for r in results), results
        assert any(not isinstance(r, Exception) for r in results)
        assert whole(members)


def test_control_without_locks_a_family_is_torn(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    members = family(scene)
    with no_locks(monkeypatch):
        results = departing_against_one_withdrawal(scene, members)
    broken = [r for r in results if isinstance(r, Exception) and not isinstance(r, Refusal)]
    assert broken or not whole(members), results


def suspending(scene: Scene) -> Work:
    agreement = Agreement.objects.get(registry=scene.registry)
    return lambda: ending.suspend(scene.actor("IT"), agreement.pk)


def rests_on_nothing(handover: Handover) -> bool:
    """Open and not on hold, although the agreement that lets its information cross the border is suspended."""
    handover.refresh_from_db()
    return handover.state == "offered" and not gate_view(handover, handover.offered_at).transfer_basis  # type: ignore[arg-type]


def test_an_agreement_suspended_while_an_offer_is_sent_lets_nothing_pass(scene: Scene) -> None:
    """Refused, or on hold: never sent on an agreement that is no longer in force."""
    draft = ready_draft(scene, open_case(scene))
    results = at_once(scene, [act(scene, "NG", draft, Action.OFFER), suspending(scene)])
    assert all(isinstance(r, Refusal) or not isinstance(r, Exception) for r in results), results
    assert not rests_on_nothing(draft)
    assert not list(findings())


def test_control_without_the_registrys_lock_an_offer_slips_past_the_suspension(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft = ready_draft(scene, open_case(scene))
    looked, suspended = threading.Event(), threading.Event()
    offer, suspend, real = act(scene, "NG", draft, Action.OFFER), suspending(scene), lifecycle._perform

    def perform(*given: Any) -> Any:
        looked.set()
        assert suspended.wait(10), "the suspension waited although the lock was off"
        return real(*given)

    def after_the_gates() -> int:
        assert looked.wait(10)
        try:
            return suspend()
        finally:
            suspended.set()

    with monkeypatch.context() as patch:
        patch.setattr(lifecycle, "_perform", perform)
        patch.setattr(ending.Registry.objects, "select_for_update", lambda: Registry.objects.all())
        at_once(scene, [offer, after_the_gates])
    assert rests_on_nothing(draft)
