"""Forgetting is found: a new address, table or field that no net knows fails, whoever adds it."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from django.apps import apps
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.test.utils import isolate_apps
from django.urls import URLResolver, include, path
from django.urls.resolvers import RegexPattern

import config.urls
from referral.addresses import ADDRESSES, Row, answer
from referral.enums import Action, Role
from referral.fieldmap import FIELD_MAP
from tests.architecture import test_fieldmap
from tests.assurance.cells import unmapped
from tests.assurance.standings import LABELS, ONLY, STANDINGS


def somewhere(request: HttpRequest) -> HttpResponse:
    """A view that nobody has thought about."""
    return HttpResponse()


def test_an_address_that_nobody_mapped_is_named_in_a_sentence() -> None:
    new = [path("secrets/", include(([path("all/", somewhere, name="everything")], "referral")))]
    resolver = URLResolver(RegexPattern(r"^/"), SimpleNamespace(urlpatterns=[*config.urls.urlpatterns, *new]))
    assert unmapped(resolver) == [
        "referral:everything has no line in referral/addresses.py: say which row it names and what that row must allow."
    ]


def test_a_line_whose_address_has_gone_is_named_too() -> None:
    fewer = [entry for entry in config.urls.urlpatterns if getattr(entry, "name", "") != "healthz"]
    resolver = URLResolver(RegexPattern(r"^/"), SimpleNamespace(urlpatterns=fewer))
    assert unmapped(resolver) == ["healthz stands in referral/addresses.py and is no address."]


@isolate_apps("referral")
def test_a_table_that_nobody_mapped_is_found(monkeypatch: Any) -> None:
    class Diary(models.Model):
        text = models.TextField()

        class Meta:
            app_label = "referral"

    config_of = apps.get_app_config("referral")
    before = list(config_of.get_models())
    monkeypatch.setattr(config_of, "get_models", lambda **_options: [*before, Diary])
    assert {name: set(fields) for name, fields in FIELD_MAP.items()} != test_fieldmap.real_fields()
    assert set(test_fieldmap.real_fields()) - set(FIELD_MAP) == {"Diary"}


def test_a_field_that_nobody_mapped_is_found(monkeypatch: Any) -> None:
    """The map without one of its fields is the same as a field that was added and forgotten."""
    fewer = {name: dict(fields) for name, fields in FIELD_MAP.items()}
    del fewer["Person"]["wishes"]
    differing = {name for name, fields in test_fieldmap.real_fields().items() if fields != set(fewer[name])}
    assert differing == {"Person"}


def test_every_kind_of_row_that_an_address_names_has_a_standing_on_the_stage() -> None:
    """A new kind of row without anybody on the stage who reaches it would be refused to all, and prove nothing."""
    named = {address.row for address in ADDRESSES.values() if address.at_the_door is not None} - {Row.NONE, Row.NOTICE}
    reached = {row for stands in STANDINGS.values() for row in stands}
    assert named - reached == set()
    assert set(ONLY) <= set(LABELS)


def test_every_address_is_served_to_somebody_and_withheld_from_somebody() -> None:
    for name, address in ADDRESSES.items():
        if address.at_the_door is None or address.row in (Row.NONE, Row.NOTICE):
            continue
        method = address.methods.split()[-1]
        found = {
            answer(address, method, role, stands.get(address.row, frozenset()))
            for stands in STANDINGS.values()
            for role in Role
        }
        assert len(found) > 1, name
        assert "served" in found, name


def test_every_action_of_the_policy_that_people_do_is_behind_some_address() -> None:
    """An action that no address asks for is either the system's, or a part of a page; each of those is known."""
    asked = {address.does for address in ADDRESSES.values()} | {address.door for address in ADDRESSES.values()}
    assert set(Action) - asked == WITHOUT_ADDRESS
    assert set(Action) >= WITHOUT_ADDRESS


WITHOUT_ADDRESS = {
    Action.PROPOSE, Action.LAPSE, Action.MAJORITY, Action.REPORT_PRESENCE,
    Action.DECLINE, Action.PUT_CONDITIONS, Action.REFUSE_CONDITIONS, Action.REFUSE_FORWARD, Action.REFUSE_CORRECTION,
    Action.OVERRIDE, Action.DISCARD,
}  # fmt: skip
"""Of the system alone, or one of several answers of a page that is mapped by another one."""
