"""What the database refuses of break-glass by itself, whatever the application does."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from referral.glass_states import GLASS_MOVES
from referral.models import BreakGlass, Case
from tests.referral.glass_scene import ask, glass_scene, opened
from tests.scenes import Scene, open_case

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture
def scene() -> Scene:
    return glass_scene("NG", "NE")


@pytest.fixture
def case(scene: Scene) -> Case:
    return open_case(scene)


@pytest.mark.parametrize(
    "change",
    [
        {"reason": "Another one."},
        {"code": "ANOTHER"},
        {"asked_by": "NE-deputy"},
        {"until_wall": 1},
        {"state": "asked"},
        {"decided_by": "NG"},
    ],
)
def test_the_database_refuses_to_change_what_was_asked_or_to_prolong_it(
    scene: Scene, case: Case, change: dict[str, Any]
) -> None:
    row = opened(scene, case)
    given = {
        name: scene.users[value] if name.endswith("_by") else row.until_wall.replace(year=2027) if name == "until_wall" else value
        for name, value in change.items()
    }  # fmt: skip
    with pytest.raises(DatabaseError), transaction.atomic():
        BreakGlass.objects.filter(pk=row.pk).update(**given)
    with pytest.raises(DatabaseError), transaction.atomic():
        row.delete()


def test_the_database_refuses_one_person_alone_and_an_opening_without_a_request(scene: Scene, case: Case) -> None:
    row = ask(scene, case.person.public_code)
    alone = {"state": "opened", "decided_by": row.asked_by, "decided_wall": scene.wall}
    with pytest.raises(IntegrityError), transaction.atomic():
        BreakGlass.objects.filter(pk=row.pk).update(**alone)
    row.pk, row.reference, row.state = None, "B-OTHER", "opened"
    with pytest.raises(DatabaseError), transaction.atomic():
        row.save(force_insert=True)


def test_the_trigger_knows_the_moves_of_the_table() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT prosrc FROM pg_proc WHERE proname = 'referral_glass_only_ends'")
        source = cursor.fetchone()[0]
    moves = {(str(start), str(move.target)) for move in GLASS_MOVES.values() for start in move.sources}
    assert all(f"('{start}', '{end}')" in source for start, end in moves)
    assert source.count("', '") == len(moves)
