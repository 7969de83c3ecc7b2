"""Hostile values in what an address carries: its parameters and its parts."""

from __future__ import annotations

import re
from collections import Counter
from urllib.parse import quote, urlencode

import pytest
from django.conf import settings
from django.urls import Resolver404, get_resolver, resolve
from hypothesis import HealthCheck, given
from hypothesis import settings as exploring
from hypothesis import strategies as st

from tests.assurance.hostile.asked import in_words
from tests.assurance.hostile.browsers import Browsers
from tests.assurance.hostile.corpus import HOSTILE, in_turn
from tests.assurance.hostile.places import Places, patterns

pytestmark = [pytest.mark.long, pytest.mark.xdist_group("hostile addresses")]

DRAWN = 12
"""Values of each parameter that are looked at on the page itself."""
MARATHON = pytest.param(len(HOSTILE), marks=pytest.mark.marathon, id="all drawn")
"""Every page is drawn; half an hour, by hand."""
NOBODY_ASKS = ("page", "q", "tab", "next", "only", "kind", "__class__")
"""Parameters that a page may find in its address although it never asks for them."""
IN_THE_LINE = 60_000
WITH_ANY_TEXT = exploring(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))


def test_no_parameter_that_stands_in_the_code_was_missed(open_to_all: Places) -> None:
    """What each view was seen to ask for holds whatever its module asks for by name."""
    views = {name: resolve(path).func.__module__ for name, (_seat, path) in open_to_all.ways.items()}
    asked = {(views[view], name) for view, names in open_to_all.queries.items() for name in names}
    everywhere = {name for _module, name in asked}
    modules = set(views.values())
    words = in_words()
    assert len(words) > 10
    missed = {
        (at, name) for at, name in words if ((at, name) not in asked if at in modules else name not in everywhere)
    }
    assert missed == set()


@pytest.mark.parametrize("drawn", [pytest.param(DRAWN, id="some drawn"), MARATHON])
def test_parameters_of_addresses(
    browsers: Browsers, open_to_all: Places, capsys: pytest.CaptureFixture[str], drawn: int
) -> None:
    """Every value for each parameter that a view asks for; and on every page those for which it does not."""
    number = 0
    for view, names in open_to_all.queries.items():
        for name, (seat, path) in names.items():
            number += 1
            shown = set(in_turn(number, drawn))
            for value in HOSTILE:
                url = f"{path}?{name}={quote(value)[:IN_THE_LINE]}"
                browsers.ask(seat, url, value, f"{view}: ?{name}=", drawn=value in shown)
    assert number > 40
    for turn, (view, (seat, path)) in enumerate(open_to_all.ways.items()):
        value = next(in_turn(turn, 1))
        url = f"{path}?{urlencode(dict.fromkeys(NOBODY_ASKS, value))[:IN_THE_LINE]}"
        browsers.ask(seat, url, value, f"{view}: all at once")
    browsers.report(f"requests with one of {number} parameters hostile", capsys)


@WITH_ANY_TEXT
@given(value=st.text(max_size=300), more=st.text(max_size=20))
def test_any_text_in_all_parameters_is_answered(browsers: Browsers, open_to_all: Places, value: str, more: str) -> None:
    for view, names in open_to_all.queries.items():
        seat, path = next(iter(names.values()))
        query = urlencode([*((name, value) for name in names), (more, value), *((name, more) for name in names)])
        browsers.ask(seat, f"{path}?{query}", value, f"{view}: ?{', '.join(names)}", drawn=False)
    browsers.judge()


@pytest.mark.parametrize("drawn", [pytest.param(4, id="some drawn"), MARATHON])
def test_parts_of_addresses(
    browsers: Browsers, open_to_all: Places, capsys: pytest.CaptureFixture[str], drawn: int
) -> None:
    """Every value for each part of each address; those that name no address at all are looked at in turn."""
    routes, nowhere = 0, Counter[str]()
    for number, (route, parts) in enumerate(patterns()):
        seat, good = example(open_to_all, route)
        routes += 1
        for part in parts:
            shown = set(in_turn(number, drawn))
            for value in HOSTILE:
                url = "/" + filled(route, good, part, quote(value[:2_000], safe=""))
                if value in shown or leads_somewhere("/" + filled(route, good, part, value[:2_000])):
                    browsers.ask(seat, url, value, f"{route}: <{part}>", drawn=value in shown)
                else:
                    nowhere[route] += 1
    assert routes > 80
    browsers.report(
        f"requests with a hostile part of one of {routes} addresses, {nowhere.total()} more lead nowhere", capsys
    )


@WITH_ANY_TEXT
@given(value=st.text(min_size=1, max_size=60))
def test_any_text_in_a_part_of_an_address_is_answered(browsers: Browsers, open_to_all: Places, value: str) -> None:
    for route, parts in patterns():
        seat, good = example(open_to_all, route)
        for part in parts:
            if leads_somewhere("/" + filled(route, good, part, value)):
                url = "/" + filled(route, good, part, quote(value, safe=""))
                browsers.ask(seat, url, value, f"{route}: <{part}>", drawn=False)
    browsers.judge()


def leads_somewhere(path: str) -> bool:
    """Whether a view is asked at all; what is not so is the answer of one page for all."""
    try:
        get_resolver().resolve(path)
    except Resolver404:
        return settings.APPEND_SLASH and not path.endswith("/")
    return True


def example(found: Places, route: str) -> tuple[str, dict[str, str]]:
    """A seat, and parts that lead to a row where a page of this route was opened, as they stand in the address."""
    for seat, path in found.ways.values():
        match = resolve(path)
        if match.route == route and not route.startswith("^"):
            shape = re.sub(r"<(?:\w+:)?(\w+)>", r"(?P<\1>[^/]+)", route)
            parts = re.fullmatch(shape, path.removeprefix("/"))
            return seat, parts.groupdict() if parts else {}
        if match.route == route:
            return seat, dict(match.captured_kwargs or {})
    return "NG", {}


def filled(route: str, good: dict[str, str], part: str, value: str) -> str:
    """The route with its parts filled in, one of them with `value`."""
    found = re.sub(r"\(\?P<(\w+)>\[[^]]*\]\+\)", r"<\1>", route.lstrip("^").rstrip("$"))
    return re.sub(r"<(?:\w+:)?(\w+)>", lambda one: value if one[1] == part else good.get(one[1], "1"), found)
