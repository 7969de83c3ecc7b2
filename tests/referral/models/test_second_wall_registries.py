"""What crosses the wall on purpose stays within its own registry, in every table, whoever forgets to say so in a query."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from django.db.models import Model

from common import second_wall
from common.second_wall import SYSTEM, Context
from referral.enums import Role, VoiceKind
from referral.models import Registry, Voice
from tests.assurance.conftest import stage  # noqa: F401 - the fixture
from tests.assurance.stage import Stage, undone
from tests.referral.desk_scenes import said
from tests.referral.desk_seats import desk_of
from tests.referral.models.test_second_wall import works_as
from tests.referral.models.test_second_wall_writes import MODELS, STOPPED, added, context_at, keys_of, parents
from tests.scenes import open_case

pytestmark = [pytest.mark.database]

OWNERS = (
    "registry",
    "case",
    "person",
    "institution",
    "handover",
    "event",
    "deadline",
    "notice",
    "agreement",
    "from_case",
)
"""The row by which one finds out to which registry another belongs."""
OF_NO_REGISTRY = {"referral_registry"}


@pytest.fixture(autouse=True)
def _taken_back(stage: Stage) -> Any:  # noqa: F811
    with undone():
        yield


def path_of(model: type[Model]) -> str:
    """How a query says the registry of a row."""
    names = {f.name: f for f in model._meta.concrete_fields}
    owner = next(name for name in OWNERS if name in names)
    if owner == "registry":
        return owner
    return f"{owner}__{path_of(names[owner].remote_field.model)}"


def rows_elsewhere(registry: int) -> Mapping[type[Model], list[int]]:
    found = {}
    for model in MODELS:
        if model._meta.db_table not in OF_NO_REGISTRY:
            rows = model._base_manager.exclude(**{path_of(model): registry})
            found[model] = list(rows.values_list(model._meta.pk.name, flat=True))
    return found


def shown(rows: Mapping[type[Model], list[int]]) -> set[str]:
    return {m._meta.db_table for m, keys in rows.items() if m._base_manager.filter(pk__in=keys).exists()}


@pytest.mark.parametrize("purpose", sorted(second_wall.PURPOSES))
def test_whoever_crosses_the_wall_reads_no_row_of_another_registry(stage: Stage, purpose: str) -> None:  # noqa: F811
    second_wall.set_context(SYSTEM)
    far = context_at(stage.institutions["other registry"])
    elsewhere = rows_elsewhere(far.registry or 0)
    filled = {model._meta.db_table for model, keys in elsewhere.items() if keys}
    assert len(filled) > 25, "there is something to be kept from them"
    assert shown(elsewhere) == filled, "the system reads them all"
    for here in (far, Context(registry=far.registry)):
        second_wall.set_context(here)
        with second_wall.across(purpose):
            assert shown(elsewhere) == set()
            assert Registry.objects.count() == 1
    second_wall.set_context(SYSTEM)


@pytest.mark.wide
def test_whoever_crosses_the_wall_adds_no_row_in_another_registry(stage: Stage) -> None:  # noqa: F811
    keys = keys_of(stage.cases["main"])
    across = replace(context_at(stage.institutions["other registry"]), cases=None)
    told = {model._meta.db_table: added(across, model, parents(model, keys) or {"id": 0}) for model in MODELS}
    assert {table for table, said in told.items() if said not in STOPPED} == set()


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.DATA_PROTECTION, Role.CONSULAR_OFFICER])
def test_a_complaint_is_heard_by_those_who_oversee_and_nothing_else_that_was_said(role: Role) -> None:
    desk, elsewhere = desk_of(role), desk_of(role)
    case = open_case(desk.scene)
    said(desk, case, "complain")
    said(desk, case, "rate", rating=5)
    said(elsewhere, open_case(elsewhere.scene), "complain")
    with works_as(desk.scene, role), second_wall.across("stubs"):
        heard = list(Voice.objects.values_list("case", "kind"))
    assert heard == ([(case.pk, VoiceKind.COMPLAIN)] if role is not Role.CONSULAR_OFFICER else [])
