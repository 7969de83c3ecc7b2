from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from accounts.models import Country
from referral import errors
from referral.enums import Action, AskKind, CustodyReason, DeadlineKind, DeadlineState, HandoverState, PullState
from referral.models import BlockedRecipient, Case, CaseEvent, Deadline, Mail, Notice, PullRequest
from referral.selectors.requests import must_not_reach, to_decide
from referral.services import custody, requests
from tests.factories import make_member
from tests.scenes import Scene, advance, open_case, ready_draft, two_countries

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene() -> Scene:
    return two_countries("NG", "NE", "IT")


def ask(scene: Scene, code: str, kind: AskKind = AskKind.PULL, who: str = "IT", key: Any = None) -> PullRequest:
    with scene.clock():
        facts = {"code": code, "reason": "The family is worried.", "language": "en"}
        return requests.ask(scene.actor(who), kind, facts, submission=key or uuid4()).request


def decide(scene: Scene, request: PullRequest, act: str, **more: Any) -> Any:
    facts = {"act": act, "purpose": "family_unity", "urgency": "standard", "decision_note": "Own file."} | more
    with scene.clock():
        return requests.decide(scene.actor("NG"), request.pk, facts, submission=uuid4())


def test_only_the_holder_hears_of_it_and_owes_a_decision(scene: Scene) -> None:
    case = open_case(scene)
    before = Notice.objects.count()
    request = ask(scene, case.person.public_code.lower())
    assert (request.case, request.holder) == (case, scene.institutions["NG"])
    told = Notice.objects.order_by("pk")[before:]
    assert {notice.institution_id for notice in told} == {scene.institutions["NG"].pk}
    assert {mail.user_id for mail in Mail.objects.all()} <= {scene.users["NG"].pk, scene.users["NG-deputy"].pk}
    due = Deadline.objects.get(request=request)
    assert (due.kind, due.owes, due.other_side) == (DeadlineKind.REQUEST, scene.institutions["NG"], None)
    assert CaseEvent.objects.get(case=case, kind="seek").institution == scene.institutions["IT"]


def test_a_code_that_nobody_has_leaves_the_same_row_and_tells_nobody(scene: Scene) -> None:
    request = ask(scene, "NO SUCH WORD")
    assert (request.case, request.holder, request.state) == (None, None, PullState.OPEN)
    assert not Notice.objects.exists()


def test_people_type_codes_in_their_own_way(scene: Scene) -> None:
    case = open_case(scene)
    code = case.person.public_code.replace("1", "l").replace("0", "O")
    assert ask(scene, f" {code[:4]} {code[4:]} ").case == case
    assert ask(scene, case.person.code_word.lower()).case == case


def test_the_same_form_is_one_request_and_its_key_tells_nothing(scene: Scene) -> None:
    case, key = open_case(scene), uuid4()
    first = ask(scene, case.person.code_word, key=key)
    assert ask(scene, case.person.code_word, key=key) == first
    assert not CaseEvent.objects.filter(submission=key).exists()


def test_an_institution_asks_twenty_times_a_day_whether_or_not_codes_exist(scene: Scene) -> None:
    case = open_case(scene)
    for number in range(19):
        ask(scene, f"NOBODY {number}", AskKind.SEARCH)
    ask(scene, case.person.code_word)
    for code in (case.person.code_word, "NOBODY"):
        with pytest.raises(errors.TooManyRequests):
            ask(scene, code)
    ask(scene, "NOBODY", who="NE")
    scene.after(hours=25)
    ask(scene, "NOBODY")


def test_nobody_asks_about_a_person_of_its_own(scene: Scene) -> None:
    with pytest.raises(errors.OwnPerson):
        ask(scene, open_case(scene).person.code_word, who="NG-deputy")


def test_an_agreement_begins_a_draft_and_nothing_more(scene: Scene) -> None:
    case = open_case(scene)
    request = ask(scene, case.person.code_word)
    outcome = decide(scene, request, "agree")
    request.refresh_from_db()
    draft = request.handover
    assert draft is not None
    assert outcome.handover == draft
    assert (draft.state, draft.receiver, draft.purpose) == (
        HandoverState.DRAFT,
        scene.institutions["IT"],
        "family_unity",
    )
    assert request.state == PullState.AGREED
    assert Deadline.objects.get(request=request).state == DeadlineState.MET
    assert not Notice.objects.filter(institution=scene.institutions["IT"]).exists()
    case.refresh_from_db()
    assert case.holder == scene.institutions["NG"]
    with pytest.raises(errors.RequestOver):
        decide(scene, request, "refuse")


def test_a_refusal_says_nothing_to_the_asker(scene: Scene) -> None:
    request = ask(scene, open_case(scene).person.code_word)
    decide(scene, request, "refuse")
    request.refresh_from_db()
    assert (request.state, request.decision_note, request.handover) == (PullState.REFUSED, "Own file.", None)
    assert not Notice.objects.filter(institution=scene.institutions["IT"]).exists()


def test_where_nothing_may_reach_the_asker_the_holder_cannot_agree(scene: Scene) -> None:
    case = open_case(scene)
    BlockedRecipient.objects.create(person=case.person, country=Country.objects.get(pk="IT"))
    request = ask(scene, case.person.code_word)
    assert must_not_reach(request) == "blocked"
    with pytest.raises(errors.RecipientBlocked):
        decide(scene, request, "agree")
    feared = ask(scene, open_case(scene, feared_countries=["IT"]).person.code_word)
    with pytest.raises(errors.NothingReachesOrigin):
        decide(scene, feared, "agree")
    decide(scene, feared, "refuse")


def test_a_search_can_be_noted_and_never_agreed(scene: Scene) -> None:
    request = ask(scene, open_case(scene).person.code_word, AskKind.SEARCH)
    with pytest.raises(errors.RequestOver):
        decide(scene, request, "agree")
    decide(scene, request, "note")
    request.refresh_from_db()
    assert request.state == PullState.REFUSED


def test_presence_is_news_for_the_sender_of_an_open_handover_who_may_divert(scene: Scene) -> None:
    handover = advance(scene, ready_draft(scene, open_case(scene)), "departed")
    ask(scene, handover.case.person.code_word, AskKind.PRESENCE)
    assert CaseEvent.objects.filter(handover=handover, kind="report_presence").count() == 1
    told = Notice.objects.filter(kind="report_presence")
    assert {notice.institution_id for notice in told} == {scene.institutions["NG"].pk}
    handover.refresh_from_db()
    scene.do("NG", handover, Action.DIVERT, {"diverted_country": "IT"})
    handover.refresh_from_db()
    assert handover.state == HandoverState.DIVERTED


def test_presence_without_a_handover_tells_the_holder_urgently(scene: Scene) -> None:
    request = ask(scene, open_case(scene).person.code_word, AskKind.PRESENCE)
    due = Deadline.objects.get(request=request)
    assert due.due_at - due.opened_at == timedelta(hours=24)
    assert Notice.objects.filter(kind="seek", institution=scene.institutions["NG"]).exists()


def test_a_request_follows_custody_to_the_new_holder(scene: Scene) -> None:
    case = open_case(scene)
    request, own = ask(scene, case.person.code_word), ask(scene, case.person.code_word, who="NE")
    advance(scene, ready_draft(scene, case), "received")
    request.refresh_from_db()
    own.refresh_from_db()
    assert request.holder == scene.institutions["NE"]
    assert own.state == PullState.REFUSED
    assert [row.pk for row in to_decide(scene.actor("NE"))] == [request.pk]
    assert to_decide(scene.actor("NG")) == []
    assert Deadline.objects.get(request=request, state=DeadlineState.OPEN).owes == scene.institutions["NE"]


def test_nobody_decides_for_both_sides(scene: Scene) -> None:
    request = ask(scene, open_case(scene).person.code_word)
    make_member(scene.institutions["IT"], user=scene.users["NG"])
    with pytest.raises(errors.BothSides):
        decide(scene, request, "agree")


def test_a_closed_file_is_as_unknown_as_no_file(scene: Scene) -> None:
    case = open_case(scene)
    custody.append(case, None, CustodyReason.CLOSED, scene.moment())
    assert ask(scene, case.person.code_word).case is None


def seen_before(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever asks from now on has found the file as it is now, and waits for its lock until something else has happened."""
    found = Case.objects.select_related("holder").get(pk=case.pk)
    monkeypatch.setattr(requests, "_found", lambda _registry, _code: found)


def test_who_answers_by_the_time_of_the_lock_is_asked(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    case = open_case(scene)
    seen_before(case, monkeypatch)
    advance(scene, ready_draft(scene, case), "received")
    request = ask(scene, case.person.code_word)
    assert request.holder == scene.institutions["NE"]
    assert Deadline.objects.get(request=request).owes == scene.institutions["NE"]
    with pytest.raises(errors.OwnPerson):
        ask(scene, case.person.code_word, who="NE")


def test_a_file_that_ended_before_the_lock_is_as_unknown_as_no_file(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = open_case(scene)
    seen_before(case, monkeypatch)
    custody.append(case, None, CustodyReason.CLOSED, scene.moment())
    request = ask(scene, case.person.code_word)
    assert (request.case, request.holder, request.state) == (None, None, PullState.OPEN)
    assert not Notice.objects.filter(kind="seek").exists()
