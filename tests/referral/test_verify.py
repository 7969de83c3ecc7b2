"""`manage.py verify` says in plain words what is wrong and where."""

from __future__ import annotations

from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from referral.models import Case
from tests.scenes import advance, open_case, ready_draft, two_countries

pytestmark = [pytest.mark.django_db, pytest.mark.database]


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
