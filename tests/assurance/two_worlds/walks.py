"""A walk through two worlds at once: the same choices in both, and what was answered compared byte for byte.

What may differ is named here and nowhere else: form tokens, keys, and references drawn while walking. Each becomes a
token by the order in which it was first seen, so that one thing must stand in the same places in both worlds.
"""

from __future__ import annotations

import difflib
import random
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urlencode, urljoin, urlsplit

from django.conf import settings
from django.db import transaction
from django.test.client import ClientHandler, RequestFactory
from django.urls import Resolver404, resolve, reverse
from django.utils import translation

from tests.assurance.two_worlds.worlds import Codes, Pair, World
from tests.e2e.world import routes

FORM = "application/x-www-form-urlencoded"
MASKED = re.compile(
    r"(?P<uuid>[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})"
    r"|(?P<reference>\b[A-Z]{1,2}-[0-9A-HJKMNP-TV-Z]{10}\b)"
    r"|(?P<sealed>(?<![a-z2-7])[a-z2-7]{26}(?![a-z2-7]))"
    r"|(?P<key>(?<!\d)\d{7}(?!\d))"
)
TOKEN = re.compile(r'(name="csrfmiddlewaretoken" value=")[^"]*')
NOT_COMPARED = frozenset({"set-cookie", "content-length", "etag"})
"""Headers that follow from the body, or carry a session."""
STARTS = (
    "home", "referral:inbox", "referral:inbox", "referral:inbox_status", "referral:people", "referral:people", "referral:desk",
    "referral:notices", "referral:enquiries", "referral:requests", "referral:request_new", "referral:directory",
    "referral:staff", "referral:digest", "referral:audit", "referral:mails", "referral:glass", "referral:person_new",
)  # fmt: skip
LOOKS: tuple[dict[str, str], ...] = (
    {"page": "2"}, {"page": "2"}, {"page": "3"}, {"page": "x"}, {"list": "asked", "page": "2"}, {"list": "sent"},
    {"tab": "others"}, {"tab": "decided", "page": "2"}, {"only": "uncovered"}, {"only": "uncovered", "page": "2"},
    {"covered": "no"}, {"covered": "no", "page": "2"}, {"answers": "now", "page": "2"}, {"child": "no", "page": "2"},
    {"stage": "detected"},
)  # fmt: skip
"""Ways to look at a list: further pages of it, its other halves, and what its filters leave."""
WORDS = ("Words.", "", "Two words of our own.", "IT", "0", "2026-03-04")


@dataclass(frozen=True, slots=True)
class Step:
    """One request, as both worlds are asked it."""

    method: str
    path: str
    data: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Difference:
    """Where two worlds were told apart."""

    seat: str
    steps: tuple[Step, ...]
    words: str


@dataclass
class Field:
    """A control of a form: its name, the values it can take, and what it says now."""

    name: str
    kind: str
    values: list[str] = field(default_factory=list)


@dataclass
class Form:
    """A form of a page."""

    action: str
    method: str
    fields: list[Field] = field(default_factory=list)
    buttons: list[tuple[str, str]] = field(default_factory=list)


class Page(HTMLParser):
    """The links and forms of a page."""

    def __init__(self, body: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.forms: list[Form] = []
        self._open: Form | None = None
        self._select: Field | None = None
        self.feed(body)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if tag == "a" and "href" in found:
            self.links.append(found["href"])
        elif tag == "form":
            self._open = Form(found.get("action", ""), found.get("method", "get").upper())
            self.forms.append(self._open)
        elif self._open is not None:
            self._control(tag, found)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = None
        elif tag == "select":
            self._select = None

    def _control(self, tag: str, found: dict[str, str]) -> None:
        assert self._open is not None
        name, kind = found.get("name", ""), found.get("type", "text" if tag == "input" else tag)
        if tag == "option" and self._select is not None:
            self._select.values.append(found.get("value", ""))
        elif tag == "button" or kind == "submit":
            self._open.buttons.append((name, found.get("value", "")))
        elif tag in ("input", "textarea", "select") and name:
            same = [one for one in self._open.fields if one.name == name and one.kind == kind == "radio"]
            control = same[0] if same else Field(name, kind)
            if not same:
                self._open.fields.append(control)
            if tag == "select":
                self._select = control
            else:
                control.values.append(found.get("value", ""))


class Visitor:
    """One seat in one world: asks, and says what was answered with everything masked that may differ."""

    def __init__(self, world: World, seat: str) -> None:
        self.world, self.session = world, world.sessions[seat]
        self.handler = ClientHandler(enforce_csrf_checks=False)
        self.factory = RequestFactory(headers={"accept-language": "en-gb"})
        self.seen: dict[str, str] = {}
        self.page, self.at = Page(""), "/"

    def ask(self, step: Step) -> str:
        body = urlencode(step.data).encode() if step.method == "POST" else b""
        request = self.factory.generic(step.method, step.path, body, content_type=FORM if step.method == "POST" else "")
        request.environ["HTTP_COOKIE"] = f"{settings.SESSION_COOKIE_NAME}={self.session}"
        with self.world.scene.clock(), translation.override("en-gb"):
            response = self.handler(request.environ)
        text = response.content.decode()
        self.at = step.path
        location = response.headers.get("Location", "")
        self.page = Page(f'<a href="{location}">') if location else Page(text)
        headers = sorted(
            f"{name}: {value}" for name, value in response.headers.items() if name.lower() not in NOT_COMPARED
        )
        return self.masked("\n".join([str(response.status_code), *headers, text]))

    def masked(self, text: str) -> str:
        return MASKED.sub(self._token, TOKEN.sub(r"\1", text))

    def _token(self, found: re.Match[str]) -> str:
        return self.seen.setdefault(found[0], f"[{found.lastgroup} {len(self.seen) + 1}]")


def walk(pair: Pair, source: Codes, seed: int, length: int = 4) -> tuple[Counter[str], Difference | None]:
    """One walk of a seat of the pair; returns how many requests were compared, how many of them got which status and how
    many looked at a second page, and the difference if there was one.

    Whatever was done on the way is undone in both worlds.
    """
    rng = random.Random(f"{pair.name} {seed}")
    seat = pair.seats[seed % len(pair.seats)]
    visitors = Visitor(pair.plain, seat), Visitor(pair.other, seat)
    drawn = [Codes(), Codes()]
    for one in drawn:
        one.start(f"walk {seed}")
    taken: list[Step] = []
    seen = Counter[str]()
    with transaction.atomic():
        place = transaction.savepoint()
        for number in range(length):
            answers = []
            choice = rng.random()
            state = rng.getstate()
            for visitor, chance in zip(visitors, drawn, strict=True):
                rng.setstate(state)
                source.rng, source.backwards = chance.rng, False
                step = chosen(visitor, rng, pair.hidden, choice if number else 1.0)
                answers.append(visitor.ask(step))
                if visitor is visitors[0]:
                    taken.append(step)
            status = answers[0].partition("\n")[0]
            seen.update(("requests", status))
            seen["second pages"] += status == "200" and "page=2" in taken[-1].path
            if answers[0] != answers[1]:
                transaction.savepoint_rollback(place)
                return seen, Difference(seat, tuple(taken), told_apart(*answers))
        transaction.savepoint_rollback(place)
    return seen, None


def chosen(visitor: Visitor, rng: random.Random, hidden: Mapping[str, tuple[str, ...]], choice: float) -> Step:
    """The next request: a form of the page, a link of it, an address with a name that is hidden, or a page to start from."""
    forms = [form for form in visitor.page.forms if ours(urljoin(visitor.at, form.action or visitor.at))]
    links = [link for link in visitor.page.links if ours(urljoin(visitor.at, link))]
    if choice < 0.4 and forms:
        return filled(visitor, rng.choice(forms), rng, hidden)
    if choice < 0.75 and links:
        return Step("GET", urljoin(visitor.at, rng.choice(links)))
    if choice < 0.9:
        return foreign(rng, hidden)
    start = reverse(rng.choice(STARTS))
    searched = {"q": rng.choice(hidden["code"]), "page": rng.choice(("1", "2", "x"))}
    asked = rng.choice((searched, rng.choice(LOOKS), rng.choice(LOOKS), {}, {}))
    return Step("GET", f"{start}?{urlencode(asked)}" if asked else start)


def foreign(rng: random.Random, hidden: Mapping[str, tuple[str, ...]]) -> Step:
    """Any address of the product with names that only somebody who sees what is hidden could know."""
    name, asked = rng.choice(ROUTES)
    given = {part: rng.choice(hidden.get(part, ("yes",))) for part in sorted(asked)}
    return Step(rng.choice(("GET", "GET", "POST")), reverse(name, kwargs=given))


def filled(visitor: Visitor, form: Form, rng: random.Random, hidden: Mapping[str, tuple[str, ...]]) -> Step:
    """The form as somebody sends it: choices by their place, words of our own, now and then a name that is hidden."""
    data = [pair for control in form.fields for pair in said(control, rng, hidden)]
    if form.buttons:
        name, value = rng.choice(form.buttons)
        data += [(name, value)] if name else []
    path = urljoin(visitor.at, form.action or visitor.at)
    if form.method == "POST":
        return Step("POST", path, tuple(data))
    return Step("GET", f"{path.partition('?')[0]}?{urlencode(data)}")


def said(control: Field, rng: random.Random, hidden: Mapping[str, tuple[str, ...]]) -> Iterator[tuple[str, str]]:
    chance, place, other = rng.random(), rng.random(), rng.random()
    if control.kind == "hidden":
        yield from ((control.name, value) for value in control.values)
    elif control.kind == "checkbox":
        if chance < 0.6:
            yield control.name, control.values[0]
    elif control.kind in ("radio", "select") or (control.values and chance < 0.5):
        if control.values:
            yield control.name, control.values[int(place * len(control.values))]
    elif chance < 0.7:
        names = hidden["code"] + hidden["reference"]
        yield control.name, names[int(place * len(names))]
    elif other < 0.9:
        yield control.name, WORDS[int(place * len(WORDS))]


def ours(path: str) -> bool:
    """Whether an address is one of the registry's pages, where a walk may go."""
    parts = urlsplit(path)
    if parts.netloc or parts.scheme:
        return False
    try:
        return resolve(parts.path).namespace == "referral"
    except Resolver404:
        return False


def _ours() -> list[tuple[str, frozenset[str]]]:
    return sorted(
        ((name, asked) for name, asked in routes().items() if name.startswith("referral:")), key=lambda route: route[0]
    )


ROUTES = _ours()


def told_apart(one: str, other: str) -> str:
    """The lines in which two answers differ, the first few."""
    lines = difflib.unified_diff(one.splitlines(), other.splitlines(), "plain", "other", lineterm="", n=1)
    return "\n".join(line.strip() for line in list(lines)[:24])
