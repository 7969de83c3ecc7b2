"""With the application's own scoping taken away, the database alone still withholds every row of others.

The whole matrix passes here a third time. Which answer a cell must get follows from the table where the database can tell,
and every standing in which it cannot stands in `APPLICATION_ALONE` with the reason. There, and everywhere else, no page
shows a word that nobody of the reader's institution may read.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache

import pytest
from django.core.exceptions import ObjectDoesNotExist

from referral.addresses import ADDRESSES, Address, Answer, Row
from referral.enums import Role
from referral.second_wall import NAMELESS
from tests.assurance import walls
from tests.assurance.canaries import Canary, Eyes, plant, words_in
from tests.assurance.cells import Cell, Doors, cell_of, cells, ends_at_the_door, labels_of, of_the_registry
from tests.assurance.knocking import Knocker
from tests.assurance.stage import Stage, undone
from tests.assurance.standings import LABELS
from tests.fixtures.figures import counted

pytestmark = pytest.mark.long

ROLES = "the database knows institutions, and not which of their roles does what"
GLANCE = (
    "a glance shows the rows of case, person, chain and deadlines: what a page makes of them, the application decides"
)
FILE = "whoever works with her reads her file, with its drafts, handovers and requests"
WATCH = "a data protection officer reads the openings of the registry: which officer it is, the application decides"

APPLICATION_ALONE: Mapping[tuple[str, Row], str] = {
    **dict.fromkeys((("holder", row) for row in (Row.CASE, Row.HANDOVER, Row.REFERRAL, Row.GLASS)), ROLES),
    **dict.fromkeys((("receiver", row) for row in (Row.HANDOVER, Row.GLASS)), ROLES),
    **dict.fromkeys((("provider", row) for row in (Row.CASE, Row.REFERRAL, Row.DEADLINE)), ROLES),
    **dict.fromkeys((("opener", Row.CASE), ("broken glass", Row.CASE), ("outside", Row.HANDOVER)), ROLES),
    ("child protection there", Row.HANDOVER): ROLES,
    **dict.fromkeys(((label, row) for label in ("receiver", "past holder") for row in (Row.CASE, Row.DEADLINE)), GLANCE),
    **dict.fromkeys((("provider", row) for row in (Row.DRAFT, Row.HANDOVER, Row.GLASS)), FILE),
}  # fmt: skip
"""Standings in which the database shows the row, and the application alone tells some cells apart (docs/decisions/0050)."""

CELLS, EXACT = 6_200, 4_250
"""At least so many cells that name a row, and so many of them that are answered exactly as the table says."""
AT_A_GLANCE = frozenset({"Case", "Person"})
"""Rows whose words a glance shows."""


def why(cell: Cell) -> str:
    """Why the database cannot tell this cell; empty where it must."""
    row = ADDRESSES[cell.name].row
    if (cell.role, row) == (Role.DATA_PROTECTION, Row.GLASS) and cell.label != "other registry":
        return WATCH
    return APPLICATION_ALONE.get((cell.label, row), "")


def asked(doors: Doors, cell: Cell) -> tuple[Answer | None, set[str]]:
    """What the view answers. A command that does not find its row ends without an answer: nothing was found."""
    with undone():
        try:
            return doors.ask(cell)
        except ObjectDoesNotExist:
            return Answer.NOT_FOUND, set()


def test_every_cell_that_reaches_a_row_finds_none_of_others(stage: Stage, door: Knocker, bare_pages: None) -> None:
    """Every cell of the matrix that names one. What lists and other pages of the registry show is looked at below."""
    doors, wrong, apart = Doors(stage), [], set[tuple[str, Row]]()
    reached, exact, number = 0, 0, Counter[str]()
    with walls.without_the_first():
        for cell in cells(stage):
            row = ADDRESSES[cell.name].row
            if row is Row.NONE or ends_at_the_door(cell):
                continue
            found, wrote = asked(doors, cell)
            reached, exact = reached + 1, exact + (found is cell.expected)
            reason = why(cell) if cell.expected is not Answer.SERVED else ""
            if not reason:
                written = wrote - {"referral_denial"} if cell.expected is not Answer.SERVED else set[str]()
                if found is not cell.expected or written:
                    wrong.append(f"{cell.title}, but was {found or 'an error'} and wrote {sorted(written)}")
            elif found is not cell.expected:
                number[reason] += 1
                apart.add((cell.label, row))
    assert not wrong, "\n".join(wrong)
    assert set(APPLICATION_ALONE) <= apart, "a reason for which there is no cell"
    assert reached >= CELLS
    assert exact >= EXACT
    counted(
        "matrix, without the application's scoping", cells=reached, answered_exactly=exact, standings=len(LABELS),
        roles=len(Role), **{f"told apart by the application alone, as {reason};": n for reason, n in number.items()},
    )  # fmt: skip


@pytest.fixture(scope="module")
def canaries(stage: Stage) -> dict[str, Canary]:
    return {canary.word: canary for canary in plant(stage)}


def readers(stage: Stage, name: str, address: Address) -> Iterator[tuple[str, Role]]:
    """In every standing one of each kind of role that the database knows, in turn: who reads names, who does not, who
    watches, and who looks after children."""
    method = address.methods.split()[0]
    kinds = (
        [role for role in Role if role not in NAMELESS and role is not Role.CHILD_PROTECTION],
        [Role.CHILD_PROTECTION],
        [role for role in Role if role in NAMELESS and role is not Role.DATA_PROTECTION],
        [Role.DATA_PROTECTION],
    )
    place = list(of_the_registry()).index(name)
    for turn, label in enumerate(labels_of(address)):
        for kind in kinds:
            within = [role for role in kind if not ends_at_the_door(cell_of(stage, name, method, label, role))]
            if within:
                yield label, within[(place + turn) % len(within)]


def test_no_page_shows_a_word_of_others(stage: Stage, door: Knocker, canaries: dict[str, Canary]) -> None:
    """Lists too: every page of the registry and every address of the woman, drawn in full, in every standing."""
    eyes, wrong, pages, seen = Eyes(stage), set[str](), 0, set[str]()
    hers = stage.cases["main"].pk

    @cache
    def somebody_may_read(word: str, label: str) -> bool:
        return any(eyes.may_read(canaries[word], label, role) for role in Role)

    def shown_by_the_database(canary: Canary, label: str) -> bool:
        glances = APPLICATION_ALONE.get((label, Row.CASE)) == GLANCE and canary.model in AT_A_GLANCE
        return canary.case == hers and (glances or (label == "broken glass" and canary.model == "HomeReferral"))

    with walls.without_the_first():
        for name, address in of_the_registry().items():
            method = address.methods.split()[0]
            for label, role in readers(stage, name, address):
                pages += 1
                with undone():
                    heard = door.knock(stage.session(label, role), method, stage.address(name, label))
                for word in words_in(heard.body):
                    seen.add(word)
                    if not somebody_may_read(word, label) and not shown_by_the_database(canaries[word], label):
                        wrong.add(f"{name} shows {canaries[word].title} to {label}: {role}")
    assert not wrong, "\n".join(sorted(wrong))
    counted(
        "canaries, without the application's scoping", checks=pages * len(canaries), pages=pages,
        standings=len(LABELS), words_that_some_page_showed=len(seen),
    )  # fmt: skip
    assert pages >= 1600
    assert len(seen) >= 50
