"""Every command says by itself for whom the database works, also in its threads: what it is called with holds no context."""

from __future__ import annotations

from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connections

from accounts.models import Country
from accounts.services import load_countries
from common import second_wall
from referral.enums import Role
from referral.models import Case
from referral.services.bulk import filling
from tests.factories import make_institution, make_member
from tests.fixtures.walls import just_started
from tests.scenes import advance, open_case, ready_draft, two_countries

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.long]

COMMANDS = {
    "anchor": [(("write",), "heads"), (("check",), "All anchored events are there")],
    "caseload": [
        (("fill", "--cases=100", "--seed=3", "--registry=many"), "100 cases in many"),
        (("export", "{file}", "--registry=many"), "100 cases of many exported"),
        (("import", "{file}", "--registry=copy", "--create"), "100 cases imported into copy"),
    ],
    "sweep": [(("--recover",), "Clocks stopped: 0."), (("--once",), "Reminders fired: ")],
    "deliver": [(("--once",), "Mails sent: ")],
    "verify": [((), "All is in order")],
    "identity": [(("check",), "rows under key"), (("rotate",), "Every row is under key"), (("ready",), "")],
    "registry": [
        (("suspend", "{slug}", "Memorandum"), "on hold: 1"),
        (("restore", "{slug}", "Memorandum"), "In force again"),
        (("end", "{slug}"), "Open deadlines censored: 3"),
        (("erase", "{slug}"), "Cases erased: 0."),
    ],
}
"""What is said to each command, one after the other in one database, and what it must answer."""
ELSEWHERE = {
    "demonstration": "played whole in tests/referral/demonstration, and at every first start",
    "render_docs": "reads no row",
}


def test_every_command_is_started_here() -> None:
    folder = Path(second_wall.__file__).parent.parent / "referral/management/commands"
    assert {file.stem for file in folder.glob("[a-z]*.py")} == COMMANDS.keys() | ELSEWHERE.keys()


def test_a_program_that_has_just_started_sees_nothing() -> None:
    open_case(two_countries("NG", "NE"))
    with just_started():
        assert not Case.objects.exists()
        with second_wall.system():
            assert Case.objects.count() == 1
        assert getattr(connections["default"], "second_wall", None) is None


def test_commands_work_from_the_start(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.DEMONSTRATION, settings.DEMO_PASSWORD, settings.DATA_DIR = True, "demonstration", tmp_path
    monkeypatch.setattr(filling, "BATCH", 30)
    load_countries(Country, "default")
    scene = two_countries("NG", "NE")
    make_member(make_institution(scene.registry, None, kind="international"), Role.FACILITATOR)
    advance(scene, ready_draft(scene, open_case(scene)), "offered")
    found = {"file": str(tmp_path / "cases.csv"), "slug": scene.registry.slug}
    for command, sayings in COMMANDS.items():
        for words, answer in sayings:
            with scene.clock(), just_started():
                assert answer in said(command, *(word.format(**found) for word in words)), (command, words)


def said(command: str, *words: str) -> str:
    out = StringIO()
    call_command(command, *words, stdout=out, stderr=out, no_color=True)
    return out.getvalue()
