"""Puts what somebody had typed back into the form of a page that has been drawn, so that no form needs to know of it.

The page stays byte for byte as it was except for the values. Hidden fields keep what the new page says: a version or a
submission number of the old page would be refused, or would hide that the record has changed meanwhile.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from html.parser import HTMLParser

TYPED = frozenset({"", "text", "search", "email", "tel", "number", "url"})
CHOSEN = frozenset({"radio", "checkbox"})

Fields = Mapping[str, Sequence[str]]


@dataclass
class Control:
    """One control of a form: where its tag stands, and for a text area where its text does."""

    kind: str
    name: str
    value: str
    start: int
    end: int
    text_start: int = 0
    text_end: int = 0


@dataclass
class Form:
    """A form that is sent by POST, with its controls."""

    start: int
    controls: list[Control] = field(default_factory=list)

    def likeness(self, fields: Fields) -> int:
        """How well what was sent fits this form; nothing unless it has a control of it that a person fills."""
        names = {control.name for control in self.controls if control.kind != "hidden"} & set(fields)
        same = sum(
            control.value in fields.get(control.name, ()) for control in self.controls if control.kind == "hidden"
        )
        return 0 if not names else len(names) + same


class _Reader(HTMLParser):
    """Finds the forms. Positions are offsets into the page."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=False)
        self.forms: list[Form] = []
        self._open: Form | None = None
        self._select = ""
        self._lines = [0, *(match.end() for match in re.finditer("\n", page))]
        self.feed(page)

    def _here(self) -> int:
        line, column = self.getpos()
        return self._lines[line - 1] + column

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        start = self._here()
        end = start + len(self.get_starttag_text() or "")
        if tag == "form":
            self._open = Form(start) if given.get("method", "").lower() == "post" else None
            if self._open:
                self.forms.append(self._open)
        elif self._open is None:
            return
        elif tag == "select":
            self._select = given.get("name", "")
        elif tag == "option" and self._select:
            self._open.controls.append(Control("option", self._select, given.get("value", ""), start, end))
        elif tag in ("input", "textarea") and given.get("name"):
            kind = given.get("type", "").lower() if tag == "input" else tag
            self._open.controls.append(Control(kind, given["name"], given.get("value", ""), start, end, end, end))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self._open and self._open.controls:
            self._open.controls[-1].text_end = self._here()
        elif tag == "select":
            self._select = ""
        elif tag == "form":
            self._open = None


def filled(page: str, fields: Fields, notice: str = "") -> str:
    """The page with `fields` in the form that they fit best and `notice` before it; unchanged where none fits."""
    page = page.replace("\r\n", "\n")
    forms = _Reader(page).forms
    best = max(forms, key=lambda form: form.likeness(fields), default=None)
    if best is None or not best.likeness(fields):
        return page
    changes = [(best.start, best.start, notice), *_changes(best, fields, page)]
    for start, end, new in sorted(changes, reverse=True):
        page = page[:start] + new + page[end:]
    return page


def _changes(form: Form, fields: Fields, page: str) -> Iterator[tuple[int, int, str]]:
    texts = {name: iter(values) for name, values in fields.items()}
    for control in form.controls:
        values, source = fields.get(control.name, ()), page[control.start : control.end]
        if control.kind in TYPED and (text := next(texts.get(control.name, iter(())), None)) is not None:
            yield control.start, control.end, _with(source, "value", text)
        elif control.kind == "textarea" and (text := next(texts.get(control.name, iter(())), None)) is not None:
            yield control.text_start, control.text_end, "\n" + escape(text)
        elif control.kind in CHOSEN:
            chosen = (control.value or "on") in values
            yield control.start, control.end, _with(source, "checked", "" if chosen else None)
        elif control.kind == "option" and values:
            yield control.start, control.end, _with(source, "selected", "" if control.value in values else None)


def _with(tag: str, name: str, value: str | None) -> str:
    """The source of a tag with an attribute set anew, or without it."""
    bare = re.sub(rf"""\s{name}(?:\s*=\s*(?:"[^"]*"|'[^']*'|[^\s>]+))?(?=[\s/>])""", "", tag, count=1)
    if value is None:
        return bare
    return re.sub(r"\s*(/?>)$", lambda end: f' {name}="{escape(value)}"{end.group(1)}', bare)
