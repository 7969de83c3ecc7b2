"""Who belongs together and who travels together, on the pages."""

from __future__ import annotations

from uuid import uuid4

import pytest

from referral.models import Case, Handover, PersonLink
from referral.services import families
from tests.referral.views.seats import Seat
from tests.referral.views.test_draft_pages import begun, place
from tests.scenes import Scene, open_case, ready_draft, two_countries

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene() -> Scene:
    return two_countries("NG", "NE")


@pytest.fixture
def nigeria(scene: Scene) -> Seat:
    return Seat(scene, "NG")


def siblings(scene: Scene, one: Case, other: Case) -> None:
    with scene.clock():
        families.record_link(scene.actor("NG"), one.pk, other.pk, "sibling", submission=uuid4())


def test_a_link_is_recorded_by_code_word_and_shows_on_both_pages(scene: Scene, nigeria: Seat) -> None:
    one, other = open_case(scene), open_case(scene)
    url = f"/people/{one.person.public_code}/family/"
    wrong = nigeria.post(url, other=one.person.code_word, kind="sibling", version=one.version)
    assert "You do not answer for a person with this code word" in wrong.content.decode()
    assert nigeria.post(url, other=other.person.code_word, kind="parent", version=one.version)["Location"] == url
    assert other.person.code_word in nigeria.text(url)
    assert one.person.code_word in nigeria.text(f"/people/{other.person.public_code}/family/")
    assert set(PersonLink.objects.values_list("kind", flat=True)) == {"parent", "child"}
    assert Seat(scene, "NE").get(url).status_code == 404


def test_the_task_list_says_who_travels_along_and_who_is_not_ready(scene: Scene, nigeria: Seat) -> None:
    one, other = open_case(scene, age_low=15, age_high=16), open_case(scene)
    siblings(scene, one, other)
    draft = begun(scene, one)
    text = nigeria.text(place(draft))
    assert "Siblings and families stay together" in text
    assert "Nobody else." in text
    page = place(draft, "family/")
    assert "Tick who travels along" in nigeria.post(page, version=draft.version).content.decode()
    assert nigeria.post(page, others=[other.pk], version=draft.version)["Location"] == place(draft)
    text = nigeria.text(place(draft))
    assert other.person.code_word in text
    assert "All are sent together, or nobody is." in text
    assert "Siblings and families stay together" not in text


def test_a_family_is_checked_and_sent_on_one_page(scene: Scene, nigeria: Seat) -> None:
    cases = [open_case(scene), open_case(scene)]
    siblings(scene, *cases)
    one, other = (ready_draft(scene, case) for case in cases)
    Handover.objects.filter(pk=other.pk).update(safety_plan="")
    with scene.clock():
        families.link(scene.actor("NG"), one.pk, [other.case_id], submission=uuid4())
    one.refresh_from_db()
    text = nigeria.text(place(one, "check/"))
    assert "Before this can be sent" in text
    assert place(other) in text
    assert "Send all together" not in text
    refused = nigeria.post(place(one, "check/"), version=one.version)
    assert "Something still has to be in place" in refused.content.decode()
    assert set(Handover.objects.values_list("state", flat=True)) == {"draft"}
    Handover.objects.filter(pk=other.pk).update(safety_plan=one.safety_plan)
    for draft in (one, other):
        nigeria.post(place(draft, "preview/"), version=Handover.objects.get(pk=draft.pk).version)
    one.refresh_from_db()
    assert "Send all together to" in nigeria.text(place(one, "check/"))
    assert nigeria.post(place(one, "check/"), version=one.version).status_code == 302
    assert set(Handover.objects.values_list("state", flat=True)) == {"offered"}


def test_letting_somebody_travel_alone_asks_why_and_warns_about_siblings(scene: Scene, nigeria: Seat) -> None:
    one, other = open_case(scene, age_low=15, age_high=16), open_case(scene)
    siblings(scene, one, other)
    draft = begun(scene, one)
    nigeria.post(place(draft, "family/"), others=[other.pk], version=draft.version)
    draft.refresh_from_db()
    url = f"/handovers/{draft.reference}/alone/"
    assert url in nigeria.text(place(draft, "family/"))
    text = nigeria.text(url)
    assert "Siblings and families stay together" in text
    assert "Write down why" in nigeria.post(url, reason="", version=draft.version).content.decode()
    assert nigeria.post(url, reason="Child protection decided.", version=draft.version)["Location"] == place(draft)
    assert not Handover.objects.filter(family_group__isnull=False).exists()
    assert nigeria.get(url)["Location"] == place(draft), "nobody is left to wait"
