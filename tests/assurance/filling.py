"""Forms as the product itself makes them, filled so that they are good, or good but for one field."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import uuid4

from django import forms

from common.forms import DayMonthYearField
from referral.addresses import ADDRESSES, Answer
from referral.enums import Role
from referral.forms.fields import FewCodesField
from referral.policy import FOCAL
from tests.assurance.cells import cell_of, labels_of, of_the_registry
from tests.assurance.knocking import Knocker
from tests.assurance.stage import Stage

KEYS = ("submission", "version")
PAST, BEHIND = {"answered_at"}, timedelta(days=2)
"""Moments that have been, where another of the same form lies ahead."""
PAIR = re.compile(r"domain_")
"""How likely and how grave: both or neither."""
NAMING = re.compile(r"code|^(other|person|login|q)$")
Data = dict[str, Any]


@contextmanager
def every_form() -> Iterator[list[forms.BaseForm]]:
    """The forms that are judged inside the block, in their order."""
    seen: list[forms.BaseForm] = []
    judge = forms.BaseForm.full_clean

    def remembered(form: forms.BaseForm) -> None:
        if form not in seen:
            seen.append(form)
        judge(form)

    forms.BaseForm.full_clean = remembered  # type: ignore[method-assign]
    try:
        yield seen
    finally:
        forms.BaseForm.full_clean = judge  # type: ignore[method-assign]


def who_posts(stage: Stage) -> dict[str, tuple[str, Role]]:
    """Every address that takes a form or a press, with a standing and a role that it serves; focal points first."""
    order = [*FOCAL, *(role for role in Role if role not in FOCAL)]
    found: dict[str, tuple[str, Role]] = {}
    for name, address in of_the_registry().items():
        if "POST" not in address.methods.split():
            continue
        served = (
            (label, role)
            for label in labels_of(ADDRESSES[name])
            for role in order
            if cell_of(stage, name, "POST", label, role).expected is Answer.SERVED
        )
        chosen = next(served, None)
        if chosen is not None:
            found[name] = chosen
    return found


@dataclass(frozen=True, slots=True)
class Post:
    """An address that takes something, who sends it, and the forms that it is judged by: none where a press is all."""

    name: str
    session: str
    path: str
    forms: tuple[forms.BaseForm, ...]


def forms_at(door: Knocker, session: str, path: str) -> tuple[forms.BaseForm, ...]:
    """All forms that an empty post to this address is judged by."""
    with every_form() as seen:
        door.knock(session, "POST", path)
    return tuple({(type(form), form.prefix): form for form in seen if form.is_bound}.values())


def filled(found: Iterable[forms.BaseForm], now: Any, known: Mapping[str, str]) -> Data:
    """Good answers to everything that these forms ask, as a browser sends them; the first moment in it is `now`, each
    other an hour later, and what cannot be guessed is `known` by the name of its field."""
    answers: Data = {}
    for form in found:
        for name, field in form.fields.items():
            later = timedelta(hours=sum(key.endswith("_day") for key in answers))
            moment = now - BEHIND if name in PAST else now + later
            answers |= {form.add_prefix(name): known[name]} if name in known else _sent(form, name, field, moment)
    return answers


def _sent(form: forms.BaseForm, name: str, field: forms.Field, now: Any) -> Data:
    name = form.add_prefix(name)
    if name == "submission":
        return {name: str(uuid4())}
    if name == "version":
        return {name: field.initial if field.initial is not None else ""}
    if isinstance(field, FewCodesField):
        first = _first(field.widget.widgets[0])
        return {f"{name}_0": first} | ({f"{name}_1": first} if PAIR.match(name) else {})
    if isinstance(field, DayMonthYearField):
        return _moment(name, field.widget.widgets_names, now)
    if isinstance(field, forms.ChoiceField | forms.ModelChoiceField):
        if isinstance(field.widget, forms.SelectMultiple | forms.CheckboxSelectMultiple):
            return {name: _choices(field)[:2]}
        return {name: _first(field)}
    if isinstance(field, forms.BooleanField):
        return {name: "on"}
    if isinstance(field, forms.IntegerField | forms.DecimalField):
        return {name: str(max(20, field.min_value or 0))}
    if isinstance(field, forms.DateField):
        return {name: "1998-05-04"}
    return {
        name: (form.initial.get(name) or field.initial or "A few plain words")[
            : getattr(field, "max_length", None) or 600
        ]
    }


def _moment(name: str, names: list[str], now: Any) -> Data:
    values = [str(now.day), str(now.month), str(now.year), now.strftime("%H:%M")]
    return {f"{name}{part}": value for part, value in zip(names, values, strict=False)}


def _first(field: Any) -> str:
    """The first real choice."""
    if isinstance(field, forms.ModelChoiceField):
        row = field.queryset.first()
        return str(row.pk) if row is not None else ""
    return next(iter(_choices(field)), "")


def _choices(field: Any) -> list[str]:
    """Every real choice."""
    choices = getattr(field, "choices", ())
    flat = [key for key, shown in choices if not isinstance(shown, list | tuple)]
    flat += [key for _group, shown in choices if isinstance(shown, list | tuple) for key, _words in shown]
    return [str(key) for key in flat if str(key)]


def names_of(found: Iterable[forms.BaseForm]) -> set[str]:
    """Every name under which the forms read something, parts of a field too."""
    names = set()
    for form in found:
        for name, field in form.fields.items():
            parts = getattr(field.widget, "widgets_names", ())
            names |= {form.add_prefix(name), *(f"{form.add_prefix(name)}{part}" for part in parts)}
    return names


def choosing(found: Iterable[forms.BaseForm]) -> Mapping[str, forms.Field]:
    """Fields that name a row or one of several choices: their browser names. Hidden ones too, but for form keys."""
    names: dict[str, forms.Field] = {}
    for form in found:
        for name, field in form.fields.items():
            plain = form.add_prefix(name)
            if isinstance(field, forms.ChoiceField | forms.ModelChoiceField):
                names[plain] = field
            elif isinstance(field, FewCodesField):
                names[f"{plain}_0"] = field
            elif isinstance(field.widget, forms.HiddenInput) and name not in KEYS:
                names[plain] = field
    return names


def typing_codes(found: Iterable[forms.BaseForm]) -> set[str]:
    """Fields in which somebody types what a person, a file or an account is called."""
    return {
        form.add_prefix(name)
        for form in found
        for name, field in form.fields.items()
        if NAMING.search(name)
        and isinstance(field, forms.CharField)
        and not isinstance(field.widget, forms.HiddenInput)
    }
