"""What policies ask about the row on which another hangs: yes to its readers, no to everybody else."""

from __future__ import annotations

import pytest
from django.db import connection

from common import second_wall
from referral.models import CaseEvent, Deadline
from referral.second_wall import QUESTIONS
from tests.referral.models.test_second_wall import sent, works_as
from tests.scenes import Scene, open_case, ready_draft, two_countries

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture
def scene() -> Scene:
    return two_countries()


def test_a_question_about_a_row_says_yes_to_its_readers_alone(scene: Scene) -> None:
    """Questions look past the policies; whoever smuggles SQL in may ask them too."""
    handover = sent(scene)
    event = CaseEvent.objects.filter(handover=handover).latest("pk")
    deadline = Deadline.objects.filter(handover=handover).latest("pk")
    packet = handover.packet.pk
    reads = {
        "reads_handover": handover.pk, "reads_event": event.pk, "reads_deadline": deadline.pk, "reads_packet": packet,
    }  # fmt: skip
    opens = {
        "opens_handover": handover.pk, "opens_event": event.pk, "opens_deadline": deadline.pk,
        "opens_person": handover.case.person_id,
    }  # fmt: skip
    for name in ("NG", "NE"):
        with works_as(scene, name):
            assert [question for question, key in reads.items() if not says_yes(question, key)] == [], name
            assert [question for question, key in opens.items() if says_yes(question, key)] == [], "outside a command"
    with works_as(scene, "IT"):
        assert [question for question, key in (reads | opens).items() if says_yes(question, key)] == []
    with second_wall.nobody():
        assert [question for question, key in (reads | opens).items() if says_yes(question, key)] == []
    with works_as(scene, "NG"), second_wall.command():
        second_wall.open_cases(handover.case_id)
        assert [question for question, key in opens.items() if not says_yes(question, key)] == []
    assert set(QUESTIONS) >= set(reads) | set(opens)


def test_a_draft_is_read_by_its_sender_alone(scene: Scene) -> None:
    draft = ready_draft(scene, open_case(scene)).pk
    read_by = []
    for name in ("NG", "NE", "IT"):
        with works_as(scene, name):
            read_by += [name] if says_yes("reads_handover", draft) else []
    assert read_by == ["NG"]


def says_yes(question: str, key: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT wall.{question}(%s)", [key])
        return bool(cursor.fetchone()[0])
