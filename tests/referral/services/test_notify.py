"""Who is told of an event: the right readers, each once."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from referral.enums import InstitutionKind, Role
from referral.models import CaseEvent, Mail, Notice
from referral.services import events, notify
from referral.services.moment import Moment, moment_of
from tests.factories import (
    code_of,
    make_case,
    make_handover,
    make_institution,
    make_member,
    make_registry,
    make_user,
    wall_after,
)

pytestmark = pytest.mark.django_db


class Offer:
    """An event of a handover from Nigeria to Niger."""

    def __init__(self) -> None:
        self.registry = make_registry()
        self.sender, self.receiver = make_institution(self.registry, "NG"), make_institution(self.registry, "NE")
        self.case = make_case(self.sender)
        self.handover = make_handover(self.case, self.receiver)
        self.moment: Moment = moment_of(self.registry, wall_after(60))
        self.event: CaseEvent = events.record(case=self.case, kind="offer", moment=self.moment, handover=self.handover)

    def tell(self, *institutions: Any, **given: Any) -> int:
        return notify.tell(
            event=self.event, kind="offer", institutions=institutions or (self.sender, self.receiver), moment=self.moment,
            handover=self.handover, **given,
        )  # fmt: skip


def readers() -> set[int]:
    return set(Notice.objects.values_list("user", flat=True))


def test_focal_points_and_deputies_of_both_sides_are_told_but_not_the_one_who_acted() -> None:
    offer = Offer()
    acting = make_member(offer.sender).user
    told = [make_member(offer.sender, Role.DEPUTY).user, make_member(offer.receiver).user]
    make_member(offer.receiver, Role.CASE_MANAGER)
    assert offer.tell(except_user_id=acting.pk) == 2
    assert readers() == {user.pk for user in told}
    line = Notice.objects.first()
    assert line is not None
    assert (line.kind, line.case, line.handover, line.event, line.cause) == (
        "offer", offer.case, offer.handover, offer.event, f"event:{offer.event.pk}",
    )  # fmt: skip
    assert (line.at, line.wall) == (offer.event.at, offer.moment.wall)


def test_elsewhere_everybody_who_works_there_is_told_and_nobody_who_watches() -> None:
    offer = Offer()
    shelter = make_institution(offer.registry, "NG", kind=InstitutionKind.SHELTER)
    told = [make_member(shelter, role).user for role in (Role.SERVICE_PROVIDER, Role.CASE_MANAGER)]
    for role in (Role.OBSERVER, Role.FACILITATOR, Role.DATA_PROTECTION, Role.COORDINATOR):
        make_member(shelter, role)
    offer.tell(shelter)
    assert readers() == {user.pk for user in told}


def test_whoever_has_left_is_not_told() -> None:
    offer = Offer()
    make_member(offer.receiver, is_active=False)
    make_member(offer.receiver, until_wall=offer.moment.wall)
    still = make_member(offer.receiver, until_wall=wall_after(61)).user
    offer.tell()
    assert readers() == {still.pk}


def test_the_same_event_is_told_once_however_often_it_is_repeated() -> None:
    offer = Offer()
    both = make_user()
    make_member(offer.sender, user=both)
    make_member(offer.sender, Role.DEPUTY, user=both)
    make_member(offer.receiver, user=both)
    assert offer.tell() == 1
    first = Mail.objects.get()
    assert offer.tell() == 0
    assert Notice.objects.count() == 1
    assert Mail.objects.get().message_id == first.message_id


def test_each_notice_has_one_mail_of_its_own_that_waits() -> None:
    offer = Offer()
    make_member(offer.sender)
    make_member(offer.receiver)
    offer.tell()
    mails = list(Mail.objects.select_related("notice"))
    assert [mail.user_id for mail in mails] == [mail.notice.user_id for mail in mails]
    assert len({mail.message_id for mail in mails}) == 2
    assert {(mail.state, mail.template, mail.attempts) for mail in mails} == {("pending", "news", 0)}
    assert {mail.link for mail in mails} == {f"/notices/{code_of('notice', mail.notice.pk)}/" for mail in mails}


def test_a_message_id_has_the_domain_of_the_sender() -> None:
    assert notify.new_message_id().endswith("@alongside.example.org>")


def test_the_doorbell_rings_after_the_commit_and_only_when_somebody_is_told(
    monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    rung: list[str] = []
    monkeypatch.setattr("common.doorbell.current_app.send_task", lambda name, **_: rung.append(name))
    offer = Offer()
    with django_capture_on_commit_callbacks(execute=True):
        offer.tell()
    assert rung == []
    make_member(offer.sender)
    with django_capture_on_commit_callbacks(execute=True):
        offer.tell()
        assert rung == []
    assert rung == ["referral.deliver"]


def test_telling_a_room_costs_as_many_statements_as_telling_two(django_assert_max_num_queries: Any) -> None:
    offer = Offer()
    for _ in range(40):
        make_member(offer.receiver)
    with django_assert_max_num_queries(6):
        assert offer.tell() == 40


def test_the_link_of_a_mail_is_the_page_of_its_notice() -> None:
    assert reverse("referral:notice", args=[7]) == notify.notice_path(7)
