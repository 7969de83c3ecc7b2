"""The audit list and the review of its lines: what an officer finds, and what stays with the other side."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from referral.enums import AskKind, Role
from referral.models import AuditReview, Case, CaseEvent, Denial, Disclosure, Proposal
from referral.selectors.audit import Cursor, Kind, cursor_of
from referral.services import requests, sweep
from tests.factories import EXERCISE, code_of, make_case
from tests.referral.desks import seat
from tests.referral.glass_scene import REASON, ask, glass_scene, opened
from tests.referral.views.seats import Seat
from tests.scenes import Scene, advance, open_case, ready_draft

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene() -> Scene:
    scene = glass_scene("NG", "NE")
    seat(scene, Role.DATA_PROTECTION)
    return scene


def audit(scene: Scene, query: str = "", who: Any = Role.DATA_PROTECTION) -> str:
    return Seat(scene, who).text(f"/audit/{query}")


def test_the_audit_list_says_who_shared_what_with_whom_and_nothing_of_the_person(scene: Scene) -> None:
    handover = advance(scene, ready_draft(scene, open_case(scene)), "offered")
    person = handover.case.person
    Seat(scene, "NG").post(f"/people/{person.public_code}/identity/")
    shared = audit(scene, "?kind=shared")
    assert handover.reference in shared
    assert scene.institutions["NG"].name in shared
    assert "What the person wants" in shared
    seen = audit(scene, "?kind=seen")
    assert person.public_code in seen
    assert "Focal point" in seen
    pages = [audit(scene, f"?kind={kind}") for kind in Kind]
    desk = Seat(scene, Role.DATA_PROTECTION).text("/desk/")
    for hidden in ("To live near her sister.", "Invented Name", person.code_word):
        assert not any(hidden in page for page in (*pages, shared, desk))


def test_break_glass_comes_first_with_its_reason_its_state_and_who_asked(scene: Scene) -> None:
    case = open_case(scene)
    row = opened(scene, case)
    page = audit(scene)
    for words in (REASON, "Open", scene.institutions["NE"].name, case.person.public_code):
        assert words in page
    line = Seat(scene, Role.DATA_PROTECTION).text(f"/audit/glass/{code_of('watched', row.pk)}/")
    assert f"/break-glass/{row.reference}/" in line
    Seat(scene, "NE").text(f"/people/{case.person.public_code}/")
    assert "under break-glass: Today" in audit(scene, "?kind=seen")


def test_the_list_is_narrowed_by_day_country_institution_and_person(scene: Scene) -> None:
    handover = advance(scene, ready_draft(scene, open_case(scene)), "offered")
    at, reference, code = handover.offered_at, handover.reference, handover.case.person.public_code
    assert at is not None
    day = f"{{}}_day={at.day}&{{}}_month={at.month}&{{}}_year={{year}}"
    here, later = (
        "&".join(day.replace("{}", end).format(year=year) for end in ("since", "until"))
        for year in (at.year, at.year + 1)
    )
    for query, there in (
        (f"country=NE&{here}", True), (f"country=IT&{here}", False), (later, False),
        (f"institution={scene.institutions['NG'].pk}", True), (f"institution={scene.institutions['NG-child'].pk}", False),
        (f"person={code.lower()}", True), ("person=ZZZZZZZZ", False), ("reviewed=no", True), ("reviewed=yes", False),
    ):  # fmt: skip
        assert (reference in audit(scene, f"?kind=shared&{query}")) == there, query
    for nonsense in (
        "kind=nonsense&country=XX&since_day=99&institution=x",
        "after=9-9-9",
        "after=1-" + "9" * 30,
        "person=%00",
    ):
        assert Seat(scene, Role.DATA_PROTECTION).get(f"/audit/?{nonsense}").status_code == 200


def test_refused_attempts_stand_there_although_the_request_was_rolled_back(scene: Scene) -> None:
    case = open_case(scene)
    assert Seat(scene, "NE").get(f"/people/{case.person.public_code}/").status_code == 404
    assert Seat(scene, "NE").get("/people/ZZZZZZZZ/").status_code == 404
    assert Seat(scene, "NG-child").post("/requests/new/", code="X").status_code == 403
    assert Seat(scene, "NE").get("/nowhere/at/all/").status_code == 404
    rows = list(Denial.objects.order_by("pk").values_list("page", "code", "answer"))
    assert rows == [
        ("person", case.person.public_code, "404"),
        ("person", "ZZZZZZZZ", "404"),
        ("request_new", "", "403"),
    ]
    page = audit(scene, "?kind=denied")
    for words in (case.person.public_code, "ZZZZZZZZ", "Child protection officer"):
        assert words in page


def test_overrides_have_a_list_of_their_own(scene: Scene) -> None:
    case = open_case(scene)
    like = {"registry": scene.registry, "case": case, "institution": scene.institutions["NG"], "proposed_at": EXERCISE}
    for action in ("override", "close_case"):
        Proposal.objects.create(**like, action=action, proposed_by=scene.users["NG"])
    assert "Go on without a confirmed place" in audit(scene, "?kind=overrides")
    assert "Go on without a confirmed place" not in audit(scene, "?kind=two_people")
    assert "Close the case" in audit(scene, "?kind=two_people")


def override(scene: Scene, case: Case, number: int = 1, **facts: Any) -> None:
    """So many conditions set aside by two people, unless `facts` say otherwise."""
    like = {
        "registry": scene.registry, "case": case, "institution": scene.institutions["NG"], "action": "override",
        "proposed_by": scene.users["NG"], "proposed_at": EXERCISE, "state": "confirmed", "decided_by": scene.users["NG-deputy"],
    }  # fmt: skip
    Proposal.objects.bulk_create([Proposal(**like | facts) for _number in range(number)])


def test_overrides_are_counted_to_a_hundred_and_no_further(scene: Scene) -> None:
    case = open_case(scene)
    assert "0 conditions were set aside by two people." in audit(scene, "?kind=overrides")
    override(scene, case)
    override(scene, case, state="open", decided_by=None)
    override(scene, case, state="dropped")
    override(scene, case, action="close_case")
    assert "1 condition was set aside by two people." in audit(scene, "?kind=overrides")
    assert "set aside by two people" not in audit(scene, "?kind=two_people")
    override(scene, case, 99)
    assert "100 conditions were set aside by two people." in audit(scene, "?kind=overrides&country=NG")
    assert "0 conditions were set aside by two people." in audit(scene, "?kind=overrides&country=NE")
    override(scene, case, 50)
    with CaptureQueriesContext(connection) as asked:
        assert "More than 100 conditions were set aside by two people." in audit(scene, "?kind=overrides")
    (counted,) = [query["sql"] for query in asked if "COUNT(*)" in query["sql"]]
    assert "LIMIT 101" in counted


def test_the_desk_shows_the_newest_lines_that_the_office_has_not_reviewed(scene: Scene) -> None:
    officer, row = Seat(scene, "NG-officer"), opened(scene, open_case(scene))
    handover = advance(scene, ready_draft(scene, open_case(scene)), "offered")
    Seat(scene, "NG").post(f"/people/{handover.case.person.public_code}/identity/")
    Seat(scene, "NG").get("/people/ZZZZZZZZ/")
    asked_by_niger(scene, handover.case.person.public_code)
    override(scene, handover.case, 2)
    lines = listed(officer)
    for words in (
        f"{row.reason}", "Information shared · What happened and indicators", f"{handover.reference}", "Identity shown",
        "Refused attempts · Focal point", "Requests about a person elsewhere · We are looking", "Conditions set aside · Go on",
    ):  # fmt: skip
        assert any(words in line for line in lines), words
    assert not any("indicators:" in line for line in lines), "which fields, the page of the line says"
    place = f"/audit/glass/{code_of('watched', row.pk)}/"
    assert sum(place in line for line in lines) == 1
    officer.post(place, remark="Called Niger.")
    assert not any(place in line for line in listed(officer)), "reviewed"
    assert any(place in line for line in listed(Seat(scene, "NE-officer"))), (
        "by the office of the other side, not by this one"
    )
    override(scene, handover.case, 12, proposed_at=EXERCISE + timedelta(days=1))
    lines = listed(officer)
    assert len(lines) == 10
    assert all("Conditions set aside" in line for line in lines), "the newest come first"
    older = opened(scene, open_case(scene))
    first, *rest = listed(officer)
    assert f"/audit/glass/{code_of('watched', older.pk)}/" in first, "break-glass before whatever is newer"
    assert len(rest) == 9
    assert all("Conditions set aside" in line for line in rest)
    desk = officer.text("/desk/")
    assert "More than 10 things to do are on your desk." in desk
    assert '<a href="/audit/">All of “Not reviewed yet”</a>' in desk
    for hidden in ("To live near her sister.", "Invented Name", handover.case.person.code_word):
        assert hidden not in desk


def listed(officer: Seat) -> list[str]:
    """The lines under "Not reviewed yet", in their order."""
    desk = officer.text("/desk/")
    if "Not reviewed yet" not in desk:
        return []
    part = desk[desk.index("<h2>Not reviewed yet</h2>") :]
    return part[: part.index("</section>")].split("<li>")[1:]


def asked_by_niger(scene: Scene, code: str) -> None:
    with scene.clock():
        facts = {"code": code, "reason": "The family is worried.", "language": "en"}
        requests.ask(scene.actor("NE"), AskKind.SEARCH, facts, submission=None)


def test_a_request_tells_the_officer_of_the_asking_side_no_more_than_the_asker(scene: Scene) -> None:
    case, holder = open_case(scene), scene.institutions["NG"].name
    asked_by_niger(scene, case.person.public_code)
    asked_by_niger(scene, "ZZZZZZZZ")
    with scene.clock():
        request = case.pull_requests.get()
        requests.decide(scene.actor("NG"), request.pk, {"act": "note", "decision_note": ""}, submission=None)
    for who in ("NE-officer", "region-officer"):
        page = audit(scene, "?kind=asked", who)
        rows = page[page.index("<tbody>") : page.index("</tbody>")]
        assert holder not in rows, who
        assert "Answered" not in rows, who
        line = Seat(scene, who).text(f"/audit/asked/{code_of('watched', request.pk)}/")
        assert "Answered" not in line, who
        for query in (f"institution={scene.institutions['NG'].pk}", "country=NG"):
            narrowed = audit(scene, f"?kind=asked&{query}", who)
            assert request.reference not in narrowed, (who, query)
    home = audit(scene, "?kind=asked", "NG-officer")
    rows = home[home.index("<tbody>") : home.index("</tbody>")]
    assert holder in rows
    assert "Answered" in rows
    assert rows.count("<tr>") == 1, "what was asked of nobody is no business of this side"


def test_an_officer_of_a_country_audits_its_own_side(scene: Scene) -> None:
    advance(scene, ready_draft(scene, open_case(scene)), "offered")
    scene.users["far"] = scene.users["region-officer"]
    far = glass_scene("IT", "TN")
    opened(far, open_case(far, "IT"), "TN", "TN-deputy")
    for who, lines in (("IT-officer", 1), ("TN-officer", 1), ("region-officer", 1)):
        assert audit(far, "", who).count("/audit/glass/") == lines
    assert "/audit/glass/" not in audit(scene)
    assert "/audit/shared/" in audit(scene, "?kind=shared", "NE-officer")


def test_a_line_is_marked_as_reviewed_by_an_act_that_stands_in_the_record(scene: Scene) -> None:
    case = open_case(scene)
    row = opened(scene, case)
    officer, place = Seat(scene, "NG-officer"), f"/audit/glass/{code_of('watched', row.pk)}/"
    assert "Write what you found" in officer.post(place, remark="").content.decode()
    key = "8a1f2c52-4b0c-4e3b-9a39-1d3f0f6c1a11"
    for _time in range(2):
        assert officer.post(place, remark="Called Niger: she was in hospital.", submission=key).status_code == 302
    review = AuditReview.objects.get()
    assert (review.source, review.row, review.user) == ("glass", row.pk, scene.users["NG-officer"])
    event = CaseEvent.objects.get(case=case, kind="review_audit")
    assert (event.user, event.code) == (scene.users["NG-officer"], "glass")
    assert "Called Niger: she was in hospital." in officer.text(place)
    assert "Reviewed" in audit(scene, "?reviewed=yes", "NG-officer")
    other = Seat(scene, "NE-officer").text(place)
    assert "Called Niger" not in other, "a remark stays with the office that wrote it"
    assert "/audit/glass/" in audit(scene, "?reviewed=no", "NE-officer")


def test_nobody_else_opens_it_and_no_officer_a_line_of_another_side(scene: Scene) -> None:
    assert Seat(scene, "NG").get("/audit/").status_code == 403
    row = ask(scene, open_case(scene).person.public_code)
    assert Seat(scene, "NG").post(f"/audit/glass/{code_of('watched', row.pk)}/", remark="Mine.").status_code == 403
    far = glass_scene("IT")
    for place in (
        f"/audit/glass/{code_of('watched', row.pk)}/",
        "/audit/glass/999999/",
        f"/audit/glass/{code_of('watched', 10**19)}/",
        "/audit/nonsense/1/",
    ):
        assert Seat(far, "IT-officer").get(place).status_code == 404, place
        assert Seat(far, "IT-officer").post(place, remark="Mine.").status_code == 404, place
    assert not AuditReview.objects.exists()


def test_a_cursor_survives_the_address_and_nonsense_is_none() -> None:
    cursor = Cursor(EXERCISE + timedelta(microseconds=7), 42)
    assert cursor_of(str(cursor)) == cursor
    for nonsense in ("", "-", "1", "1-", "a-1", "1-1-1", "-1-1", "٣-1", "9" * 40 + "-1", "1-" + "9" * 18):
        assert cursor_of(nonsense) is None, nonsense


def test_pages_follow_each_other_without_a_gap_and_cost_the_same_for_two_twenty_and_two_hundred(scene: Scene) -> None:
    case, officer, counts = make_case(scene.institutions["NG"]), Seat(scene, Role.DATA_PROTECTION), []
    like = {
        "case": case,
        "recipient": scene.institutions["NE"],
        "compartment": "D2",
        "fields": ["wishes"],
        "basis": "law",
    }
    officer.get("/audit/")
    made = 0
    for size in (2, 20, 200):
        # Five at each instant, so that a page ends among rows of one time.
        rows = [Disclosure(**like, at=EXERCISE + timedelta(minutes=number // 5)) for number in range(made, size)]
        Disclosure.objects.bulk_create(rows)
        made = size
        with CaptureQueriesContext(connection) as asked:
            officer.text("/audit/?kind=shared")
        counts.append(len([query for query in asked if "SAVEPOINT" not in query["sql"]]))
    assert counts[0] == counts[1] == counts[2]
    assert max(counts) <= 8
    seen, query = list[str](), "?kind=shared"
    while query:
        page = officer.text(f"/audit/{query}")
        seen += [part.split('"')[0] for part in page.split('href="/audit/shared/')[1:]]
        query = (
            page.split('" rel="next"')[0].rsplit('href="', 1)[1].replace("&amp;", "&") if 'rel="next"' in page else ""
        )
    assert len(seen) == len(set(seen)) == 200


def test_the_sweep_leaves_nothing_of_it_behind(scene: Scene) -> None:
    """A refused attempt and a review are no work: nobody is reminded of them."""
    ask(scene, "ZZZZZZZZ")
    with scene.clock():
        assert sweep.sweep_registry(scene.registry.pk) == 0
