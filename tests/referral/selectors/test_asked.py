"""Queries about an actor are composed once for a role, and ask for the actor at hand."""

from __future__ import annotations

from typing import Any

import pytest
from django.db.models import QuerySet

from referral.actor import Actor
from referral.enums import Role
from referral.models import Case, Institution
from referral.selectors import asked
from tests.factories import make_case, make_institution, make_registry

pytestmark = pytest.mark.django_db


def actor_at(institution: Institution, role: Role = Role.FOCAL_POINT) -> Actor:
    return Actor(1, 2, institution.registry_id, institution.pk, institution.name, institution.country_id or "", role)


def test_each_actor_finds_her_own_and_the_query_is_composed_once_for_a_role() -> None:
    registry = make_registry()
    places = [make_institution(registry), make_institution(registry, kind="shelter"), make_institution(registry, "NE")]
    abroad = make_institution(registry, None, kind="international")
    cases = [make_case(place) for place in places]
    composed: list[Role] = []

    def held(actor: Actor, least: int) -> QuerySet[Any]:
        composed.append(actor.role)
        here = {"holder__country": actor.country_code} if actor.country_code else {"holder__country__isnull": True}
        return Case.objects.filter(holder=actor.institution_id, registry=actor.registry_id, pk__gt=least, **here)

    for place, case in zip(places, cases, strict=True):
        assert asked.rows(held, actor_at(place), 0) == [case]
        assert asked.rows(held, actor_at(place), case.pk) == []
        assert asked.rows(held, actor_at(place, Role.DEPUTY), 0) == [case]
    assert asked.rows(held, actor_at(abroad), 0) == []
    assert len(composed) == 3, "without a country it is another query"
    assert sorted(composed) == sorted([Role.FOCAL_POINT, Role.DEPUTY, Role.FOCAL_POINT])


def test_rows_by_keys_come_in_the_order_of_the_query_however_many_there_are() -> None:
    registry = make_registry()
    focal = make_institution(registry)
    keys = [make_case(focal).pk for _number in range(3)]

    def newest(wanted: Any) -> QuerySet[Case]:
        return Case.objects.filter(pk__in=wanted).order_by("-pk")

    assert [case.pk for case in asked.by_keys(newest, keys, slice(0, 2))] == keys[:0:-1]
    assert [case.pk for case in asked.by_keys(newest, keys[:1], slice(0, 2))] == keys[:1]
    assert [case.pk for case in asked.by_keys(newest, [*range(10_000, 10_100), *keys], slice(0, 9))] == keys[::-1]
    assert asked.by_keys(newest, [], slice(0, 9)) == []
