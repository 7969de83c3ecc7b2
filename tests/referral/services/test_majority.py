"""The eighteenth birthday inside a case."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest

from referral.enums import Action, Gate, Safeguard
from referral.errors import GatesClosed, NotOfAge
from referral.models import CaseEvent, Notice
from referral.selectors.facts import gate_view, is_child, safeguards
from referral.services import care, consent, majority, sweep
from tests.factories import EXERCISE
from tests.scenes import open_case, ready_draft, two_countries

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("born", "zone", "expected"),
    [
        (date(2008, 3, 10), "Africa/Lagos", datetime(2026, 3, 9, 23, tzinfo=UTC)),
        (date(2008, 2, 29), "UTC", datetime(2026, 3, 1, tzinfo=UTC)),
        (date(2008, 7, 1), "Europe/Rome", datetime(2026, 6, 30, 22, tzinfo=UTC)),
    ],
)
def test_majority_comes_at_local_midnight(born: date, zone: str, expected: datetime):
    assert majority.majority_of(born, zone) == expected


def test_on_the_birthday_the_guardians_word_ends_and_the_safeguards_stay_until_reviewed():
    scene = two_countries()
    case = open_case(scene, age_low=17, age_high=17)
    birthday = (EXERCISE + timedelta(days=3)).date()
    with scene.clock():
        facts = {"birth_date": birthday.replace(year=birthday.year - 18)}
        care.record_person(scene.actor("NG"), case.pk, facts, submission=uuid4())
        care.assign(
            scene.actor("NG"),
            case.pk,
            {"kind": "child_protection", "institution": scene.institutions["NG-child"]},
            submission=uuid4(),
        )
        child_file = {"guardian": "Guardian", "guardian_conflict_checked": True, "assessed": True, "child_view": "Yes."}
        care.record_child(scene.actor("NG-child"), case.pk, child_file, submission=uuid4())
    draft = ready_draft(scene, case)
    with scene.clock():
        decision = {
            "kind": "move", "decision": "given", "purpose": "safety", "recipient_country": "NE", "given_by": "guardian",
            "language": "en", "options": ["stay", "move"], "child_view": "Yes.",
        }  # fmt: skip
        consent.record(scene.actor("NG"), case.pk, decision, submission=uuid4())
        with pytest.raises(NotOfAge):
            care.review_majority(scene.actor("NG-child"), case.pk, submission=uuid4())

    scene.after(days=4)
    with scene.clock():
        sweep.sweep_registry(scene.registry.pk)
        sweep.sweep_registry(scene.registry.pk)
    event = CaseEvent.objects.get(case=case, kind=Action.MAJORITY)
    case.person.refresh_from_db()
    case.refresh_from_db()
    assert event.at == case.person.majority_at == case.person.of_age_at
    assert Notice.objects.filter(kind=Action.MAJORITY, user=scene.users["NG"]).count() == 1
    assert is_child(case)
    assert Safeguard.PRESUMED_MINOR in safeguards(case)
    with pytest.raises(GatesClosed) as refusal:
        scene.do("NG", draft, Action.OFFER)
    assert Gate.AGREEMENT in refusal.value.gates

    with scene.clock():
        consent.record(scene.actor("NG"), case.pk, decision | {"given_by": "person"}, submission=uuid4())
        care.review_majority(scene.actor("NG-child"), case.pk, submission=uuid4())
    case.refresh_from_db()
    case.person.refresh_from_db()
    assert not is_child(case)
    assert Safeguard.PRESUMED_MINOR not in safeguards(case)
    draft.refresh_from_db()
    assert gate_view(draft, scene.moment().at).of_age_at is not None
