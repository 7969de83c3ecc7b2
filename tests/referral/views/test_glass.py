"""The pages of break-glass, in both directions: what they show to whom, and what asking must not tell."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Country
from referral.enums import GlassState, Role
from referral.models import (
    BlockedRecipient,
    BreakGlass,
    Case,
    CaseEvent,
    ChildFile,
    HealthEntry,
    Need,
    Notice,
    PersonIdentity,
)
from tests.factories import code_of, make_case, make_member
from tests.referral.glass_scene import REASON, ask, confirm, glass_scene, minutes, opened
from tests.referral.views.seats import Seat
from tests.scenes import Scene, advance, open_case, ready_draft

pytestmark = pytest.mark.django_db

BANNER = "You read this under break-glass"


@pytest.fixture
def scene() -> Scene:
    return glass_scene("NG", "NE", "IT")


def request_of(response: Any) -> BreakGlass:
    return BreakGlass.objects.get(reference=response["Location"].split("/")[2])


def plain(page: str, row: BreakGlass) -> str:
    """A page without what the asker typed or what is drawn anew each time."""
    page = page.replace(row.reference, "REFERENCE").replace(row.code, "CODE")
    page = re.sub(r"/notices/[a-z2-7]{26}/", "NOTICE", page)
    return re.sub(r'(name="(?:csrfmiddlewaretoken|submission|upto)" value=")[^"]*', r"\1", page)


def unknowns(scene: Scene) -> dict[str, str]:
    """Codes of every kind: what is known, kept from Niger in three ways, closed, and of nobody."""
    known, blocked, feared = open_case(scene), open_case(scene), open_case(scene, feared_countries=["NE"])
    BlockedRecipient.objects.create(person=blocked.person, country=Country.objects.get(pk="NE"))
    own = open_case(scene)
    BlockedRecipient.objects.create(person=own.person, institution=scene.institutions["NE"])
    return {
        "known": known.person.public_code,
        "blocked": blocked.person.public_code,
        "feared": feared.person.public_code,
        "institution": own.person.public_code,
        "unknown": "ZZZZZZZZ",
        "word": known.person.code_word,
    }


def seen_by_the_asking_side(scene: Scene, row: BreakGlass) -> tuple[str, ...]:
    place = f"/break-glass/{row.reference}/"
    urls = {
        "NE": (place, "/break-glass/", "/inbox/", "/inbox/notices/", "/requests/", "/people/"),
        "NE-deputy": (place, "/break-glass/", "/inbox/notices/"),
        "NE-officer": (place, "/audit/", "/desk/", "/inbox/notices/"),
    }
    return tuple(plain(Seat(scene, who).text(url), row) for who, listed in urls.items() for url in listed)


def forget(scene: Scene, row: BreakGlass) -> None:
    """Read marks and the limit of a day aside, the next code is asked in the same world."""
    Notice.objects.filter(institution__country="NE").delete()
    minutes(scene, 60 * 25)


@pytest.mark.wide
def test_asking_and_being_refused_look_the_same_whatever_the_code_is(scene: Scene) -> None:
    codes = unknowns(scene)
    asked, refused = {}, {}
    for name, code in codes.items():
        niger = Seat(scene, "NE")
        response = niger.post("/break-glass/new/", code=code, reason=REASON)
        row = request_of(response)
        headers = sorted((key, value) for key, value in response.headers.items() if key != "Location")
        asked[name] = (response.status_code, str(headers), *(page for page in pages_of(scene, row)))
        if name != "known":
            answer = Seat(scene, "NE-deputy").post(f"/break-glass/{row.reference}/confirm/")
            told = sorted((key, value) for key, value in answer.headers.items() if key != "Location")
            refused[name] = (answer.status_code, str(told), *(page for page in pages_of(scene, row)))
            assert BreakGlass.objects.get(pk=row.pk).state == GlassState.NOTHING
    assert len(set(asked.values())) == 1, [name for name in asked if asked[name] != asked["unknown"]]
    assert len(set(refused.values())) == 1, [name for name in refused if refused[name] != refused["unknown"]]
    assert "Nothing was opened" in refused["blocked"][2]


def pages_of(scene: Scene, row: BreakGlass) -> tuple[str, ...]:
    """The page of the request, to all three of the asking side; lists hold the earlier ones too and are compared below."""
    place = f"/break-glass/{row.reference}/"
    found = tuple(plain(Seat(scene, who).text(place), row) for who in ("NE", "NE-deputy", "NE-officer"))
    return tuple(re.sub(r"\d{1,2} \w+ 2026, \d\d:\d\d", "WHEN", page) for page in found)


@pytest.mark.wide
@pytest.mark.parametrize("kept", ["blocked", "feared"])
def test_every_page_of_the_asking_side_is_the_same_for_a_code_that_is_kept_from_it_and_one_that_nobody_has(
    kept: str,
) -> None:
    pages = []
    for name in (kept, "unknown"):
        scene = glass_scene("NG", "NE", "IT")
        row = confirm(scene, ask(scene, unknowns(scene)[name]))
        pages.append([_apart(page, scene) for page in seen_by_the_asking_side(scene, row)])
    assert pages[0] == pages[1]


def _apart(page: str, scene: Scene) -> str:
    """Two registries have other names and numbers."""
    page = re.sub(r"Institution \d+|Registry \d+|-\d+@example.org|\?v=\d+&amp;since=\d+", "NAME", page)
    page = re.sub(r"/(?:staff|deadlines|notices|audit/glass)/[a-z2-7]{26}", "KEY", page)
    return re.sub(r'<option value="\d+">[^<]*</option>\s*', "", page)


def test_the_whole_way_in_the_browser(scene: Scene) -> None:
    case = open_case(scene)
    niger, second, nigeria = Seat(scene, "NE"), Seat(scene, "NE-deputy"), Seat(scene, "NG")
    place = f"/people/{case.person.public_code}/"
    assert niger.get(place).status_code == 404
    row = request_of(niger.post("/break-glass/new/", code=case.person.public_code, reason=REASON))
    page = f"/break-glass/{row.reference}/"
    assert "Waits for a second person" in niger.text(page)
    assert f"{page}confirm/" not in niger.text(page)
    assert niger.get(place).status_code == 404
    assert "A colleague asks you to confirm" in second.text("/inbox/notices/")
    notice = Notice.objects.get(kind="glass_waits")
    assert second.get(f"/notices/{code_of('notice', notice.pk)}/")["Location"] == page
    assert REASON in second.text(page)
    assert second.post(f"{page}confirm/").status_code == 302
    shown = niger.text(place)
    for words in (BANNER, "60 minutes left", REASON, case.person.wishes, case.person.code_word):
        assert words in shown
    assert second.get(place).status_code == 404
    told = Notice.objects.get(kind="glass_opened", user=scene.users["NG"])
    assert nigeria.get(f"/notices/{code_of('notice', told.pk)}/")["Location"] == page
    for words in (REASON, case.person.code_word, scene.institutions["NE"].name, f"{page}end/"):
        assert words in nigeria.text(page)
    assert scene.institutions["NE"].name in nigeria.text("/break-glass/")
    history = nigeria.text(f"{place}history/")
    for words in ("Break-glass access asked for", "Opened by break-glass", "Read under break-glass", "Today"):
        assert words in history
    minutes(scene, 20)
    assert "40 minutes left" in niger.text(f"{place}needs/")
    assert nigeria.post(f"{page}end/").status_code == 302
    assert niger.get(place).status_code == 404
    assert "Break-glass ended" in nigeria.text(f"{place}history/")
    assert "Ended by the institution that answers for the person" in niger.text(page)


def test_the_banner_stands_on_every_page_read_under_it_and_on_no_other(scene: Scene) -> None:
    case = open_case(scene)
    opened(scene, case)
    niger, nigeria = Seat(scene, "NE"), Seat(scene, "NG")
    place = f"/people/{case.person.public_code}/"
    read = ("", "needs/", "handovers/", "consent/", "history/", "shared/", "file/", "sealed/")
    for page in read:
        assert BANNER in niger.text(place + page), page
        if page != "sealed/":
            assert BANNER not in nigeria.text(place + page), page
    names = list(CaseEvent.objects.filter(case=case, kind="glass_read").order_by("seq").values_list("code", flat=True))
    assert names == ["person", "needs", "person_handovers", "consent", "history", "shared", "file", "sealed"]
    assert nigeria.get(f"{place}sealed/").status_code == 403
    assert BANNER not in niger.text("/people/")
    assert case.person.code_word not in niger.text("/people/"), "one case is opened, and no list grows"
    assert case.person.code_word not in niger.text("/inbox/")


def test_identity_is_shown_under_it_by_an_act_of_its_own(scene: Scene) -> None:
    case = open_case(scene)
    opened(scene, case)
    niger, place = Seat(scene, "NE"), f"/people/{case.person.public_code}/"
    assert "Invented Name" not in niger.text(place)
    response = niger.post(f"{place}identity/")
    assert "Invented Name" in response.content.decode()
    assert BANNER in response.content.decode()
    event = CaseEvent.objects.get(case=case, kind="identity_shown")
    assert event.institution == scene.institutions["NE"]


def test_nothing_is_written_under_it(scene: Scene) -> None:
    case = open_case(scene)
    opened(scene, case)
    niger, place = Seat(scene, "NE"), f"/people/{case.person.public_code}/"
    before = CaseEvent.objects.filter(case=case).exclude(kind__startswith="glass_").count()
    for page in (
        "tonight/",
        "needs/new/",
        "risk/",
        "consent/new/",
        "legal/",
        "facts/",
        "close/",
        "handover/",
        "assign/",
    ):
        assert niger.post(place + page).status_code in (403, 404), page
    assert CaseEvent.objects.filter(case=case).exclude(kind__startswith="glass_").count() == before


CANARY = {
    "the needs of the holder": "CANARY-NEED",
    "what child protection heard": "CANARY-CHILD",
    "a health entry": "CANARY-HEALTH",
    "the exact place": "CANARY-PLACE",
    "a message": "CANARY-NAME",
}


def test_each_role_reads_its_compartments_and_nothing_beyond(scene: Scene) -> None:
    case, at = open_case(scene, age_low=14, age_high=16), scene.moment().at
    home = {"case": case, "institution": scene.institutions["NG"]}
    Need.objects.create(**home, kind="medical", urgency="urgent", note=CANARY["the needs of the holder"], opened_at=at)
    HealthEntry.objects.create(**home, text=CANARY["a health entry"], for_case_manager=True, recorded_at=at)
    identity = PersonIdentity.objects.get(person=case.person)
    identity.exact_location, identity.name = CANARY["the exact place"], CANARY["a message"]
    identity.save()
    ChildFile.objects.create(**home, child_view=CANARY["what child protection heard"])
    scene.users["guard"] = make_member(scene.institutions["NE-child"], Role.CHILD_PROTECTION).user
    reads = {
        "NE": {"CANARY-NEED"},
        "NE-child": {"CANARY-NEED"},
    }
    for who, second in (("NE", "NE-deputy"), ("NE-child", "guard")):
        opened(scene, case, who, second)
        seat, place = Seat(scene, who), f"/people/{case.person.public_code}/"
        pages = ("", "needs/", "handovers/", "consent/", "history/", "shared/", "file/", "sealed/", "referrals/")
        found = [seat.get(place + page) for page in pages]
        text = "".join(response.content.decode() for response in found)
        assert {canary for canary in CANARY.values() if canary in text} == reads[who], who
        assert seat.get(f"{place}health/").status_code == 403
        noted = CaseEvent.objects.filter(case=case, kind="glass_read", user=scene.users[who]).values_list(
            "code", flat=True
        )
        assert "needs" in noted
        assert "health" not in noted, "a page that was refused was not read"


def test_what_a_former_holder_sealed_is_read_under_it_alone_and_only_where_the_role_reads_it(scene: Scene) -> None:
    case = open_case(scene)
    handover = advance(scene, ready_draft(scene, case), "departed")
    case.person.call_tonight = "CANARY-CALL"
    case.person.save(update_fields=["call_tonight"])
    BlockedRecipient.objects.create(person=case.person, country_id="TN", reason="CANARY-COUSIN")
    advance(scene, handover, "received")
    niger, place = Seat(scene, "NE"), f"/people/{case.person.public_code}/"
    assert niger.get(f"{place}sealed/").status_code == 403
    assert "CANARY-CALL" not in niger.text(place)
    opened(scene, Case.objects.get(pk=case.pk))
    looks = CaseEvent.objects.filter(case=case, kind="identity_shown", institution=scene.institutions["NE"])
    covered = niger.text(f"{place}sealed/")
    assert "CANARY-CALL" in covered
    assert scene.institutions["NG"].name in covered
    assert "Invented Name" not in covered
    assert "••••••••" in covered
    assert not looks.exists(), "what is needed now is read without a look at the name"
    assert niger.get(f"{place}sealed/identity/").status_code == 405
    shown = niger.post(f"{place}sealed/identity/").content.decode()
    assert "CANARY-CALL" in shown
    assert "CANARY-COUSIN" in shown
    assert "Invented Name" in shown
    assert "It is in the record that you looked." in shown
    assert "••••••••" not in shown
    assert CaseEvent.objects.filter(case=case, kind="glass_read", code="sealed").count() == 1
    assert looks.get().payload.content["content"]["fields"] == ["name"]
    minutes(scene, 60)
    assert niger.get(f"{place}sealed/").status_code == 403
    assert niger.post(f"{place}sealed/identity/").status_code == 403
    assert looks.count() == 1
    assert BANNER not in niger.text(place)


def test_pages_of_a_request_are_for_its_sides_alone(scene: Scene) -> None:
    row = opened(scene, open_case(scene))
    page = f"/break-glass/{row.reference}/"
    for who in ("NE", "NE-deputy", "NG", "NG-deputy", "NG-officer", "NE-officer", "region-officer"):
        assert Seat(scene, who).get(page).status_code == 200, who
    for who in ("IT", "IT-officer"):
        assert Seat(scene, who).get(page).status_code == 404, who
    assert Seat(scene, "NG").post(f"{page}confirm/").status_code == 403
    assert Seat(scene, "NE-deputy").post(f"{page}end/").status_code == 403
    assert Seat(scene, "NE-officer").get("/break-glass/new/").status_code == 403
    assert Seat(scene, "NG").get("/break-glass/B-NOTHING/").status_code == 404


def test_the_officer_of_the_asking_side_reads_no_name_of_the_person_or_the_holder(scene: Scene) -> None:
    case = open_case(scene)
    row = opened(scene, case)
    text = Seat(scene, "NE-officer").text(f"/break-glass/{row.reference}/")
    assert case.person.code_word not in text
    assert scene.institutions["NG"].name not in text
    assert case.person.public_code in Seat(scene, "NG-officer").text(f"/break-glass/{row.reference}/")


def test_a_refusal_is_a_sentence_and_keeps_what_was_typed(scene: Scene) -> None:
    niger = Seat(scene, "NE")
    assert "Write what the danger is" in niger.post("/break-glass/new/", code="ABCDEFGH").content.decode()
    for number in range(10):
        ask(scene, f"000{number}")
    response = niger.post("/break-glass/new/", code="ABCDEFGH", reason=REASON)
    assert response.status_code == 200
    assert "has asked for many cases today" in response.content.decode()
    assert REASON in response.content.decode()


def test_a_list_costs_the_same_for_two_twenty_and_two_hundred(scene: Scene) -> None:
    niger, nigeria, counts = Seat(scene, "NE"), Seat(scene, "NG"), []
    niger.get("/break-glass/")
    nigeria.get("/break-glass/")
    made, case = 0, make_case(scene.institutions["NG"])
    for size in (2, 20, 200):
        like = {
            "registry": scene.registry, "institution": scene.institutions["NE"], "case": case, "code": "ABCDEFGH", "reason": REASON,
            "asked_by": scene.users["NE"], "asked_role": "focal_point", "asked_at": scene.moment().at, "asked_wall": scene.wall,
            "until_wall": scene.wall,
        }  # fmt: skip
        BreakGlass.objects.bulk_create([BreakGlass(**like, reference=f"B-{number}") for number in range(made, size)])
        made = size
        nigeria.get(f"/people/{case.person.public_code}/")
        with CaptureQueriesContext(connection) as asked:
            niger.text("/break-glass/")
        with CaptureQueriesContext(connection) as held:
            nigeria.text("/break-glass/")
            nigeria.text(f"/people/{case.person.public_code}/")
        counts.append((len(asked), len(held)))
        assert len([q for q in asked if "SAVEPOINT" not in q["sql"]]) <= 8
    assert counts[0] == counts[1] == counts[2], counts
