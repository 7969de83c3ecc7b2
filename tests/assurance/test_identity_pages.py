"""Whoever is shown a name by any page needs a second factor: asked of the pages, not of the table that decides about it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from accounts.models import User
from referral.addresses import Answer
from referral.enums import Role
from referral.models import FrozenIdentity, HomeReferral, Packet, PersonIdentity, Seal
from tests.assurance.canaries import as_owner_without_triggers
from tests.assurance.cells import cell_of, labels_of, of_the_registry
from tests.assurance.knocking import Knocker
from tests.assurance.stage import Stage, undone
from tests.fixtures.figures import counted

pytestmark = pytest.mark.long

WORD = "zqnameqz"
FIELDS = ("name", "contact", "exact_location")
NEEDED = "/account/second-factor/needed/"


@pytest.fixture
def named(stage: Stage, door: Knocker) -> Stage:
    """The name of every person is the word, in her file and in whatever was sent, asked, or sealed about her."""
    for row in PersonIdentity.objects.all():
        for name in FIELDS:
            setattr(row, name, WORD)
        row.save()
    kept: tuple[tuple[Any, str, str, Any], ...] = (
        (Packet, "packet", "D1", lambda row: row.handover.case),
        (HomeReferral, "referral", "D1", lambda row: row.case),
        (Seal, "seal", "identity", lambda row: row.handover.case),
    )
    with as_owner_without_triggers(FrozenIdentity._meta.db_table):
        FrozenIdentity._base_manager.all().delete()
    for model, holder, part, case_of in kept:
        with as_owner_without_triggers(model._meta.db_table):
            for row in model._base_manager.all():
                marked = row.contents | {part: {"name": 1}}
                model._base_manager.filter(pk=row.pk).update(contents=marked)
                FrozenIdentity.objects.create(case=case_of(row), **{holder: row}, name=WORD)
    return stage


def shown(stage: Stage, door: Knocker) -> Iterator[tuple[str, Role]]:
    """Every page with the word on it, by the name of its address, and the role that it was served to."""
    pages = 0
    for name, address in of_the_registry().items():
        method = address.methods.split()[0]
        for label in labels_of(address):
            for role in Role:
                if cell_of(stage, name, method, label, role).expected is Answer.SERVED:
                    with undone():
                        heard = door.knock(stage.session(label, role), method, stage.address(name, label))
                    pages += 1
                    if WORD.encode() in heard.body:
                        yield name, role
    counted("pages asked for a name", checks=pages, pages=pages)


def test_whoever_is_shown_a_name_needs_a_second_factor(named: Stage, door: Knocker, settings: Any) -> None:
    found = Counter(shown(named, door))
    assert {name for name, _role in found} == {
        "referral:identity", "referral:sent_identity", "referral:told_identity", "referral:sealed_identity",
    }  # fmt: skip
    settings.SECOND_FACTOR_FOR_IDENTITY = True
    User.objects.filter(pk__in=[user.pk for user in named.users.values()]).update(demonstration=False)
    asked = {role for role in Role if door.knock(named.session("stranger", role), "GET", "/inbox/").location == NEEDED}
    assert {role for _name, role in found} == asked
