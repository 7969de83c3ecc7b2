"""Break-glass at one instant: two who confirm, and a confirmation against the end of its hour. Each race has its control."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import transaction

from common.errors import Refusal
from referral.enums import GlassState, Role
from referral.models import BreakGlass, CaseEvent, Notice, Registry
from referral.selectors.invariants import findings
from referral.services import glass
from referral.services.moment import moment_of
from tests.factories import make_member, make_user
from tests.faults.test_races import ROUNDS, at_once, take_locks_away
from tests.referral.glass_scene import ask, glass_scene
from tests.scenes import Scene, open_case

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def scene() -> Scene:
    scene = glass_scene("NG", "NE")
    scene.users["NE-third"] = make_user()
    make_member(scene.institutions["NE"], Role.DEPUTY, user=scene.users["NE-third"])
    return scene


def confirms(scene: Scene, row: BreakGlass, who: str) -> Any:
    actor = scene.actor(who)
    return lambda: glass.confirm(actor, row.pk)


def sweeps(scene: Scene) -> Any:
    def once() -> int:
        with transaction.atomic():
            registry = Registry.objects.get(pk=scene.registry.pk)
            return glass.settle(registry, moment_of(registry), budget=10)

    return once


@contextmanager
def no_locks(monkeypatch: pytest.MonkeyPatch, name: str) -> Iterator[None]:
    """Row locks do nothing, and both have looked before either writes."""
    looked, real = Barrier(2), getattr(glass, name)

    def wait(*given: Any, **more: Any) -> Any:
        looked.wait(20)
        return real(*given, **more)

    with monkeypatch.context() as patch:
        take_locks_away(patch)
        patch.setattr(glass, name, wait)
        yield


def whole(row: BreakGlass, results: list[Any]) -> bool:
    """One of two confirmed, the other was refused in words; one opening, one event, everybody told once."""
    done = [r for r in results if isinstance(r, glass.Done) and not r.repeated]
    refused = [r for r in results if isinstance(r, Refusal)]
    opened = CaseEvent.objects.filter(case=row.case, kind="glass_opened").count()
    return len(done) == len(refused) == opened == 1 and not list(findings())


def test_of_two_who_confirm_at_once_one_does(scene: Scene) -> None:
    for _round in range(ROUNDS):
        row = ask(scene, open_case(scene).person.public_code)
        results = at_once(scene, [confirms(scene, row, "NE-deputy"), confirms(scene, row, "NE-third")])
        assert whole(row, results), results
        told = Notice.objects.filter(kind="glass_opened", cause__startswith=f"glass:{row.pk}:")
        assert told.count() == len({notice.user_id for notice in told})
        scene.wall += timedelta(hours=25)


def test_control_without_locks_both_confirm(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    row = ask(scene, open_case(scene).person.public_code)
    with no_locks(monkeypatch, "_open"):
        results = at_once(scene, [confirms(scene, row, "NE-deputy"), confirms(scene, row, "NE-third")])
    assert not whole(row, results), results


def test_a_confirmation_against_the_end_of_its_hour_has_one_outcome(scene: Scene) -> None:
    """A microsecond before the end it may open, at the end it may not; whatever the sweep does beside it."""
    for early in [timedelta(microseconds=1), timedelta(0)] * (ROUNDS // 2 or 1):
        row = ask(scene, open_case(scene).person.public_code)
        scene.wall = row.until_wall - early
        confirmed, _swept = at_once(scene, [confirms(scene, row, "NE-deputy"), sweeps(scene)])
        row.refresh_from_db()
        if early:
            assert row.state == GlassState.OPENED, confirmed
            assert row.decided_wall is not None
            assert row.until_wall - row.decided_wall == timedelta(minutes=60)
        else:
            assert isinstance(confirmed, Refusal)
            assert row.state in (GlassState.ASKED, GlassState.LAPSED)
        assert list(findings()) == []
        scene.wall += timedelta(hours=25)


def test_control_without_the_look_at_the_clock_a_late_confirmation_is_stopped_by_the_database_alone(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the check of the service off the database alone refuses, with an error and not with a sentence."""
    row = ask(scene, open_case(scene).person.public_code)
    scene.wall = row.until_wall
    with monkeypatch.context() as patch:
        patch.setattr(glass, "_too_late", lambda *_: False)
        (confirmed,) = at_once(scene, [confirms(scene, row, "NE-deputy")])
    assert not isinstance(confirmed, (glass.Done, Refusal)), confirmed
    row.refresh_from_db()
    assert row.state == GlassState.ASKED


def test_ending_and_reading_at_once_leave_no_reading_after_the_end(scene: Scene) -> None:
    for _round in range(ROUNDS):
        case = open_case(scene)
        row = ask(scene, case.person.public_code)
        with scene.clock():
            glass.confirm(scene.actor("NE-deputy"), row.pk)
        scene.wall += timedelta(minutes=5)
        reader, holder = scene.actor("NE"), scene.actor("NG")
        read, ended = at_once(
            scene,
            [lambda r=reader, c=case: glass.read(r, c.pk, "person"), lambda h=holder, w=row: glass.end(h, w.pk)],  # type: ignore[misc]
        )
        assert not isinstance(ended, Exception)
        kinds = list(
            CaseEvent.objects.filter(case=case, kind__startswith="glass_")
            .order_by("seq")
            .values_list("kind", flat=True)
        )
        expected = [
            "glass_asked",
            "glass_opened",
            *(["glass_read"] if not isinstance(read, Refusal) else []),
            "glass_ended",
        ]
        assert kinds == expected
        scene.wall += timedelta(hours=25)
