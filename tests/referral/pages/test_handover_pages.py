from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse
from django.utils.translation import override

from referral.enums import (
    CHILD_PROTECTION_DECIDES,
    OPEN_STATES,
    Action,
    Compartment,
    DeadlineKind,
    Gate,
    HandoverState,
    Role,
    Safeguard,
    WithdrawReason,
)
from referral.pages.acts import WORDS
from referral.pages.draft import LABELS, ORDER
from referral.pages.handover_buttons import ELSEWHERE, FIRST_ACTS, GROUP_OF
from referral.pages.handover_standing import NEXT
from referral.pages.handover_words import HAPPENED, VERBS, happened, plain, reason_shown, say, state_word
from referral.pages.links import ACT_PAGES, HOME_PAGES
from referral.pages.packet import cut, needs_of, packet_view
from referral.selectors.due import ACT_OF
from referral.transitions import TRANSITIONS, Side

BESIDE = {
    Action.ASK, Action.HOLDING_REPLY, Action.PUT_CONDITIONS, Action.REFUSE_CONDITIONS, Action.REFUSE_FORWARD,
    Action.REFUSE_CORRECTION, Action.DISENGAGE,
}  # fmt: skip
"""Acts on a button of their own beside the leading one, or on the page of the act that they answer with."""

CONTENTS: dict[str, dict[str, Any]] = {
    "D0": {"code_word": "MORINGA", "safeguards": ["presumed_minor", "medical"], "purpose": "family_unity"},
    "D2": {
        "languages": ["ha", "xx"], "needs_interpreter": True, "medicine_until_at": "2026-03-04T12:00:00+00:00",
        "needs_on_arrival": ["shelter", "medical"], "age_low": 15, "age_basis": "estimate",
    },
    "D1": {"birth_date": 4},
    "D5": {"citizenships": ["NG", "CI"]},
}  # fmt: skip


def values(contents: dict[str, dict[str, Any]] = CONTENTS, zone: str = "Africa/Lagos") -> dict[str, tuple[str, ...]]:
    view = packet_view(contents, zone, {"birth_date": "2010-05-17"})
    return {row.label: row.values for group in view.groups for row in group.rows}


def test_identity_is_covered_unless_it_was_asked_for() -> None:
    covered, shown = packet_view(CONTENTS, "UTC"), packet_view(CONTENTS, "UTC", {"birth_date": "2010-05-17"})
    assert (covered.covered, shown.covered) == ({"birth_date"}, frozenset())
    rows = [row for group in covered.groups for row in group.rows if row.covered]
    assert [(row.covered, row.values) for row in rows] == [("birth_date", ())]
    assert "2010" not in repr(covered)


def test_a_packet_is_drawn_in_the_readers_words_and_zone() -> None:
    with override("en-gb"):
        shown = values()
    assert shown["Purpose"] == ("Family unity",)
    assert shown["Languages"] == ("Hausa", "xx")
    assert shown["Medicine until"] == ("4 March 2026, 13:00",)
    assert shown["Birth date"] == ("17 May 2010",)
    assert shown["Citizenship"] == ("Nigeria", "Côte d'Ivoire")
    assert shown["Needs an interpreter"] == ("Yes",)


def test_safeguards_stand_first_and_once() -> None:
    view = packet_view(CONTENTS, "UTC")
    assert view.safeguards == (Safeguard.PRESUMED_MINOR, Safeguard.MEDICAL)
    assert "Safeguards" not in values()


def test_a_compartment_that_was_not_disclosed_is_not_drawn_at_all() -> None:
    assert {group.compartment for group in packet_view(CONTENTS, "UTC").groups} == {
        Compartment.D0, Compartment.D1, Compartment.D2, Compartment.D5,
    }  # fmt: skip


def test_needs_come_from_the_packet_and_are_empty_when_it_does_not_tell() -> None:
    assert needs_of(CONTENTS) == ["A safe place", "Medical care"]
    assert needs_of({"D0": {"code_word": "MORINGA"}}) == []


def test_a_packet_that_is_hostile_stays_text() -> None:
    shown = values({"D2": {"wishes": "<script>alert(1)</script>"}})
    assert shown["What the person wants"] == ("<script>alert(1)</script>",)


def test_names_are_set_apart_and_escaped_in_sentences() -> None:
    assert say("%(word)s waits", word="<b>X</b>") == "<bdi>&lt;b&gt;X&lt;/b&gt;</bdi> waits"
    assert plain("Sent to %(country)s", country="Niger") == "Sent to \u2068Niger\u2069"


@pytest.mark.parametrize("kind", list(DeadlineKind))
def test_every_kind_of_deadline_has_a_verb(kind: DeadlineKind) -> None:
    assert str(VERBS[kind])


@pytest.mark.parametrize("kind", [kind for kind in ACT_OF if kind in HOME_PAGES])
def test_every_task_at_home_leads_to_a_page(kind: DeadlineKind) -> None:
    assert reverse(HOME_PAGES[kind], args=["7F3KQ2XD"])


OF_A_DRAFT = (Action.OFFER, Action.DISCARD, Action.OVERRIDE)
BY_THE_SYSTEM = (Action.REPORT_PRESENCE,)


@pytest.mark.parametrize("action", [row for row in TRANSITIONS if row not in (*OF_A_DRAFT, *BY_THE_SYSTEM)])
def test_every_act_on_a_handover_has_a_page_and_words(action: Action) -> None:
    assert reverse(ACT_PAGES[action], args=["H-7K3Q2X"])
    assert str(WORDS[action].done)


@pytest.mark.parametrize("action", list(TRANSITIONS))
def test_every_act_has_a_line_in_the_history(action: Action) -> None:
    assert str(HAPPENED[action])


@pytest.mark.parametrize("state", list(HandoverState))
def test_every_state_has_a_word_for_both_sides(state: HandoverState) -> None:
    assert str(state_word(state, Side.SENDER))
    assert str(state_word(state, Side.RECEIVER))


def test_every_gate_has_its_line_in_the_task_list() -> None:
    assert set(ORDER) == set(LABELS) == set(Gate)


@pytest.mark.parametrize("action", [Action.STOP, Action.CONFIRM_STOP, Action.CONTINUE, Action.OBJECT, Action.DISENGAGE])
def test_the_other_side_reads_a_neutral_line_when_a_person_stops(action: Action) -> None:
    assert "person" not in str(happened(action, own=False, side=Side.RECEIVER))
    assert "person" in str(happened(action, own=True, side=Side.RECEIVER)).lower()


def test_why_a_person_no_longer_wants_it_is_told_to_nobody_else() -> None:
    assert reason_shown(WithdrawReason.PERSON, Side.RECEIVER) == ""
    assert reason_shown(WithdrawReason.PERSON, Side.SENDER)
    assert reason_shown(WithdrawReason.RISK, Side.RECEIVER)


@pytest.mark.parametrize("action", [row for row in TRANSITIONS if row in ACT_PAGES])
def test_every_act_stands_among_the_buttons_or_on_a_line_of_the_page(action: Action) -> None:
    assert action in GROUP_OF or action in ELSEWHERE or action in FIRST_ACTS or action in BESIDE


@pytest.mark.parametrize("state", [state for state in HandoverState if state in OPEN_STATES])
def test_every_open_state_says_to_both_sides_what_happens_next(state: HandoverState) -> None:
    assert NEXT[state, Side.SENDER]
    assert NEXT[state, Side.RECEIVER]


def test_a_role_reads_of_a_packet_only_what_it_may() -> None:
    contents: dict[str, dict[str, Any]] = {
        "D0": {"code_word": "MORINGA"},
        "D2": {"wishes": "Rest"},
        "D5": {"citizenships": ["NG"]},
    }
    assert set(cut(contents, Role.CHILD_PROTECTION)) == {"D0", "D2", "D5"}
    assert set(cut(contents, Role.SERVICE_PROVIDER)) == {"D0", "D2"}
    assert cut(contents, Role.FOCAL_POINT, meeting_alone=True) == {"D0": {"code_word": "MORINGA"}}


@pytest.mark.parametrize("code", list(CHILD_PROTECTION_DECIDES))
def test_why_the_person_stops_is_no_reason_that_the_other_side_reads(code: str) -> None:
    assert reason_shown(code, Side.RECEIVER, Action.HOLD) == ""
    assert reason_shown(code, Side.SENDER, Action.HOLD)


def test_an_event_that_is_no_act_stands_in_the_record_under_its_own_code() -> None:
    assert happened("something_else", own=True, side=Side.SENDER) == "something_else"
    assert reason_shown("x", Side.SENDER, "something_else") == ""
