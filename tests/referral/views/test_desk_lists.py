"""Every list of every desk: the row that belongs there stands under its heading and says what it should; nothing near it does."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from html import unescape

import pytest

from referral.enums import Role
from referral.pages.desk import DESKS
from tests.referral import desk_proposals as proposals
from tests.referral import desk_scenes as of
from tests.referral.desk_seats import Desk, Row, desk_of
from tests.referral.views.seats import Seat

pytestmark = pytest.mark.django_db

SCENES: Mapping[tuple[Role, str], Callable[[Desk], Row]] = {
    (Role.DEPUTY, "Who is away"): of.away,
    (Role.DEPUTY, "Not covered now"): of.uncovered,
    (Role.DEPUTY, "Waits for a second person"): proposals.proposed,
    (Role.DEPUTY, "Long overdue"): of.escalated,
    (Role.DEPUTY, "What is due"): of.due("screen", "Screen"),
    (Role.CASE_MANAGER, "Not covered now"): of.uncovered,
    (Role.CASE_MANAGER, "What is due"): of.due("review_risk", "Review risk"),
    (Role.CASE_MANAGER, "Services that end soon"): of.services_ending,
    (Role.CASE_MANAGER, "Needs that nobody meets"): of.needs("medical", "Medical care"),
    (Role.CASE_MANAGER, "Help that you asked for"): of.sent,
    (Role.CASE_MANAGER, "What people say about the help"): of.voices,
    (Role.CASE_MANAGER, "People you work with"): of.people,
    (Role.FIRST_RESPONDER, "Not covered now"): of.uncovered,
    (Role.FIRST_RESPONDER, "What is due"): of.due("screen", "Screen", own=True),
    (Role.FIRST_RESPONDER, "People you found"): of.found,
    (Role.SERVICE_PROVIDER, "Requests to your service"): of.received,
    (Role.SERVICE_PROVIDER, "Not covered now"): of.uncovered,
    (Role.SERVICE_PROVIDER, "Who has a place here"): of.beds,
    (Role.SERVICE_PROVIDER, "People you work with"): of.people,
    (Role.CHILD_PROTECTION, "Not covered now"): of.uncovered,
    (Role.CHILD_PROTECTION, "Your answer is needed"): of.child_answers,
    (Role.CHILD_PROTECTION, "Children who object or want to stop"): of.objections,
    (Role.CHILD_PROTECTION, "Children you have not been told of"): of.not_told,
    (Role.CHILD_PROTECTION, "Files that are not complete"): of.files,
    (Role.CHILD_PROTECTION, "Requests to your service"): of.received,
    (Role.CHILD_PROTECTION, "People you work with"): of.people,
    (Role.GUARDIAN, "Decisions that wait for you"): of.consents_missing,
    (Role.GUARDIAN, "Children who object or want to stop"): of.objections,
    (Role.GUARDIAN, "The child's own view"): of.child_views,
    (Role.GUARDIAN, "People you work with"): of.people,
    (Role.HEALTH_WORKER, "Requests to your service"): of.received,
    (Role.HEALTH_WORKER, "Medicine that ends"): of.medicine,
    (Role.HEALTH_WORKER, "People you work with"): of.people,
    (Role.HEALTH_WORKER, "What your service wrote"): of.health_entries,
    (Role.COMPETENT_AUTHORITY, "Waits for a second person"): proposals.negatives,
    (Role.COMPETENT_AUTHORITY, "Decisions that are due"): of.due("identify", "Decide", own=True),
    (Role.COMPETENT_AUTHORITY, "People you work with"): of.people,
    (Role.ASYLUM_LIAISON, "Your tracks"): of.tracks("asylum", "Asylum", "witness"),
    (Role.JUSTICE_LIAISON, "Your tracks"): of.tracks("witness", "Witness", "asylum"),
    (Role.CONSULAR_OFFICER, "Documents that are asked for"): of.needs("documents", "Documents", "medical"),
    (Role.CONSULAR_OFFICER, "People you work with"): of.people,
    (Role.COORDINATOR, "Long overdue"): of.overdue_stubs,
    (Role.COORDINATOR, "Complaints"): of.complaints,
    (Role.COORDINATOR, "Overdue in the region, by kind of work"): of.overdue_counts,
    (Role.DATA_PROTECTION, "Complaints"): of.complaints,
    (Role.DATA_PROTECTION, "Not reviewed yet"): of.not_reviewed,
    (Role.SURVIVOR_ADVISER, "People who permit your help"): of.with_adviser,
    (Role.SURVIVOR_ADVISER, "What you passed on"): of.voices,
}
"""(Role, heading) → what is put into the list."""

MORE: tuple[tuple[Role, str, Callable[[Desk], Row]], ...] = (
    (Role.ASYLUM_LIAISON, "Your tracks", of.without_track("asylum", "witness")),
    (Role.JUSTICE_LIAISON, "Your tracks", of.without_track("witness", "asylum")),
    *(
        (role, "Children who object or want to stop", of.held(reason, says))
        for role in (Role.CHILD_PROTECTION, Role.GUARDIAN)
        for reason, says in (
            ("child_objects", "The child objects."),
            ("person", "The child wants to stop."),
            ("unconfirmed", "The agreement was taken back."),
        )
    ),
)
"""Lists that hold rows of a further kind."""

LISTS = [(role, str(part.heading)) for role, parts in DESKS.items() for part in parts]


def part_of(desk: Desk, heading: str) -> str:
    """What stands under a heading of the desk; empty without the heading."""
    text = unescape(Seat(desk.scene, "NG-deputy" if desk.role is Role.DEPUTY else desk.role).text("/desk/"))
    found = text.partition(f"<h2>{heading}</h2>")[2]
    return found.partition("</section>")[0]


def check(role: Role, heading: str, scene_of: Callable[[Desk], Row]) -> None:
    desk = desk_of(role)
    assert "<li" not in part_of(desk, heading), "the list begins empty"
    row = scene_of(desk)
    part = part_of(desk, heading)
    for words in row.says:
        assert words in part, (words, part)
    for words in row.near:
        assert words not in part, (words, part)
    assert part.count("<li") == 1, part


@pytest.mark.wide
@pytest.mark.parametrize(("role", "heading"), LISTS)
def test_a_list_holds_what_belongs_there_and_nothing_near_it(role: Role, heading: str) -> None:
    check(role, heading, SCENES[role, heading])


@pytest.mark.wide
@pytest.mark.parametrize(("role", "heading", "scene_of"), MORE)
def test_a_list_holds_its_rows_of_a_further_kind(role: Role, heading: str, scene_of: Callable[[Desk], Row]) -> None:
    check(role, heading, scene_of)


def test_every_list_has_a_scene_and_every_scene_a_list() -> None:
    assert set(SCENES) == set(LISTS)
    assert {(role, heading) for role, heading, _scene_of in MORE} <= set(LISTS)
