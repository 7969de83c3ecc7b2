"""What one person proposes waits in the first screens of the others, and leads to where they decide."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from typing import Any
from uuid import uuid4

import pytest
from django.urls import resolve

from referral.enums import Action
from referral.models import Case, Notice, Proposal
from referral.selectors.inbox import tally
from referral.selectors.proposed import TWO_PEOPLE
from referral.selectors.waiting_count import waiting_at, waiting_count
from referral.services import closing, merge
from tests.factories import code_of
from tests.referral.handover_table import facts_of
from tests.referral.handover_table import prepared as brought_before
from tests.referral.views.seats import Seat
from tests.scenes import Scene, open_case, two_countries

pytestmark = pytest.mark.django_db

SECOND = "NG-deputy"


def closing_proposed() -> tuple[Scene, Case]:
    scene = two_countries("NG", "NE")
    case = open_case(scene)
    facts = {"reason": "died", "contact_later": scene.institutions["NG"].pk}
    with scene.clock():
        closing.close(scene.actor("NG"), case.pk, facts, submission=uuid4())
    return scene, case


def joining_asked() -> tuple[Scene, Case]:
    """Niger says that its file is about the same person and asks to end it in Nigeria's."""
    scene = two_countries("NG", "NE")
    mine, theirs = open_case(scene), open_case(scene, "NE")
    with scene.clock():
        into = mine.person.public_code
        merge.ask(scene.actor("NE"), theirs.pk, into_code=into, reason="The same scar.", submission=uuid4())
    return scene, mine


def on_the_handover(action: Action) -> Callable[[], tuple[Scene, Case]]:
    def scene_of() -> tuple[Scene, Case]:
        scene, handover = brought_before(action.value)
        scene.do("NG", handover, action, facts_of(scene, action.value, handover))
        return scene, Case.objects.get(pk=handover.case_id)

    return scene_of


PROPOSED: dict[Action, tuple[Callable[[], tuple[Scene, Case]], str, str]] = {
    Action.CLOSE_CASE: (closing_proposed, "To close the case", "file"),
    Action.MERGE: (joining_asked, "To join two files of one person", "file"),
    Action.OVERRIDE: (
        on_the_handover(Action.OVERRIDE), "To go on without a confirmed place", "draft_without_place",
    ),
    Action.END_SEARCH: (on_the_handover(Action.END_SEARCH), "To end the search", "end_search"),
    Action.DEATH: (on_the_handover(Action.DEATH), "To record a death", "death"),
}  # fmt: skip


def lines(text: str) -> list[str]:
    """The lines of a page that ask for a second person."""
    items = [item.partition("</li>")[0] for item in unescape(text).split('<li class="item')[1:]]
    return [item for item in items if "Read and confirm" in item]


def test_there_is_a_scene_for_every_act_of_two_people() -> None:
    assert set(PROPOSED) == set(TWO_PEOPLE)


@pytest.mark.parametrize("action", PROPOSED)
def test_what_is_proposed_waits_for_the_others_and_for_nobody_else(action: Action) -> None:
    scene_of, what, page = PROPOSED[action]
    scene, case = scene_of()
    for url in ("/desk/", "/inbox/"):
        (line,) = lines(Seat(scene, SECOND).text(url))
        assert what in line
        assert case.person.code_word in line
        found = re.search(r'href="([^"]+)"', line)
        assert found is not None
        assert resolve(found[1]).url_name == page
        answer = Seat(scene, SECOND).text(found[1])
        assert "confirm" in answer, "it is decided there"
    first = lines(Seat(scene, "NG").text("/inbox/"))
    assert len(first) == (1 if action == Action.MERGE else 0), "nobody is the second person of her own proposal"
    for name in ("NE", "NE-deputy"):
        assert not lines(Seat(scene, name).text("/inbox/")), "the other side decides nothing of it"
    decided = Proposal.objects.get()
    Proposal.objects.update(state="dropped", decided_at=decided.proposed_at)
    assert not lines(Seat(scene, SECOND).text("/inbox/"))


@pytest.mark.parametrize("action", PROPOSED)
def test_it_is_counted_wherever_the_number_stands(action: Action) -> None:
    scene, _case = PROPOSED[action][0]()
    moment, numbers = scene.moment(), list[tuple[int, ...]]()
    for _state in ("open", "dropped"):
        counted = []
        for name in (SECOND, "NG", "NE"):
            actor = scene.actor(name)
            things = tally(actor, moment.at).waiting
            assert waiting_count(actor, moment.at) == things
            assert waiting_at([actor], moment.at, moment.clock.ran)[actor.membership_id].things == things
            counted.append(things)
        numbers.append(tuple(counted))
        Proposal.objects.update(state="dropped", decided_at=moment.at)
    (second, first, other), (second_after, first_after, other_after) = numbers
    assert (second - second_after, other - other_after) == (1, 0)
    assert first - first_after == (1 if action == Action.MERGE else 0)


def test_it_has_a_heading_of_its_own_beside_what_else_waits() -> None:
    scene, _case = closing_proposed()
    open_case(scene, safe_tonight="no")
    assert "<h2>Waits for a second person</h2>" in Seat(scene, SECOND).text("/inbox/")
    assert "<bdi>2</bdi> things wait for" in Seat(scene, SECOND).text("/inbox/")


def test_the_notice_of_a_proposed_closing_leads_to_where_it_is_confirmed() -> None:
    scene, case = closing_proposed()
    deputy = Seat(scene, SECOND)
    notice = Notice.objects.get(kind="closing_waits")
    assert "A colleague asks you to confirm that a case is closed" in deputy.text("/inbox/notices/")
    place = deputy.get(f"/notices/{code_of('notice', notice.pk)}/")["Location"]
    assert place == f"/people/{case.person.public_code}/file/"
    assert "Yes, confirm" in deputy.text(place)
    proposal: Any = Proposal.objects.get()
    assert deputy.post(f"{place}{code_of('proposal', proposal.pk)}/yes/").status_code == 302
    assert not lines(deputy.text("/inbox/"))
    case.refresh_from_db()
    assert case.closure_reason == "died"
