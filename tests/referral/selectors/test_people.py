"""What the list says in SQL is what the rules say in Python."""

from __future__ import annotations

from datetime import timedelta
from itertools import product
from uuid import uuid4

import pytest

from referral.enums import AgeBasis, Safeguard, WhereaboutsKind
from referral.models import Case, Person, PersonLink, Whereabouts
from referral.selectors import inbox
from referral.selectors.cases import visible_cases
from referral.selectors.facts import gap_now, is_child, safeguards
from referral.selectors.people import COUNTED, Asked, find, gap_listed, keys_of, safeguards_listed
from referral.selectors.waiting_count import waiting_at, waiting_count
from referral.services import care
from tests.factories import EXERCISE, make_case
from tests.scenes import Scene, advance, open_case, ready_draft, two_countries

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene() -> Scene:
    return two_countries("NG", "NE")


@pytest.mark.wide
def test_cover_in_sql_is_cover_in_python(scene: Scene) -> None:
    holder = scene.institutions["NG"]
    now = EXERCISE + timedelta(days=2)
    beds = (None, now - timedelta(hours=1), now, now + timedelta(hours=1))
    for kind, country, support, bed in product([None, *WhereaboutsKind], ("NG", "NE"), (False, True), beds):
        case = make_case(holder)
        case.person.bed_until_at = bed
        case.person.save()
        if kind is not None:
            for at in (EXERCISE, EXERCISE + timedelta(hours=1)):
                Whereabouts.objects.create(
                    case=case, kind=kind if at > EXERCISE else WhereaboutsKind.MISSING, country_id=country, happened_at=at,
                    recorded_at=at, institution=holder, support_running=support,
                )  # fmt: skip
    actor = scene.actor("NG")
    found = {
        covered: set(keys_of(actor, now, Asked(covered=covered), 500).values_list("pk", flat=True))
        for covered in (True, False)
    }
    rows = list(Case.objects.prefetch_related("whereabouts").select_related("person", "holder"))
    assert len(rows) == len(found[True]) + len(found[False]) == 12 * 16
    assert all(found.values())
    for row in rows:
        gap = gap_now(row, now)
        assert (row.pk in found[True]) == (gap is None), row.place
        assert gap_listed(row, now) == gap, row.place


def test_the_place_of_a_case_follows_holder_bed_and_whereabouts_whatever_is_written(scene: Scene) -> None:
    case = open_case(scene)
    assert (case.place, case.uncovered_from_at) == (WhereaboutsKind.SAFE_PLACE, None)
    at = scene.moment().at
    Person.objects.filter(pk=case.person_id).update(bed_until_at=at + timedelta(hours=3))
    case.refresh_from_db()
    assert case.uncovered_from_at == at + timedelta(hours=3)
    Case.objects.filter(pk=case.pk).update(uncovered_from_at=None, place="missing", place_supported=True)
    case.refresh_from_db()
    assert (case.place, case.uncovered_from_at) == (WhereaboutsKind.SAFE_PLACE, at + timedelta(hours=3))
    advance(scene, ready_draft(scene, case), "departed")
    left = Case.objects.get(pk=case.pk)
    assert (left.place, left.uncovered_from_at) == (WhereaboutsKind.ESCORTED, None)


@pytest.mark.wide
def test_childhood_in_sql_is_childhood_in_python(scene: Scene) -> None:
    holder = scene.institutions["NG"]
    lows, highs = (None, 12, 17, 18, 30), (None, 17, 40)
    for low, high, basis, maybe, lifted, carried in product(
        lows, highs, (AgeBasis.STATEMENT, AgeBasis.DISPUTED), (False, True), (False, True), (False, True)
    ):
        if low is not None and high is not None and low > high:
            continue
        case = make_case(holder, carried_safeguards=[Safeguard.PRESUMED_MINOR] if carried else [])
        person = case.person
        person.age_low, person.age_high, person.age_basis, person.maybe_child = low, high, basis, maybe
        person.adult_confirmed_by = holder if lifted else None
        person.save()
    actor = scene.actor("NG")
    children, adults = (
        set(keys_of(actor, EXERCISE, Asked(child=child), 500).values_list("pk", flat=True)) for child in (True, False)
    )
    rows = list(Case.objects.select_related("person"))
    assert children
    assert adults
    assert len(children) + len(adults) == len(rows)
    for row in rows:
        assert (row.pk in children) == is_child(row), (row.person.age_low, row.person.age_high, row.person.age_basis)


def test_a_past_holder_sees_a_stub_and_the_new_holder_the_whole(scene: Scene) -> None:
    case = open_case(scene)
    advance(scene, ready_draft(scene, case), "received")
    at = scene.moment().at
    assert [row.full for row in find(scene.actor("NG"), at, Asked()).rows] == [False]
    assert [row.full for row in find(scene.actor("NE"), at, Asked()).rows] == [True]
    assert [row.pk for row in find(scene.actor("NG"), at, Asked(ours=False)).rows] == [case.pk]
    assert find(scene.actor("NG"), at, Asked(ours=True)).rows == ()
    assert find(scene.actor("NG"), at, Asked(stage=case.stage)).rows == ()


def test_a_person_who_came_back_is_listed_once(scene: Scene) -> None:
    case = open_case(scene)
    advance(scene, ready_draft(scene, case), "received")
    advance(scene, ready_draft(scene, case, "NE", "NG"), "received", "NE", "NG")
    found = find(scene.actor("NG"), scene.moment().at, Asked())
    assert ([row.pk for row in found.rows], found.total) == ([case.pk], 1)


def test_the_list_holds_exactly_what_may_be_seen(scene: Scene) -> None:
    ours, theirs = open_case(scene, "NG"), open_case(scene, "NE")
    found = {row.pk for row in find(scene.actor("NG"), scene.moment().at, Asked()).rows}
    assert found == set(visible_cases(scene.actor("NG")).values_list("pk", flat=True)) == {ours.pk}
    assert theirs.pk not in found


def test_a_row_knows_the_safeguards_without_asking_again(scene: Scene) -> None:
    case = open_case(scene, age_low=15, age_high=16)
    actor = scene.actor("NG")
    with scene.clock():
        care.assess_risk(actor, case.pk, {"level": "high"}, submission=uuid4())
        care.record_legal(actor, case.pk, {"kind": "asylum", "state": "open"}, submission=uuid4())
    other = open_case(scene)
    PersonLink.objects.create(person=case.person, other=other.person, kind="sibling")
    for row in find(actor, scene.moment().at, Asked()).rows:
        assert safeguards_listed(row) == safeguards(row)
    assert {Safeguard.HIGH_RISK, Safeguard.ASYLUM, Safeguard.SIBLINGS} <= set(safeguards_listed(row))


def test_long_lists_are_counted_to_a_hundred_and_no_further(scene: Scene) -> None:
    for _number in range(COUNTED):
        make_case(scene.institutions["NG"])
    at, actor = scene.moment().at, scene.actor("NG")
    assert find(actor, at, Asked()).total == COUNTED
    make_case(scene.institutions["NG"])
    found = find(actor, at, Asked(), 5)
    assert (found.total, len(found.rows), found.more) == (COUNTED + 1, 1, False)
    assert find(actor, at, Asked(), 9).number == 1, "a page after the last is the first"


def test_the_number_in_the_bar_is_the_length_of_the_inbox(scene: Scene) -> None:
    open_case(scene, safe_tonight="no", opinion="", indicators=[])
    open_case(scene, age_low=15, age_high=16)
    handover = ready_draft(scene, open_case(scene))
    for state in ("offered", "acknowledged", "accepted", "departed"):
        advance(scene, handover, state)
        for name in ("NG", "NE", "NG-child"):
            assert counted(scene, name) == listed(scene, name), (state, name)
    scene.after(days=20)
    assert counted(scene, "NG") == listed(scene, "NG") > 3


def listed(scene: Scene, name: str) -> int:
    actor, moment = scene.actor(name), scene.moment()
    now = inbox.Now(moment.at, moment.wall, moment.clock)
    return len(inbox.uncovered_people(actor, now).rows) + len(inbox.waiting(actor, now).rows)


def counted(scene: Scene, name: str) -> int:
    actor, moment = scene.actor(name), scene.moment()
    number = waiting_count(actor, moment.at)
    assert inbox.tally(actor, moment.at).waiting == number
    assert waiting_at([actor], moment.at, moment.ran)[actor.membership_id].things == number
    return number
