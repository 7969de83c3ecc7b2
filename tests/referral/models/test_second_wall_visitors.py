"""Whoever has no seat looks across the wall for two purposes, and sees of no file, person or handover anything."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.conf import settings
from django.db import ProgrammingError, connection, transaction
from django.test import Client
from django.urls import reverse

from common import second_wall
from common.second_wall import PURPOSES, WITHOUT_A_SEAT, Context
from referral.models import Case, Mail, Notice
from referral.second_wall import POLICIES
from referral.selectors.health import backlog, last_sweep
from tests.referral.models.test_second_wall import count, sent
from tests.scenes import Scene, open_case, two_countries

pytestmark = [pytest.mark.django_db, pytest.mark.database]

SET_UP = {
    "referral_registry",
    "referral_agreement",
    "referral_agreement_parties",
    "referral_institution",
    "referral_membership",
}
"""What scenes fill of how a registry is set up; clock, rules and capacity would be read as well."""
READ = {"seats": SET_UP, "health": SET_UP | {"referral_mail", "referral_notice"}}


@pytest.fixture
def scene() -> Scene:
    found = two_countries()
    sent(found)
    return found


@contextmanager
def visitor(user: int) -> Iterator[None]:
    """Nobody, or somebody who is signed in and sits nowhere."""
    with second_wall.transaction_of_its_own():
        second_wall.set_context(Context(user=user) if user else None)
        yield


@pytest.mark.wide
@pytest.mark.parametrize("user", [0, 99_999_999])
@pytest.mark.parametrize("purpose", PURPOSES)
def test_a_purpose_opens_to_a_visitor_what_it_needs_and_otherwise_nothing(
    scene: Scene, purpose: str, user: int
) -> None:
    with visitor(user):
        if purpose not in WITHOUT_A_SEAT:
            with pytest.raises(second_wall.SecondWallBreached), second_wall.across(purpose):
                pass
            return
        with second_wall.across(purpose):
            assert {table for table in POLICIES if count(table)} == READ[purpose]
        assert {table for table in POLICIES if count(table)} == set()


def test_a_visitor_counts_mails_and_changes_none(scene: Scene) -> None:
    assert Mail.objects.exists()
    with visitor(0), second_wall.across("health"):
        for rows in (Mail.objects.all(), Notice.objects.all()):
            with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
                rows.update(registry=scene.registry)
        assert Mail.objects.all().delete()[0] == 0


def test_what_waits_at_the_seats_is_counted_in_their_registry_alone(scene: Scene) -> None:
    other = two_countries()
    open_case(other)
    with visitor(0), second_wall.across("seats", registry=other.registry.pk):
        assert set(Case.objects.values_list("registry", flat=True)) == {other.registry.pk}


def test_the_health_of_all_registries_is_told_to_nobody_in_particular(scene: Scene) -> None:
    sent(two_countries())
    known = last_sweep(), backlog()
    assert backlog().waiting > 1
    with second_wall.nobody():
        assert (last_sweep(), backlog()) == known


def test_the_first_page_shows_the_seats_to_a_stranger(scene: Scene, client: Client) -> None:
    assert settings.DEMONSTRATION
    for user in scene.users.values():
        type(user).objects.filter(pk=user.pk).update(demonstration=True)
    answer = client.get(reverse("home"))
    assert answer.status_code == 200
    assert all(user.email in answer.content.decode() for user in scene.users.values())
    assert second_wall.current() == second_wall.SYSTEM
    assert connection.in_atomic_block
