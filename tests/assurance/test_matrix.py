"""The access matrix: what every address answers, by every method, to every role in every standing.

The expected answer of a cell comes from `referral.addresses`, which reads the policy table; docs/policy.md prints it.
"""

from __future__ import annotations

from collections import Counter
from contextlib import nullcontext
from itertools import groupby, product

import pytest

from referral.addresses import ADDRESSES, Answer, Row
from referral.enums import Role
from tests.assurance import walls
from tests.assurance.cells import (
    NO_SEAT,
    NOBODY,
    Cell,
    Doors,
    cell_of,
    cells,
    ends_at_the_door,
    labels_of,
    named,
    of_the_registry,
    path_of,
    unmapped,
)
from tests.assurance.knocking import METHODS, Knocker, fingerprint
from tests.assurance.stage import Stage, undone
from tests.assurance.standings import LABELS
from tests.factories import make_user
from tests.fixtures.figures import counted

pytestmark = pytest.mark.xdist_group("stage")

ITS_OWN = {"referral_denial"}
"""The table in which a refusal itself is noted."""
AT_LEAST = {"at the door": 130_000, "rows": 7_400, "not signed in": 1_197, "own account": 816, "slice": 1_150}
"""Cells of each pass, close to what there are: a stage that lost its rows or an address that names none would prove nothing."""
SAYS_NOTHING = {
    "healthz",
    "accounts:continue_as",
    "account_reset_password_done",
    "account_reset_password_from_key_done",
    "accounts:end_one_session",
}
"""No sweep runs here; nobody is named to continue as; and pages that only follow on a form."""


def test_every_address_has_a_line_in_the_table() -> None:
    assert not unmapped(), "\n".join(unmapped())


def test_every_line_names_the_action_that_its_view_is_marked_with() -> None:
    wrong = {
        name: (getattr(pattern.callback, "action", None), ADDRESSES[name].at_the_door)
        for name, pattern in named().items()
        if getattr(pattern.callback, "action", None) != ADDRESSES[name].at_the_door
    }
    assert wrong == {}


def through_the_stack(stage: Stage, door: Knocker, cell: Cell) -> list[str]:
    """One cell as a browser asks it; what it may write, when it is served, is undone. What was wrong, in sentences."""
    session, path = stage.session(cell.label, cell.role), stage.address(cell.name, cell.label)
    with undone() if cell.expected is Answer.SERVED else nullcontext():
        heard = door.knock(session, cell.method, path)
    wrong = judged(cell, heard.answer, set(heard.wrote))
    denied = cell.expected in (Answer.REFUSED, Answer.NOT_FOUND)
    if heard.wrote.count("referral_denial") != denied:
        wrong.append(f"{cell.title}, but the audit list has {heard.wrote.count('referral_denial')} lines of it")
    return wrong


def at_the_view(doors: Doors, cell: Cell) -> list[str]:
    """One cell by the short way. What was wrong, in sentences."""
    with undone() if cell.expected is Answer.SERVED else nullcontext():
        found, wrote = doors.ask(cell)
    return judged(cell, found, wrote)


def judged(cell: Cell, found: Answer | None, wrote: set[str]) -> list[str]:
    wrong = [] if found is cell.expected else [f"{cell.title}, but was {found or 'an error'}"]
    if cell.expected is not Answer.SERVED and wrote - ITS_OWN:
        wrong.append(f"{cell.title}, but wrote to {sorted(wrote)}")
    return wrong


def changed(name: str, before: dict[str, str]) -> list[str]:
    """Tables whose contents are others than before, though everything at this address was refused or undone."""
    now = fingerprint()
    return [
        f"{name}: {table} has changed from {before[table]} to {now[table]}"
        for table in sorted(now)
        if now[table] != before[table] and table not in ITS_OWN | walls.OF_THE_SESSION
    ]


def one_of_each(stage: Stage) -> list[Cell]:
    """Every address in every standing once, the roles and methods in turn, those first that come furthest."""
    chosen = []
    for place, (name, address) in enumerate(of_the_registry().items()):
        for turn, label in enumerate(labels_of(address)):
            method = address.methods.split()[(place + turn) % len(address.methods.split())]
            possible = [cell_of(stage, name, method, label, role) for role in Role]
            within = [cell for cell in possible if not ends_at_the_door(cell)]
            chosen.append(within[(place + turn) % len(within)])
    return chosen


@pytest.mark.long
def test_every_address_in_every_standing(stage: Stage, door: Knocker, bare_pages: None) -> None:
    """A slice of the matrix: one cell of each, by the short way, and every address once through the whole stack."""
    before, doors, wanted = fingerprint(), Doors(stage), one_of_each(stage)
    wrong = [line for cell in wanted for line in at_the_view(doors, cell)]
    once = {cell.name: cell for cell in wanted[::3]} | {cell.name: cell for cell in wanted[::7]}
    wrong += [line for cell in once.values() for line in through_the_stack(stage, door, cell)]
    wrong += changed("the slice", before)
    assert not wrong, "\n".join(wrong)
    assert len(wanted) >= AT_LEAST["slice"]
    counted("matrix, slice", cells=len(wanted), through_the_whole_stack=len(once), addresses=len(of_the_registry()))


@pytest.mark.long
def test_who_is_not_signed_in_is_sent_to_sign_in_and_nowhere_else(
    stage: Stage, door: Knocker, bare_pages: None
) -> None:
    before, wrong, number = fingerprint(), [], 0
    for name, address in ADDRESSES.items():
        for method in METHODS:
            heard = door.knock("", method, path_of(stage, name))
            number += 1
            if address.row is not Row.ANYBODY and name != "account_logout" and heard.answer is not Answer.SIGN_IN:
                wrong.append(f"{method} {name}: {heard.status} {heard.location}")
    assert not wrong, "\n".join(wrong)
    assert changed(NOBODY, before) == []
    assert number >= AT_LEAST["not signed in"]
    counted("matrix, not signed in", cells=number, addresses=len(ADDRESSES), methods=len(METHODS))


@pytest.mark.long
def test_who_has_no_seat_any_more_opens_nothing_of_the_registry(stage: Stage, door: Knocker, bare_pages: None) -> None:
    session = stage.sign_in(make_user(demonstration=True))
    before, wrong = fingerprint(), []
    for name, address in ADDRESSES.items():
        heard = door.knock(session, address.methods.split()[0], path_of(stage, name))
        if address.at_the_door is not None and heard.answer is not Answer.REFUSED:
            wrong.append(f"{name}: {heard.status} {heard.location}")
    assert not wrong, "\n".join(wrong)
    assert changed(NO_SEAT, before) == []


@pytest.mark.long
def test_the_pages_of_the_own_login_answer_every_role_alike(stage: Stage, door: Knocker, bare_pages: None) -> None:
    """A shared login keeps how it signs in; everything else of the account is open to whoever is signed in."""
    wrong, number = [], 0
    for name, address in ADDRESSES.items():
        if address.at_the_door is not None:
            continue
        for role, method in product(Role, address.methods.split()):
            with undone():
                heard = door.knock(stage.session("same country", role), method, path_of(stage, name))
            number += 1
            wanted = (Answer.REFUSED,) if address.row is Row.OWN_LOGIN else (Answer.SERVED, Answer.SIGN_IN)
            if heard.answer not in wanted and name not in SAYS_NOTHING:
                wrong.append(f"{method} {name} as {role}: {heard.status} {heard.location}")
    assert not wrong, "\n".join(wrong)
    assert number >= AT_LEAST["own account"]
    counted("matrix, own account", cells=number, roles=len(Role))


@pytest.mark.long
def test_no_view_reads_anything_before_role_and_method_are_looked_at(stage: Stage) -> None:
    """All of the cells that end at the door, with a database that answers nothing."""
    doors, wrong, number = Doors(stage), [], 0
    for cell in cells(stage):
        if ends_at_the_door(cell):
            number += 1
            found = doors.at_the_door(cell)
            if found is not cell.expected:
                wrong.append(f"{cell.title}, but was {found}")
    assert not wrong, "\n".join(wrong)
    assert number >= AT_LEAST["at the door"]
    counted("matrix, at the door", cells=number, standings=len(LABELS), roles=len(Role), methods=len(METHODS))


@pytest.mark.long
@pytest.mark.parametrize("mode", walls.EXACT)
def test_every_cell_that_reaches_a_row(stage: Stage, door: Knocker, bare_pages: None, mode: str) -> None:
    """Address by address, with all tables compared after each. Every third one goes through the whole stack as well."""
    wrong, number, doors = [], Counter[str](), Doors(stage)
    with walls.mode(mode):
        for name, found in groupby(cells(stage), lambda cell: cell.name):
            before = fingerprint()
            for cell in found:
                if ends_at_the_door(cell):
                    continue
                number[cell.expected] += 1
                wrong += at_the_view(doors, cell)
                if mode == walls.AS_BUILT and number.total() % 3 == 0:
                    number["stack"] += 1
                    wrong += through_the_stack(stage, door, cell)
            wrong += changed(name, before)
    assert not wrong, "\n".join(wrong)
    reached = sum(number[answer] for answer in Answer)
    assert reached >= AT_LEAST["rows"]
    assert min(number[Answer.SERVED], number[Answer.REFUSED], number[Answer.NOT_FOUND]) >= reached // 20
    assert mode != walls.AS_BUILT or number["stack"] >= reached // 3
    counted(
        f"matrix, {mode}", cells=reached, through_the_whole_stack=number["stack"],
        addresses=len(of_the_registry()), roles=len(Role), standings=len(LABELS),
        **{str(answer).replace(" ", "_"): number[answer] for answer in Answer if number[answer]},
    )  # fmt: skip
