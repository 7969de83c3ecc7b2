"""`manage.py anchor`."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from referral import anchor_file, tasks
from referral.anchor_file import Head, short
from referral.models import CaseEvent
from referral.services import anchors
from tests.scenes import open_case, two_countries

pytestmark = pytest.mark.django_db(databases=["default", "owner"])

WALL = datetime(2026, 9, 8, tzinfo=UTC)


@pytest.fixture(autouse=True)
def data_of_its_own(settings: Any, tmp_path: Path) -> Path:
    settings.DATA_DIR = tmp_path
    return tmp_path


def run(*words: str) -> str:
    out = StringIO()
    call_command("anchor", *words, stdout=out, no_color=True)
    return out.getvalue()


def test_only_chains_that_grew_are_anchored_and_a_printed_digest_is_found_again() -> None:
    scene = two_countries("NG", "NE")
    first, second = open_case(scene), open_case(scene, "NE")
    assert ", 2 heads: " in run("write")
    assert run("write") == "No chain grew since the last anchor.\n"
    third = open_case(scene)
    tasks.anchor()
    newest = list(anchor_file.read(anchors.folder()))[-1]
    assert [head.case for head in newest.heads] == [third.pk]
    assert newest.heads[0].hash == CaseEvent.objects.filter(case=third).latest("seq").hash.hex()
    assert {first.pk, second.pk} == {h.case for h in next(anchor_file.read(anchors.folder())).heads}
    assert len(run("list").splitlines()) == 2
    assert run("check") == "Anchors: 2. All anchored events are there.\n"
    assert run("check", *short(newest.digest).upper().split()).startswith("2. ")
    with pytest.raises(CommandError, match="20 digits"):
        run("check", "3f2a")
    with pytest.raises(CommandError, match="No anchor has this digest"):
        run("check", "0" * 20)
    (anchors.folder() / anchor_file.NAME).chmod(0o600)
    assert (anchors.folder() / anchor_file.NAME).stat().st_mode & 0o077 == 0


def test_what_a_restore_lost_is_named_and_can_be_given_up_with_a_reason(as_owner: Any) -> None:
    scene = two_countries("NG", "NE")
    case = open_case(scene)
    anchors.write(WALL)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        with as_owner():
            cursor.execute("SET LOCAL alongside.wipe = 'on'")
            last = CaseEvent.objects.filter(case=case).latest("seq")
            cursor.execute("DELETE FROM referral_notice WHERE event_id = %s", [last.pk])
            cursor.execute("DELETE FROM referral_eventpayload WHERE event_id = %s", [last.pk])
            cursor.execute("DELETE FROM referral_caseevent WHERE id = %s", [last.pk])
    out = StringIO()
    with pytest.raises(CommandError, match=r"^1 finding"), transaction.atomic():
        call_command("anchor", "check", stdout=out, no_color=True)
    assert f"(case {case.pk} ({case.person.public_code}) event {last.seq}, anchor 1 of " in out.getvalue()
    assert run("give-up", "--reason", "Backup of Monday restored") == "Heads given up: 1.\n"
    assert run("give-up", "--reason", "Again") == "Heads given up: 0.\n"
    assert run("check") == "Anchors: 2. All anchored events are there.\n"
    assert "Given up: 1, Backup of Monday restored." in run("list")
    said = StringIO()
    call_command("verify", stdout=said, no_color=True)
    assert said.getvalue().rstrip().endswith("All anchored events are there, but for 1 given up with a reason.")


def verified() -> str:
    """What `verify` says of the anchors, or the findings with which it fails."""
    out = StringIO()
    try:
        call_command("verify", stdout=out, no_color=True)
    except CommandError:
        return out.getvalue()
    return out.getvalue().splitlines()[-1]


def test_a_file_of_anchors_that_is_gone_or_cut_off_is_missed_until_a_reason_is_given(
    data_of_its_own: Path,
) -> None:
    scene = two_countries("NG", "NE")
    open_case(scene)
    anchors.write(WALL)
    path = data_of_its_own / "anchors" / anchor_file.NAME
    first = path.read_bytes()
    open_case(scene)
    anchors.write(WALL + timedelta(hours=1))
    assert verified().startswith(
        "Anchors: 2 since 2026-09-08T00:00:00+00:00, the newest of 2026-09-08T01:00:00+00:00: "
    )

    path.write_bytes(first)
    assert verified().startswith(
        "I10: Anchors were written later than those in the file: it is gone, or was cut off. ("
    )
    path.unlink()
    assert verified().startswith(
        "I10: Anchors were written later than those in the file: it is gone, or was cut off. ("
    )
    path.parent.rmdir()
    assert verified().startswith(
        "I10: Anchors were written later than those in the file: it is gone, or was cut off. ("
    )

    anchors.write(WALL + timedelta(hours=2))
    open_case(scene)
    anchors.write(WALL + timedelta(hours=3))
    assert verified().startswith("I10: The file of anchors was begun anew although there had been one: ")
    assert "begun anew; anchors had been written until 2026-09-08T01:00:00+00:00" in path.read_text()
    assert run("give-up", "--reason", "The disk of the worker was replaced") == "Heads given up: 0.\n"
    assert verified().startswith("Anchors: 3 since 2026-09-08T02:00:00+00:00, ")


def test_a_line_that_a_crash_left_half_is_passed_over(data_of_its_own: Path) -> None:
    folder = data_of_its_own / "anchors"
    head = Head("r", 1, "AAAA", 1, "00" * 32)
    with anchor_file.appending(folder) as file:
        file.append(WALL, [head])
    with (folder / anchor_file.NAME).open("ab") as file_left:
        file_left.write(b'{"number":2,"wal')
    with anchor_file.appending(folder) as file:
        assert file.known == {1: (1, "00" * 32)}
        file.append(WALL, [head._replace(seq=2)])
    found = list(anchor_file.read(folder))
    assert [(anchor.number, anchor.sound) for anchor in found] == [(1, True), (2, True)]


def test_a_folder_that_cannot_be_used_is_refused_in_one_sentence(data_of_its_own: Path) -> None:
    os.close(os.open(data_of_its_own / "anchors", os.O_CREAT))
    with pytest.raises(CommandError, match=r"cannot be written: .*\.$"):
        run("write")
