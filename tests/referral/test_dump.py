"""A dump of the database in a stranger's hands: no name, birth date, contact or place of anybody stands in it."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.db import connection

from referral.enums import Action
from referral.models import FrozenIdentity, PersonIdentity
from referral.services import care, identity
from tests.referral.identities import IDENTITY, WORDS, draft_with_identity, open_identified, permit, refer_with_identity
from tests.scenes import advance, two_countries

pytestmark = [pytest.mark.django_db, pytest.mark.database]

TABLES = "SELECT quote_ident(table_name) FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE'"


def dump(as_owner: Any) -> dict[str, str]:
    """Every row of every table as text, as the owner reads it."""
    found = {}
    with as_owner(), connection.cursor() as cursor:
        cursor.execute(TABLES)
        for (table,) in cursor.fetchall():
            cursor.execute(f"SELECT coalesce(string_agg(t::text, E'\\n'), '') FROM {table} t")
            found[table] = cursor.fetchone()[0]
    return found


def holding(tables: dict[str, str], *words: str) -> list[tuple[str, str]]:
    """Which words stand in which tables, also the way the database writes bytes and escapes."""
    forms = {
        word: {word.casefold(), word.encode().hex(), word.encode("unicode_escape").decode().casefold()}
        for word in words
    }
    return [
        (t, w) for t, text in tables.items() for w, ways in forms.items() if any(way in text.casefold() for way in ways)
    ]


def test_after_a_whole_journey_the_dump_holds_no_identity(as_owner: Any) -> None:
    """Intake, a changed birth date, a referral, packet, supplement, receipt, correction, second receipt, and looks at all of it."""
    scene = two_countries("NG", "NE")
    case = open_identified(scene)
    with scene.clock():
        facts = {"birth_date": IDENTITY["birth_date"], "wishes": "CONTROL wish"}
        care.record_person(scene.actor("NG"), case.pk, facts, submission=uuid4())
        identity.show(scene.actor("NG"), case.pk)
    refer_with_identity(scene, case)
    handover = advance(scene, draft_with_identity(scene, case), "accepted")
    PersonIdentity.objects.filter(person=case.person_id).update(name="Canary Othername")
    permit(scene, case, ["D1", "D2", "D3"])
    scene.do("NG", handover, Action.SUPPLEMENT, {"compartments_more": ["D1"], "supplement_note": "As she says it now."})
    advance(scene, handover, "received")
    with scene.clock():
        identity.show_sent(scene.actor("NE"), handover, ["name", "birth_date"])
    scene.after(hours=1)
    scene.do("NE", handover, Action.ASK_CORRECTION, {"correction_reason": "Somebody else came."})
    scene.do("NG", handover, Action.AGREE_CORRECTION)
    handover.refresh_from_db()
    advance(scene, handover, "received")

    held = FrozenIdentity.objects.values_list("packet", "supplement", "referral", "seal")
    assert [sum(row[n] is not None for row in held) for n in range(4)] == [1, 1, 1, 2], "every kind of copy was made"
    tables = dump(as_owner)
    assert holding(tables, "CONTROL wish"), "the dump holds what was written"
    assert len(tables) > 50
    assert holding(tables, *WORDS, "Canary Othername", "Nameson", "Othername", "5550199") == []


def test_a_registry_filled_by_copy_holds_no_name_either(as_owner: Any) -> None:
    from tests.referral.services.test_bulk import filled

    filled(cases=12, open_handovers=3)
    names = [row.name for row in PersonIdentity.objects.all()]
    assert len(names) == 12
    assert all(names)
    assert holding(dump(as_owner), *names) == []
