"""What the list says in SQL is what the rules say in Python."""

from __future__ import annotations

from datetime import timedelta
from itertools import product

import pytest

from referral.enums import AgeBasis, Safeguard, WhereaboutsKind
from referral.models import Whereabouts
from referral.selectors.cases import visible_cases
from referral.selectors import inbox
from referral.selectors.facts import gap_now, is_child, safeguards
from referral.selectors.people import COUNTED, Asked, find, gap_listed, keys_of, safeguards_listed
from referral.selectors.waiting_count import waiting_at, waiting_count
from tests.factories import EXERCISE, make_case
from tests.scenes import Scene, advance, open_case, ready_draft, two_countries

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene() -> Scene:
    return two_countries("NG", "NE")


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
    rows = list(people(scene.actor("NG"), now).prefetch_related("whereabouts").select_related("person", "holder"))
    assert len(rows) == 11 * 16
    assert {row.is_covered for row in rows} == {True, False}
    for row in rows:
        assert row.is_covered == (gap_now(row, now) is None), row.place


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
    rows = list(for_rows(people(scene.actor("NG"), EXERCISE)))
    assert {row.is_minor for row in rows} == {True, False}
    for row in rows:
        assert row.is_minor == is_child(row), (row.person.age_low, row.person.age_high, row.person.age_basis)


def test_a_past_holder_sees_a_stub_and_the_new_holder_the_whole(scene: Scene) -> None:
    case = open_case(scene)
    advance(scene, ready_draft(scene, case), "received")
    at = scene.moment().at
    assert [row.full for row in people(scene.actor("NG"), at)] == [False]
    assert [row.full for row in people(scene.actor("NE"), at)] == [True]


def test_the_list_holds_exactly_what_may_be_seen(scene: Scene) -> None:
    ours, theirs = open_case(scene, "NG"), open_case(scene, "NE")
    found = {row.pk for row in people(scene.actor("NG"), scene.moment().at)}
    assert found == set(visible_cases(scene.actor("NG")).values_list("pk", flat=True)) == {ours.pk}
    assert theirs.pk not in found


def test_the_number_in_the_bar_is_the_length_of_the_inbox(scene: Scene) -> None:
    open_case(scene, safe_tonight="no", opinion="", indicators=[])
    open_case(scene, age_low=15, age_high=16)
    handover = ready_draft(scene, open_case(scene))
    for state in ("offered", "acknowledged", "accepted", "departed"):
        advance(scene, handover, state)
        for name in ("NG", "NE", "NG-child"):
            actor, moment = scene.actor(name), scene.moment()
            listed = waiting(actor, Now(moment.at, moment.wall, moment.clock), my_cases(actor, moment.at))
            assert waiting_count(actor, moment.at) == len(listed), (state, name)
    scene.after(days=20)
    moment = scene.moment()
    listed = waiting(
        scene.actor("NG"), Now(moment.at, moment.wall, moment.clock), my_cases(scene.actor("NG"), moment.at)
    )
    assert waiting_count(scene.actor("NG"), moment.at) == len(listed) > 3
