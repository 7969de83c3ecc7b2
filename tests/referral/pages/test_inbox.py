from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils.translation import override

from common.phrases import due
from referral.enums import Action, DeadlineKind, HandoverState, NotCovered
from referral.models import Notice
from referral.pages import inbox
from referral.selectors.inbox import Thing
from tests.scenes import Scene, advance, open_case, ready_draft, two_countries

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene() -> Scene:
    return two_countries("NG", "NE")


def offer(scene: Scene) -> Thing:
    handover = advance(scene, ready_draft(scene, open_case(scene)), "offered")
    deadline = handover.deadlines.get(kind=DeadlineKind.ACKNOWLEDGE)
    deadline.handover = handover
    return Thing(handover.case, None, deadline)


def item(scene: Scene, thing: Thing, name: str = "NE") -> Any:
    return inbox.entry(thing, scene.actor(name), scene.moment().at).item


def test_while_people_still_have_time_to_read_a_passed_time_reads_due_now(scene: Scene) -> None:
    thing = offer(scene)
    assert thing.deadline is not None
    thing.deadline.due_at = scene.moment().at - timedelta(hours=9)
    late = Thing(thing.case, None, thing.deadline, overdue=True)
    now = scene.moment().at
    with override("en-gb"):
        assert due(item(scene, thing).due_at, now) == "Due now"
        assert due(item(scene, late).due_at, now) == "Overdue by 9 hours"


def test_only_the_offer_that_waits_to_be_acknowledged_has_a_button_beside_it(scene: Scene) -> None:
    thing = offer(scene)
    assert inbox.entry(thing, scene.actor("NE"), scene.moment().at).press_url
    assert thing.deadline is not None
    thing.deadline.kind = DeadlineKind.DECIDE
    assert inbox.entry(thing, scene.actor("NE"), scene.moment().at).press_url == ""


def test_a_person_who_is_not_covered_is_said_in_words_and_tone(scene: Scene) -> None:
    case = open_case(scene, safe_tonight="no")
    shown = item(scene, Thing(case, NotCovered.NO_SAFE_PLACE), "NG")
    assert (shown.tone, str(shown.status), shown.note) == ("gap", "Not covered now", "No safe place tonight")
    assert shown.url == f"/people/{case.person.public_code}/tonight/"


def test_a_draft_is_calm_and_leads_to_its_task_list(scene: Scene) -> None:
    handover = ready_draft(scene, open_case(scene))
    deadline = handover.deadlines.get(kind=DeadlineKind.STALE_DRAFT)
    deadline.handover = handover
    shown = item(scene, Thing(handover.case, None, deadline), "NG")
    assert handover.state == HandoverState.DRAFT
    assert shown.tone == "neutral"
    assert shown.url.endswith(f"/handover/{handover.reference}/")


def test_every_notice_that_the_registry_writes_has_words(scene: Scene) -> None:
    handover = advance(scene, ready_draft(scene, open_case(scene)), "received")
    scene.do("NE", handover, Action.GIVE_FEEDBACK, {"feedback": "Well."})
    lines = [inbox.notice_line(notice) for notice in Notice.objects.select_related("case__person", "handover")]
    assert lines
    assert "Something has changed" not in {line.heading for line in lines}
