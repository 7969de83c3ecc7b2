"""How every command begins: the lock, the instant, what is due, and what the clock refuses."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from referral.enums import Action
from referral.errors import ExercisePaused, FormUsedElsewhere, NotAllowed, RegistryEnded
from referral.models import CaseEvent, Registry, Reminder
from referral.services import care
from referral.services.command import begin, one_at_a_time, recorded, share
from tests.scenes import Scene, open_case, ready_draft, two_countries

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene() -> Scene:
    return two_countries("NG", "NE")


def test_the_registry_is_shared_and_the_case_locked_in_that_order(scene: Scene) -> None:
    case = open_case(scene)
    with scene.clock(), transaction.atomic(), CaptureQueriesContext(connection) as queries:
        begin(scene.actor("NG"), case.pk, Action.RECORD_FACTS)
    locks = [q["sql"] for q in queries if " FOR " in q["sql"]]
    assert "referral_registry" in locks[0]
    assert locks[0].endswith("SHARE"), "shared with other commands"
    assert 'FROM "referral_case"' in locks[1]
    assert locks[1].endswith("FOR UPDATE")


def test_what_is_due_is_settled_before_anything_is_done(scene: Scene) -> None:
    case = open_case(scene, safe_tonight="no")
    scene.after(days=2)
    with scene.clock():
        event = care.record_tonight(scene.actor("NG"), case.pk, {"safe_tonight": "yes"}, submission=uuid4()).event
    fired = Reminder.objects.filter(deadline__case=case, deadline__kind="tonight", state="fired")
    assert fired.count() == 5
    lapse = CaseEvent.objects.get(case=case, kind="lapse", code="tonight")
    assert lapse.seq < event.seq
    assert lapse.at <= event.at


def test_the_policy_is_asked_under_the_lock(scene: Scene) -> None:
    case = open_case(scene)
    with scene.clock(), transaction.atomic(), pytest.raises(NotAllowed):
        begin(scene.actor("NE"), case.pk, Action.RECORD_FACTS)


def test_a_case_of_another_registry_is_refused_like_one_that_never_was(scene: Scene) -> None:
    other = open_case(two_countries("NG"))
    for key in (other.pk, 10**9):
        with scene.clock(), transaction.atomic(), pytest.raises(NotAllowed):
            begin(scene.actor("NG"), key, Action.RECORD_FACTS)


@pytest.mark.parametrize(
    ("change", "refusal"), [({"mode": "stopped"}, ExercisePaused), ({"state": "ended"}, RegistryEnded)]
)
def test_a_stopped_or_ended_registry_is_not_shared(
    scene: Scene, change: dict[str, str], refusal: type[Exception]
) -> None:
    Registry.objects.filter(pk=scene.registry.pk).update(**change)
    with transaction.atomic(), pytest.raises(refusal):
        share(scene.registry.pk)


def test_a_key_is_of_one_user(scene: Scene) -> None:
    case, key = open_case(scene), uuid4()
    with scene.clock():
        care.record_person(scene.actor("NG"), case.pk, {"wishes": "A"}, submission=key)
        outcome = care.record_person(scene.actor("NG-deputy"), case.pk, {"wishes": "B"}, submission=key)
    assert not outcome.repeated
    assert recorded(scene.actor("NG"), None) is None
    found = recorded(scene.actor("NG"), key)
    assert found is not None
    assert found.user == scene.users["NG"]


def test_every_key_fits_the_lock(scene: Scene) -> None:
    with transaction.atomic():
        for key in (UUID(int=0), UUID(int=2**128 - 1), uuid4(), None):
            one_at_a_time(key)


def test_no_event_lies_before_the_one_it_follows(scene: Scene) -> None:
    """Even when the wall clock of the database went back a little (I13)."""
    case = open_case(scene)
    scene.wall -= timedelta(seconds=30)
    with scene.clock():
        care.record_person(scene.actor("NG"), case.pk, {"wishes": "A"}, submission=uuid4())
    times = list(CaseEvent.objects.filter(case=case).order_by("seq").values_list("at", flat=True))
    assert times == sorted(times)


def test_a_form_key_of_one_case_is_refused_on_another() -> None:
    scene = two_countries()
    one, other = ready_draft(scene, open_case(scene)), ready_draft(scene, open_case(scene))
    key = uuid4()
    scene.do("NG", one, Action.OFFER, submission=key)
    with pytest.raises(FormUsedElsewhere):
        scene.do("NG", other, Action.OFFER, submission=key)
    other.refresh_from_db()
    assert other.state == "draft"
