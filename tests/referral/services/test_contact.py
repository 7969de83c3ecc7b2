from __future__ import annotations

import pytest

from referral import errors
from referral.enums import Action
from referral.gates import Contact, contact_refused
from referral.selectors.facts import ContactView
from referral.services.contact import refuse_contact
from tests.scenes import Scene, advance, open_case, ready_draft, two_countries


def view(**given: object) -> ContactView:
    values = {
        "feared": frozenset(), "origins": frozenset(), "blocked": frozenset(), "asylum": False,
        "origin_asked_by_person": False,
    }  # fmt: skip
    return ContactView(**(values | given))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("facts", "refused"),
    [
        ({}, None),
        ({"origins": frozenset({"NE"})}, None),
        ({"asylum": True}, None),
        ({"origins": frozenset({"NE"}), "asylum": True}, Contact.ASYLUM),
        ({"origins": frozenset({"NE"}), "asylum": True, "origin_asked_by_person": True}, None),
        ({"feared": frozenset({"NE"}), "origin_asked_by_person": True}, Contact.FEARED),
        ({"blocked": frozenset({"NE"})}, Contact.BLOCKED),
        ({"blocked": frozenset({"NE"}), "feared": frozenset({"NE"})}, Contact.FEARED),
    ],
)
def test_a_country_learns_nothing_where_the_person_fears_seeks_asylum_from_or_blocked_it(
    facts: dict[str, object], refused: Contact | None
) -> None:
    assert contact_refused(view(**facts), "NE") is refused


@pytest.mark.django_db
def test_a_feared_country_is_refused_in_an_enquiry_a_forward_and_a_diversion_alike() -> None:
    scene: Scene = two_countries("NG", "NE", "IT")
    case = open_case(scene, feared_countries=["IT"])
    refuse_contact(case, "NE")
    with pytest.raises(errors.NothingReachesOrigin):
        refuse_contact(case, "IT")
    handover = advance(scene, ready_draft(scene, case), "acknowledged")
    scene.do("NE", handover, Action.PROPOSE_FORWARD, {"forward_country": "IT", "forward_reason": "A shelter there."})
    for action, facts in ((Action.AGREE_FORWARD, {}), (Action.DIVERT, {"diverted_country": "IT"})):
        with pytest.raises(errors.NothingReachesOrigin):
            scene.do("NG", handover, action, facts)
