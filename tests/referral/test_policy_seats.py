"""What each seat may do before any row is in hand, written once more from the side of the seat (domain.md section 5)."""

from __future__ import annotations

import pytest

from referral.enums import Action, Role
from referral.policy import allowed
from tests.referral.test_policy import Somebody

EVERY_SEAT = {"view_inbox", "view_list", "view_directory", "view_mails", "view_desk"}
OFFICER = {"open_case", "answer_enquiry", "seek", "take_on", "replace_officer", "ask_glass"}
BY_SEAT: dict[Role, set[str]] = {
    Role.FOCAL_POINT: OFFICER,
    Role.DEPUTY: OFFICER,
    Role.FIRST_RESPONDER: {"open_case", "take_on"},
    Role.CASE_MANAGER: {"take_on", "ask_glass"},
    Role.CHILD_PROTECTION: {"take_on", "ask_glass"},
    Role.HEALTH_WORKER: {"take_on"},
    Role.SERVICE_PROVIDER: {"take_on"},
    Role.GUARDIAN: {"take_on"},
    Role.COMPETENT_AUTHORITY: {"take_on"},
    Role.ASYLUM_LIAISON: {"take_on"},
    Role.JUSTICE_LIAISON: {"take_on"},
    Role.CONSULAR_OFFICER: {"take_on"},
    Role.SURVIVOR_ADVISER: {"take_on"},
    Role.COORDINATOR: {"view_stubs", "ask_overdue"},
    Role.DATA_PROTECTION: {"view_audit", "review_audit"},
    Role.FACILITATOR: set(),
    Role.OBSERVER: set(),
}


@pytest.mark.parametrize("role", Role)
def test_what_a_seat_may_do_without_a_row(role: Role) -> None:
    seat = Somebody(1, 1, role)
    assert {action.value for action in Action if allowed(seat, action)} == EVERY_SEAT | BY_SEAT[role]
