"""What a form is told beyond what it asks: identifiers of other people's rows, and columns that it never asked for."""

from __future__ import annotations

import random
import re
import secrets
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection, models

from referral.addresses import ADDRESSES
from referral.enums import Role
from referral.models import Deadline, Membership, Need, Proposal
from tests.assurance import walls
from tests.assurance.beginnings import begins, where_it_begins
from tests.assurance.cells import path_of
from tests.assurance.filling import Data, Post, choosing, filled, forms_at, names_of, typing_codes, who_posts
from tests.assurance.knocking import Heard, Knocker, fingerprint, tables
from tests.assurance.numbers import kept
from tests.assurance.stage import Stage, undone
from tests.factories import make_user
from tests.fixtures.figures import counted
from tests.scenes import open_case

IGNORED = {"referral_denial", "django_session"} | walls.OF_THE_SESSION
ATTEMPTS = {"shared_cache"}
"""Attempts are counted with the fraction of the second in which they came."""
SHIFTS = (timedelta(days=2), timedelta(minutes=-30), timedelta(days=-9000))
"""Moments that forms ask for lie ahead, just behind, or a childhood ago."""
MESSAGE_ID = re.compile(r"<[0-9a-f]{32}@")
"""Drawn anew for every mail, by a library of its own."""
AT_ONCE = 400
"""A request may have 500 fields; so many of them are ours."""
OWN, PASSWORD, NEW, NOBODYS = "own@example.org", "an-invented-password", "three invented words", "ZZZZ9999"
SIGNED_OUT = {
    "account_login",
    "account_reset_password",
    "account_reset_password_from_key",
    "accounts:continue_as",
    "mfa_authenticate",
}


def referral_names(words: str) -> list[str]:
    return [f"referral:{word}" for word in words.split()]


TYPED = {
    ("referral:join", "into_code"), ("referral:family", "other"), ("referral:request_new", "code"),
    ("referral:glass_new", "code"), ("accounts:continue_as", "login"), ("account_login", "login"),
}  # fmt: skip
"""Where a code or an address of somebody is typed. Two of them answer every code alike, and a sign-in asks for a password."""
PRESSED = {
    *referral_names(
        "draft_drop_override glass_confirm glass_drop glass_end identity notices sealed_identity sent_identity staff_back "
        "told_identity"
    ),
    *(
        "account_logout account_reset_password_done account_reset_password_from_key_done accounts:discard_kept "
        "accounts:end_one_session accounts:end_other_sessions accounts:leave mfa_activate_totp mfa_authenticate "
        "mfa_deactivate_totp mfa_generate_recovery_codes mfa_index mfa_reauthenticate "
        "mfa_view_recovery_codes"
    ).split(),
}
"""Judged by no form: a press, or a page whose form comes only after something else."""
NOT_TAKEN = {
    *referral_names(
        "close confirm_no drop_no enquiry glass_end join let_go majority notices referral_report sent_identity staff_back "
        "told_identity"
    ),
    *(
        "account_logout account_reauthenticate account_reset_password account_reset_password_done "
        "account_reset_password_from_key account_reset_password_from_key_done accounts:discard_kept "
        "accounts:end_one_session accounts:leave mfa_activate_totp mfa_authenticate mfa_deactivate_totp "
        "mfa_generate_recovery_codes mfa_index mfa_reauthenticate mfa_view_recovery_codes"
    ).split(),
}
"""Acts that the state of the stage's rows refuses, so that both sides of the comparison are refused."""
TRIED, FIELDS, STRONG_FIELDS = 1_250, 115, 90


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
    values = [str(value) for value in found]
    assert len(set(values)) == len(values), "keys of two tables that are one number would be tried once"
    return values


def foreign_codes(stage: Stage) -> dict[str, list[str]]:
    """Of fields in which a code is typed: codes that are somebody's and not the sender's. A file may be joined to one of
    another country, with its consent; a shared login alone is gone on with."""
    away, abroad = stage.cases["elsewhere"].person, open_case(stage.scene, "MR").person
    far = [away.public_code, away.code_word, NOBODYS]
    return {
        "referral:join": far,
        "referral:family": [*far, abroad.public_code, abroad.code_word],
        "accounts:continue_as": [OWN, stage.scene.users["NG"].email],
    }


def alike() -> Callable[[], None]:
    """What is given back lets chance begin anew, and the next row of every table get the number that it would get now."""
    numbers = kept()

    def again() -> None:
        secrets.choice = random.Random(7).choice  # type: ignore[assignment]
        numbers()

    return again


def rows() -> set[tuple[str, str]]:
    """Every row of every table as text, as the owner reads it."""
    found: set[tuple[str, str]] = set()
    names = sorted({model._meta.db_table for model in tables()} - IGNORED - ATTEMPTS)
    with connection.cursor() as cursor:
        cursor.execute(f'SET LOCAL ROLE "{settings.DATABASE_ROLES["owner"]}"')
        cursor.execute(" UNION ALL ".join(f"SELECT '{name}', t::text FROM \"{name}\" t" for name in names))
        found = {(table, MESSAGE_ID.sub("<@", text)) for table, text in cursor.fetchall()}
        cursor.execute("RESET ROLE")
    return found


def known_to(stage: Stage, name: str) -> dict[str, str]:
    """What an honest sender types that nobody can guess, by field."""
    other = stage.cases["draft"].person.public_code
    shared = stage.users["holder", Role.FOCAL_POINT].email if name == "accounts:continue_as" else OWN
    found = {"oldpassword": PASSWORD, "password": PASSWORD, "password1": NEW, "password2": NEW}
    return found | {"login": shared, "email": OWN, "other": other, "into_code": other, "code": NOBODYS}


def good(stage: Stage, door: Knocker, post: Post) -> tuple[Data, bool]:
    """Good answers to the forms, and whether the product takes them in the state in which the row is."""
    now = stage.scene.moment().at
    answers: Data = {}
    for shift in SHIFTS:
        answers = filled(post.forms, now + shift, known_to(stage, post.name))
        with undone():
            if _taken(door.knock(post.session, "POST", post.path, answers)):
                return answers, True
    return answers, False


def _taken(heard: Heard) -> bool:
    return 300 <= heard.status < 400 and bool(set(heard.wrote) - IGNORED)


def each(stage: Stage, door: Knocker) -> Iterator[Post]:
    """Every address that takes something: those of the registry in a seat that they serve, those of the own account with
    a login of one's own. Addresses that are judged by no form are known by name."""
    places = [
        (name, stage.session(label, role), stage.address(name, label))
        for name, (label, role) in who_posts(stage).items()
    ]
    own = stage.sign_in(make_user(OWN, password=PASSWORD))
    for name, address in ADDRESSES.items():
        if address.at_the_door is None and "POST" in address.methods.split():
            places.append((name, "" if name in SIGNED_OUT else own, path_of(stage, name)))
    pressed = set()
    for name, session, path in places:
        with undone():
            found = forms_at(door, session, path)
        if not found:
            pressed.add(name)
        yield Post(name, session, path, found)
    assert pressed == PRESSED


def left_behind(before: dict[str, str]) -> bool:
    """Whether any table is another one than before."""
    now = fingerprint()
    return any(now[table] != before[table] for table in set(now) - IGNORED)


@pytest.mark.long
def test_no_choice_takes_an_identifier_that_was_not_offered(stage: Stage, door: Knocker, bare_pages: None) -> None:
    """Every field of every form that names a row or a choice, with every foreign identifier; all others filled well."""
    strange, codes, wrong, tried, fields, strong = foreign(stage), foreign_codes(stage), [], 0, 0, 0
    typed = set()
    posts = list(each(stage, door))
    before = fingerprint()
    for post in posts:
        chosen = choosing(post.forms)
        typed |= {(post.name, field) for field in typing_codes(post.forms)}
        asked = dict.fromkeys(chosen, strange) | {
            field: codes[post.name] for name, field in TYPED if name == post.name and post.name in codes
        }
        answers, taken = good(stage, door, post) if asked else ({}, False)
        for plain, values in asked.items():
            offered = {str(value) for value, _words in getattr(chosen.get(plain), "choices", ())}
            fields, strong = fields + 1, strong + taken
            for value in values:
                if value in offered:
                    continue
                tried += 1
                several = isinstance(answers.get(plain), list)
                with undone():
                    data = answers | {plain: [value] if several else value}
                    heard = door.knock(post.session, "POST", post.path, data)
                    # A command that refuses under its lock takes back what it had begun.
                    kept = bool(set(heard.wrote) - IGNORED) and left_behind(before)
                if kept or not 200 <= heard.status < 500 or 300 <= heard.status < 400:
                    wrong.append(
                        f"{post.name}: {plain}={value}: {heard.status} {heard.location} wrote {set(heard.wrote)}"
                    )
    assert not wrong, "\n".join(wrong)
    assert typed == TYPED, "who types a name of a row here, and what becomes of one that is somebody else's?"
    counted("foreign identifiers", tried=tried, fields=fields, of_them_in_forms_that_were_good_otherwise=strong)
    assert (tried >= TRIED, fields >= FIELDS, strong >= STRONG_FIELDS) == (True, True, True)


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
    posts = list(each(stage, door))
    extra, wrong, asked, weak = columns(), [], 0, set()
    for post in posts:
        tried, found, wrote = _loaded(stage, door, post, extra)
        if not wrote and begins(post.name):
            with where_it_begins(stage, post.name) as there:
                tried, found, wrote = _loaded(*there, extra)
        asked, wrong = asked + tried, wrong + found
        if not wrote:
            weak.add(post.name)
    number = len(posts)
    assert not wrong, "\n".join(wrong)
    assert weak == NOT_TAKEN, "where good answers are refused, further parameters prove nothing"
    counted("mass assignment", parameters=asked, columns=len(extra), acts=number, acts_that_wrote=number - len(weak))
    assert asked >= number * 400


def _loaded(stage: Stage, door: Knocker, post: Post, extra: dict[str, str]) -> tuple[int, list[str], bool]:
    """How many further parameters were sent with this act, what they changed, and whether the act itself leaves anything."""
    answers, _taken_so = good(stage, door, post)
    own, again, wrong = names_of(post.forms) | OUR_OWN, alike(), []
    names = sorted(set(extra) - own)
    before, plain = rows(), _left(again, door, post, answers)
    for start in range(0, len(names), AT_ONCE):
        part = {key: extra[key] for key in names[start : start + AT_ONCE]}
        loaded = _left(again, door, post, answers | part)
        if loaded != plain:
            wrong.append(f"{post.name}: {plain[0]} became {loaded[0]}; {sorted(loaded[1] ^ plain[1])[:4]}")
    return len(names), wrong, plain[1] != before


def _left(again: Callable[[], None], door: Knocker, post: Post, data: Data) -> tuple[int, set[tuple[str, str]]]:
    """The answer, and the rows that are there afterwards."""
    with undone():
        again()
        heard = door.knock(post.session, "POST", post.path, data)
        return heard.status, rows()
