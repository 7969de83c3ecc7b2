"""The rows of a person and her case, and the custody chain that everything else hangs on."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from common.encrypted import columns_of
from referral.models import BlockedRecipient, Case, ChildFile, Person, PersonIdentity
from referral.services.bulk.building import Building
from referral.services.bulk.home import Home
from referral.services.caseload.copying import array
from referral.synthetic.names import name_for

PERSON_COLUMNS = (
    "sex", "age_low", "age_high", "age_basis", "dependants", "accompanied", "wishes", "needs_interpreter", "adaptation",
    "no_family_contact", "no_location", "safe_tonight", "bed_until_at", "medicine_until_at",
)  # fmt: skip
PERSON_LISTS = ("citizenships", "feared_countries", "languages")


def write_case(building: Building, home: Home) -> None:
    """The rows of person and case, and the custody chain that everything else hangs on."""
    record, world = building.record, building.world
    name = name_for(record.source_id, next(iter(record.citizenships), ""), record.sex)
    building.add(
        Person,
        id=building.person_id,
        registry_id=world.registry.pk,
        public_code=record.code,
        code_word=record.code_word,
        call_tonight="The duty officer of the shelter",
        safe_contact="Through the focal point only",
        **{column: getattr(record, column) for column in PERSON_COLUMNS},
        **{column: array(getattr(record, column)) for column in PERSON_LISTS},
    )
    building.add(PersonIdentity, **columns_of(PersonIdentity, {"person_id": building.person_id, "name": name}))
    building.add(
        Case,
        id=building.case_id,
        registry_id=world.registry.pk,
        person_id=building.person_id,
        holder_id=home.custody[-1][1],
        stage=record.stage,
        status=record.status,
        version=1 + len(building.acts),
        opened_at=record.opened_at,
        opened_by_id=world.focal_point(record.found_in),
        found_by=record.found_by,
        found_in_id=record.found_in,
        exploited_in=array(record.exploited_in),
        exploitation=record.exploitation,
        route=array(record.route),
        immediate_danger=record.immediate_danger,
        non_punishment=record.non_punishment,
        carried_safeguards=array(home.carried),
        taken_at=home.taken_at,
        closed_at=record.closed_at,
        closure_reason="followed_up" if record.closed_at else "",
        source_id=record.source_id,
    )
    _write_custody(building, home)
    if home.child_file:
        building.add(ChildFile, case_id=building.case_id, **_child_file(home))
    for blocked in record.blocked:
        building.add(BlockedRecipient, person_id=building.person_id, country_id=blocked.country)


def _write_custody(building: Building, home: Home) -> None:
    before: tuple[int | None, datetime | None] = (None, None)
    for seq, (since, institution, reason, handover) in enumerate(home.custody, 1):
        building.rows.links[seq].append(
            {
                "case_id": building.case_id,
                "seq": seq,
                "since_at": since,
                "institution_id": institution,
                "previous_seq": before[0],
                "previous_since_at": before[1],
                "reason": reason.value,
                "handover_id": handover,
            }
        )
        before = (seq, since)


def _child_file(home: Home) -> dict[str, Any]:
    return {
        "guardian": "",
        "guardian_since_at": None,
        "guardian_conflict_checked": False,
        "assessment_at": None,
        "child_view": "",
        "determination_at": None,
        "determination_options": "{}",
        "told_child_protection_at": None,
    } | home.child_file
