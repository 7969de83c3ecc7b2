"""Fills the copy's database with people and handovers, through the services alone, and prints what to ask of it.

Run by `bench.pages` beside the copy: `python -m bench.stage WRITES`.
"""

from __future__ import annotations

import secrets
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import django

django.setup()

from django.db import transaction  # noqa: E402 - models need the settings

from accounts.models import User  # noqa: E402
from bench.plan import Form, Operation, Plan, Request  # noqa: E402
from bench.visitors import SIGN_IN  # noqa: E402
from common import clock, second_wall  # noqa: E402
from common.clock import ClockMode  # noqa: E402
from referral.demonstration import cast, facts  # noqa: E402
from referral.demonstration.stage import Stage, actor_of_membership, wall_of  # noqa: E402
from referral.demonstration.stories_journeys import CARE_PLAN  # noqa: E402
from referral.enums import Action, RegistryKind, Role  # noqa: E402
from referral.models import Handover, Institution, Membership, Registry  # noqa: E402
from referral.services import drafts, reminders  # noqa: E402
from referral.services.moment import moment_of  # noqa: E402

READ = 25
"""People and handovers on the pages that are read: a full page of the list and of the inbox."""
SIGNING_IN = 8
"""Accounts that sign in at the same time; each has a delay of its own, so none can sign in twice at once."""
RATE = 60
HISTORY = timedelta(days=20)
ACTING, READING = ("NG", "SN"), ("IT", "FR")
"""Countries between which handovers are offered, accepted and received, and those whose pages are read."""


@dataclass(frozen=True, slots=True)
class Played:
    """One person with a handover between two countries, found by the code word."""

    code_word: str
    sender: str
    receiver: str


def play(stage: Stage, people: dict[str, list[Played]], now: datetime) -> None:
    """Everybody is found, and the handovers of each name are brought as far as the name says."""
    everybody = [one for group in people.values() for one in group]
    steps = (
        (6.0, everybody, prepare),
        (5.5, people["accept"] + people["receive"] + people["read"], lambda s, p: s.send(p.code_word, p.sender)),
        (5.0, people["accept"] + people["receive"] + people["read"][::2], acknowledge),
        (4.0, people["receive"], lambda s, p: s.accept(p.code_word, p.receiver, "Duty officer", in_days=1)),
        (0.5, people["receive"], lambda s, p: s.depart(p.code_word, p.sender, "By bus", hours=20, escort="Officer")),
        (0.0, people["offer"], preview),
    )
    for days, group, act in steps:
        stage.at = now - timedelta(days=days)
        with clock.moved_wall(wall_of(stage.registry, stage.at)), transaction.atomic():
            reminders.settle(stage.registry, moment_of(stage.registry))
            for one in group:
                act(stage, one)


def prepare(stage: Stage, one: Played) -> None:
    """Found, with shelter, risk, both permissions and a draft that lacks nothing."""
    word, sender, receiver = one.code_word, one.sender, one.receiver
    stage.find(word, sender, facts.NEEM)
    stage.serve(word, sender, "shelter", "shelter", "National agency", funded_days=60)
    stage.need(word, sender, "medical", "urgent", "Medicine every day.")
    stage.risk(word, sender, "low", receiver, "Travels with an officer; the recruiter's accounts are blocked.")
    stage.agree(word, sender, receiver, "services", "en", ("D2", "D3"), options=["stay", "move"])
    stage.draft(
        word, sender, receiver, "services", compartments=["D0", "D2", "D3"], needs_on_arrival=["shelter", "medical"],
        capacity_confirmed_by="Duty officer, by telephone", **CARE_PLAN,
    )  # fmt: skip


def acknowledge(stage: Stage, one: Played) -> None:
    """The receiver has seen the offer."""
    stage.do(one.code_word, one.receiver, Action.ACKNOWLEDGE)


def preview(stage: Stage, one: Played) -> None:
    """The sender has looked at what will leave."""
    drafts.see_preview(stage.actor(one.sender), stage.handover(one.code_word).pk, submission=None)


def registry() -> Registry:
    """A workshop whose clock has run at 60x since the first day of its history."""
    wall = clock.wall_now()
    begun = wall - HISTORY / RATE
    starts_at = wall - HISTORY
    return Registry.objects.create(
        name="Measurement", slug="measurement", kind=RegistryKind.WORKSHOP, starts_at=starts_at, created_wall=begun,
        anchor_wall=begun, anchor_exercise_at=starts_at, rate=Decimal(RATE), mode=ClockMode.RUNNING, heartbeat_wall=wall,
        last_seen_wall=wall,
    )  # fmt: skip


def stage_of(found: Registry, password: str) -> Stage:
    """The demonstration's institutions and seats, with logins that work outside the demonstration too."""
    institutions = cast.institutions(found, found.starts_at)
    seats = cast.seats(found, institutions, password)
    User.objects.filter(demonstration=True).update(demonstration=False)
    return Stage(
        registry=found,
        actors={key: actor_of_membership(membership) for key, membership in seats.items()},
        institutions=institutions,
    )


def signing_in(institution: Institution, password_of: User) -> tuple[str, ...]:
    """Accounts that do nothing but sign in."""
    found = []
    for number in range(SIGNING_IN):
        user = User.objects.create(email=f"visitor{number}@example.org", password=password_of.password)
        Membership.objects.create(user=user, institution=institution, role=Role.DEPUTY)
        found.append(user.email)
    return tuple(found)


def operations(
    stage: Stage, people: dict[str, list[Played]], strangers: tuple[str, ...], password: str
) -> Iterator[Operation]:
    """What is asked, in the order of the table."""
    read = people["read"][0]
    code = stage.case(read.code_word).person.public_code
    yield Operation("bare view", (login("IT"),), (Request("/bare/"),))
    yield Operation(
        "sign-in", strangers,
        tuple(
            Request(SIGN_IN, {"login": strangers[number % len(strangers)], "password": password})
            for number in range(len(people["offer"]))
        ),
        signed_in=False,
    )  # fmt: skip
    yield Operation("inbox", (login("FR"),), (Request("/inbox/"),))
    yield Operation("person page", (login("IT"),), (Request(f"/people/{code}/"),))
    yield Operation("list with search", (login("IT"),), (Request("/people/?q=read"),))
    yield Operation("intake", (login("GM"),), tuple(Request("/people/new/", INTAKE) for _one in people["offer"]))
    sender, receiver = (login(country) for country in ACTING)
    yield Operation("offer", (sender,), tuple(Request(*offer(stage.handover(p.code_word))) for p in people["offer"]))
    yield Operation("accept", (receiver,), tuple(Request(*accept(stage, p)) for p in people["accept"]))
    yield Operation("receive", (receiver,), tuple(Request(*receive(stage, p)) for p in people["receive"]))


def login(country: str) -> str:
    """The focal point of a country."""
    return f"focal.{country.lower()}@example.org"


INTAKE: Form = {
    "safe_tonight": "yes", "call_tonight": "The shelter", "found_by": "self", "languages_0": "en", "sex": "female",
    "age_low": "24", "age_high": "28", "age_basis": "statement", "accompanied": "no", "indicators": ["deceived", "debt"],
    "opinion": "possible", "wishes": "To live near her sister.", "safe_contact": "Through the shelter",
}  # fmt: skip


def offer(found: Handover) -> tuple[str, Form]:
    """The last step of a draft: sent as it stands."""
    code = found.case.person.public_code
    return f"/people/{code}/handover/{found.reference}/check/", {"version": str(found.version)}


def accept(stage: Stage, one: Played) -> tuple[str, Form]:
    """A place is ready, from the day after tomorrow."""
    found = stage.handover(one.code_word)
    return f"/handovers/{found.reference}/decide/", {
        "version": str(found.version), "decision": "accept", "place_confirmed": "on", "reception_contact": "Duty officer",
        **moment("reception_from_at", stage.at + timedelta(days=2)),
    }  # fmt: skip


def receive(stage: Stage, one: Played) -> tuple[str, Form]:
    """Arrived safely an hour before the measurement."""
    found = stage.handover(one.code_word)
    return f"/handovers/{found.reference}/receive/", {
        "version": str(found.version), "received_by": "Duty officer", "arrived_safely": "yes", "person_content": "yes",
        **moment("arrived_at", stage.at - timedelta(hours=1)),
    }  # fmt: skip


def moment(name: str, at: datetime) -> dict[str, str]:
    """An instant as the receiving country's officer types it."""
    there = at.astimezone(ZoneInfo("Africa/Dakar"))
    return {
        f"{name}_day": str(there.day), f"{name}_month": str(there.month), f"{name}_year": str(there.year),
        f"{name}_time": f"{there:%H:%M}",
    }  # fmt: skip


@second_wall.system()
def main(writes: int) -> None:
    """Play what is needed for so many requests of each writing kind, and print the plan."""
    password = secrets.token_urlsafe(12)
    found = registry()
    stage = stage_of(found, password)
    people = {
        name: [Played(f"{name.upper()} {number}", *ACTING) for number in range(writes)]
        for name in ("offer", "accept", "receive")
    }
    people["read"] = [Played(f"READ {number}", *READING) for number in range(READ)]
    play(stage, people, moment_of(found).at)
    strangers = signing_in(stage.institution("GM", "focal_point"), User.objects.get(email=login("GM")))
    Registry.objects.filter(pk=found.pk).update(heartbeat_wall=clock.wall_now(), last_seen_wall=clock.wall_now())
    print(Plan(password, tuple(operations(stage, people, strangers, password))).as_json())


if __name__ == "__main__":
    main(int(sys.argv[1]))
