"""What a packet can hold, as data."""

from __future__ import annotations

import pytest

from referral.enums import Compartment, Purpose
from referral.fieldmap import FIELD_MAP, OPEN, compartment_of
from referral.models import Case, Handover, Person, PersonIdentity
from referral.packet import ALWAYS, FIELD, FIELDS, SHAREABLE, USUAL, Shape
from referral.services.packet import SEALED_OF_CASE, SEALED_OF_IDENTITY, SEALED_OF_PERSON

MODELS = {"person": Person, "identity": PersonIdentity, "case": Case, "handover": Handover}
C = Compartment
NEVER = {C.D4, C.D6, C.D8}
STAYS = {
    "adult_confirmed_by",  # the named authority's word protects or frees, whoever reads it
    "no_location",  # a safeguard, carried by every packet
    "majority_at",  # for the sweep alone: a guardian's consent ends on the birthday, whoever answers
    "of_age_at",
    # Where the person is and whether anybody covers her: kept by the database from the places that are known.
    "place",
    "place_country",
    "place_since_at",
    "place_supported",
    "uncovered_from_at",
}


BESIDE = {"person", "key_id", "revision"}
"""Of the identity, what says nothing about the person: whose it is, under which key, how often it was written."""


def test_health_justice_and_the_exact_location_never_travel() -> None:
    assert not {field.compartment for field in FIELDS} & NEVER
    assert not set(SHAREABLE) & NEVER
    assert "exact_location" not in FIELD
    assert "contact" not in FIELD
    assert "call_tonight" not in FIELD


@pytest.mark.parametrize("field", [f for f in FIELDS if f.source != "computed"], ids=lambda f: f.name)
def test_a_field_lies_where_the_field_map_says(field: object) -> None:
    model = MODELS[field.source]  # type: ignore[attr-defined]
    model._meta.get_field(field.name)  # type: ignore[attr-defined]
    place = compartment_of(model.__name__, field.name)  # type: ignore[attr-defined]
    assert place == field.compartment or (field.name, place) == ("no_family_contact", C.D7)  # type: ignore[attr-defined]


def test_names_are_unique_and_every_field_says_why_it_is_needed() -> None:
    assert len(FIELD) == len(FIELDS)
    for field in FIELDS:
        assert str(field.label)
        assert str(field.why).endswith(".")
        assert (field.codes is not None) == (field.shape in (Shape.CODE, Shape.CODES))


def test_what_a_purpose_usually_needs_is_little_and_always_holds_the_safeguards() -> None:
    assert set(USUAL) == set(Purpose)
    for compartments in USUAL.values():
        assert ALWAYS in compartments
        assert compartments <= set(SHAREABLE)
        assert C.D1 not in compartments, "a name is ticked by hand"
        assert len(compartments) <= 3
    assert C.D5 not in USUAL[Purpose.RETURN_CHOSEN]


@pytest.mark.parametrize(
    ("model", "sealed"), [(Person, SEALED_OF_PERSON), (PersonIdentity, SEALED_OF_IDENTITY), (Case, SEALED_OF_CASE)]
)
def test_everything_beyond_reference_and_state_is_sealed_at_receipt(model: type, sealed: tuple[str, ...]) -> None:
    """A column that is added to the person and forgotten here would leak to the next holder."""
    places = FIELD_MAP[model.__name__]
    wanted = {name for name, place in places.items() if place not in (OPEN, C.D0)} - STAYS - BESIDE
    assert set(sealed) == wanted
