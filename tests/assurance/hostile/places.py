"""Where somebody can put something: the forms of every page with what a browser would send, and the parts of addresses."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import parse_qsl, quote_plus, urlsplit

from django.db import transaction
from django.forms import BaseForm
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from tests.e2e.pages import FIRST, FURTHER, Look
from tests.e2e.world import World

EVERY_LOOK = (*FIRST, *FURTHER)
TYPED = frozenset({"text", "textarea", "search", "email", "tel", "url", "number", "password"})
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
        self.links: list[str] = []
        self._in: dict[str, Any] | None = None
        self._select: Field | None = None
        self._area: Field | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "a" and given.get("href"):
            self.links.append(given["href"])
        elif tag == "form":
            self._in = {"action": given.get("action", ""), "method": given.get("method", "get").lower(), "fields": {}}
            self.forms.append(self._in)
        elif self._in is not None and tag in ("input", "select", "textarea") and given.get("name"):
            self._control(tag, given)
        elif tag == "option" and self._select is not None:
            self._select.choices.append(given.get("value", ""))
            if "selected" in given:
                self._select.values.append(given.get("value", ""))

    def _control(self, tag: str, given: dict[str, str]) -> None:
        assert self._in is not None
        kind = given.get("type", "text").lower() if tag == "input" else tag
        if kind in BUTTONS:
            return
        control = self._in["fields"].setdefault(given["name"], Field(given["name"], kind))
        if kind in ("radio", "checkbox"):
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


@dataclass
class Places:
    """Everything that the pages of a world offer: forms as sent and as Django knows them, and what addresses carry."""

    forms: list[Form] = field(default_factory=list)
    django_forms: dict[str, BaseForm] = field(default_factory=dict)
    queries: dict[tuple[str, str], tuple[str, str]] = field(default_factory=dict)
    """(view, parameter) → (seat, path)."""
    ways: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Named address with parts → (seat, path)."""


ALWAYS = ("page", "q", "tab", "next", "only", "kind")
"""Parameters that are tried on every page, linked or not."""


def places(world: World) -> Places:
    """Open every named page once in its seat and note what can be sent from it."""
    found, seen = Places(), set[tuple[str, tuple[str, ...]]]()
    browsers: dict[str, Client] = {}
    for look in EVERY_LOOK:
        browser = browsers.setdefault(str(look.seat), world.browser(look.seat))
        address = look.address(world)
        response = browser.get(address)
        assert response.status_code == 200, look.title
        path = urlsplit(address).path
        found.ways.setdefault(look.name, (str(look.seat), path))
        reader = _Reader()
        reader.feed(response.content.decode())
        for form in _forms(reader, look, address):
            shape = (look.name, tuple(form.fields))
            if shape not in seen:
                seen.add(shape)
                found.forms.append(form)
        for name in (*ALWAYS, *(name for link in reader.links for name, _ in parse_qsl(urlsplit(link).query))):
            found.queries.setdefault((look.name, name), (str(look.seat), path))
        for form in _django_forms(response):
            found.django_forms.setdefault(
                f"{type(form).__module__}.{type(form).__qualname__}{sorted(form.fields)}", form
            )
    return found


def _forms(reader: _Reader, look: Look, address: str) -> Iterator[Form]:
    for found in reader.forms:
        if found["fields"]:
            yield Form(look.title, str(look.seat), found["action"] or address, found["method"], found["fields"])


def _django_forms(response: Any) -> Iterator[BaseForm]:
    for layer in response.context or ():
        for part in layer.dicts if hasattr(layer, "dicts") else (layer,):
            for value in part.values():
                if isinstance(value, BaseForm):
                    yield value


def patterns(resolver: URLResolver | None = None, prefix: str = "") -> Iterator[tuple[str, list[str]]]:
    """Every route as a template with `<name>` parts, and the names of its parts."""
    for entry in (resolver or get_resolver()).url_patterns:
        route = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from patterns(entry, route)
        elif isinstance(entry, URLPattern) and entry.pattern.regex.groupindex:
            yield route, list(entry.pattern.regex.groupindex)


@contextmanager
def undone() -> Iterator[None]:
    """What happens inside is taken back, so that the next value meets the same world."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def sent(values: dict[str, list[Any]]) -> bytes:
    """A posted body. Bytes go as they are, so that what is no text can be sent too."""
    return "&".join(
        f"{quote_plus(name)}={quote_plus(value)}" for name, several in values.items() for value in several
    ).encode()
