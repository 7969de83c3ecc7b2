"""The pages that everybody opens cost the same number of queries for 2, 20 and 200 people."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from common import clock
from referral.enums import AssignmentKind, DeadlineKind, HandoverState, Role
from referral.models import (
    Assignment,
    Case,
    Custody,
    Deadline,
    Disclosure,
    Enquiry,
    Handover,
    HealthEntry,
    HomeReferral,
    Institution,
    LegalTrack,
    Need,
    Packet,
    Person,
    Proposal,
    PullRequest,
    Reminder,
    Service,
    Voice,
)
from referral.pages.desk import DESKS
from referral.pages.handover_words import VERBS
from referral.selectors.due import kinds_for, states_of
from tests.factories import EXERCISE, WALL, make_case, make_handover, make_institution, make_member, make_user
from tests.referral.crowd import Crowd, crowd
from tests.referral.desks import SEATS

pytestmark = [pytest.mark.django_db, pytest.mark.database]

SIZES = (2, 20, 200)
BEFORE = 4
"""The first people of the crowd are its fifth, who is not covered, and its sixth, whose handover is open and whom nobody has
screened: with two people a page already has every part that it has with two hundred."""


@pytest.fixture
def world() -> Iterator[Crowd]:
    found = crowd(2)
    found.cases = BEFORE
    with clock.moved_wall(WALL - datetime.now(UTC)):  # shifted and not held still: the clock is asked as in production
        yield found


def grow_to(world: Crowd, people: int) -> None:
    world.grow(BEFORE + people - world.cases, ours=2)


def browser(world: Crowd, user: User | None = None) -> Client:
    client = Client()
    client.force_login(user or world.user, backend="accounts.backends.AccountBackend")
    return client


def queries(client: Client, url: str) -> list[str]:
    """What one request asks, the session and the actor included; savepoints are those of the test.

    The request before it notes for a while that somebody is there.
    """
    client.get(url)
    with CaptureQueriesContext(connection) as asked:
        response = client.get(url)
    assert response.status_code == 200, url
    return [query["sql"] for query in asked if "SAVEPOINT" not in query["sql"]]


@pytest.mark.wide
@pytest.mark.parametrize(
    ("url", "most"),
    [
        ("/inbox/", 8),
        ("/inbox/?tab=others", 8),
        ("/inbox/?tab=decided", 8),
        ("/inbox/?only=uncovered", 8),
        ("/inbox/notices/", 8),
        ("/people/", 8),
        ("/people/?q=WORD", 8),
        ("/people/?covered=no&child=yes&answers=now", 8),
    ],
)
def test_a_list_costs_the_same_number_of_queries_whatever_it_holds(world: Crowd, url: str, most: int) -> None:
    client, counts = browser(world), list[int]()
    for size in SIZES:
        grow_to(world, size)
        found = queries(client, url)
        counts.append(len(found))
        assert len(found) <= most, [sql[:120] for sql in found]
    assert len(set(counts)) == 1, counts


def test_with_two_people_the_inbox_has_every_part_already(world: Crowd) -> None:
    client = browser(world)
    grow_to(world, 2)
    text = client.get("/inbox/").content.decode()
    for part in ("</bdi> person is not covered now", "By due time", "Screen"):
        assert part in text, part
    for tab in ("others", "decided"):
        assert 'class="item ' in client.get(f"/inbox/?tab={tab}").content.decode(), tab


def test_an_inbox_with_every_kind_of_thing_costs_no_more(world: Crowd) -> None:
    client, most = browser(world), 8
    grow_to(world, 2)
    shown = every_kind(world)
    for url, verbs in (("/inbox/", shown), ("/inbox/?tab=others", [])):
        found = queries(client, url)
        assert len(found) <= most, [sql[:120] for sql in found]
        text = client.get(url).content.decode()
        for verb in verbs:
            assert f'<span class="item-verb">{verb}</span>' in text, verb
    assert "E-OUT" in client.get("/inbox/?tab=others").content.decode()


@pytest.mark.wide
def test_what_waits_for_a_second_person_costs_no_query_more(world: Crowd) -> None:
    """The lines come with the numbers of the inbox, however many there are."""
    client, counts, here = browser(world), list[int](), world.focal_points[0]
    for size in SIZES:
        grow_to(world, size)
        cases = Case.objects.filter(holder=here, proposals__isnull=True)
        Proposal.objects.bulk_create(proposed(world, case) for case in cases)
        found = queries(client, "/inbox/")
        counts.append(len(found))
        assert len(found) <= 8, [sql[:120] for sql in found]
        shown = client.get("/inbox/").content.decode().count(">Read and confirm<")
        assert shown == min(Proposal.objects.count(), 25)
    assert len(set(counts)) == 1, counts


def proposed(world: Crowd, case: Case) -> Proposal:
    """A colleague would close the case."""
    return Proposal(
        registry=world.registry, case=case, action="close_case", facts={"reason": "died"}, institution=world.focal_points[0],
        proposed_by=world.other_user, proposed_at=EXERCISE,
    )  # fmt: skip


def every_kind(world: Crowd) -> list[str]:
    """One thing of every kind that waits for the focal point, somebody on it; and what waits for others. Their verbs."""
    here, there = world.focal_points
    actor, verbs = world.actor, list[str]()
    for number, kind in enumerate(kinds_for(actor)):
        case = make_case(here, taken_at=EXERCISE)
        like: dict[str, Any] = {
            "registry": world.registry, "case": case, "kind": kind, "owes": here, "opened_at": EXERCISE - timedelta(days=2),
            "due_at": EXERCISE + timedelta(hours=number), "opened_ran": timedelta(0), "floor": timedelta(0), "state": "open",
            "basis": "default", "handled_by_id": actor.membership_id, "handled_at": EXERCISE,
        }  # fmt: skip
        Deadline.objects.create(**like | about(world, kind, case))
        verbs.append(str(VERBS[kind]))
    asked = enquiry(world, make_case(here), "E-OUT", here, there)
    Deadline.objects.create(
        **like | {"case": asked.case, "kind": "answer_enquiry", "owes": there, "other_side": here, "enquiry": asked}
    )
    return verbs


def about(world: Crowd, kind: DeadlineKind, case: Case) -> dict[str, Any]:
    """What a deadline of this kind hangs on."""
    here, there = world.focal_points
    if kind is DeadlineKind.ANSWER_ENQUIRY:
        foreign = make_case(there)
        return {"case": foreign, "enquiry": enquiry(world, foreign, "E-IN", there, here), "other_side": there}
    if kind is DeadlineKind.REQUEST:
        ask = PullRequest.objects.create(
            registry=world.registry, reference="R-IN", asker=there, holder=here, case=case, kind="search", asked_at=EXERCISE,
        )  # fmt: skip
        return {"request": ask, "other_side": there}
    if kind in (DeadlineKind.REFERRAL, DeadlineKind.REFERRAL_REPORT):
        home = HomeReferral.objects.create(
            registry=world.registry, reference=f"H-{kind}"[:12], case=case, sender=there, provider=here, kind="medical",
            sent_at=EXERCISE,
        )  # fmt: skip
        return {"referral": home}
    states = states_of(kind)
    if not states:
        return {}
    alone = kind is DeadlineKind.CONFIRM_ARRIVAL
    state = HandoverState.DEPARTED if alone else max(states)
    mine = make_case(there) if alone else case
    if state in (HandoverState.RECEIVED, HandoverState.COMPLETED):
        arrived = received(make_case(there), here, state, f"X{case.pk}")
        return {"case": arrived.case, "handover": arrived, "other_side": there}
    handover = make_handover(mine, here if alone else there, state=state, reference=f"X{case.pk}")
    if alone:
        Packet.objects.create(handover=handover, contents={}, digest="", frozen_at=EXERCISE)
    return {"case": mine, "handover": handover, "other_side": there}


def received(case: Case, here: Institution, state: HandoverState, reference: str) -> Handover:
    """A handover that was received here, with the link of the custody chain that belongs to it."""
    handover = make_handover(case, here, state=state, reference=reference, received_at=EXERCISE)
    Custody.objects.create(
        case=case, seq=2, since_at=EXERCISE, institution=here, previous_seq=1, previous_since_at=case.opened_at,
        reason="received", handover=handover,
    )  # fmt: skip
    return handover


def enquiry(world: Crowd, case: Case, reference: str, sender: Any, receiver: Any) -> Enquiry:
    return Enquiry.objects.create(
        registry=world.registry, case=case, reference=reference, sender=sender, receiver=receiver,
        receiver_country=receiver.country, state="open", asked_at=EXERCISE,
        sex="female", age_band="18-24", urgency="standard",
    )  # fmt: skip


@pytest.mark.wide
def test_a_person_costs_the_same_number_of_queries_whatever_has_happened(world: Crowd) -> None:
    grow_to(world, 2)
    case = Case.objects.select_related("person", "holder").filter(holder=world.focal_points[0]).latest("pk")
    client, counts = browser(world), list[int]()
    url = f"/people/{case.person.public_code}/"
    for size in SIZES:
        more_of(case, size)
        found = queries(client, url)
        counts.append(len(found))
        assert len(found) <= 12, [sql[:120] for sql in found]
    assert len(set(counts)) == 1, counts


def more_of(case: Case, size: int) -> None:
    """So many places, risks, services, tracks and closed handovers of one person."""
    at = case.opened_at
    home: dict[str, Any] = {"case": case, "institution": case.holder}
    more: dict[str, dict[str, Any]] = {
        "whereabouts": {"kind": "safe_place", "country_id": case.found_in_id, "happened_at": at, "recorded_at": at},
        "screenings": {"opinion": "possible", "list_version": "short", "at": at},
        "services": {"kind": "medical", "provider": case.holder, "state": "running", "since_at": at},
        "legal_tracks": {"kind": "permit", "state": "open", "since_at": at, "country_id": case.found_in_id},
        "needs": {"kind": "medical", "urgency": "standard", "opened_at": at},
    }
    for name, values in more.items():
        model: Any = Case._meta.get_field(name).related_model
        model.objects.bulk_create([model(**home, **values) for _number in range(size)])
    one = Handover.objects.filter(case=case, closed_at__isnull=False).first()
    assert one is not None
    count = Handover.objects.count()
    for number in range(size):
        one.pk, one.reference = None, f"X{count + number}"
        one.save(force_insert=True)
    assert Deadline.objects.filter(case=case).exists()


@pytest.mark.long
@pytest.mark.parametrize("role", DESKS)
def test_a_desk_costs_the_same_number_of_queries_whatever_stands_on_it(world: Crowd, role: Role) -> None:
    here, user = world.focal_points[0], make_user()
    kind, work = SEATS.get(role, (None, None))
    own = make_institution(world.registry, here.country_id, kind=kind) if kind else here
    make_member(own, role, user=user)
    client, counts, headings = browser(world, user), list[int](), list[int]()
    for size in SIZES:
        known = set(Case.objects.values_list("pk", flat=True))
        grow_to(world, size)
        fill_desk(world, own, work, list(Case.objects.filter(holder=here).exclude(pk__in=known)))
        found = queries(client, "/desk/")
        counts.append(len(found))
        headings.append(client.get("/desk/").content.decode().count("<h2>"))
        assert len(found) <= 20, [sql[:120] for sql in found]
    assert len(set(counts)) == 1, counts
    assert len(set(headings)) == 1, "with two people every list stands there already"


def fill_desk(world: Crowd, own: Institution, work: AssignmentKind | None, cases: list[Case]) -> None:
    """For each case something in every list that the desk of this institution can have."""
    here, there = world.focal_points
    age = {"age_low": 14, "age_high": 15, "age_basis": "document", "medicine_until_at": EXERCISE}
    Person.objects.filter(cases__in=cases).update(**age)
    if work is None and own != here:  # whoever found the person, or watches over all of it
        Case.objects.filter(pk__in=[case.pk for case in cases]).update(opened_by=own, taken_at=None)
    Handover.objects.filter(case__in=cases).update(child=True, objected=True, escalated_at=EXERCISE)
    asylum = [] if work == AssignmentKind.CONSULATE else ["asylum"]
    time, home = {"opened_ran": timedelta(0), "floor": timedelta(0)}, {"institution": here}
    rows: list[Any] = []
    for case in cases:
        at = {"case": case, "recorded_at": EXERCISE}
        owed = {
            "registry": world.registry,
            "case": case,
            "owes": own,
            "opened_at": EXERCISE - timedelta(days=9),
            "due_at": EXERCISE,
        }
        rows += [Assignment(case=case, institution=own, kind=work, since_at=EXERCISE)] if work else []
        rows += [
            Need(case=case, kind=kind, urgency="urgent", opened_at=EXERCISE, **home)
            for kind in ("documents", "medical")
        ]
        rows += [
            LegalTrack(case=case, kind=kind, state="open", country_id="NG", since_at=EXERCISE, **home)
            for kind in (*asylum, "witness")
        ]
        service = {"provider": own, "state": "running", "since_at": EXERCISE, "until_at": EXERCISE + timedelta(days=1)}
        rows += [Service(case=case, kind="shelter", **service, **home)]
        rows += [Voice(**at, kind="complain", text="Too late.", permitted=True, **home)]
        rows += [HealthEntry(**at, text="Better.", institution=own)]
        rows += [proposed(world, case)]
        rows += [Disclosure(case=case, recipient=there, compartment="D2", fields=["wishes"], basis="law", at=EXERCISE)]
        rows += [Deadline(**owed, **time, kind=kind, basis="default") for kind in ("identify", "follow_up_90")]
        if own != here:
            ask = {"registry": world.registry, "case": case, "kind": "medical", "sent_at": EXERCISE}
            rows += [HomeReferral(**ask, reference=f"I{case.pk}", sender=here, provider=own)]
            rows += [HomeReferral(**ask, reference=f"O{case.pk}", sender=own, provider=here)]
    for model in dict.fromkeys(map(type, rows)):
        model.objects.bulk_create([row for row in rows if type(row) is model])
    late = Deadline.objects.filter(case__in=cases, kind="follow_up_90", owes=own, basis="default", due_at=EXERCISE)
    rung = {
        "registry": world.registry,
        "rung": "coordinator",
        "state": "fired",
        "due_at": EXERCISE,
        "fired_at": EXERCISE,
    }
    Reminder.objects.bulk_create([Reminder(deadline=one, floor_ran=timedelta(0), **rung) for one in late])
