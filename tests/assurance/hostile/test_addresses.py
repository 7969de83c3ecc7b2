"""Hostile values in what an address carries: its parameters and its parts."""

from __future__ import annotations

import re
from collections import Counter
from urllib.parse import quote

import pytest
from django.urls import resolve

from tests.assurance.hostile.browsers import Browsers
from tests.assurance.hostile.corpus import HOSTILE, in_turn
from tests.assurance.hostile.places import Places, patterns

pytestmark = [pytest.mark.long, pytest.mark.xdist_group("hostile addresses")]

MARATHON = pytest.param(150, marks=pytest.mark.marathon, id="all")
"""Values for every parameter of every page and every part of every address; half an hour, by hand."""


@pytest.mark.parametrize("least", [pytest.param(3, id="some"), MARATHON])
def test_parameters_of_addresses(
    browsers: Browsers, open_to_all: Places, capsys: pytest.CaptureFixture[str], least: int
) -> None:
    """Every value for each parameter on the pages that decide by it, or on one; `least` on every other page."""
    whole: set[str] = set()
    for number, ((view, name), (seat, path)) in enumerate(open_to_all.queries.items()):
        every = name in READ_BY.get(view, ()) or (view not in READ_BY and name not in whole)
        if every:
            whole.add(name)
        for value in HOSTILE if every else in_turn(number, least):
            browsers.ask(seat, f"{path}?{name}={quote(value)[:60_000]}", value, f"{view}: ?{name}=")
    browsers.report("requests with a hostile parameter", capsys)


READ_BY = {
    "referral:inbox": ("tab", "only", "page"),
    "referral:people": ("q", "page", "covered", "child", "answers", "stage"),
    "referral:audit": ("kind", "page"),
    "referral:record_consent": ("kind",),
    "home": ("seats",),
    "referral:directory": ("q", "country"),
}
"""Pages that decide something by a parameter."""


@pytest.mark.parametrize("least", [pytest.param(50, id="some"), MARATHON])
def test_parts_of_addresses(
    browsers: Browsers, open_to_all: Places, capsys: pytest.CaptureFixture[str], least: int
) -> None:
    """Every value for each kind of part on two addresses and for a quarter of all addresses, `least` in turn for the others."""
    routes, whole = 0, Counter[str]()
    for number, (route, parts) in enumerate(patterns()):
        seat, good = example(open_to_all, route)
        routes += 1
        for part in parts:
            kind = next(one[0] for one in re.finditer(r"<(?:\w+:)?(\w+)>", route) if one[1] == part)
            whole[kind] += 1
            for value in HOSTILE if whole[kind] <= 2 or number % 4 == 0 else in_turn(number, least):
                url = "/" + filled(route, good, part, quote(value[:2_000], safe=""))
                browsers.ask(seat, url, value, f"{route}: <{part}>")
    assert routes > 80
    browsers.report(f"requests with a hostile part of one of {routes} addresses", capsys)


def example(found: Places, route: str) -> tuple[str, dict[str, str]]:
    """A seat, and parts that lead to a row where a page of this route was opened, as they stand in the address."""
    for seat, path in found.ways.values():
        if resolve(path).route == route:
            shape = re.sub(r"<(?:\w+:)?(\w+)>", r"(?P<\1>[^/]+)", route)
            parts = re.fullmatch(shape, path.removeprefix("/"))
            return seat, parts.groupdict() if parts else {}
    return "NG", {}


def filled(route: str, good: dict[str, str], part: str, value: str) -> str:
    """The route with its parts filled in, one of them with `value`."""
    found = re.sub(r"\(\?P<(\w+)>\[[^]]*\]\+\)", r"<\1>", route.lstrip("^").rstrip("$"))
    return re.sub(r"<(?:\w+:)?(\w+)>", lambda one: value if one[1] == part else good.get(one[1], "1"), found)
