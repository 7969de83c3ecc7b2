"""One scene for each list of each desk: exactly one row that belongs there, and near misses that do not.

A near miss is of another institution, is over, or is not due yet. A list without a scene fails
`tests/referral/views/test_desk_lists.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.urls import reverse

from referral.enums import Role
from referral.models import (
    AuditReview,
    Case,
    ChildFile,
    Consent,
    Deadline,
    Denial,
    Handover,
    HealthEntry,
    HomeReferral,
    Institution,
    LegalTrack,
    Membership,
    Need,
    Person,
    Reminder,
    Service,
    Voice,
)
from tests.factories import make_handover, make_institution, make_user
from tests.referral.desk_seats import DAY, Desk, Row, desk_of, row, word
from tests.scenes import open_case

R = Role
CHILD = {"age_low": 14, "age_high": 15, "age_basis": "document"}
UNSAFE = {"safe_tonight": "no"}


def uncovered(desk: Desk) -> Row:
    case = desk.case(**UNSAFE)
    return row(
        case,
        "Make safe tonight",
        "No safe place tonight",
        "Not covered now",
        near=(desk.case(), desk.foreign(**UNSAFE)),
    )


def people(desk: Desk) -> Row:
    case = desk.case()
    return row(case, "See", near=(desk.over(), desk.foreign()))


def found(desk: Desk) -> Row:
    return row(desk.case(), "Not taken by the focal point yet", near=(desk.over(), desk.foreign()))


def owed(desk: Desk, case: Case, kind: str, owes: Institution, **more: Any) -> Deadline:
    like = {
        "registry": desk.scene.registry, "case": case, "kind": kind, "owes": owes, "opened_at": desk.at - DAY, "due_at": desk.at + DAY,
        "opened_ran": timedelta(0), "floor": timedelta(0), "basis": "default",
    }  # fmt: skip
    return Deadline.objects.create(**like | more)


def due(kind: str, verb: str, *, own: bool = False) -> Callable[[Desk], Row]:
    """Work of this kind, owed by the own institution or by the country's; another's, done, and for a review far ahead."""

    def scene_of(desk: Desk) -> Row:
        case, done, later, foreign = desk.case(), desk.case(), desk.case(), desk.foreign()
        Deadline.objects.filter(case__in=(case, done, later, foreign)).delete()
        owes = desk.own if own else case.holder or desk.scene.institutions["NG"]
        owed(desk, case, kind, owes, opened_at=desk.at - 10 * DAY)
        owed(desk, done, kind, owes, state="met", closed_at=desk.at)
        owed(desk, foreign, kind, desk.other)
        owed(desk, later, "review_risk", owes, due_at=desk.at + 90 * DAY)
        return row(case, verb, near=(done, later, foreign))

    return scene_of


def away(desk: Desk) -> Row:
    seats = Membership.objects.filter(role=R.FOCAL_POINT)
    until = desk.scene.wall + 3 * DAY
    seats.filter(institution=desk.own).update(away_until_wall=until)
    seats.filter(institution=desk.other).update(away_until_wall=until)
    back = Membership.objects.create(
        user=make_user("back@example.org"),
        institution=desk.own,
        role=R.FOCAL_POINT,
        away_until_wall=desk.scene.wall - DAY,
    )
    said = "Until 10 September 2026", "real time. You stand in.", "Focal point"
    return Row((desk.scene.users["NG"].email, *said), (desk.scene.users["NE"].email, back.user.email))


def handover(desk: Desk, case: Case, **more: Any) -> Handover:
    return make_handover(case, desk.scene.institutions["NE"], reference=f"HX{case.pk}", **more)


def escalated(desk: Desk) -> Row:
    case, soon, over = desk.case(), desk.case(), desk.case()
    handover(desk, case, escalated_at=desk.at)
    handover(desk, soon)
    handover(desk, over, state="declined", closed_at=desk.at, escalated_at=desk.at)
    return row(case, "The regional coordinator was told on", f"HX{case.pk}", near=(soon, over))


def services_ending(desk: Desk) -> Row:
    case, later, over, foreign = desk.case(), desk.case(), desk.case(), desk.foreign()
    like = {"kind": "medical", "provider": desk.other, "state": "running", "since_at": desk.at - DAY}
    for of, more in (
        (case, {"until_at": desk.at + 6 * DAY}), (later, {"until_at": desk.at + 8 * DAY}),
        (over, {"until_at": desk.at, "state": "ended"}), (foreign, {"until_at": desk.at + DAY}),
    ):  # fmt: skip
        Service.objects.create(**desk.home(of), **like | more)
    return row(case, "Plan", "Medical care", desk.other.name, "until 8 March 2026", near=(later, over, foreign))


def needs(kind: str, words: str, other: str = "") -> Callable[[Desk], Row]:
    def scene_of(desk: Desk) -> Row:
        case, met, foreign = desk.case(), desk.case(), desk.foreign()
        like = {"kind": kind, "urgency": "urgent", "opened_at": desk.at}
        for of, more in ((case, {}), (met, {"met_at": desk.at}), (foreign, {})):
            Need.objects.create(**desk.home(of), **like | more)
        near: tuple[Case, ...] = (met, foreign)
        if other:
            near = (*near, desk.case())
            Need.objects.create(**desk.home(near[-1]), **like | {"kind": other})
        return row(case, "Find help", words, "Urgent", near=near)

    return scene_of


def asked(desk: Desk, case: Case, sender: Institution, provider: Institution, **more: Any) -> HomeReferral:
    like = {"registry": desk.scene.registry, "reference": f"R{case.pk}", "kind": "medical", "sent_at": desk.at}
    return HomeReferral.objects.create(case=case, sender=sender, provider=provider, **like | more)


def received(desk: Desk) -> Row:
    home, case, over, foreign = desk.scene.institutions["NG"], open_case(desk.scene), desk.case(), desk.case()
    asked(desk, case, home, desk.own)
    asked(desk, over, home, desk.own, state="declined", closed_at=desk.at)
    asked(desk, foreign, home, desk.other)
    return row(case, "Say that you have it", "Medical care", home.name, f"R{case.pk}", near=(over, foreign))


def sent(desk: Desk) -> Row:
    case, over, foreign = desk.case(), desk.case(), desk.case()
    service = make_institution(desk.scene.registry, "NG", kind="health")
    asked(desk, case, desk.own, service)
    asked(desk, over, desk.own, service, state="declined", closed_at=desk.at)
    asked(desk, foreign, desk.other, service)
    return row(case, "See", service.name, f"R{case.pk}", near=(over, foreign))


def said(desk: Desk, case: Case, kind: str = "correct", **more: Any) -> None:
    Voice.objects.create(**desk.home(case), kind=kind, text="CANARY-VOICE", permitted=True, recorded_at=desk.at, **more)


def voices(desk: Desk) -> Row:
    case, over, foreign = desk.case(), desk.over(), desk.foreign()
    for one in (case, over, foreign):
        said(desk, one)
    return row(case, "Read", "Something written is wrong", "2 March 2026", near=(over, foreign, "CANARY-VOICE"))


def beds(desk: Desk) -> Row:
    case, over, foreign, other = (desk.case() for _again in range(4))
    like = {
        "kind": "shelter",
        "provider": desk.own,
        "state": "running",
        "since_at": desk.at,
        "until_at": desk.at + 2 * DAY,
    }
    for of, more in (
        (case, {}), (over, {"state": "ended"}), (foreign, {"provider": desk.other}), (other, {"kind": "medical"}),
    ):  # fmt: skip
        Service.objects.create(**desk.home(of), **like | more)
    return row(case, "Until 4 March 2026", "Running", near=(over, foreign, other))


def child_answers(desk: Desk) -> Row:
    case, done, foreign = desk.case(**CHILD), desk.case(**CHILD), desk.case(**CHILD)
    for one, owes, more in (
        (case, desk.own, {}), (done, desk.own, {"state": "met", "closed_at": desk.at}), (foreign, desk.other, {}),
    ):  # fmt: skip
        offered = handover(desk, one, child=True)
        owed(desk, one, "child_answer", owes, handover=offered, **more)
    return row(case, reverse("referral:child_answer", args=[f"HX{case.pk}"]), near=(done, foreign))


def objections(desk: Desk) -> Row:
    case, willing, over, foreign = desk.case(**CHILD), desk.case(**CHILD), desk.case(**CHILD), desk.foreign(**CHILD)
    handover(desk, case, child=True, objected=True)
    handover(desk, willing, child=True)
    handover(desk, over, child=True, objected=True, state="declined", closed_at=desk.at)
    handover(desk, foreign, child=True, objected=True)
    return row(
        case, "Hear the child", "The child objects. Nothing moves until it was heard.", near=(willing, over, foreign)
    )


def held(reason: str, says: str) -> Callable[[Desk], Row]:
    """A journey that nobody but child protection sets going again; one that waits for papers is no such thing."""

    def scene_of(desk: Desk) -> Row:
        case, papers = desk.case(**CHILD), desk.case(**CHILD)
        for of, why in ((case, reason), (papers, "practical")):
            handover(desk, of, child=True, state="held", held_from="accepted", hold_reason=why)
        return row(case, "Hear the child", says, near=(papers,))

    return scene_of


def not_told(desk: Desk) -> Row:
    case, abroad, told = (
        open_case(desk.scene, **CHILD),
        open_case(desk.scene, "NE", **CHILD),
        open_case(desk.scene, **CHILD),
    )
    Deadline.objects.filter(case=told, kind="child_notice").update(state="met", closed_at=desk.at)
    return Row(("1 child in your country of whom you have not been told yet",), tuple(map(word, (case, abroad, told))))


def child_file(desk: Desk, case: Case, **more: Any) -> None:
    whole = {
        "guardian": "Somebody", "guardian_conflict_checked": True, "child_view": "CANARY-VIEW", "assessment_at": desk.at,
        "determination_at": desk.at,
    }  # fmt: skip
    ChildFile.objects.update_or_create(case=case, defaults={"institution": desk.own} | whole | more)


def files(desk: Desk) -> Row:
    case, whole, adult, foreign = desk.case(**CHILD), desk.case(**CHILD), desk.case(), desk.foreign(**CHILD)
    child_file(desk, case, guardian="", determination_at=None)
    child_file(desk, whole)
    return row(case, "Complete the file", "Missing: guardian, determination", near=(whole, adult, foreign))


def child_views(desk: Desk) -> Row:
    case, whole, heard, foreign = desk.case(**CHILD), desk.case(**CHILD), desk.case(**CHILD), desk.foreign(**CHILD)
    asked = desk.case(**CHILD)
    child_file(desk, case, child_view="")
    child_file(desk, whole)
    child_file(desk, heard, guardian="")
    for one, said in ((asked, "CANARY-VIEW"), (case, "")):
        Consent.objects.create(
            **desk.home(one), kind="move", decision="refused", purpose="safety", recipient_country_id="NE", given_by="guardian",
            language="en", given_at=desk.at, child_view=said,
        )  # fmt: skip
    return row(case, "The child's view is missing", near=(whole, heard, asked, foreign, "CANARY-VIEW"))


def consents_missing(desk: Desk) -> Row:
    case, given, over, foreign = desk.case(**CHILD), desk.case(**CHILD), desk.case(**CHILD), desk.foreign(**CHILD)
    for one, more in (
        (case, {}), (given, {}), (over, {"state": "declined", "closed_at": desk.at}), (foreign, {}),
    ):  # fmt: skip
        handover(desk, one, child=True, purpose="safety", **more)
    Consent.objects.create(
        **desk.home(given), kind="move", decision="given", purpose="safety", recipient_country_id="NE", given_by="guardian",
        language="en", given_at=desk.at,
    )  # fmt: skip
    return row(case, "Decide", "No decision by the guardian", "Silence is no.", near=(given, over, foreign))


def medicine(desk: Desk) -> Row:
    case, later, over, foreign = desk.case(), desk.case(), desk.over(), desk.foreign()
    for one, days in ((case, 2), (later, 4), (over, 1), (foreign, 1)):
        Person.objects.filter(pk=one.person_id).update(medicine_until_at=desk.at + days * DAY)
    return row(case, "See to the medicine", "Medicine ends", "Until 4 March 2026", near=(later, over, foreign))


def health_entries(desk: Desk) -> Row:
    case, silent, over = desk.case(), desk.case(), desk.over()
    for one, who in ((case, desk.own), (silent, desk.other), (over, desk.own)):
        HealthEntry.objects.create(case=one, institution=who, text="CANARY-HEALTH", recorded_at=desk.at)
    return row(case, "Only your service", "2 March 2026", near=(silent, over, "CANARY-HEALTH"))


def track(desk: Desk, case: Case, kind: str, **more: Any) -> None:
    LegalTrack.objects.create(**desk.home(case), kind=kind, state="open", country_id="NG", since_at=desk.at, **more)


def tracks(kind: str, words: str, hidden: str) -> Callable[[Desk], Row]:
    """A track of the own law; beside it one of the other law, and one of the own that has ended."""

    def scene_of(desk: Desk) -> Row:
        case, over, foreign = desk.case(), desk.over(), desk.foreign()
        track(desk, case, kind, reference="OWN-1")
        track(desk, case, kind, reference="ENDED-1", until_at=desk.at)
        track(desk, case, hidden, reference="OTHER-1")
        for one in (over, foreign):
            track(desk, one, kind)
        return row(case, "Record where it stands", words, "OWN-1", near=("ENDED-1", "OTHER-1", over, foreign))

    return scene_of


def without_track(kind: str, hidden: str) -> Callable[[Desk], Row]:
    """Nothing of the own law runs: one has ended, one of the other law runs."""

    def scene_of(desk: Desk) -> Row:
        case, over, foreign = desk.case(), desk.over(), desk.foreign()
        track(desk, case, kind, reference="ENDED-1", until_at=desk.at)
        track(desk, case, hidden, reference="OTHER-1")
        return row(case, "Open a track", "No track yet", near=("ENDED-1", "OTHER-1", over, foreign))

    return scene_of


def late(desk: Desk, kind: str = "follow_up_30", **more: Any) -> Deadline:
    return owed(
        desk, open_case(desk.scene), kind, desk.scene.institutions["NG"], due_at=desk.at - timedelta(hours=1), **more
    )


def fired(desk: Desk, deadline: Deadline, rung: str = "coordinator") -> Deadline:
    Reminder.objects.create(
        registry=desk.scene.registry, deadline=deadline, rung=rung, state="fired", due_at=desk.at, fired_at=desk.at,
        floor_ran=timedelta(0),
    )  # fmt: skip
    return deadline


def overdue_stubs(desk: Desk) -> Row:
    stub, early = fired(desk, late(desk)), fired(desk, late(desk), "deputy")
    over = fired(desk, late(desk, state="met", closed_at=desk.at))
    elsewhere = desk_of(R.COORDINATOR)
    far = fired(elsewhere, late(elsewhere))
    hidden = (early, over, far)
    return Row(
        (f"D-{stub.pk}", "Follow up", "Nigeria owes this"), (word(stub.case), *(f"D-{one.pk}" for one in hidden))
    )


def overdue_counts(desk: Desk) -> Row:
    Deadline.objects.all().delete()
    for _again in range(3):
        late(desk)
    late(desk, "screen", state="met", closed_at=desk.at)
    owed(desk, open_case(desk.scene), "take", desk.scene.institutions["NG"])
    return Row(("Follow up after 30 days", ">3<"), ("Screen", "Nigeria"))


def complaints(desk: Desk) -> Row:
    case, pleased = open_case(desk.scene), open_case(desk.scene)
    said(desk, case, "complain")
    said(desk, pleased, "rate", rating=5)
    elsewhere = desk_of(desk.role)
    far = open_case(elsewhere.scene)
    said(elsewhere, far, "complain")
    near = case.person.code_word, pleased.person.public_code, far.person.public_code, "CANARY-VOICE"
    return Row(("Complaint about help in Nigeria", case.person.public_code, "2 March 2026"), near)


def refused(desk: Desk, code: str) -> Denial:
    here = desk.scene
    return Denial.objects.create(
        registry=here.registry, institution=here.institutions["NG"], user=here.users["NG"], role="focal_point", page="person",
        code=code, answer="404", at=desk.at, wall=here.wall,
    )  # fmt: skip


def not_reviewed(desk: Desk) -> Row:
    refused(desk, "NEARHERE")
    refused(desk_of(desk.role), "FARAWAY1")
    AuditReview.objects.create(
        registry=desk.scene.registry, institution=desk.own, user=desk.scene.users[desk.role], source="denied",
        row=refused(desk, "REVIEWED").pk, remark="Nothing.", at=desk.at, wall=desk.scene.wall, submission=uuid4(),
    )  # fmt: skip
    return Row(("Refused attempts", "NEARHERE", desk.scene.institutions["NG"].name), ("FARAWAY1", "REVIEWED"))


def with_adviser(desk: Desk) -> Row:
    return row(desk.case(), "Pass something on", near=(desk.over(), desk.foreign()))
