"""With the application's own scoping taken away, the database alone still withholds every row of others."""

from __future__ import annotations

import pytest

from referral.addresses import ADDRESSES, Answer, Row
from referral.enums import Role
from referral.policy import FOCAL
from tests.assurance import walls
from tests.assurance.canaries import Canary, Eyes, plant, words_in
from tests.assurance.cells import Doors, cell_of, cells, ends_at_the_door, of_the_registry
from tests.assurance.knocking import Knocker
from tests.assurance.stage import Stage, undone
from tests.assurance.standings import STANDINGS
from tests.fixtures.figures import counted

pytestmark = pytest.mark.long

FAR = ("stranger", "same country", "other registry")
"""Institutions that stand to the woman in no way at all."""
WATCHES = {(Role.DATA_PROTECTION, Row.GLASS), (Role.DATA_PROTECTION, Row.WATCHED)}
"""What the database opens to a role in the whole registry: which of its officers it is, the application alone decides."""


def test_it_finds_no_row_of_others(stage: Stage, door: Knocker, bare_pages: None) -> None:
    """Every cell in which an institution has no standing to the row that the address names."""
    doors, wrong, number = Doors(stage), [], 0
    with walls.without_the_first():
        for cell in cells(stage, labels=FAR):
            if ends_at_the_door(cell) or cell.expected is not Answer.NOT_FOUND:
                continue
            row = ADDRESSES[cell.name].row
            if STANDINGS[cell.label].get(row) or (cell.role, row) in WATCHES:
                continue
            number += 1
            with undone():
                found, wrote = doors.ask(cell)
            if found not in (Answer.NOT_FOUND, Answer.REFUSED) or wrote - {"referral_denial"}:
                wrong.append(f"{cell.title}, but was {found or 'an error'} and wrote {sorted(wrote)}")
    assert number > 1000
    assert not wrong, "\n".join(wrong)
    counted("matrix, without the application's scoping", cells=number, standings=len(FAR), roles=len(Role))


@pytest.fixture(scope="module")
def canaries(stage: Stage) -> dict[str, Canary]:
    return {canary.word: canary for canary in plant(stage)}


def test_no_page_shows_a_word_of_others(stage: Stage, door: Knocker, canaries: dict[str, Canary]) -> None:
    """Lists too: every page of the registry, and every address of the woman, drawn in full."""
    eyes, wrong, pages = Eyes(stage), set[str](), 0
    with walls.without_the_first():
        for name, address in of_the_registry().items():
            method = address.methods.split()[0]
            for label in FAR:
                for role in (FOCAL[0], Role.CASE_MANAGER, Role.DATA_PROTECTION, Role.COORDINATOR):
                    if ends_at_the_door(cell_of(stage, name, method, label, role)):
                        continue
                    pages += 1
                    with undone():
                        heard = door.knock(stage.session(label, role), method, stage.address(name, label))
                    wrong |= {
                        f"{name} shows {canaries[word].title} to {label}: {role}"
                        for word in words_in(heard.body)
                        if not eyes.may_read(canaries[word], label, role)
                    }
    assert not wrong, "\n".join(sorted(wrong))
    counted("canaries, without the application's scoping", checks=pages * len(canaries), pages=pages)
