"""Where an act can be done: the stage's own handover stands in one state, and most rows of the table begin in another."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from django.urls import reverse

from referral.addresses import ADDRESSES, Row
from tests.assurance.filling import Post, forms_at
from tests.assurance.knocking import Knocker
from tests.assurance.stage import Stage, undone
from tests.referral import handover_table


def begins(name: str) -> bool:
    """Whether this address takes a row of the handover's table, of which it is known where it begins."""
    address = ADDRESSES[name]
    return address.row in (Row.HANDOVER, Row.DRAFT) and address.does is not None and address.does in handover_table.ROWS


@contextmanager
def where_it_begins(stage: Stage, name: str) -> Iterator[tuple[Stage, Knocker, Post]]:
    """The same address for another handover, which the services have brought to where its row begins; undone afterwards."""
    action = ADDRESSES[name].does
    assert action is not None
    with undone():
        scene, handover = handover_table.prepared(action.value)
        there = replace(stage, scene=scene)
        door = Knocker(there)
        session = there.sign_in(scene.users[handover_table.who(action.value)])
        given = {"reference": handover.reference}
        if ADDRESSES[name].row is Row.DRAFT:
            given["code"] = handover.case.person.public_code
        path = reverse(name, kwargs=given)
        with undone():
            forms = forms_at(door, session, path)
        yield there, door, Post(name, session, path, forms)
