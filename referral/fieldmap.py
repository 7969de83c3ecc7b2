"""Every field of every model → its compartment. Documentation, pages, packets and tests come from this map.

`OPEN` marks what belongs to the registry itself (institutions, limits, clock) and is no record of a person.
A model field that is missing here fails the build (`tests/architecture/test_fieldmap.py`).
Source: `domain.md` section 5.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from referral.enums import Compartment

C = Compartment
OPEN: Final = "open"

Place = Compartment | str


def _all(place: Place, fields: str) -> dict[str, Place]:
    return dict.fromkeys(fields.split(), place)


FIELD_MAP: Mapping[str, Mapping[str, Place]] = {
    "Registry": _all(
        OPEN,
        "id name slug kind state synthetic seed small_number_threshold starts_at created_wall anchor_wall "
        "anchor_exercise_at rate mode clock_version ends_at ran heartbeat_wall last_seen_wall heads_kept_wall",
    ),
    "ClockSegment": _all(OPEN, "id registry version kind wall from_at to_at rate user reason"),
    "RulePack": _all(
        OPEN,
        "id registry country two_step reflection_days permit_months centre_hours child_notice_hours basis basis_text",
    ),
    "Agreement": _all(OPEN, "id registry name kind state parties limits clauses"),
    "Institution": _all(OPEN, "id registry country kind name languages services"),
    "Capacity": _all(OPEN, "id institution population places free stated_at"),
    "Membership": _all(OPEN, "id user institution role until_wall away_until_wall"),
    "Person": {
        **_all(C.D0, "id registry public_code code_word"),
        **_all(
            C.D2,
            "sex gender age_low age_high age_basis maybe_child majority_at of_age_at adult_confirmed_by languages dependants accompanied wishes "
            "safe_contact needs_interpreter adaptation no_location safe_tonight bed_until_at medicine_until_at call_tonight",
        ),
        **_all(C.D5, "citizenships feared_countries"),
        **_all(C.D7, "no_family_contact"),
    },
    "PersonIdentity": {**_all(C.D1, "person name birth_date contact key_id revision"), **_all(C.D8, "exact_location")},
    "PersonLink": _all(C.D7, "id person other kind"),
    "BlockedRecipient": _all(C.D7, "id person country institution reason"),
    "Case": {
        **_all(
            C.D0,
            "id registry person holder stage version opened_at opened_by found_by found_in immediate_danger "
            "carried_safeguards taken_at closed_at closure_reason contact_later merged_into linked source_id non_punishment",
        ),
        **_all(C.D2, "place place_country place_since_at place_supported uncovered_from_at"),
        **_all(C.D3, "status exploited_in exploitation"),
        **_all(C.D5, "route"),
    },
    "Assignment": _all(C.D0, "id case kind institution membership since_at until_at"),
    "Whereabouts": _all(C.D2, "id case kind country happened_at recorded_at institution support_running"),
    "Screening": _all(C.D3, "id case list_version items opinion interpreter_safe note at institution"),
    "RiskAssessment": _all(
        C.D2, "id case level domains receiving_country fears measures assessed_at valid_until_at institution"
    ),
    "CaseReach": _all(C.D0, "id case person institution level code_word public_code"),
    "Custody": _all(C.D0, "id case seq since_at institution previous_seq previous_since_at reason handover"),
    "Handover": {
        **_all(
            C.D0,
            "id registry case reference state held_from version sender receiver receiver_country outside family_group "
            "forwarded_from purpose urgency child compartments overrides preview_seen_at preview_digest offered_at acknowledged_at "
            "decided_at departed_at expected_at arrived_at received_at closed_at escalated_at place_confirmed "
            "reception_from_at child_protection_yes decline_reason withdraw_reason reply_by_at certificate objected "
            "reflection transfer_basis conditions forward_country not_before_at revoke_reason hold_reason alert "
            "missing_since_at search_end diverted_country correction_asked_at",
        ),
        **_all(
            C.D2,
            "options_compared needs_on_arrival message capacity_confirmed_by capacity_confirmed_at safety_plan "
            "medicine_lasts reception_contact services_confirmed travel_means escort travel_documents arrived_safely person_content "
            "received_by feedback feedback_services message_back vital_interests conditions_text forward_reason "
            "correction_reason",
        ),
    },
    "Question": _all(C.D2, "id handover text language asked_at answer answer_compartment answered_at"),
    "OutsideAnswer": _all(C.D0, "id handover action officer reference answered_at recorded_at"),
    "Message": _all(C.D2, "id handover institution kind phrase text language spoke_with happened_at recorded_at"),
    "Enquiry": _all(
        C.D0,
        "id registry case reference sender receiver receiver_country outside officer outside_reference note told_person "
        "state corridor age_band sex urgency services asked_at answered_at valid_until_at",
    ),
    "PullRequest": _all(
        C.D0,
        "id registry kind reference code case asker holder state reason language decision_note handover asked_at "
        "answered_at",
    ),
    "Proposal": _all(
        C.D0,
        "id registry case handover action facts institution proposed_by proposed_at state decided_by decided_at",
    ),
    "HomeReferral": {
        **_all(
            C.D0,
            "id registry case reference sender provider kind urgency state version person_agrees compartments sent_at "
            "acknowledged_at decided_at begins_at decline_reason feedback_at closed_at",
        ),
        **_all(C.D2, "contents message feedback"),
    },
    "Identification": _all(C.D3, "id case step decision reasons reconsideration_explained institution decided_at"),
    "HealthEntry": _all(C.D4, "id case institution text for_case_manager recorded_at"),
    "ContinuingTask": _all(C.D0, "id case track institution since_at until_at"),
    "Voice": _all(C.D2, "id case kind text language rating permitted institution recorded_at"),
    "Consent": _all(
        C.D2,
        "id case kind decision purpose categories recipient_country options given_by language interpreter understood "
        "text_version text_hash child_view basis basis_text given_at expires_at institution",
    ),
    "Need": _all(C.D2, "id case kind urgency note opened_at met_at institution"),
    "Service": _all(C.D2, "id case kind provider payer state since_at until_at funded_until_at end_reason institution"),
    "Release": _all(C.D0, "id case held_by released_to requested_at released_at certificate"),
    "ChildFile": _all(
        C.D7,
        "id case guardian guardian_since_at guardian_conflict_checked assessment_at child_view determination_at "
        "determination_options told_child_protection_at institution",
    ),
    "LegalTrack": _all(
        C.D5,
        "id case kind state country reference since_at until_at runs_until_at origin_contact_asked_by_person institution",
    ),
    "CaseEvent": _all(
        C.D0,
        "id registry case seq kind handover user institution role at wall happened_at compartment from_state to_state code "
        "amends submission commitment previous_hash hash",
    ),
    "EventPayload": _all(C.D0, "event salt content"),
    "Packet": _all(C.D0, "id handover contents digest frozen_at"),
    "Supplement": _all(C.D0, "id handover contents digest note frozen_at"),
    "Amendment": _all(C.D2, "id event reason text language compartment"),
    "Seal": _all(C.D1, "id handover institution contents sealed_at"),
    "FrozenIdentity": {
        **_all(C.D1, "id case packet supplement referral seal name birth_date contact key_id"),
        **_all(C.D8, "exact_location"),
    },
    "Disclosure": _all(
        C.D0, "id case handover referral recipient recipient_country compartment fields consent basis at"
    ),
    "Deadline": _all(
        C.D0,
        "id registry case handover question enquiry request referral kind owes other_side opened_at due_at opened_ran "
        "floor state ready shown_from_at closed_at reason handled_by handled_at basis basis_text",
    ),
    "Reminder": _all(C.D0, "id registry deadline rung due_at floor_ran state fired_at fired_wall"),
    "BreakGlass": _all(
        C.D0,
        "id registry reference institution code case reason language asked_by asked_role asked_at asked_wall state "
        "decided_by decided_wall until_wall ended_by ended_how",
    ),
    "AuditReview": _all(C.D0, "id registry source row remark language user institution submission at wall"),
    "Denial": _all(C.D0, "id registry user institution role page code answer at wall"),
    "OverdueAsk": _all(C.D0, "id registry deadline phrase user institution submission at wall"),
    "Notice": _all(C.D0, "id registry user institution kind case handover event cause at wall read_wall"),
    "Mail": _all(
        OPEN, "id registry notice user template link message_id state attempts next_try_wall sent_wall last_error"
    ),
}


def compartment_of(model: str, field: str) -> Place:
    """The compartment of a model field, or OPEN. Raises KeyError for an unmapped one."""
    return FIELD_MAP[model][field]
