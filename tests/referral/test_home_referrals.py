"""The table of requests to services at home, row by row."""

from __future__ import annotations

import pytest

from referral.enums import Compartment, DeadlineKind, InstitutionKind, ReferralState
from referral.home_referrals import PROVIDERS, STEPS, WAITING, Answer, may_be_told, possible, work_of

S = ReferralState

ROWS = {
    Answer.ACKNOWLEDGE: ({S.SENT}, S.ACKNOWLEDGED, True),
    Answer.ACCEPT: ({S.SENT, S.ACKNOWLEDGED}, S.ACCEPTED, True),
    Answer.DECLINE: ({S.SENT, S.ACKNOWLEDGED}, S.DECLINED, True),
    Answer.REPORT: ({S.ACCEPTED}, S.REPORTED, True),
    Answer.WITHDRAW: ({S.SENT, S.ACKNOWLEDGED}, S.WITHDRAWN, False),
}


@pytest.mark.parametrize("answer", list(Answer))
def test_every_step_goes_where_the_table_says(answer: Answer) -> None:
    step = STEPS[answer]
    assert (set(step.sources), step.target, step.by_provider) == ROWS[answer]


def test_what_is_owed_is_opened_and_met_by_the_steps_that_do_it() -> None:
    assert STEPS[Answer.ACCEPT].opens == (DeadlineKind.REFERRAL_REPORT,)
    assert STEPS[Answer.REPORT].closes == (DeadlineKind.REFERRAL_REPORT,)
    for answer in (Answer.ACCEPT, Answer.DECLINE, Answer.WITHDRAW):
        assert STEPS[answer].closes == (DeadlineKind.REFERRAL,)
    assert [answer for answer in Answer if STEPS[answer].moot] == [Answer.WITHDRAW]


def test_each_side_has_its_own_steps_and_none_when_it_is_over() -> None:
    for state in WAITING:
        assert possible(state, provider=False) == (Answer.WITHDRAW,)
    assert possible(S.SENT, provider=True) == (Answer.ACKNOWLEDGE, Answer.ACCEPT, Answer.DECLINE)
    assert possible(S.ACCEPTED, provider=True) == (Answer.REPORT,)
    for state in (S.DECLINED, S.REPORTED, S.WITHDRAWN):
        assert possible(state, provider=True) == possible(state, provider=False) == ()


def test_a_service_is_told_no_more_than_its_role_may_know() -> None:
    assert set(may_be_told(InstitutionKind.SHELTER)) == {Compartment.D0, Compartment.D1, Compartment.D2}
    assert Compartment.D3 not in may_be_told(InstitutionKind.HEALTH)
    for kind in PROVIDERS:
        assert not set(may_be_told(kind)) & {Compartment.D4, Compartment.D6, Compartment.D8}


def test_police_border_and_prosecution_are_never_asked_for_help() -> None:
    assert not set(PROVIDERS) & {InstitutionKind.POLICE, InstitutionKind.BORDER, InstitutionKind.PROSECUTION}


def test_who_helps_works_on_the_case_as_what_it_is() -> None:
    assert work_of(InstitutionKind.SHELTER) == "shelter"
    assert work_of(InstitutionKind.HEALTH) == "health"
    assert work_of(InstitutionKind.LEGAL_AID) == "provider"
