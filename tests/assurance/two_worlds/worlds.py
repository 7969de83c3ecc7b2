"""Pairs of registries that differ only in what certain seats may not see.

Both are built by the same steps; then things happen in one of them alone: in other countries, at home in the sending
country, or in compartments that a role does not read. The clocks of both stand at one instant.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from importlib import import_module
from itertools import count
from uuid import uuid4

import pytest
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

from accounts import session_limits
from referral import codes
from referral.enums import Action, AskKind, Role
from referral.models import (
    BlockedRecipient,
    Case,
    Deadline,
    Enquiry,
    Handover,
    HomeReferral,
    Need,
    Notice,
    Person,
    PersonLink,
    PullRequest,
    Service,
)
from referral.services import care, enquiries, health, referrals, reminders, requests, voices
from tests import factories
from tests.factories import make_member, make_user
from tests.referral.desks import SEATS, assign, seat
from tests.scenes import Scene, advance, open_case, open_child, ready_draft, two_countries

BACKEND = "accounts.backends.AccountBackend"
COUNTRIES = ("NG", "NE", "IT", "MR")
CROWDED, CROWD = "at home", 30
"""The pair whose lists are longer than a page, and how many people its Niger answers for beyond those of all pairs."""
HIDDEN_HOURS = timedelta(hours=4)
"""Wall time in which things happen that only one of the two registries has."""
AT_NG = (
    "NG", "NG-deputy", "NG-child", Role.CASE_MANAGER, Role.SERVICE_PROVIDER, Role.HEALTH_WORKER, Role.COMPETENT_AUTHORITY,
    Role.GUARDIAN, Role.ASYLUM_LIAISON, Role.JUSTICE_LIAISON, Role.CONSULAR_OFFICER, Role.SURVIVOR_ADVISER,
    Role.FIRST_RESPONDER, "NG-officer",
)  # fmt: skip


class Codes:
    """Stands for the source of chance in `referral.codes`: both registries of a pair draw the same names in the same order.

    What happens in one of them alone draws its words from the other end, so that nobody's next word depends on it.
    """

    def __init__(self) -> None:
        self.rng, self.backwards = random.Random(0), False

    def start(self, seed: object, *, backwards: bool = False) -> None:
        self.rng, self.backwards = random.Random(str(seed)), backwards

    @contextmanager
    def aside(self, seed: object) -> Iterator[None]:
        """What is drawn inside belongs to one of the two alone."""
        before = self.rng, self.backwards
        self.start(seed, backwards=True)
        yield
        self.rng, self.backwards = before

    def choice(self, given: Sequence[str]) -> str:
        if isinstance(given, str):
            return self.rng.choice(given)
        return given[-1 if self.backwards else 0]

    def randbelow(self, limit: int) -> int:
        return self.rng.randrange(limit)


@dataclass
class World:
    """One registry of a pair: its scene, a session for each seat, and names of things in it."""

    scene: Scene
    cases: dict[str, Case] = field(default_factory=dict)
    handovers: dict[str, Handover] = field(default_factory=dict)
    sessions: dict[str, str] = field(default_factory=dict)


@dataclass
class Pair:
    """Two worlds, the seats to which they are one, and names of what one of them hides from these."""

    name: str
    plain: World
    other: World
    seats: tuple[str, ...]
    hidden: dict[str, tuple[str, ...]]


def seeded(patch: pytest.MonkeyPatch) -> Codes:
    """Put `Codes` in the place of chance, and let invented names carry numbers of seven digits too."""
    source = Codes()
    patch.setattr(codes, "secrets", source)
    patch.setattr(factories, "_number", count(5_000_000))
    # In the demonstration everybody reads every mail of the registry, on purpose; elsewhere there is no such page.
    patch.setattr(settings, "DEMONSTRATION", False)
    return source


def built(source: Codes, otherwise: str = "") -> World:
    """A registry at work: one woman with everybody around her and on her way to Niger, a draft, a child, a file of Niger.

    Both sides recorded a call, of which the other reads the sentence alone; the side `otherwise` spoke with another.
    """
    source.start("visible")
    scene = two_countries(*COUNTRIES)
    for role in SEATS:
        if role is not Role.CHILD_PROTECTION:
            seat(scene, role)
    scene.users["NG-officer"] = make_user()
    make_member(scene.institutions["NG"], Role.DATA_PROTECTION, user=scene.users["NG-officer"])
    world = World(scene)
    world.cases["main"] = open_case(scene, blocked_countries=["TN"])
    _at_work(world, world.cases["main"])
    world.handovers["main"] = advance(scene, ready_draft(scene, world.cases["main"]), "acknowledged")
    scene.do("NE", world.handovers["main"], Action.ASK, {"question": "Does she need a doctor?", "language": "en"})
    for side in ("NG", "NE"):
        who = "Hidden person" if side == otherwise else "Duty officer"
        call = {"phrase": "delayed", "spoke_with": who, "text": who, "language": "en", "happened_at": scene.moment().at}
        scene.do(side, world.handovers["main"], Action.RECORD_CALL, call)
    world.cases["draft"] = open_case(scene)
    world.handovers["draft"] = ready_draft(scene, world.cases["draft"])
    world.cases["child"] = open_child(scene)
    world.cases["abroad"] = open_case(scene, "NE")
    world.cases["came"] = open_case(scene, "NE")
    world.handovers["came"] = advance(
        scene, ready_draft(scene, world.cases["came"], "NE", "NG"), "received", "NE", "NG"
    )
    reason = {"reason": "The family has not heard for a week.", "language": "en"}
    with scene.clock():
        code = world.cases["main"].person.code_word
        requests.ask(scene.actor("NE"), AskKind.PULL, reason | {"code": code}, submission=uuid4())
    return world


def _at_work(world: World, case: Case) -> None:
    scene = world.scene
    for role, (_kind, work) in SEATS.items():
        if work and role is not Role.CHILD_PROTECTION:
            assign(scene, role, case)
    with scene.clock():
        actor = scene.actor("NG")
        care.add_need(actor, case.pk, {"kind": "documents", "urgency": "urgent"}, submission=uuid4())
        service = {
            "kind": "shelter",
            "provider": scene.institutions[Role.SERVICE_PROVIDER],
            "state": "running",
            "payer": "A fund",
        }
        care.add_service(actor, case.pk, service, submission=uuid4())
        asked = {"country": "NE", "urgency": "standard", "services": ["shelter"], "told_person": True}
        enquiries.ask(actor, case.pk, asked, submission=uuid4())
        entry = {"text": "Tablets twice a day.", "for_case_manager": True}
        health.write_entry(scene.actor(Role.HEALTH_WORKER), case.pk, entry, submission=uuid4())
        said = {"kind": "complain", "text": "Nobody told me.", "language": "en", "permitted": True}
        voices.speak(scene.actor(Role.SURVIVOR_ADVISER), case.pk, said, submission=uuid4())
        facts = {
            "provider": scene.institutions[Role.SERVICE_PROVIDER], "kind": "shelter", "urgency": "urgent",
            "compartments": ["D2"], "message": "A quiet room, please.", "person_agrees": True,
        }  # fmt: skip
        referrals.send(actor, case.pk, facts, submission=uuid4())


def crowded(world: World, source: Codes, *, hidden: bool = False) -> World:
    """More people of Niger than a page holds. In the other world one whom Nigeria hides stands after every second of them,
    so that whatever counts, cuts or orders lists before it looks at who may see ends its pages elsewhere."""
    for number in range(CROWD):
        open_case(world.scene, "NE")
        if hidden and number % 2:
            with source.aside(f"hidden {number}"):
                open_case(world.scene, name=f"Hidden Name in a crowd {number}")
    return world


def abroad(world: World) -> None:
    """What Italy, Mauritania and Niger do among themselves; Nigeria learns of none of it."""
    scene = world.scene
    for number in range(3):
        case = open_case(scene, "IT", name=f"Hidden Name {number}", wishes="To stay in Italy.")
        if number == 0:
            BlockedRecipient.objects.create(person=case.person, country_id="NG", reason="The recruiter's brother")
            world.cases["hidden"] = case
        if number < 2:
            draft = ready_draft(scene, case, "IT", "MR")
            world.handovers["hidden"] = advance(scene, draft, ("acknowledged", "received")[number], "IT", "MR")
    own = open_case(scene, "NE", wishes="Hidden wishes.")
    with scene.clock():
        asked = {"country": "MR", "urgency": "standard", "services": ["shelter"], "told_person": True}
        enquiries.ask(scene.actor("IT"), world.cases["hidden"].pk, asked, submission=uuid4())
        reason = {"reason": "Hidden reason.", "language": "en"}
        for code in (world.cases["hidden"].person.code_word, own.person.code_word, "NOBODY"):
            requests.ask(scene.actor("MR"), AskKind.SEARCH, reason | {"code": code}, submission=uuid4())
        care.add_need(scene.actor("NE"), own.pk, {"kind": "documents", "urgency": "urgent"}, submission=uuid4())


def at_home(world: World) -> None:
    """What Nigeria does and knows after it asked Niger: other people, and more about the woman than it disclosed."""
    scene, case = world.scene, world.cases["main"]
    for number in range(3):
        other = open_case(scene, name=f"Hidden Name {number}")
        if number == 0:
            world.cases["hidden"] = other
            world.handovers["hidden"] = advance(scene, ready_draft(scene, other, receiver="GH"), "offered")
    Person.objects.filter(pk=case.person_id).update(
        wishes="Hidden wishes.", safe_contact="Hidden contact.", call_tonight="Hidden call.", gender="Hidden gender",
    )  # fmt: skip
    identity = case.person.identity
    identity.name, identity.contact, identity.exact_location = "Hidden Name", "Hidden contact", "Hidden street 7"
    identity.save()
    BlockedRecipient.objects.create(person=case.person, country_id="GM", reason="Hidden reason")
    PersonLink.objects.create(person=case.person, other=world.cases["hidden"].person, kind="sibling")
    with scene.clock():
        actor = scene.actor("NG")
        care.add_need(actor, case.pk, {"kind": "legal", "urgency": "urgent", "note": "Hidden note"}, submission=uuid4())
        care.assess_risk(
            actor, case.pk, {"level": "medium", "receiving_country": "NE", "fears": "Hidden fears.", "measures": "Hidden."},
            submission=uuid4(),
        )  # fmt: skip
        entry = {"text": "Hidden tablets.", "for_case_manager": True}
        health.write_entry(scene.actor(Role.HEALTH_WORKER), case.pk, entry, submission=uuid4())


def closed_compartments(world: World) -> None:
    """Values of D5, D7 and D8, as if they had been known from the beginning; nobody who does not read them may notice."""
    scene, case = world.scene, world.cases["main"]
    hidden = open_case(scene, "IT")
    world.cases["hidden"] = hidden
    Person.objects.filter(pk=case.person_id).update(citizenships=["GH"], feared_countries=["ML"])
    Case.objects.filter(pk=case.pk).update(route=["NG", "NE", "LY"])
    identity = case.person.identity
    identity.exact_location = "Hidden street 7"
    identity.save()
    BlockedRecipient.objects.create(person=case.person, country_id="GM", reason="Hidden reason")
    PersonLink.objects.create(person=case.person, other=hidden.person, kind="sibling")


TWISTS: dict[str, tuple[Callable[[World], None], str, tuple[str, ...]]] = {
    "abroad": (abroad, "NE", AT_NG),
    "at home": (at_home, "NG", ("NE", "NE-deputy", "NE-child", "MR", "IT", "IT-child")),
    "closed compartments": (
        closed_compartments,
        "",
        (
            Role.SERVICE_PROVIDER,
            Role.HEALTH_WORKER,
            Role.COMPETENT_AUTHORITY,
            Role.SURVIVOR_ADVISER,
            Role.JUSTICE_LIAISON,
        ),
    ),
}
"""What happens in one of the two worlds alone, which side speaks with another, and the seats that may see nothing of it."""


def paired(source: Codes, name: str, plain: World | None = None) -> Pair:
    """The pair of this name; `plain` may be shared by all pairs without a crowd. About two seconds for each world."""
    twist, otherwise, seats = TWISTS[name]
    if name == CROWDED:
        first = settled(crowded(built(source), source))
        second = crowded(built(source, otherwise), source, hidden=True)
    else:
        first, second = plain or settled(built(source)), built(source, otherwise)
    before = second.scene.wall
    source.start("hidden", backwards=True)
    twist(second)
    assert second.scene.wall - before < HIDDEN_HOURS
    second.scene.wall = before
    settled(second)
    return Pair(name, first, second, seats, names_of_hidden(second))


def settled(world: World) -> World:
    """Let the hours pass in which the other world lives on, send what is due, and sign everybody in."""
    scene = world.scene
    scene.wall += HIDDEN_HOURS
    with scene.clock():
        reminders.settle(scene.registry, scene.moment())
    world.sessions = {name: _session(scene, name) for name in scene.users}
    return world


def _session(scene: Scene, name: str) -> str:
    user = scene.users[name]
    with scene.clock():
        session = import_module(settings.SESSION_ENGINE).SessionStore()
        session[SESSION_KEY], session[BACKEND_SESSION_KEY] = str(user.pk), BACKEND
        session[HASH_SESSION_KEY] = user.get_session_auth_hash()
        session_limits.begin(session, scene.wall, "")
        session.create()
    return str(session.session_key)


def names_of_hidden(world: World) -> dict[str, tuple[str, ...]]:
    """By the argument of a route, what a stranger would have to guess; asked for in both worlds alike."""
    registry, hidden = world.scene.registry, world.cases["hidden"]
    handovers = list(Handover.objects.filter(case=hidden).values_list("reference", flat=True))
    about = {"case": hidden}
    references = [
        *handovers,
        *Enquiry.objects.filter(**about).values_list("reference", flat=True),
        *PullRequest.objects.filter(registry=registry, case=hidden).values_list("reference", flat=True),
        *HomeReferral.objects.filter(**about).values_list("reference", flat=True),
    ]
    keys = [
        model.objects.filter(**about).values_list("pk", flat=True).first()
        for model in (Need, Service, Deadline, Notice)
    ]
    return {
        "code": (hidden.person.public_code, hidden.person.code_word),
        "reference": tuple(references) or ("H-AAAAAA",),
        "pk": tuple(str(key) for key in keys if key) or ("1",),
    }
