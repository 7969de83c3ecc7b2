"""What a page says about a person, before it is drawn."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from referral.enums import Action, AgeBasis, Basis, Sex, WithdrawReason
from referral.models import Case, Person
from referral.pages.continuity import continuity, drawn
from referral.pages.person import today
from referral.pages.viewed import Viewed, head
from referral.pages.words import age, who
from referral.pictures.facts import Continuity
from referral.selectors import person as rows
from referral.selectors.cases import case_by_code
from referral.selectors.inbox import Now
from referral.services import care
from tests.scenes import Scene, advance, open_case, ready_draft, two_countries

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene() -> Scene:
    return two_countries("NG", "NE")


def seen(scene: Scene, name: str, code: str) -> Viewed:
    actor = scene.actor(name)
    return Viewed(actor, case_by_code(actor, code), scene.moment().at, "Africa/Lagos")


@pytest.mark.parametrize(
    ("low", "high", "basis", "words"),
    [
        (None, None, AgeBasis.UNKNOWN, ""),
        (16, 16, AgeBasis.STATEMENT, "says 16 years"),
        (16, 19, AgeBasis.DISPUTED, "16 to 19 years"),
        (24, 28, AgeBasis.STATEMENT, "says 24 to 28 years"),
        (1, None, AgeBasis.DOCUMENT, "1 year"),
        (None, 12, AgeBasis.ESTIMATE, "12 years"),
    ],
)
def test_an_age_is_a_range_with_the_persons_own_word(low: int | None, high: int | None, basis: str, words: str) -> None:
    assert age(Person(age_low=low, age_high=high, age_basis=basis)) == words


@pytest.mark.parametrize(
    ("sex", "low", "child", "word"),
    [
        (Sex.FEMALE, 15, True, "Girl"),
        (Sex.MALE, 30, False, "Man"),
        (Sex.OTHER, 15, True, "Child"),
        (Sex.UNKNOWN, 30, False, "Adult"),
        (Sex.UNKNOWN, None, False, "Person"),
    ],
)
def test_a_person_is_named_by_the_shortest_true_word(sex: str, low: int | None, child: bool, word: str) -> None:
    assert who(Person(sex=sex, age_low=low), child=child) == word


def test_the_head_of_a_stub_has_the_code_word_alone(scene: Scene) -> None:
    case = open_case(scene, age_low=15, age_high=16)
    assert head(seen(scene, "NG", case.person.public_code)).child
    adult = open_case(scene)
    advance(scene, ready_draft(scene, adult), "received")
    stub = head(seen(scene, "NG", adult.person.public_code))
    assert (stub.who, stub.age, stub.languages, stub.safeguards, stub.tabs) == ("", "", "", (), ())
    assert stub.answers == "Niger"


def test_each_thing_that_is_due_has_its_basis_and_a_place_to_do_it(scene: Scene) -> None:
    case = open_case(scene, safe_tonight="no", opinion="", indicators=[])
    page = today(seen(scene, "NG", case.person.public_code))
    assert {due.basis for due in page.due} == {Basis.DEFAULT}
    assert all(due.url and due.ours for due in page.due)
    assert [due.due_at for due in page.due] == sorted(due.due_at for due in page.due)


def test_what_is_late_here_is_late_in_the_inbox(scene: Scene) -> None:
    case = open_case(scene, safe_tonight="no", immediate_danger=True)
    scene.registry.rate = 288
    scene.registry.save(update_fields=["rate"])
    scene.wall += timedelta(seconds=110)
    moment = scene.moment()
    actor = scene.actor("NG")
    view = Viewed(
        actor, case_by_code(actor, case.person.public_code), moment.at, "UTC", Now(moment.at, moment.wall, moment.clock)
    )
    tonight = next(due for due in today(view).due if due.label == "Make safe tonight")
    assert tonight.due_at < moment.at
    assert not tonight.overdue, "nobody has had time to read yet"


def test_a_bed_that_has_ended_covers_nobody_and_says_so(scene: Scene) -> None:
    case = open_case(scene, bed_until_at=scene.moment().at + timedelta(hours=5))
    assert today(seen(scene, "NG", case.person.public_code)).covered
    scene.after(hours=6)
    page = today(seen(scene, "NG", case.person.public_code))
    assert page.gap == "The bed was only until now"
    assert page.tonight is not None
    assert page.tonight.tiles[1].tag.label == "This has passed"


def picture(scene: Scene, name: str, code: str, *, home_only: bool = False) -> Continuity:
    view = seen(scene, name, code)
    return continuity(
        view.actor, view.case, rows.services(view.actor, view.case), rows.handovers(view.actor, view.case),
        now=view.at, zone=view.zone, home_only=home_only,
    )  # fmt: skip


def test_the_picture_has_every_country_that_answered_and_the_handover_between_them(scene: Scene) -> None:
    case = open_case(scene)
    handover = advance(scene, ready_draft(scene, case), "received")
    history = picture(scene, "NE", case.person.public_code)
    assert [episode.country_code for episode in history.episodes] == ["NG", "NE"]
    assert [mark.kind for mark in history.marks] == ["sent", "received"]
    assert history.marks[1].at == handover.received_at


def test_a_new_holder_sees_the_journey_and_its_own_time_and_nothing_of_the_cover_before(scene: Scene) -> None:
    case = open_case(scene, safe_tonight="no")
    scene.after(days=2)
    with scene.clock():
        care.record_tonight(scene.actor("NG"), case.pk, {"safe_tonight": "yes"}, submission=uuid4())
    handover = advance(scene, ready_draft(scene, case), "received")
    assert handover.received_at is not None
    scene.after(hours=3)
    cover = sorted(picture(scene, "NE", case.person.public_code).cover, key=lambda stretch: stretch.since)
    assert cover[0].since == handover.departed_at
    assert cover[-1].until == scene.moment().at
    assert all(stretch.covered for stretch in cover if stretch.until and stretch.until <= handover.received_at)
    words = drawn(seen(scene, "NE", case.person.public_code)).sentence
    assert "while another country answered is not drawn" in words
    advance(scene, ready_draft(scene, case, "NE", "NG"), "received", "NE", "NG")
    again = picture(scene, "NG", case.person.public_code).cover
    assert min(stretch.since for stretch in again) == case.opened_at
    assert any(stretch.why for stretch in again), "what it recorded itself, it still reads"


def test_for_an_asylum_seeker_the_picture_can_stay_at_home(scene: Scene) -> None:
    case = open_case(scene)
    advance(scene, ready_draft(scene, case), "received")
    scene.after(hours=1)
    history = picture(scene, "NE", case.person.public_code, home_only=True)
    assert history.countries() == ["NE"]
    assert history.marks == []
    assert min(stretch.since for stretch in history.cover) == history.episodes[0].since


def test_the_map_needs_two_countries(scene: Scene) -> None:
    case = open_case(scene)
    assert drawn(seen(scene, "NG", case.person.public_code)).route == ""
    advance(scene, ready_draft(scene, case), "received")
    found = drawn(seen(scene, "NE", case.person.public_code))
    assert found.route.startswith("<svg")
    assert "Nigeria" in found.route_words


def test_reasons_of_another_country_are_not_told(scene: Scene) -> None:
    case = open_case(scene)
    with scene.clock():
        care.record_whereabouts(scene.actor("NG"), case.pk, {"kind": "detained"}, submission=uuid4())
    scene.after(hours=5)
    with scene.clock():
        care.record_whereabouts(scene.actor("NG"), case.pk, {"kind": "safe_place"}, submission=uuid4())
    code = case.person.public_code
    assert any("Detained" in entry.sentences for entry in drawn(seen(scene, "NG", code)).entries)
    advance(scene, ready_draft(scene, case), "received")
    after = drawn(seen(scene, "NE", code))
    assert not any("Detained" in entry.sentences for entry in after.entries)


def test_why_an_offer_was_withdrawn_stays_with_the_sender(scene: Scene) -> None:
    case = open_case(scene)
    first = advance(scene, ready_draft(scene, case), "acknowledged")
    scene.do("NG", first, Action.WITHDRAW, {"withdraw_reason": "person"})
    code, reason = case.person.public_code, str(WithdrawReason.PERSON.label)
    assert reason in {mark.label for mark in picture(scene, "NG", code).marks}
    advance(scene, ready_draft(scene, Case.objects.get(pk=case.pk)), "received")
    assert reason not in {mark.label for mark in picture(scene, "NE", code).marks}
