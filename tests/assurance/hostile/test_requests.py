"""Hostile values sent to the pages themselves: what is typed, what a page hides, what an address carries."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client
from django.urls import resolve

from tests.assurance.hostile.corpus import FEW, HOSTILE, NOT_UTF8
from tests.assurance.hostile.judging import faults
from tests.assurance.hostile.places import Field, Form, Places, patterns, sent, undone
from tests.e2e.world import World

pytestmark = [pytest.mark.long, pytest.mark.xdist_group("hostile")]

EACH = 3
"""Values for each control in a request of its own, taken in turn from the corpus, besides the few for all controls at once."""
FORM = "application/x-www-form-urlencoded"


class Browsers:
    """One signed-in browser for each seat, and what was wrong with the answers."""

    def __init__(self, world: World) -> None:
        self.world, self.known, self.wrong, self.asked = world, dict[str, Client](), list[str](), 0

    def of(self, seat: str) -> Client:
        if seat not in self.known:
            self.known[seat] = self.world.browser(seat)
            self.known[seat].raise_request_exception = False
        return self.known[seat]

    def ask(self, seat: str, url: str, value: str, what: str, *, typed: bool = False, **sending: Any) -> Any:
        """Send it, take back what it did, and note what is wrong with the answer."""
        self.asked += 1
        browser = self.of(seat)
        with undone():
            # `post` of the test client would write the body anew in the alphabet that its kind names.
            response = browser.generic("POST", url, **sending) if sending else browser.get(url)
            fault = faults(response, value, typed=typed)
        if fault:
            reason = getattr(response, "exc_info", None)
            because = f" because of {reason[0].__name__}: {reason[1]}"[:200] if reason else ""
            self.wrong.append(f"{what} given {value[:40]!r}: {', '.join(fault)}{because}")
        return response

    def report(self, name: str, capsys: pytest.CaptureFixture[str]) -> None:
        with capsys.disabled():
            print(f"\nhostile input: {self.asked} {name}")
        assert not self.wrong, f"{len(self.wrong)} faults:\n" + "\n".join(self.wrong[:60])


@pytest.fixture
def browsers(world: World, monkeypatch: pytest.MonkeyPatch) -> Browsers:
    """The test client keeps a copy of every template's context, which costs more than the page; nobody reads it here."""
    monkeypatch.setattr("django.test.client.store_rendered_templates", lambda *_given, **_more: None)
    return Browsers(world)


def of_a_kind(found: Places) -> list[Form]:
    """Posted forms, one for each address and set of controls; signing out would end the visit."""
    known: dict[tuple[str, tuple[str, ...]], Form] = {}
    for form in found.forms:
        name = resolve(form.action.split("?")[0]).view_name
        if form.method == "post" and name != "account_logout":
            known.setdefault((name, tuple(form.fields)), form)
    return list(known.values())


def in_turn(number: int, count: int) -> Iterator[str]:
    """So many values of the corpus, others for each number."""
    for step in range(count):
        yield HOSTILE[(number * 7 + step * 41) % len(HOSTILE)]


def post(browsers: Browsers, form: Form, changed: dict[str, list[str]], value: str, what: str, *, typed: bool) -> None:
    body = sent(form.filled() | changed)
    browsers.ask(form.seat, form.action, value, what, typed=typed, data=body, content_type=FORM)


def test_each_control_of_each_form_by_itself(
    browsers: Browsers, open_to_all: Places, capsys: pytest.CaptureFixture[str]
) -> None:
    number = 0
    for form in of_a_kind(open_to_all):
        for control in form.fields.values():
            number += 1
            for value in in_turn(number, EACH):
                post(
                    browsers, form, {control.name: [value]}, value, f"{form.page}: {control.name}", typed=shown(control)
                )
    browsers.report("requests with one hostile control", capsys)


def shown(control: Field) -> bool:
    return control.kind in ("text", "textarea", "search")


def test_all_controls_of_each_form_together(
    browsers: Browsers, open_to_all: Places, capsys: pytest.CaptureFixture[str]
) -> None:
    for form in of_a_kind(open_to_all):
        typed = [name for name, control in form.fields.items() if control.typed]
        for value in FEW:
            post(browsers, form, {name: [value] for name in typed}, value, f"{form.page}: all typed", typed=False)
        for value in FEW[::3]:
            post(browsers, form, {name: [value] for name in form.fields}, value, f"{form.page}: all", typed=False)
    browsers.report("requests with all controls hostile", capsys)


def test_what_a_page_hides_is_answered_whatever_stands_in_it(
    browsers: Browsers, open_to_all: Places, capsys: pytest.CaptureFixture[str]
) -> None:
    """Keys, versions and places to return to are read by the views themselves: every value for each of their names."""
    tried: dict[str, int] = {}
    for form in of_a_kind(open_to_all):
        for name, control in form.fields.items():
            if control.kind == "hidden" and tried.setdefault(name, 0) < 1:
                tried[name] += 1
                for value in HOSTILE:
                    post(browsers, form, {name: [value]}, value, f"{form.page}: hidden {name}", typed=False)
    assert {"submission", "version"} <= set(tried)
    browsers.report(f"requests with one of {len(tried)} hidden controls hostile", capsys)


def test_parameters_of_addresses(browsers: Browsers, open_to_all: Places, capsys: pytest.CaptureFixture[str]) -> None:
    """Every value for each parameter on the pages that decide by it, or on one; a few on every other page."""
    whole: set[str] = set()
    for (view, name), (seat, path) in open_to_all.queries.items():
        every = name in READ_BY.get(view, ()) or (view not in READ_BY and name not in whole)
        if every:
            whole.add(name)
        for value in HOSTILE if every else FEW[::6]:
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


def test_parts_of_addresses(browsers: Browsers, open_to_all: Places, capsys: pytest.CaptureFixture[str]) -> None:
    """Every value for each kind of part on two addresses and for a quarter of all addresses, fifty in turn for the others."""
    routes, whole = 0, Counter[str]()
    for number, (route, parts) in enumerate(patterns()):
        seat, good = example(open_to_all, route)
        routes += 1
        for part in parts:
            kind = next(one[0] for one in re.finditer(r"<(?:\w+:)?(\w+)>", route) if one[1] == part)
            whole[kind] += 1
            for value in HOSTILE if whole[kind] <= 2 or number % 4 == 0 else in_turn(number, 50):
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


def test_bodies_that_are_no_forms(browsers: Browsers, open_to_all: Places, capsys: pytest.CaptureFixture[str]) -> None:
    """Bytes that are no text, names of ours as parameters, thousands of them, too much at once, other kinds of content."""
    form = next(form for form in of_a_kind(open_to_all) if len(form.fields) > 4)
    good = sent(form.filled())
    bodies: list[tuple[str, bytes, str]] = [
        *((f"bytes {text!r}", good + b"&q=" + text, FORM) for text in NOT_UTF8),
        (
            "names of ours",
            b"&".join(name + b"=1" for name in (b"__class__", b"self", b"pk", b"_state", b"a[b]", b"")),
            FORM,
        ),
        ("six thousand parameters", b"&".join(b"p%d=1" % number for number in range(6_000)), FORM),
        ("two megabytes", b"q=" + b"a" * 2_000_000, FORM),
        ("nothing", b"", FORM),
        ("JSON", b'{"a": [1, {"b": null}]}', "application/json"),
        ("XML", b"<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><x>&e;</x>", "application/xml"),
        (
            "parts without an end",
            b"--x\r\nContent-Disposition: form-data; name=q\r\n\r\nvalue",
            "multipart/form-data; boundary=x",
        ),
        ("parts without a boundary", b"abc", "multipart/form-data"),
        ("another alphabet", good, f"{FORM}; charset=utf-7"),
        ("an unknown alphabet", good, f"{FORM}; charset=nowhere"),
    ]
    for what, body, kind in bodies:
        browsers.ask(form.seat, form.action, "", what, data=body, content_type=kind)
    browsers.report("bodies that are no forms", capsys)


def test_a_host_that_is_not_ours_is_refused_with_a_sentence(browsers: Browsers) -> None:
    for host in (
        "example.net",
        "testserver.example.net",
        "testserver@example.net",
        "testserver:80:80",
        "[::1",
        "a" * 300,
        "",
        "té",
    ):
        response = browsers.of("NG").get(
            "/inbox/", headers={"host": host.encode("latin-1", "replace").decode("latin-1")}
        )
        assert response.status_code == 400, host
        assert "<h1" in response.content.decode()
        assert host == "" or host not in response.content.decode()
