"""The field map covers every field of every model, and nothing that is not there."""

from __future__ import annotations

from pathlib import Path

from django.apps import apps

from config.env import PROJECT
from referral.enums import Compartment
from referral.fieldmap import FIELD_MAP, OPEN
from referral.packet import FIELDS
from referral.services.packet import SEALED_OF_IDENTITY, SEALED_OF_PERSON

LOGINS = "accounts"
"""The one app of ours whose tables are no matter of the map: logins, sessions and countries, no record of a person."""


def real_fields() -> dict[str, set[str]]:
    """Of every app of the project, whatever its name."""
    ours = [app for app in apps.get_app_configs() if Path(app.path).parent == PROJECT and app.label != LOGINS]
    return {
        model.__name__: {f.name for f in (*model._meta.concrete_fields, *model._meta.local_many_to_many)}
        for app in ours
        for model in app.get_models()
    }


def test_every_model_field_has_a_compartment():
    assert {name: set(fields) for name, fields in FIELD_MAP.items()} == real_fields()


def test_every_place_in_the_map_is_known():
    places = {place for fields in FIELD_MAP.values() for place in fields.values()}
    assert places <= {*Compartment, OPEN}


def test_a_packet_field_lies_in_the_compartment_of_its_model_field_or_a_stricter_promise():
    rows = {"person": "Person", "identity": "PersonIdentity", "case": "Case", "handover": "Handover"}
    for field in FIELDS:
        if field.source in rows:
            assert FIELD_MAP[rows[field.source]][field.name] == field.compartment, field.name


def test_every_fact_about_a_person_is_sealed_at_receipt_unless_disclosed():
    kept = {"adult_confirmed_by", "no_location", "majority_at", "of_age_at"}
    facts = {name for name, place in FIELD_MAP["Person"].items() if place != Compartment.D0}
    assert facts - kept == set(SEALED_OF_PERSON)
    beside = {"person", "key_id", "revision"}
    assert set(FIELD_MAP["PersonIdentity"]) - beside == set(SEALED_OF_IDENTITY)
