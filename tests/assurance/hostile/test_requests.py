"""Hostile values sent to the pages themselves: what is typed, and what a page hides."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings
from django.urls import resolve

from tests.assurance.hostile.browsers import Browsers
from tests.assurance.hostile.corpus import FEW, HOSTILE, NOT_UTF8, in_turn
from tests.assurance.hostile.places import FORM, Field, Form, Places, sent

pytestmark = [pytest.mark.long, pytest.mark.xdist_group("hostile requests")]

MARATHON = pytest.param((4, len(HOSTILE)), marks=pytest.mark.marathon, id="all")
"""Every value for every control in a request of its own; more than an hour, by hand."""
TOKEN = "csrfmiddlewaretoken"
LIMIT = settings.DATA_UPLOAD_MAX_MEMORY_SIZE


def of_a_kind(found: Places) -> list[Form]:
    """Posted forms, one for each address and set of controls; signing out would end the visit."""
    known: dict[tuple[str, tuple[str, ...]], Form] = {}
    for form in found.forms:
        name = resolve(form.action.split("?")[0]).view_name
        if form.method == "post" and name != "account_logout":
            known.setdefault((name, tuple(form.fields)), form)
    return list(known.values())


def post(browsers: Browsers, form: Form, changed: dict[str, list[str]], value: str, what: str, **asked: bool) -> Any:
    body = sent(form.filled() | changed)
    return browsers.ask(form.seat, form.action, value, what, data=body, content_type=FORM, **asked)


@pytest.mark.parametrize("drawn_and_all", [pytest.param((2, 8), id="some"), MARATHON])
def test_each_control_of_each_form_by_itself(
    browsers: Browsers, open_to_all: Places, capsys: pytest.CaptureFixture[str], drawn_and_all: tuple[int, int]
) -> None:
    """All other answers are good. Values are taken in turn, so that every one of the corpus meets the views."""
    drawn, count = drawn_and_all
    number, met = 0, set[str]()
    for form in of_a_kind(open_to_all):
        for control in form.fields.values():
            number += 1
            for turn, value in enumerate(in_turn(number, count)):
                met.add(value)
                what, token = f"{form.page}: {control.name}", control.name == TOKEN
                response = post(
                    browsers,
                    form,
                    {control.name: [value]},
                    value,
                    what,
                    typed=shown(control),
                    drawn=turn < drawn,
                    token=token,
                )
                assert response.status_code == 403 or not token, what
    assert number > 700
    assert met == set(HOSTILE)
    browsers.report("requests with one hostile control", capsys)


def shown(control: Field) -> bool:
    return control.kind in ("text", "textarea", "search")


def test_all_controls_of_each_form_together(
    browsers: Browsers, open_to_all: Places, capsys: pytest.CaptureFixture[str]
) -> None:
    """One value everywhere on the page, and then another in each control, the pages of these not drawn."""
    for form in of_a_kind(open_to_all):
        typed = [name for name, control in form.fields.items() if control.typed]
        for value in FEW[::3]:
            post(browsers, form, {name: [value] for name in typed}, value, f"{form.page}: all typed")
            post(browsers, form, {name: [value] for name in form.fields}, value, f"{form.page}: all", drawn=False)
        for turn in range(24):
            changed = {name: [next(in_turn(turn * 29 + place, 1))] for place, name in enumerate(form.fields)}
            post(browsers, form, changed, "", f"{form.page}: another each, {turn}", drawn=False)
    browsers.report("requests with all controls hostile", capsys)


def test_a_megabyte_in_each_control_of_each_form(
    browsers: Browsers, open_to_all: Places, capsys: pytest.CaptureFixture[str]
) -> None:
    """As much as a body may hold is answered like any text that is too long; a whole megabyte with a page that says so."""
    for form in of_a_kind(open_to_all):
        rest = len(sent(form.filled()))
        for name in form.fields:
            long = "a" * (LIMIT - rest - len(name) - 2)
            post(browsers, form, {name: [long]}, long, f"{form.page}: {name}", drawn=False)
        whole = {next(iter(form.fields)): ["a" * LIMIT]}
        assert post(browsers, form, whole, "", f"{form.page}: more than a body holds").status_code == 413
    browsers.report("requests with a megabyte in a control", capsys)


def test_what_a_page_hides_is_answered_whatever_stands_in_it(
    browsers: Browsers, open_to_all: Places, capsys: pytest.CaptureFixture[str]
) -> None:
    """Keys, versions and places to return to are read by the views themselves: every value for each of their names."""
    tried: dict[str, int] = {}
    for form in of_a_kind(open_to_all):
        for name, control in form.fields.items():
            if control.kind == "hidden" and tried.setdefault(name, 0) < 1:
                tried[name] += 1
                for number, value in enumerate(HOSTILE):
                    post(browsers, form, {name: [value]}, value, f"{form.page}: hidden {name}", drawn=number % 8 == 0)
    assert {"submission", "version"} <= set(tried)
    browsers.report(f"requests with one of {len(tried)} hidden controls hostile", capsys)


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
