"""The regional coordinator's pages: what is long overdue between which countries, never for whom; and a coded phrase."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from referral.enums import DeadlineState, ReminderState, Role, Rung
from referral.models import Case, CaseEvent, Deadline, Mail, Notice, OverdueAsk, Reminder
from referral.services.sweep import sweep_registry
from tests.factories import EXERCISE, code_of, make_case
from tests.referral.desks import seat
from tests.referral.views.seats import Seat
from tests.scenes import Scene, advance, open_case, ready_draft, two_countries

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene() -> Scene:
    scene = two_countries("NG", "NE")
    seat(scene, Role.COORDINATOR)
    return scene


def late(scene: Scene) -> Deadline:
    """A handover that Niger has not acknowledged long after the last reminder."""
    advance(scene, ready_draft(scene, open_case(scene)), "offered")
    scene.after(days=6)
    with scene.clock():
        sweep_registry(scene.registry.pk)
    return Deadline.objects.get(kind="acknowledge", state=DeadlineState.OPEN)


def screening(scene: Scene, case: Case) -> dict[str, Any]:
    """Work at home that is long overdue."""
    return {
        "registry": scene.registry, "case": case, "kind": "follow_up_90", "owes": scene.institutions["NG"], "opened_at": EXERCISE,
        "due_at": EXERCISE, "opened_ran": scene.moment().ran, "floor": scene.moment().ran, "state": "open", "basis": "default",
    }  # fmt: skip


def fired(scene: Scene, *rows: Deadline) -> list[Deadline]:
    """The deadlines with their last rung fired."""
    made = Deadline.objects.bulk_create(rows)
    rung = {"rung": Rung.COORDINATOR, "state": ReminderState.FIRED, "due_at": EXERCISE, "fired_at": EXERCISE}
    Reminder.objects.bulk_create(
        [Reminder(registry=scene.registry, deadline=row, floor_ran=scene.moment().ran, **rung) for row in made]
    )
    return made


def coordinator(scene: Scene) -> Seat:
    return Seat(scene, Role.COORDINATOR)


def test_the_list_says_what_waits_between_whom_since_when_and_not_for_whom(scene: Scene) -> None:
    deadline = late(scene)
    person, user = deadline.case.person, coordinator(scene)
    pages = [user.text("/overdue/"), user.text(f"/overdue/{code_of('deadline', deadline.pk)}/"), user.text("/desk/")]
    assert deadline.handover is not None
    for page in pages:
        assert "Niger" in page
        assert deadline.handover.reference in page
        for hidden in (person.code_word, person.public_code, "Invented Name", person.wishes):
            assert hidden not in page
    assert "last reminder" in pages[0]
    assert f"/overdue/{code_of('deadline', deadline.pk)}/" in pages[2]


def test_work_at_home_is_called_by_a_number_and_not_by_the_code_of_the_person(scene: Scene) -> None:
    case = open_case(scene)
    (home,) = fired(scene, Deadline(**screening(scene, case)))
    page = coordinator(scene).text("/overdue/")
    assert f"D-{home.pk}" in page
    assert case.person.public_code not in page
    assert case.person.code_word not in page


def test_the_list_is_narrowed_by_kind_and_country(scene: Scene) -> None:
    deadline, user = late(scene), coordinator(scene)
    place = f"/overdue/{code_of('deadline', deadline.pk)}/"
    for query, there in (
        ("kind=acknowledge", True), ("kind=decide", False), ("country=NE", True), ("country=IT", False),
        ("kind=nonsense&country=XX&after=x", True),
    ):  # fmt: skip
        assert (place in user.text(f"/overdue/?{query}")) == there, query


def test_a_country_is_asked_by_a_coded_phrase_and_it_stands_in_the_record(scene: Scene) -> None:
    deadline, user = late(scene), coordinator(scene)
    place, key = f"/overdue/{code_of('deadline', deadline.pk)}/", "8a1f2c52-4b0c-4e3b-9a39-1d3f0f6c1a11"
    assert "Choose what you want to say" in user.post(place).content.decode()
    for _time in range(2):
        assert user.post(place, phrase="say_when", submission=key).status_code == 302
    row = OverdueAsk.objects.get()
    assert (row.deadline, row.phrase, row.user) == (deadline, "say_when", scene.users[Role.COORDINATOR])
    event = CaseEvent.objects.get(kind="ask_overdue")
    assert (event.code, event.case, event.handover) == ("say_when", deadline.case, deadline.handover)
    told = Notice.objects.filter(kind="ask_overdue")
    assert {notice.institution_id for notice in told} == {scene.institutions["NE"].pk}
    assert Mail.objects.filter(notice__in=told).count() == told.count() == 2
    assert "The regional coordinator asks for an answer" in Seat(scene, "NE").text("/inbox/notices/")
    assert "Please say when the answer comes." in user.text(place)
    assert "Please say when the answer comes." in user.text("/overdue/")
    again = user.post(place, phrase="call")
    assert again.status_code == 200
    assert "asked within the last day" in again.content.decode()
    scene.after(hours=25)
    assert user.post(place, phrase="call").status_code == 302
    assert OverdueAsk.objects.count() == 2


def test_what_was_done_meanwhile_is_asked_no_more(scene: Scene) -> None:
    deadline, user = late(scene), coordinator(scene)
    assert deadline.handover is not None
    Seat(scene, "NE").post(f"/handovers/{deadline.handover.reference}/acknowledge/")
    assert user.get(f"/overdue/{code_of('deadline', deadline.pk)}/").status_code == 404
    assert user.post(f"/overdue/{code_of('deadline', deadline.pk)}/", phrase="call").status_code == 404
    assert not OverdueAsk.objects.exists()


def test_these_pages_are_for_coordinators_of_this_registry(scene: Scene) -> None:
    deadline = late(scene)
    for who in ("NG", "NE", "NG-child"):
        for place in ("/overdue/", f"/overdue/{code_of('deadline', deadline.pk)}/"):
            assert Seat(scene, who).get(place).status_code == 403, (who, place)
    far = two_countries("IT")
    seat(far, Role.COORDINATOR)
    for place in (f"/overdue/{code_of('deadline', deadline.pk)}/", f"/overdue/{code_of('deadline', 10**19)}/"):
        assert coordinator(far).get(place).status_code == 404
        assert coordinator(far).post(place, phrase="call").status_code == 404
    assert "Nothing is long overdue." in coordinator(far).text("/overdue/")


@pytest.mark.wide
def test_pages_follow_each_other_and_cost_the_same_for_two_twenty_and_two_hundred(scene: Scene) -> None:
    user, counts = coordinator(scene), []
    user.get("/overdue/")
    made = 0
    for size in (2, 20, 200):
        cases = [make_case(scene.institutions["NG"]) for _number in range(made, size)]
        fired(scene, *(Deadline(**screening(scene, case)) for case in cases))
        made = size
        with CaptureQueriesContext(connection) as asked:
            user.text("/overdue/")
        counts.append(len([query for query in asked if "SAVEPOINT" not in query["sql"]]))
    assert counts[0] == counts[1] == counts[2]
    assert max(counts) <= 8
    seen, query = list[str](), "?kind=follow_up_90"
    while query:
        page = user.text(f"/overdue/{query}")
        seen += [part.split('"')[0] for part in page.split('<h2><a href="/overdue/')[1:]]
        query = (
            page.split('" rel="next"')[0].rsplit('href="', 1)[1].replace("&amp;", "&") if 'rel="next"' in page else ""
        )
    assert len(seen) == len(set(seen)) == 200
