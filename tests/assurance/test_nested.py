"""A row of somebody else under one's own file, and one's own row under somebody else's: not found, and nothing done."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from referral.addresses import ADDRESSES, Answer, Row
from referral.enums import Action, Role
from referral.models import (
    Assignment,
    BlockedRecipient,
    Case,
    CaseEvent,
    ContinuingTask,
    LegalTrack,
    Need,
    Proposal,
    Service,
)
from tests.assurance.knocking import Knocker, fingerprint
from tests.assurance.stage import Stage
from tests.e2e.world import routes
from tests.fixtures.figures import counted
from tests.scenes import open_case

pytestmark = pytest.mark.long

PARTS = {
    "referral:need_met": "need",
    "referral:service_end": "service",
    "referral:blocked_lift": "kept out",
    "referral:correct": "event",
    "referral:proposal": "proposal",
    "referral:task": "task",
    "referral:unassign": "work",
}
"""Addresses that name a row below a person, and which."""
SEATS = {"referral:task": "past holder"}
OF_ONE_ROW = {"referral:audit_line"}
"""Addresses of two parts that name one row together."""
REQUESTS, ADDRESSES_OF_TWO_PARTS = 200, 18


def strewn(stage: Stage, case: Case) -> dict[str, int]:
    """A row of every such kind in this file, by those who hold it."""
    holder, at = case.holder, stage.scene.moment().at
    assert holder is not None
    own = {"case": case, "institution": holder}
    track = LegalTrack.objects.create(**own, kind="claim", state="open", country=holder.country, since_at=at)
    proposer = holder.memberships.earliest("pk").user
    event = CaseEvent.objects.filter(case=case).latest("seq")
    return {
        "need": Need.objects.create(**own, kind="shelter", urgency="urgent", opened_at=at).pk,
        "service": Service.objects.create(**own, kind="shelter", provider=holder, state="running", since_at=at).pk,
        "work": Assignment.objects.create(**own, kind="provider", since_at=at).pk,
        "task": ContinuingTask.objects.create(**own, track=track, since_at=at).pk,
        "proposal": Proposal.objects.get_or_create(
            **own,
            action=Action.CLOSE_CASE,
            defaults={"registry": case.registry, "proposed_by": proposer, "proposed_at": at},
        )[0].pk,
        "event": event.pk,
        "kept out": BlockedRecipient.objects.create(person=case.person, country_id="TN").pk,
    }


def others(stage: Stage) -> dict[str, Case]:
    """Another person of one's own, one of another country, one of another registry."""
    return {
        "one's own": stage.cases["draft"],
        "a stranger's": open_case(stage.scene, "MR"),
        "another registry's": stage.cases["elsewhere"],
    }


def paths(stage: Stage) -> list[tuple[str, str, str, str]]:
    """Name, seat, what is wrong about it, and the address."""
    main, drafted = stage.cases["main"], stage.handovers["draft"]
    rows = {whose: (case, strewn(stage, case)) for whose, case in others(stage).items()}
    mine = strewn(stage, main)
    found = []
    for name, part in PARTS.items():
        seat = SEATS.get(name, "holder")
        given: dict[str, Any] = {"answer": "yes"} if name == "referral:proposal" else {}
        for whose, (case, parts) in rows.items():
            there = reverse(name, kwargs={"code": main.person.public_code, "pk": parts[part], **given})
            back = reverse(name, kwargs={"code": case.person.public_code, "pk": mine[part], **given})
            found.append((name, seat, f"{whose} row below her", there))
            found.append((name, seat, f"her row below {whose} file", back))
    references = {
        "her sent one": stage.handovers["main"], "the one that came": stage.handovers["came"],
        "another registry's": stage.handovers["elsewhere"], "one to a country without a seat": stage.handovers["outside"],
    }  # fmt: skip
    for name in (name for name in ADDRESSES if name.startswith("referral:draft")):
        for whose, handover in references.items():
            given = {"code": drafted.case.person.public_code, "reference": handover.reference}
            found.append((name, "holder", f"{whose} below another person", reverse(name, kwargs=given)))
        for whose, (case, _parts) in rows.items():
            if case.pk != drafted.case_id:
                given = {"code": case.person.public_code, "reference": drafted.reference}
                found.append((name, "holder", f"her draft below {whose} file", reverse(name, kwargs=given)))
        given = {"code": main.person.public_code, "reference": drafted.reference}
        found.append((name, "holder", "a draft below another person of one's own", reverse(name, kwargs=given)))
    return found


def test_every_address_of_two_parts_is_asked_with_parts_that_do_not_belong_together() -> None:
    """A new one has no row here: name the row that it puts below a person, or say that both parts name one row."""
    parts = {name: asked - {"answer"} for name, asked in routes().items() if name.startswith("referral:")}
    of_two = {name for name, asked in parts.items() if len(asked) > 1} - OF_ONE_ROW
    drafts = {name for name, address in ADDRESSES.items() if address.row is Row.DRAFT}
    assert of_two == set(PARTS) | drafts
    assert {name for name in of_two if "reference" in parts[name]} == drafts
    assert all(name.startswith("referral:draft") for name in drafts)


def test_a_row_below_the_wrong_person_is_not_found(stage: Stage, door: Knocker, bare_pages: None) -> None:
    wanted = paths(stage)
    before, wrong, number = fingerprint(), [], 0
    for name, seat, what, path in wanted:
        for method in ADDRESSES[name].methods.split():
            heard = door.knock(stage.session(seat, Role.FOCAL_POINT), method, path)
            number += 1
            # What came from Italy can be opened and not sent: that much is told, whatever stands before it.
            wanted_answer = Answer.REFUSED if what.startswith("the one that came") else Answer.NOT_FOUND
            if heard.answer is not wanted_answer or set(heard.wrote) - {"referral_denial"}:
                wrong.append(f"{method} {name}, {what}: {heard.status} {heard.location} wrote {set(heard.wrote)}")
    now = fingerprint()
    assert not wrong, "\n".join(wrong)
    assert {table for table in now if now[table] != before[table]} <= {"referral_denial", "accounts_session"}
    assert number >= REQUESTS
    assert len({name for name, *_rest in wanted}) >= ADDRESSES_OF_TWO_PARTS
    counted("nested mismatches", requests=number, addresses=len({name for name, *_rest in wanted}))
