"""`manage.py verify` says in plain words what is wrong and where."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from referral.management.commands import verify as command
from referral.models import Case, Mail
from referral.selectors import behind_the_wall
from referral.selectors.behind_the_wall import REACH, WALL
from referral.services import identity_keys
from tests.scenes import advance, open_case, ready_draft, two_countries

pytestmark = [pytest.mark.django_db(databases=["default", "owner"]), pytest.mark.database]


@pytest.fixture(autouse=True)
def data_of_its_own(settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path


def verify() -> str:
    output = StringIO()
    call_command("verify", stdout=output, no_color=True)
    return output.getvalue()


def test_an_empty_registry_is_in_order() -> None:
    assert verify().startswith("All is in order: I1, I2, I3")


def test_a_registry_at_work_is_in_order() -> None:
    scene = two_countries()
    advance(scene, ready_draft(scene, open_case(scene)), "completed")
    with scene.clock():
        said = verify()
    assert said.startswith("All is in order")
    first, *rest = said.splitlines()
    assert first.endswith("hold.")
    assert rest == [
        "Payloads erased at the end of their retention: 0.",
        "No anchor has been written yet: a record that was cut off or made anew would not show.",
    ]
    names = first.split(":")[1].replace("hold.", "").replace(" ", "").strip().split(",")
    assert names == sorted(names, key=lambda name: int(name[1:]))


def test_what_is_broken_is_named_with_its_place_and_the_command_fails(as_owner: Any) -> None:
    scene = two_countries()
    case = open_case(scene)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        with as_owner():
            cursor.execute("ALTER TABLE referral_case DISABLE TRIGGER USER")
            cursor.execute("UPDATE referral_case SET holder_id = NULL WHERE id = %s", [case.pk])
        output = StringIO()
        with pytest.raises(CommandError, match=r"^2 finding\(s\)\. The registry does not hold what it promises\.$"):
            call_command("verify", stdout=output, no_color=True)
        transaction.set_rollback(True)
    holder = f"I1: The holder shown for a case is not the one its custody chain names. (case {case.pk})"
    cover = f"I1: The place shown for a case is not the newest of its whereabouts, or its cover is not what follows from it. (case {case.pk})"
    assert output.getvalue().splitlines() == [holder, cover]
    assert Case.objects.get(pk=case.pk).holder is not None


REACHES = {
    "one more": "INSERT INTO referral_casereach (case_id, person_id, institution_id, level) "
    "SELECT case_id, person_id, {stranger}, 1 FROM referral_casereach WHERE case_id = {case} LIMIT 1",
    "one less": "DELETE FROM referral_casereach WHERE case_id = {case}",
    "further": "UPDATE referral_casereach SET level = 3 - level WHERE case_id = {case}",
    "as another person": "UPDATE referral_casereach SET person_id = person_id + 1 WHERE case_id = {case}",
    "a file that never was": "UPDATE referral_casereach SET case_id = case_id + 100000 WHERE case_id = {case}",
}


def behind(sql: str) -> list[str]:
    """What is found behind the wall after the guard, or whoever can be it, has done this."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f'SET LOCAL ROLE "{settings.DATABASE_GUARD}"')
        cursor.execute(sql)
        cursor.execute(f'SET LOCAL ROLE "{settings.DATABASE_ROLES["owner"]}"')
        found = list(behind_the_wall.behind_the_wall(using="default"))
        transaction.set_rollback(True)
    assert {finding.invariant for finding in found} <= {"I11"}
    return [f"{finding.words} {finding.where}" for finding in found]


def test_who_reaches_a_file_is_worked_out_anew() -> None:
    scene = two_countries()
    handover = advance(scene, ready_draft(scene, open_case(scene)), "completed")
    assert behind("SELECT 1") == []
    for what, sql in REACHES.items():
        found = behind(sql.format(case=handover.case_id, stranger=scene.institutions["IT"].pk))
        assert found, what
        assert found[0].startswith(f"{REACH} case {handover.case_id}"), (what, found)


def test_a_gap_in_the_second_wall_is_a_finding(as_owner: Any) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        with as_owner():
            cursor.execute("DROP POLICY wall_reads ON referral_handover")
        gap = "Of the second wall, the policy wall_reads of the table referral_handover is not as it was put up"
        assert behind("SELECT 1") == [f"{WALL} {gap}"]
        transaction.set_rollback(True)


def test_a_name_that_does_not_open_is_a_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    broken = identity_keys.Checked(broken=["person:7 name", "person:8 name"])
    monkeypatch.setattr(identity_keys, "check", lambda: broken)
    output = StringIO()
    with pytest.raises(CommandError, match=r"^2 finding"):
        call_command("verify", stdout=output, no_color=True)
    assert output.getvalue().splitlines() == [f"Identity: {command.NOT_OPENED} ({place})" for place in broken.broken]


def test_lost_keys_are_a_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    def lost() -> identity_keys.Checked:
        raise identity_keys.KeysLost(["00aa"])

    monkeypatch.setattr(identity_keys, "check", lost)
    output = StringIO()
    with pytest.raises(CommandError, match=r"^1 finding"):
        call_command("verify", stdout=output, no_color=True)
    assert output.getvalue().startswith("Identity: Names are encrypted under a key that is not here: 00aa.")


def test_mails_that_nobody_got_are_named() -> None:
    scene = two_countries()
    advance(scene, ready_draft(scene, open_case(scene)), "acknowledged")
    dead, *waiting = Mail.objects.order_by("pk").values_list("pk", flat=True)
    Mail.objects.filter(pk=dead).update(state="dead")
    assert waiting
    with scene.clock():
        assert verify().splitlines()[-2] == f"Mails that could not be sent: {dead}."
    scene.wall += command.LONG + timedelta(minutes=1)
    with scene.clock():
        some = ", ".join(str(key) for key in waiting)
        assert verify().splitlines()[-2] == f"Mails that wait for more than 6 hours: {some}."
