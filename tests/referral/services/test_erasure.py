"""The end of retention: what was said is gone, the record stays whole, and nobody but the owner can do it."""

from __future__ import annotations

from io import StringIO
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, connections, models, transaction
from django.test import Client

from referral import limits
from referral.fieldmap import FIELD_MAP
from referral.models import Case, CaseEvent, EventPayload, Handover, Packet, Person, PersonIdentity, RiskAssessment
from referral.selectors.chained import erased_payloads
from referral.selectors.invariants import findings
from referral.services import closing, ending, erasure
from referral.services.erasure import emptied_fields, erase, rows_about_a_case
from tests.scenes import Scene, advance, open_case, ready_draft, two_countries

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.database]


def closed_case(scene: Scene) -> tuple[Case, Handover]:
    """A case that went from Nigeria to Niger and was closed there."""
    case = open_case(scene, wishes="To live near her sister in Kano.")
    handover = advance(scene, ready_draft(scene, case), "completed")
    scene.after(days=2)
    with scene.clock():
        closing.close(scene.actor("NE"), case.pk, {"reason": "wish"}, submission=uuid4())
    case.refresh_from_db()
    return case, handover


def test_a_closed_case_is_erased_after_a_year_and_its_record_stays_whole(client: Client) -> None:
    scene = two_countries("NG", "NE")
    case, handover = closed_case(scene)
    other = open_case(scene)
    events = CaseEvent.objects.filter(case=case).count()
    hashes = list(CaseEvent.objects.filter(case=case).order_by("seq").values_list("hash", flat=True))
    scene.registry.refresh_from_db()
    scene.after(days=364)
    assert erase(scene.registry, scene.wall) == erasure.Outcome(0, 0), "a year is not over"
    scene.after(days=2)
    assert erase(scene.registry, scene.wall) == erasure.Outcome(1, events)
    assert erase(scene.registry, scene.wall) == erasure.Outcome(0, 0), "a second time there is nothing to erase"

    kept = list(CaseEvent.objects.filter(case=case).order_by("seq"))
    assert [event.hash for event in kept[:-1]] == hashes
    assert (kept[-1].kind, kept[-1].user_id, kept[-1].seq) == ("erased", None, events + 1)
    assert not EventPayload.objects.filter(event__case=case, event__seq__lte=events).exists()
    person = Person.objects.get(pk=case.person_id)
    assert (person.wishes, person.citizenships, person.languages, person.call_tonight) == ("—", [], [], "")
    assert (person.code_word, person.sex) == (case.person.code_word, case.person.sex)
    assert not PersonIdentity.objects.filter(person=person).exists()
    assert Packet.objects.get(handover=handover).contents == {}
    assert set(RiskAssessment.objects.filter(case=case).values_list("measures", flat=True)) == {"—"}
    assert Handover.objects.get(pk=handover.pk).safety_plan == "—"
    untouched = Person.objects.get(pk=other.person_id)
    assert (untouched.wishes, untouched.identity.name) == ("To live near her sister.", "Invented Name")
    assert erased_payloads() == events

    with scene.clock():
        assert list(findings()) == []
        for name in ("NE", "NG"):
            with transaction.atomic():
                client.force_login(scene.users[name])
            for path in (f"/people/{person.public_code}/", f"/handovers/{handover.reference}/"):
                page = client.get(path)
                assert page.status_code in (200, 404), (name, path)
                assert "Kano" not in page.content.decode()
        _the_rows_that_stay_cannot_be_changed(case)
    _nobody_else_can(other)


def _the_rows_that_stay_cannot_be_changed(case: Case) -> None:
    """An erased event has no payload to be compared with; its hash binds its row."""
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        cursor.execute("ALTER TABLE referral_caseevent DISABLE TRIGGER USER")
        cursor.execute("UPDATE referral_caseevent SET code = 'forged' WHERE case_id = %s AND seq = 2", [case.pk])
        cursor.execute("ALTER TABLE referral_caseevent ENABLE TRIGGER USER")
    (found,) = findings()
    assert found.words == "The hash of an event is not the one of its row."
    assert found.where == f"case {case.pk} event 2"


def _nobody_else_can(case: Case) -> None:
    payload = EventPayload.objects.filter(event__case=case).values_list("pk", flat=True)[0]
    for statement in (
        f"DELETE FROM referral_eventpayload WHERE event_id = {payload}",
        f"UPDATE referral_screening SET note = 'x' WHERE case_id = {case.pk}",
        f"UPDATE referral_caseevent SET code = 'x' WHERE case_id = {case.pk}",
    ):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL alongside.erase = 'on'")
            with pytest.raises(DatabaseError):
                cursor.execute(statement)
            transaction.set_rollback(True)


def test_a_registry_that_ended_is_erased_thirty_days_after_its_last_act() -> None:
    scene = two_countries("NG", "NE")
    case = open_case(scene)
    with scene.clock():
        ending.end(scene.registry.pk)
    scene.registry.refresh_from_db()
    last = CaseEvent.objects.latest("wall").wall
    assert erase(scene.registry, last + limits.ERASE_AFTER_THE_END / 2) == erasure.Outcome(0, 0)
    out = StringIO()
    scene.wall = last + limits.ERASE_AFTER_THE_END
    with scene.clock():
        call_command("registry", "erase", scene.registry.slug, stdout=out)
    assert out.getvalue().startswith("Cases erased: 1. Events that say nothing any more: ")
    assert Person.objects.get(pk=case.person_id).wishes == "—"
    out = StringIO()
    with scene.clock():
        assert list(findings()) == []
        call_command("verify", stdout=out, no_color=True)
    assert f"Payloads erased at the end of their retention: {erased_payloads()}." in out.getvalue().splitlines()


def test_every_text_about_a_person_is_among_what_is_erased() -> None:
    """A new field with free text falls under erasure by itself, wherever its row hangs."""
    reached = {model.__name__ for model, _path in rows_about_a_case()} | {"Person"}
    texts = {
        model.__name__
        for model in Case._meta.apps.get_app_config("referral").get_models()
        if model.__name__ in FIELD_MAP
        and any(isinstance(field, models.TextField) for field in model._meta.local_fields)
    }
    registry_wide = {"AuditReview", "PersonIdentity"}
    assert texts - reached <= registry_wide
    assert {field.name for field in emptied_fields(Handover)} >= {"message", "safety_plan", "feedback", "escort"}
    assert "reference" not in {field.name for field in emptied_fields(Handover)}
