"""What a form is told beyond what it asks: identifiers of other people's rows, and columns that it never asked for."""

from __future__ import annotations

import random
import re
import secrets
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django import forms
from django.apps import apps
from django.conf import settings
from django.db import connection, models

from referral.models import Deadline, Membership, Need, Proposal
from tests.assurance import walls
from tests.assurance.filling import Data, choosing, filled, form_at, names_of, who_posts
from tests.assurance.knocking import Heard, Knocker, fingerprint, tables
from tests.assurance.stage import Stage, undone
from tests.fixtures.figures import counted

IGNORED = {"referral_denial", "django_session"} | walls.OF_THE_SESSION
SHIFTS = (timedelta(days=2), timedelta(minutes=-30), timedelta(days=-9000))
"""Moments that forms ask for lie ahead, just behind, or a childhood ago."""
MESSAGE_ID = re.compile(r"<[0-9a-f]{32}@")
"""Drawn anew for every mail, by a library of its own."""
AT_ONCE = 400
"""A request may have 500 fields; so many of them are ours."""


def foreign(stage: Stage) -> list[str]:
    """Identifiers that exist and are none of the choices: of another registry, another country, another person."""
    away, other = stage.elsewhere, stage.cases["elsewhere"]
    found: list[Any] = [
        away.institutions["NG"].pk, other.pk, other.person.public_code, stage.handovers["elsewhere"].pk,
        Membership.objects.filter(institution__registry=away.registry).earliest("pk").pk,
        Deadline.objects.filter(registry=away.registry).earliest("pk").pk, Need.objects.get(case=other).pk,
        stage.institutions["stranger"].pk, Membership.objects.get(user=stage.scene.users["MR"]).pk,
        Proposal.objects.latest("pk").pk + 1000, "no-such-code",
    ]  # fmt: skip
    return list(dict.fromkeys(str(value) for value in found))


@pytest.fixture
def all_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same chance for every request, so that two of them leave the same rows behind."""
    monkeypatch.setattr(secrets, "token_bytes", lambda length=32: b"\7" * length)
    monkeypatch.setattr(secrets, "choice", random.Random(7).choice)


def again(stage: Stage) -> None:
    """The next row of every table gets the same number, and chance begins anew."""
    chance = random.Random(7)
    secrets.choice = chance.choice  # type: ignore[assignment]
    with connection.cursor() as cursor:
        cursor.execute(f'SET LOCAL ROLE "{settings.DATABASE_ROLES["owner"]}"')
        cursor.execute(
            "SELECT setval(format('%I.%I', schemaname, sequencename)::regclass, 5000000) FROM pg_sequences WHERE schemaname = 'public'"
        )
        cursor.execute("RESET ROLE")


def rows() -> set[tuple[str, str]]:
    """Every row of every table as text, as the owner reads it."""
    found: set[tuple[str, str]] = set()
    names = sorted({model._meta.db_table for model in tables()} - IGNORED)
    with connection.cursor() as cursor:
        cursor.execute(f'SET LOCAL ROLE "{settings.DATABASE_ROLES["owner"]}"')
        cursor.execute(" UNION ALL ".join(f"SELECT '{name}', t::text FROM \"{name}\" t" for name in names))
        found = {(table, MESSAGE_ID.sub("<@", text)) for table, text in cursor.fetchall()}
        cursor.execute("RESET ROLE")
    return found


def good(stage: Stage, door: Knocker, session: str, path: str, form: forms.BaseForm) -> tuple[Data, bool]:
    """Good answers to the form, and whether the product takes them in the state in which the row is."""
    now = stage.scene.moment().at
    answers: Data = {}
    for shift in SHIFTS:
        answers = filled(form, now + shift)
        with undone():
            if _taken(door.knock(session, "POST", path, answers)):
                return answers, True
    return answers, False


def _taken(heard: Heard) -> bool:
    return 300 <= heard.status < 400 and bool(set(heard.wrote) - IGNORED)


def each(stage: Stage, door: Knocker) -> Iterator[tuple[str, str, str, forms.BaseForm]]:
    """Name, session, path and form of every address that takes one."""
    for name, (label, role) in who_posts(stage).items():
        session, path = stage.session(label, role), stage.address(name, label)
        with undone():
            form = form_at(door, session, path)
        if form is not None:
            yield name, session, path, form


def left_behind(before: dict[str, str]) -> bool:
    """Whether any table is another one than before."""
    now = fingerprint()
    return any(now[table] != before[table] for table in set(now) - IGNORED)


@pytest.mark.long
def test_no_choice_takes_an_identifier_that_was_not_offered(stage: Stage, door: Knocker, bare_pages: None) -> None:
    """Every field of every form that names a row or a choice, with every foreign identifier; all others filled well."""
    strange, wrong, tried, fields, strong = foreign(stage), [], 0, 0, 0
    before = fingerprint()
    for name, session, path, form in each(stage, door):
        answers, taken = good(stage, door, session, path, form)
        for plain, field in choosing(form).items():
            offered = {str(value) for value, _words in getattr(field, "choices", ())}
            fields, strong = fields + 1, strong + taken
            for value in strange:
                if value in offered:
                    continue
                tried += 1
                several = isinstance(answers.get(plain), list)
                with undone():
                    heard = door.knock(session, "POST", path, answers | {plain: [value] if several else value})
                    # A command that refuses under its lock takes back what it had begun.
                    kept = bool(set(heard.wrote) - IGNORED) and left_behind(before)
                if kept or not 200 <= heard.status < 500 or 300 <= heard.status < 400:
                    wrong.append(f"{name}: {plain}={value}: {heard.status} {heard.location} wrote {set(heard.wrote)}")
    counted("foreign identifiers", tried=tried, fields=fields, of_them_in_forms_that_were_good_otherwise=strong)
    assert not wrong, "\n".join(wrong)


def columns() -> dict[str, str]:
    """Every column and every relation of every model, with a value that would do harm."""
    found: dict[str, str] = {}
    for model in apps.get_models():
        for field in model._meta.get_fields():
            found[field.name] = _harmful(field)
            if getattr(field, "attname", field.name) != field.name:
                found[field.attname] = "1"
            accessor = getattr(field, "get_accessor_name", None)
            if accessor is not None and accessor():
                found[accessor()] = "1"
    return found


def _harmful(field: Any) -> str:
    if isinstance(field, models.BooleanField):
        return "on"
    if getattr(field, "choices", None):
        return str(list(dict(field.flatchoices))[-1])
    if isinstance(field, models.DateField):
        return "2001-01-01T00:00:00Z"
    if isinstance(field, models.CharField | models.TextField):
        return "HOSTILE"
    return "1"


OUR_OWN = {"next", "page", "tab", "only", "list", "kind", "stay", "seen", "upto", "q", "v", "since"}
"""What views read beside their forms: where to go on, and what the page said."""


@pytest.mark.long
def test_no_column_can_be_set_that_the_form_does_not_ask_for(
    stage: Stage, door: Knocker, bare_pages: None, all_alike: None
) -> None:
    """Every act with and without every column of every model as further parameters leaves the same rows behind."""
    extra, wrong, asked, strong = columns(), [], 0, 0
    for name, session, path, form in each(stage, door):
        answers, taken = good(stage, door, session, path, form)
        own = names_of(form) | OUR_OWN
        more = {key: value for key, value in extra.items() if key not in own}
        plain = _left(stage, door, session, path, answers)
        names = sorted(more)
        for start in range(0, len(names), AT_ONCE):
            part = {key: more[key] for key in names[start : start + AT_ONCE]}
            asked += len(part)
            loaded = _left(stage, door, session, path, answers | part)
            if loaded != plain:
                differing = sorted(loaded[1] ^ plain[1])[:4]
                wrong.append(f"{name}: {plain[0]} became {loaded[0]}; {differing}")
        strong += taken
    counted("mass assignment", parameters=asked, columns=len(extra), acts_that_wrote=strong)
    assert not wrong, "\n".join(wrong)


def _left(stage: Stage, door: Knocker, session: str, path: str, data: Data) -> tuple[int, set[tuple[str, str]]]:
    """The answer, and the rows that are there afterwards."""
    with undone():
        again(stage)
        heard = door.knock(session, "POST", path, data)
        return heard.status, rows()
