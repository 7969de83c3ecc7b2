"""A registry filled many rows at a time is as good as one that people worked in: nothing missing, nothing contradicts."""

from __future__ import annotations

import hashlib
import io
import json
from collections import Counter
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db.models import Model

from accounts.models import Country, User
from accounts.services import load_countries
from common.encrypted import Token
from referral import gates
from referral.enums import OPEN_STATES, Action, HandoverState, ReminderState
from referral.models import Case, Custody, Handover, Institution, Notice, PersonIdentity, Registry, Reminder
from referral.selectors.facts import gate_view
from referral.selectors.invariants import findings
from referral.services.bulk import Filled, fill, filling
from referral.services.bulk.wiping import belonging
from referral.services.bulk.world import UNFINISHED, make_world
from referral.services.caseload.problems import Refused
from referral.services.moment import moment_of
from referral.services.reminders import due_rungs
from referral.services.sweep import sweep_registry
from referral.synthetic.bulk.journeys import DESK
from referral.transitions import TRANSITIONS
from tests.factories import WALL

pytestmark = pytest.mark.django_db

NEXT = {HandoverState.ACKNOWLEDGED: Action.ACCEPT, HandoverState.ACCEPTED: Action.DEPART}


def filled(slug: str = "full", **given: int) -> Filled:
    load_countries(Country, "default")
    return fill(slug, **{"cases": 300, "seed": 7, "open_handovers": 60, "due": 25, "wall": WALL} | given)


@pytest.mark.long
def test_three_hundred_cases_hold_every_invariant_and_have_what_was_asked_for() -> None:
    done = filled()
    registry = done.registry
    assert list(findings()) == []
    states = Counter(Handover.objects.filter(registry=registry).values_list("state", flat=True))
    assert done.open_handovers == 60 == sum(states[state] for state in OPEN_STATES)
    assert len(states) >= 12, states
    assert done.due == 25 == len(due_rungs(registry, moment_of(registry)))
    assert Custody.objects.filter(reason="received").count() == states["received"] + states["completed"] >= 30
    assert Institution.objects.filter(kind="focal_point").count() >= 41
    desk = Institution.objects.get(country=DESK, kind="focal_point")
    assert desk.cases_held.count() == 30
    assert Handover.objects.filter(receiver=desk, state__in=OPEN_STATES).count() == 12
    pending = Reminder.objects.filter(state=ReminderState.PENDING, due_at__gt=registry.anchor_exercise_at)
    assert pending.count() > 100
    assert Notice.objects.filter(registry=registry).count() > 100
    _what_waits_can_be_decided_and_who_may_leave_can_leave(registry)


def _what_waits_can_be_decided_and_who_may_leave_can_leave(registry: Registry) -> None:
    tried = Handover.objects.filter(registry=registry, state__in=NEXT).select_related(
        "case__person", "sender__country", "receiver_country"
    )
    assert len(tried) > 10
    at = moment_of(registry).at
    for handover in tried:
        action = NEXT[HandoverState(handover.state)]
        found = gates.check(gate_view(handover, at), TRANSITIONS[action].gates, action)
        assert [str(result.sentence) for result in found if not result.passed] == []


@pytest.mark.long
def test_the_same_seed_gives_the_same_rows() -> None:
    small = {"cases": 60, "open_handovers": 12, "due": 5}
    one, same, other = (filled(slug, **small, seed=seed).registry for slug, seed in (("a", 7), ("b", 7), ("c", 8)))
    assert digest(one) == digest(same)
    assert digest(one) != digest(other)
    assert names(one) == names(same)
    assert len(set(names(one))) > 1


def names(registry: Registry) -> list[str]:
    people = PersonIdentity.objects.filter(person__registry=registry).order_by("person")
    return [row.name for row in people]


def digest(registry: Registry) -> str:
    """A fingerprint of every row of a registry. Keys come from sequences, so the place of a row stands for its key."""
    tables = {
        model: list(model._base_manager.filter(**{path: registry}).order_by("pk").values())
        for model, path in belonging()
    }
    places = {model: {row[_key(model)]: n for n, row in enumerate(rows)} for model, rows in tables.items()}
    users = User.objects.filter(memberships__institution__registry=registry).order_by("pk")
    places[User] = {key: n for n, key in enumerate(users.values_list("pk", flat=True))}
    told = hashlib.sha256()
    for model in sorted(tables, key=lambda model: model.__name__):
        for row in tables[model]:
            told.update(json.dumps(_plain(model, row, places), default=str, sort_keys=True).encode())
    return told.hexdigest()


NAME = "encrypted"
OF_THE_KEYS = {"cause", "link", "message_id", "commitment", "previous_hash", "hash", "registry_id"}
"""Columns made of keys, or of what has keys in it."""


def _key(model: type[Model]) -> str:
    return model._meta.pk.attname


def _plain(model: type[Model], row: dict[str, Any], places: dict[type[Model], dict[int, int]]) -> dict[str, Any]:
    found = {}
    for field in model._meta.concrete_fields:
        name, value = field.attname, row[field.attname]
        if name in OF_THE_KEYS or value is None or name == _key(model):
            continue
        if isinstance(value, Token):
            value = NAME  # encrypted anew each time; what it says is compared below
        found[name] = places[field.related_model][value] if field.related_model in places else value
    if "salt" in found:
        told = found["content"]
        for name, target in (("case", Case), ("handover", Handover), ("user", User), ("institution", Institution)):
            told[name] = places[target].get(told[name])
        told.pop("registry")
        told["content"].pop("institution", None)
    return found | {"of": model.__name__}


def test_more_open_handovers_than_there_can_be_are_refused() -> None:
    with pytest.raises(Refused, match="At most 60 of 100 cases"):
        filled(cases=100, open_handovers=61)
    assert not Registry.objects.exists()


@pytest.fixture
def training(settings: Any) -> None:
    settings.DEMONSTRATION, settings.DEMO_PASSWORD = True, "demonstration"
    load_countries(Country, "default")


def said(*arguments: str) -> str:
    out = io.StringIO()
    call_command("caseload", "fill", *arguments, stdout=out, stderr=io.StringIO())
    return out.getvalue()


@pytest.mark.long
@pytest.mark.django_db(transaction=True)
def test_the_command_fills_and_the_sweep_drains_exactly_what_is_due(training: None) -> None:
    told = said("--cases=300", "--seed=3", "--registry=many", "--due=40")
    assert told.startswith("300 cases in many, 60 with an open handover; 40 reminders are due.")
    registry = Registry.objects.get(slug="many")
    assert list(findings()) == []
    assert sweep_registry(registry.pk) == 40
    assert sweep_registry(registry.pk) == 0
    assert list(findings()) == []
    with pytest.raises(CommandError, match="There is a registry named many already"):
        said("--cases=100", "--seed=3", "--registry=many")
    assert User.objects.get(email="focal.pt.many@example.org").check_password("demonstration")


@pytest.mark.long
@pytest.mark.django_db(transaction=True)
def test_a_run_that_fails_leaves_nothing_and_one_that_was_killed_gives_way(
    training: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any) -> None:
        raise OSError("no space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(filling, "finish", broken)
        with pytest.raises(OSError, match="no space left"):
            said("--cases=100", "--seed=3", "--registry=many")
    assert [model.__name__ for model in (Registry, Case, Handover, Institution, User) if model.objects.exists()] == []
    make_world("many", 3, "")
    assert Registry.objects.get(slug="many").name.endswith(UNFINISHED)
    assert said("--cases=100", "--seed=3", "--registry=many").startswith("100 cases in many")
    assert Registry.objects.get(slug="many").name == "many"


def test_outside_training_nothing_is_filled(settings: Any) -> None:
    settings.DEMONSTRATION = False
    with pytest.raises(CommandError, match="training mode only"):
        said("--cases=100", "--seed=3")
