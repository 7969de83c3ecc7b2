"""Break-glass: reason, second person, one case, sixty minutes of wall time; who is told; how it ends."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from accounts.models import Country
from referral import errors
from referral.enums import Action, CustodyReason, GlassEnd, GlassState, Role
from referral.glass_states import GLASS_MOVES, GlassAct
from referral.models import BlockedRecipient, BreakGlass, Case, CaseEvent, Mail, Notice
from referral.policy import GRANTS, ON_GLASS, ON_HANDOVER, ON_REFERRAL, Relation, allowed
from referral.selectors.invariants import findings
from referral.services import clock as clock_service
from referral.services import custody, glass, sweep
from tests.factories import make_member
from tests.referral.glass_scene import REASON, ask, confirm, glass_scene, minutes, opened
from tests.scenes import Scene, advance, open_case, ready_draft

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture
def scene() -> Scene:
    return glass_scene()


@pytest.fixture
def case(scene: Scene) -> Case:
    return open_case(scene)


def sees(scene: Scene, who: str, case: Case) -> bool:
    return allowed(scene.actor(who), Action.VIEW_CASE, Case.objects.get(pk=case.pk))


def kinds(case: Case) -> list[str]:
    rows = CaseEvent.objects.filter(case=case, kind__startswith="glass_").order_by("seq")
    return list(rows.values_list("kind", flat=True))


def told(scene: Scene, kind: str) -> set[str]:
    names = {user.pk: name for name, user in scene.users.items()}
    return {names[user] for user in Notice.objects.filter(kind=kind).values_list("user_id", flat=True)}


def do(scene: Scene, act: GlassAct, row: BreakGlass, case: Case) -> Any:
    with scene.clock():
        if act is GlassAct.OPEN:
            return glass.confirm(scene.actor("NE-deputy"), row.pk)
        if act is GlassAct.FIND_NOTHING:
            BlockedRecipient.objects.get_or_create(person=case.person, country=Country.objects.get(pk="NE"))
            return glass.confirm(scene.actor("NE-deputy"), row.pk)
        if act is GlassAct.DROP:
            return glass.drop(scene.actor("NE"), row.pk)
        if act is GlassAct.END:
            return glass.end(scene.actor("NE"), row.pk)
        minutes(scene, 61)
    with scene.clock():
        return glass.settle(scene.registry, scene.moment(), budget=10)


BY_HAND: dict[tuple[str, str], str] = {
    ("asked", "open"): "opened",
    ("asked", "find_nothing"): "nothing",
    ("asked", "drop"): "dropped",
    ("asked", "lapse"): "lapsed",
    ("asked", "end"): "refused",
    ("opened", "open"): "again",
    ("opened", "find_nothing"): "again",
    ("opened", "drop"): "refused",
    ("opened", "lapse"): "ended",
    ("opened", "end"): "ended",
    ("nothing", "open"): "again",
    ("nothing", "find_nothing"): "again",
    ("nothing", "drop"): "refused",
    ("nothing", "lapse"): "nothing",
    ("nothing", "end"): "refused",
    ("dropped", "open"): "refused",
    ("dropped", "find_nothing"): "refused",
    ("dropped", "drop"): "again",
    ("dropped", "lapse"): "dropped",
    ("dropped", "end"): "refused",
    ("lapsed", "open"): "refused",
    ("lapsed", "find_nothing"): "refused",
    ("lapsed", "drop"): "refused",
    ("lapsed", "lapse"): "lapsed",
    ("lapsed", "end"): "refused",
    ("ended", "open"): "again",
    ("ended", "find_nothing"): "again",
    ("ended", "drop"): "refused",
    ("ended", "lapse"): "ended",
    ("ended", "end"): "again",
}
"""State and act → the state after it. "again" is the same act of the same person once more: done, and nothing changes.
`lapse` stands for the hour that passes, whatever it does to the state."""

REACHED: dict[str, tuple[GlassAct, ...]] = {
    "asked": (),
    "opened": (GlassAct.OPEN,),
    "nothing": (GlassAct.FIND_NOTHING,),
    "dropped": (GlassAct.DROP,),
    "lapsed": (GlassAct.LAPSE,),
    "ended": (GlassAct.OPEN, GlassAct.END),
}


def test_the_table_written_by_hand_names_every_state_and_every_act() -> None:
    assert set(BY_HAND) == {(state.value, act.value) for state in GlassState for act in GlassAct}
    moves = {
        (source.value, act.value, move.target.value) for act, move in GLASS_MOVES.items() for source in move.sources
    }
    said = {(state, act, after) for (state, act), after in BY_HAND.items() if after not in ("again", "refused", state)}
    assert moves == said - {("opened", "lapse", "ended")}


@pytest.mark.wide
@pytest.mark.parametrize(("state", "act"), BY_HAND)
def test_every_act_in_every_state(scene: Scene, case: Case, state: str, act: str) -> None:
    row, after = ask(scene, case.person.public_code), BY_HAND[state, act]
    for step in REACHED[state]:
        do(scene, step, row, case)
    row.refresh_from_db()
    assert row.state == state
    if after == "refused":
        with pytest.raises(errors.GlassOver):
            do(scene, GlassAct(act), row, case)
    else:
        outcome = do(scene, GlassAct(act), row, case)
        assert getattr(outcome, "repeated", False) == (after == "again")
    row.refresh_from_db()
    assert row.state == (state if after in ("again", "refused") else after)
    assert list(findings()) == []


def test_nothing_is_open_before_a_second_person_of_the_same_institution_has_confirmed(scene: Scene, case: Case) -> None:
    row = ask(scene, case.person.public_code)
    assert not sees(scene, "NE", case)
    with pytest.raises(errors.SecondPersonNeeded):
        confirm(scene, row, "NE")
    with pytest.raises(errors.NotAllowed):
        confirm(scene, row, "IT")
    with pytest.raises(errors.NotAllowed):
        confirm(scene, row, "NE-officer")
    confirm(scene, row)
    assert sees(scene, "NE", case)
    assert not sees(scene, "NE-deputy", case), "the second person answers for it and reads nothing"
    assert not sees(scene, "IT", case)


def test_one_case_is_opened_and_no_other(scene: Scene, case: Case) -> None:
    other = open_case(scene)
    opened(scene, case)
    assert not sees(scene, "NE", other)


def test_it_is_over_after_sixty_real_minutes_whether_or_not_anybody_notes_it(scene: Scene, case: Case) -> None:
    row = opened(scene, case)
    minutes(scene, 59.99)
    assert sees(scene, "NE", case)
    minutes(scene, 0.01)
    assert not sees(scene, "NE", case)
    row.refresh_from_db()
    assert row.state == GlassState.OPENED, "nobody has noted it yet"
    with scene.clock(), pytest.raises(errors.GlassOver):
        glass.read(scene.actor("NE"), case.pk, "person")
    with scene.clock():
        sweep.sweep_registry(scene.registry.pk)
    row.refresh_from_db()
    assert (row.state, row.ended_how, row.ended_by) == (GlassState.ENDED, GlassEnd.TIME, None)
    assert kinds(case) == ["glass_asked", "glass_opened", "glass_ended"]


def test_jumps_and_pauses_of_the_exercise_neither_prolong_nor_shorten_it(scene: Scene, case: Case) -> None:
    row = opened(scene, case)
    with scene.clock():
        clock_service.jump(scene.registry.pk, timedelta(days=10), user=None)
        clock_service.pause(scene.registry.pk, user=None)
    minutes(scene, 59)
    assert sees(scene, "NE", case)
    with scene.clock(), pytest.raises(errors.ExercisePaused):
        glass.read(scene.actor("NE"), case.pk, "person")
    minutes(scene, 1)
    assert not sees(scene, "NE", case)
    row.refresh_from_db()
    assert row.until_wall == scene.wall


def test_renewing_needs_everything_again(scene: Scene, case: Case) -> None:
    opened(scene, case)
    minutes(scene, 60)
    ask(scene, case.person.public_code)
    assert not sees(scene, "NE", case)
    opened(scene, case)
    assert sees(scene, "NE", case)
    assert Notice.objects.filter(kind="glass_opened", user=scene.users["NG"]).count() == 2


def test_the_holder_and_the_officers_of_both_sides_are_told_at_once_by_notice_and_mail(
    scene: Scene, case: Case
) -> None:
    row = ask(scene, case.person.public_code)
    assert told(scene, "glass_waits") == {"NE-deputy"}
    confirm(scene, row)
    assert told(scene, "glass_opened") == {"NG", "NG-deputy", "NG-officer", "NE-officer", "region-officer"}
    mails = Mail.objects.filter(notice__kind="glass_opened")
    assert mails.count() == 5
    assert {mail.template for mail in mails} == {"news"}
    named = Notice.objects.filter(kind="glass_opened", case__isnull=False)
    assert {notice.user_id for notice in named} == {scene.users["NG"].pk, scene.users["NG-deputy"].pk}


def test_whoever_sealed_something_is_told_too_and_the_new_holder_may_break_the_seal(scene: Scene, case: Case) -> None:
    advance(scene, ready_draft(scene, case), "received")
    assert case.pk == opened(scene, Case.objects.get(pk=case.pk)).case_id
    assert told(scene, "glass_opened") == {"NG", "NG-deputy", "NE-deputy", "NE-officer", "region-officer"}


def blocked(scene: Scene, case: Case) -> None:
    BlockedRecipient.objects.create(person=case.person, country=Country.objects.get(pk="NE"))


def blocked_institution(scene: Scene, case: Case) -> None:
    BlockedRecipient.objects.create(person=case.person, institution=scene.institutions["NE-child"])


def test_what_may_not_learn_of_the_person_opens_nothing_and_the_holder_hears_of_the_attempt(scene: Scene) -> None:
    kept, feared = open_case(scene), open_case(scene, feared_countries=["NE"])
    blocked(scene, kept)
    for case in (kept, feared):
        row = opened(scene, case)
        assert row.state == GlassState.NOTHING
        assert not sees(scene, "NE", case)
        assert kinds(case) == ["glass_asked", "glass_refused"]
        refused = Notice.objects.filter(kind="glass_refused", case=case)
        assert {notice.user_id for notice in refused} == {scene.users["NG"].pk, scene.users["NG-deputy"].pk}
    assert told(scene, "glass_refused") == {"NG", "NG-deputy", "NG-officer", "region-officer"}


def test_an_institution_that_the_person_blocked_is_kept_out_even_where_its_country_is_not(
    scene: Scene, case: Case
) -> None:
    blocked_institution(scene, case)
    scene.users["guard"] = make_member(scene.institutions["NE-child"], Role.CHILD_PROTECTION).user
    assert opened(scene, case, "NE-child", "guard").state == GlassState.NOTHING
    assert opened(scene, case).state == GlassState.OPENED


def test_an_unknown_code_a_closed_file_and_a_code_word_open_nothing_and_tell_no_holder(
    scene: Scene, case: Case
) -> None:
    closed = open_case(scene)
    custody.append(closed, None, CustodyReason.CLOSED, scene.moment())
    for code in ("0000", closed.person.public_code, case.person.code_word):
        row = confirm(scene, ask(scene, code))
        assert (row.state, row.case) == (GlassState.NOTHING, None)
    assert told(scene, "glass_nothing") == {"NE-officer", "region-officer"}
    assert not Notice.objects.filter(kind__in=("glass_opened", "glass_refused")).exists()
    assert kinds(case) == []


def test_people_type_codes_in_their_own_way(scene: Scene, case: Case) -> None:
    typed = case.person.public_code.lower().replace("1", "l").replace("0", "o")
    assert ask(scene, f" {typed[:4]}-{typed[4:]} ").case == case


def test_an_institution_asks_ten_times_a_day_whether_or_not_codes_exist(scene: Scene, case: Case) -> None:
    for number in range(9):
        ask(scene, f"000{number}")
    ask(scene, case.person.public_code)
    for code in (case.person.public_code, "0000"):
        with pytest.raises(errors.TooManyOpenings):
            ask(scene, code)
    ask(scene, "0000", who="IT")
    minutes(scene, 24 * 60 + 1)
    ask(scene, "0000")


def test_the_same_form_is_one_request_and_its_key_stays_out_of_the_record(scene: Scene, case: Case) -> None:
    key = uuid4()
    first = ask(scene, case.person.public_code, key=key)
    assert ask(scene, case.person.public_code, key=key) == first
    assert not CaseEvent.objects.filter(submission=key).exists()
    assert kinds(case) == ["glass_asked"]


def test_roles_that_may_not_ask_are_refused(scene: Scene, case: Case) -> None:
    with pytest.raises(errors.NotAllowed):
        ask(scene, case.person.public_code, who="NE-officer")


@pytest.mark.parametrize(
    ("who", "how"),
    [
        ("NE", GlassEnd.OPENER),
        ("NG", GlassEnd.HOLDER),
        ("NG-officer", GlassEnd.OFFICER),
        ("NE-officer", GlassEnd.OFFICER),
    ],
)
def test_it_is_ended_by_whoever_asked_the_holder_or_an_officer_of_either_side(
    scene: Scene, case: Case, who: str, how: GlassEnd
) -> None:
    row = opened(scene, case)
    minutes(scene, 5)
    for stranger in ("IT", "IT-officer", "NE-deputy"):
        with scene.clock(), pytest.raises(errors.NotAllowed):
            glass.end(scene.actor(stranger), row.pk)
    with scene.clock():
        glass.end(scene.actor(who), row.pk)
    assert not sees(scene, "NE", case)
    row.refresh_from_db()
    assert (row.ended_how, row.until_wall) == (how, scene.wall)
    assert kinds(case)[-1] == "glass_ended"


def test_it_ends_when_somebody_else_answers_for_the_person(scene: Scene, case: Case) -> None:
    handover = advance(scene, ready_draft(scene, case), "departed")
    row = opened(scene, case, "IT", "IT-deputy")
    assert sees(scene, "IT", case)
    advance(scene, handover, "received")
    assert not sees(scene, "IT", case)
    row.refresh_from_db()
    assert (row.ended_how, row.ended_by) == (GlassEnd.CUSTODY, None)


def test_whoever_loses_the_seat_or_the_role_loses_what_was_opened(scene: Scene, case: Case) -> None:
    opened(scene, case)
    seat = scene.users["NE"].memberships.get()
    seat.role = Role.HEALTH_WORKER
    seat.save()
    assert not sees(scene, "NE", case)


def test_each_reading_stands_in_the_record_and_changes_nothing_else(scene: Scene, case: Case) -> None:
    opened(scene, case)
    before = Case.objects.get(pk=case.pk).version
    with scene.clock():
        glass.read(scene.actor("NE"), case.pk, "needs")
        glass.read(scene.actor("NE"), case.pk, "person")
    rows = CaseEvent.objects.filter(case=case, kind="glass_read").order_by("seq")
    assert [(row.code, row.institution_id) for row in rows] == [
        ("needs", scene.institutions["NE"].pk),
        ("person", scene.institutions["NE"].pk),
    ]
    assert Case.objects.get(pk=case.pk).version == before
    with scene.clock(), pytest.raises(errors.GlassOver):
        glass.read(scene.actor("IT"), case.pk, "needs")


def test_it_opens_reading_and_no_writing(scene: Scene, case: Case) -> None:
    opened(scene, case)
    whole = Case.objects.get(pk=case.pk)
    about_a_case = [
        action
        for action in Action
        if action not in ON_GLASS | ON_HANDOVER | ON_REFERRAL
        and not any(grant.relation is Relation.REGISTRY for grant in GRANTS[action])
    ]
    may = {action for action in about_a_case if allowed(scene.actor("NE"), action, whole)}
    assert may == {Action.VIEW_CASE, Action.VIEW_IDENTITY, Action.VIEW_SEAL}


def test_the_reason_is_kept_as_it_was_typed(scene: Scene, case: Case) -> None:
    assert BreakGlass.objects.get(pk=opened(scene, case).pk).reason == REASON
