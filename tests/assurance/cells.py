"""The cells of the access matrix: every address, method, role and standing, with the answer that the table gives."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import connection
from django.http import Http404
from django.test import RequestFactory
from django.urls import URLPattern, resolve, reverse

from referral.actor import Actor
from referral.addresses import ADDRESSES, Address, Answer, Row, answer
from referral.enums import Role
from referral.policy import roles_that_may
from tests.architecture.test_views_have_an_action import patterns
from tests.assurance import walls
from tests.assurance.knocking import FORM, METHODS, answered, noting
from tests.assurance.stage import Stage
from tests.assurance.standings import ABOUT_ROWS, LABELS, ONLY, STANDINGS

NOBODY, NO_SEAT = "anonymous", "without a seat"


@dataclass(frozen=True, slots=True)
class Cell:
    """One request, and what it must be answered."""

    name: str
    method: str
    label: str
    role: Role
    expected: Answer

    @property
    def title(self) -> str:
        return f"{self.method} {self.name} as {self.role} ({self.label}): {self.expected}"


def named(resolver: Any = None) -> dict[str, URLPattern]:
    """Every address of the product by its name."""
    from django.urls import get_resolver

    return {
        f"{namespace}:{pattern.name}" if namespace else str(pattern.name): pattern
        for namespace, _route, pattern in patterns(resolver or get_resolver())
    }


def unmapped(resolver: Any = None) -> list[str]:
    """A sentence for each address that the table does not know, and for each line of it that is no address any more."""
    known, found = set(ADDRESSES), set(named(resolver))
    return [
        *(f"{name} has no line in referral/addresses.py: say which row it names and what that row must allow." for name in sorted(found - known)),
        *(f"{name} stands in referral/addresses.py and is no address." for name in sorted(known - found)),
    ]  # fmt: skip


def of_the_registry() -> dict[str, Address]:
    """The addresses that the policy speaks of."""
    return {name: address for name, address in ADDRESSES.items() if address.at_the_door is not None}


def labels_of(address: Address) -> tuple[str, ...]:
    """The standings that differ at this address."""
    if address.row not in ABOUT_ROWS:
        return tuple(label for label in LABELS if label not in ONLY)
    return tuple(label for label in LABELS if label not in ONLY or address.row in ONLY[label])


def cell_of(stage: Stage, name: str, method: str, label: str, role: Role) -> Cell:
    """The cell with its answer from the table. A line told to one reader is that reader's alone."""
    address = ADDRESSES[name]
    stands = STANDINGS[label].get(address.row, frozenset())
    if address.row is Row.NOTICE:
        stands = STANDINGS["holder"][Row.CASE] if (label, role) == ("holder", Role.FOCAL_POINT) else frozenset()
    return Cell(name, method, label, role, answer(address, method, role, stands, own=stage.own(name, label)))


def cells(stage: Stage, labels: Collection[str] = LABELS) -> Iterator[Cell]:
    """All of them in these standings, address by address."""
    for name, address in of_the_registry().items():
        for label in (label for label in labels_of(address) if label in labels):
            for method in METHODS:
                for role in Role:
                    yield cell_of(stage, name, method, label, role)


def ends_at_the_door(cell: Cell) -> bool:
    """Whether role or method alone decide, so that no row is looked at."""
    address = ADDRESSES[cell.name]
    assert address.at_the_door is not None
    return cell.role not in roles_that_may(address.at_the_door) or cell.method not in address.methods.split()


class DoorReadsSomething(AssertionError):
    """A view asked the database before it looked at the role and the method."""


def _nothing_is_read(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
    raise DoorReadsSomething(sql)


class _Said:
    """Takes what a view says to its reader, and forgets it."""

    def add(self, level: int, message: str, extra_tags: str = "") -> None:
        return None


class Doors:
    """Asks the views themselves, without the way to them: session, cookies and frame are the same for all cells."""

    def __init__(self, stage: Stage) -> None:
        self.stage, self.factory = stage, RequestFactory()
        self.moment, self.blanks = stage.scene.moment(), dict[tuple[str, str, str], Any]()

    def actor(self, label: str, role: Role) -> Actor:
        at = self.stage.institutions[label]
        return Actor(
            user_id=self.stage.users[label, role].pk, membership_id=self.stage.seats[label, role],
            registry_id=at.registry_id, institution_id=at.pk, institution_name=at.name,
            country_code=at.country_id or "", role=role, wall=self.moment.wall,
        )  # fmt: skip

    def blank(self, cell: Cell) -> Any:
        """A request of anybody in this standing, as it stands before the view."""
        content = {"content_type": FORM} if cell.method == "POST" else {}
        request: Any = self.factory.generic(cell.method, self.stage.address(cell.name, cell.label), b"", **content)
        elsewhere = cell.label == "other registry"
        request.registry = (self.stage.elsewhere if elsewhere else self.stage.scene).registry
        request.wall, request.session, request._messages = self.moment.wall, {}, _Said()
        request.resolver_match = resolve(request.path)
        return request

    def seated(self, request: Any, cell: Cell) -> Any:
        """The request, made by this seat."""
        request.actor, request.user = self.actor(cell.label, cell.role), self.stage.users[cell.label, cell.role]
        return request

    def at_the_door(self, cell: Cell) -> Answer | None:
        """What the view says before it reads anything. Nothing of a request is used up there, so one serves all roles."""
        key = (cell.name, cell.label, cell.method)
        if key not in self.blanks:
            self.blanks = {key: self.blank(cell)}
        with connection.execute_wrapper(_nothing_is_read):
            return self._answer(self.seated(self.blanks[key], cell))

    def ask(self, cell: Cell) -> tuple[Answer | None, set[str]]:
        """What the view answers, and the tables that it wrote to."""
        wrote: list[str] = []
        request = self.seated(self.blank(cell), cell)
        with self.stage.scene.clock(), walls.acting(request.actor), connection.execute_wrapper(noting(wrote)):
            return self._answer(request), set(wrote)

    def _answer(self, request: Any) -> Answer | None:
        match = request.resolver_match
        try:
            response = match.func(request, *match.args, **match.kwargs)
        except PermissionDenied:
            return Answer.REFUSED
        except Http404:
            return Answer.NOT_FOUND
        return answered(response.status_code, response.headers.get("Location", ""))


def path_of(stage: Stage, name: str) -> str:
    """The address of any name, as the holder knows it."""
    return reverse(name, kwargs=stage.given(name, "holder"))
