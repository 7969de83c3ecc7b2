"""Where somebody can put something: the forms of every page with what a browser would send, and the parts of addresses."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import quote_plus, urlsplit

from django.forms import BaseForm
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from referral.addresses import ADDRESSES
from tests.assurance.hostile import logins
from tests.assurance.hostile.asked import forms_made, names_asked
from tests.assurance.hostile.browsers import Browsers
from tests.e2e.pages import FIRST, FURTHER, NO_PAGE, Look
from tests.e2e.world import World, routes

EVERY_LOOK = (*FIRST, *FURTHER)
TYPED = frozenset({"text", "textarea", "search", "email", "tel", "url", "number", "password"})
CONTROLS = ("input", "select", "textarea", "button")
FORM = "application/x-www-form-urlencoded"
BUTTONS = frozenset({"submit", "button", "reset", "image"})


@dataclass
class Field:
    """One control: what a browser would send, and what it offers."""

    name: str
    kind: str
    values: list[str] = field(default_factory=list)
    choices: list[str] = field(default_factory=list)

    @property
    def typed(self) -> bool:
        return self.kind in TYPED


@dataclass
class Form:
    """One form of a page as a browser reads it."""

    page: str
    seat: str
    action: str
    method: str
    fields: dict[str, Field] = field(default_factory=dict)

    def filled(self) -> dict[str, list[str]]:
        """What a willing reader would send: defaults, the first choice, and plain words where something must be typed."""
        return {name: self._answer(control) for name, control in self.fields.items()}

    def _answer(self, control: Field) -> list[str]:
        if any(control.values):
            return control.values
        offered = [choice for choice in control.choices if choice]
        if control.kind == "checkbox":
            return offered[:1] if control.name.startswith(("confirm", "sure", "understood")) else []
        if offered:
            return offered[:1]
        return ["Two words"] if control.kind in ("text", "textarea") else control.values


class _Reader(HTMLParser):
    """Reads the forms of a page. Controls outside a form belong to none here; the product has none."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.forms: list[dict[str, Any]] = []
        self._in: dict[str, Any] | None = None
        self._select: Field | None = None
        self._area: Field | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._in = {"action": given.get("action", ""), "method": given.get("method", "get").lower(), "fields": {}}
            self.forms.append(self._in)
        elif self._in is not None and tag in CONTROLS and given.get("name"):
            self._control(tag, given)
        elif tag == "option" and self._select is not None:
            self._select.choices.append(given.get("value", ""))
            if "selected" in given:
                self._select.values.append(given.get("value", ""))

    def _control(self, tag: str, given: dict[str, str]) -> None:
        assert self._in is not None
        kind = given.get("type", "text").lower() if tag == "input" else tag
        if tag == "input" and kind in BUTTONS:
            return
        control = self._in["fields"].setdefault(given["name"], Field(given["name"], kind))
        if kind in ("radio", "checkbox", "button"):
            control.choices.append(given.get("value", "on"))
            if "checked" in given:
                control.values.append(given.get("value", "on"))
        elif tag == "select":
            self._select = control
        elif tag == "textarea":
            self._area = control
            control.values.append("")
        else:
            control.values.append(given.get("value", ""))

    def handle_data(self, text: str) -> None:
        if self._area is not None:
            self._area.values[-1] += text

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._in = None
        elif tag == "select":
            self._select = None
        elif tag == "textarea":
            self._area = None


@dataclass(repr=False)
class Places:
    """Everything that the pages of a world offer: forms as sent and as Django knows them, and what addresses carry."""

    forms: list[Form] = field(default_factory=list)
    django_forms: dict[str, BaseForm] = field(default_factory=dict)
    classes: set[type[BaseForm]] = field(default_factory=set)
    """Every class of which a form was made."""
    queries: dict[str, dict[str, tuple[str, str]]] = field(default_factory=dict)
    """View → parameter that its code asks for → (seat, path)."""
    ways: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Named address → (seat, path)."""


BESIDE = (
    Look("referral:inbox_status"),
    Look("referral:inbox", query="?only=acknowledge"),
    Look("referral:acknowledge", "NG", "sent abroad"),
    Look("referral:draft_without_place"),
)
"""What no list of pages looks at, and what holds a form or reads something from its address all the same."""


def looks(world: World) -> Iterator[tuple[str, str, str]]:
    """Name, seat and address of every page of every app; addresses that the table serves and no list looks at as well."""
    listed = [(look.name, str(look.seat), look.address(world)) for look in (*EVERY_LOOK, *BESIDE)]
    listed += logins.looks()
    yield from listed
    seen = {"healthz"} | {name for name, _seat, _address in listed}  # which speaks to programs, and knows no reader
    for name, address in ADDRESSES.items():
        if "GET" in address.methods.split() and name not in seen and not routes()[name]:
            yield name, logins.CODES, reverse(name)


def places(world: World, browsers: Browsers) -> Places:
    """Open every page once in its seat and note what can be sent from it; send every form once as it stands."""
    found, seen = Places(), set[tuple[str, tuple[str, ...]]]()
    for name, seat, address in looks(world):
        with names_asked() as asked, forms_made() as made:
            response = browsers.of(seat).get(address)
        assert response.status_code < 400 or name in NO_PAGE, (name, seat, response.status_code)
        path = urlsplit(address).path
        found.ways.setdefault(name, (seat, path))
        for parameter in asked:
            found.queries.setdefault(name, {}).setdefault(parameter, (seat, path))
        reader = _Reader()
        reader.feed(response.content.decode() if response.status_code == 200 else "")
        for form in _forms(reader, f"{name} as {seat or 'nobody'}", seat, address):
            shape = (name, tuple(form.fields))
            if shape not in seen:
                seen.add(shape)
                found.forms.append(form)
        _note(found, made)
    for form in found.forms:
        if form.method == "post":
            with forms_made() as made:
                browsers.ask(form.seat, form.action, "", "as it stands", data=sent(form.filled()), content_type=FORM)
            _note(found, made)
    return found


def _note(found: Places, made: list[BaseForm]) -> None:
    for form in made:
        found.classes.add(type(form))
        label = f"{type(form).__module__}.{type(form).__qualname__}{sorted(form.fields)}"
        found.django_forms.setdefault(label, form)


def _forms(reader: _Reader, page: str, seat: str, address: str) -> Iterator[Form]:
    for found in reader.forms:
        if found["fields"]:
            yield Form(page, seat, found["action"] or address, found["method"], found["fields"])


def patterns(resolver: URLResolver | None = None, prefix: str = "") -> Iterator[tuple[str, list[str]]]:
    """Every route as a template with `<name>` parts, and the names of its parts."""
    for entry in (resolver or get_resolver()).url_patterns:
        route = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from patterns(entry, route)
        elif isinstance(entry, URLPattern) and entry.pattern.regex.groupindex:
            yield route, list(entry.pattern.regex.groupindex)


def sent(values: dict[str, list[Any]]) -> bytes:
    """A posted body. Bytes go as they are, so that what is no text can be sent too."""
    return "&".join(
        f"{quote_plus(name)}={quote_plus(value)}" for name, several in values.items() for value in several
    ).encode()
