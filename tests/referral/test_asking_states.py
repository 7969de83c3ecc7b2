from __future__ import annotations

from itertools import product

import pytest

from referral.asking_states import (
    ENQUIRY_MOVES,
    REQUEST_MOVES,
    EnquiryAct,
    RequestAct,
    enquiry_acts,
    request_acts,
)
from referral.enums import AskKind, EnquiryState, PullState

E, P = EnquiryState, PullState

ENQUIRY_ROWS = {
    (E.OPEN, EnquiryAct.YES): E.YES,
    (E.OPEN, EnquiryAct.NO): E.NO,
    (E.OPEN, EnquiryAct.WITHDRAW): E.WITHDRAWN,
    (E.OPEN, EnquiryAct.LAPSE): E.LAPSED,
    (E.LAPSED, EnquiryAct.YES): E.YES,
    (E.LAPSED, EnquiryAct.NO): E.NO,
    (E.LAPSED, EnquiryAct.WITHDRAW): E.WITHDRAWN,
}

REQUEST_ROWS = {
    (AskKind.PULL, P.OPEN, RequestAct.AGREE): P.AGREED,
    (AskKind.PULL, P.OPEN, RequestAct.REFUSE): P.REFUSED,
    (AskKind.SEARCH, P.OPEN, RequestAct.NOTE): P.REFUSED,
    (AskKind.PRESENCE, P.OPEN, RequestAct.NOTE): P.REFUSED,
}


@pytest.mark.parametrize(("state", "act"), list(product(EnquiryState, EnquiryAct)))
def test_an_enquiry_moves_as_its_table_says_and_in_no_other_way(state: EnquiryState, act: EnquiryAct) -> None:
    expected = ENQUIRY_ROWS.get((state, act))
    assert (act in enquiry_acts(state)) is (expected is not None)
    if expected is not None:
        assert ENQUIRY_MOVES[act].target == expected


@pytest.mark.parametrize(("kind", "state", "act"), list(product(AskKind, PullState, RequestAct)))
def test_a_request_moves_as_its_table_says_and_in_no_other_way(
    kind: AskKind, state: PullState, act: RequestAct
) -> None:
    expected = REQUEST_ROWS.get((kind, state, act))
    assert (act in request_acts(kind, state)) is (expected is not None)
    if expected is not None:
        assert REQUEST_MOVES[act].target == expected


def test_no_answer_is_ever_made_by_time() -> None:
    assert ENQUIRY_MOVES[EnquiryAct.LAPSE].target not in (E.YES, E.NO)
