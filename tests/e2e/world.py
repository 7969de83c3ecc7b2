"""The demonstration with a few cases more, so that every page of the product has something to show; its clock stands still."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from common import clock
from referral.demonstration.load import load
from referral.enums import Action, AskKind, Gate, Role
from referral.models import Case, Enquiry, Handover, Membership, Service
from referral.services import care, enquiries, families, intake, lifecycle, requests
from referral.services import clock as clock_service
from tests.e2e.world_detours import files, under_way
from tests.e2e.world_glass import under_glass
from tests.e2e.world_roles import at_their_desks
from tests.fixtures.remembered import remembered_from_nothing
from tests.scenes import ADULT, Scene, open_case, ready_draft

PASSWORD = "an-invented-password"
ROLES = {
    "": Role.FOCAL_POINT,
    "-deputy": Role.DEPUTY,
    "-child": Role.CHILD_PROTECTION,
    "-responder": Role.FIRST_RESPONDER,
    "-cases": Role.CASE_MANAGER,
}


@dataclass
class World:
    """Cases by key, users by seat (`NG`, `NG-responder`, …), and the rows that an address names by number."""

    scene: Scene
    cases: dict[str, Case] = field(default_factory=dict)
    handovers: dict[str, Handover] = field(default_factory=dict)
    numbers: dict[str, int] = field(default_factory=dict)
    references: dict[str, str] = field(default_factory=dict)

    def address(self, name: str, key: str) -> str:
        """The address of a named page, with what its route asks for filled in from the case of this key."""
        asked = routes()[name]
        given: dict[str, Any] = {}
        if "code" in asked:
            given["code"] = self.cases[key].person.public_code
        if "reference" in asked:
            given["reference"] = self.references.get(name) or self.handovers[key].reference
        if "kind" in asked:
            given["kind"] = "glass"
        if "pk" in asked:
            given["pk"] = self.numbers[name]
        return reverse(name, kwargs=given)

    def note(self, key: str, case: Case) -> None:
        """Remember the case under this key, with its newest handover."""
        self.cases[key] = case
        handover = Handover.objects.filter(case=case).order_by("pk").last()
        if handover is not None:
            self.handovers[key] = handover

    def browser(self, seat: str) -> Client:
        """A client signed in to this seat; nobody is signed in for an empty one."""
        client = Client(headers={"accept-language": "en-gb"})
        if seat:
            client.force_login(self.scene.users[seat], backend="accounts.backends.AccountBackend")
        return client

    def session(self, seat: str) -> str:
        """The session key of a browser in this seat."""
        return str(self.browser(seat).session.session_key)


def routes(resolver: URLResolver | None = None, namespace: str = "") -> dict[str, frozenset[str]]:
    """Every named address of the product with the names in its route."""
    return dict(_routes(resolver or get_resolver(), namespace))


def _routes(resolver: URLResolver, namespace: str) -> Iterator[tuple[str, frozenset[str]]]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            yield from _routes(entry, entry.namespace or namespace)
        elif isinstance(entry, URLPattern) and entry.name:
            name = f"{namespace}:{entry.name}" if namespace else str(entry.name)
            yield name, frozenset(entry.pattern.regex.groupindex)


@remembered_from_nothing
def prepared() -> World:
    """Needs a test that commits. The demonstration, and people in Nigeria whose cases stand where its stories do not."""
    registry = load(PASSWORD)
    clock_service.step(registry.pk, user=None)
    registry.refresh_from_db()
    scene = Scene(registry, wall=clock.wall_now())
    seats = Membership.objects.filter(
        institution__registry=registry, institution__country__in=("NG", "NE", "MR", "SN", "FR", "GM")
    )
    for member in seats.select_related("user", "institution"):
        for suffix in (suffix for suffix, role in ROLES.items() if member.role == role):
            key = f"{member.institution.country_id}{suffix}"
            scene.users[key], scene.institutions[key] = member.user, member.institution
    world = World(scene)
    for word in Case.objects.filter(registry=registry).values_list("person__code_word", flat=True):
        world.note(word, Case.objects.select_related("person").get(registry=registry, person__code_word=word))
    _newcomer(world)
    under_way(world)
    files(world)
    _family(world)
    _rows(world)
    _asked(world)
    at_their_desks(world)
    under_glass(world)
    return world


def _newcomer(world: World) -> None:
    """Found at the border an hour ago, presumed to be a child, taken by nobody yet; child protection knows."""
    scene = world.scene
    found = ADULT | {"age_low": 15, "age_high": 19, "held_by_security": True, "found_by": "border"}
    with scene.clock():
        case = intake.open_case(scene.actor("NG-responder"), found, submission=uuid4()).case
        guard = scene.institutions["NG-child"]
        care.tell_child_protection(scene.actor("NG"), case.pk, guard, submission=uuid4())
    world.note("newcomer", Case.objects.select_related("person").get(pk=case.pk))


def _family(world: World) -> None:
    """A mother in danger and her child who travel together, and a third who could; a colleague has to confirm something."""
    scene = world.scene
    actor = scene.actor("NG")
    mother, child, sister = open_case(scene), open_case(scene, age_low=13, age_high=14), open_case(scene)
    draft = ready_draft(scene, mother)
    with scene.clock():
        families.record_link(actor, mother.pk, child.pk, "child", submission=None)
        families.record_link(actor, mother.pk, sister.pk, "sibling", submission=None)
        families.link(actor, draft.pk, [child.pk], submission=None)
        care.raise_danger(actor, mother.pk, {"call_tonight": "The shelter."}, submission=None)
        facts = {"gate": Gate.CAPACITY, "reason": "The place is known to those she fears."}
        lifecycle.apply(actor, draft.pk, Action.OVERRIDE, facts)
    world.note("family", mother)


def _rows(world: World) -> None:
    """A service that runs, for the page on which it ends; a country that must never learn of her, for the one that lifts it."""
    scene, case = world.scene, world.cases["ready"]
    facts = {"kind": "shelter", "provider": scene.institutions["NG"], "state": "running", "payer": "The national fund"}
    with scene.clock():
        care.add_service(scene.actor("NG"), case.pk, facts, submission=uuid4())
        kept_out = {"country": "TN", "reason": "A cousin works there."}
        care.block_recipient(scene.actor("NG"), case.pk, kept_out, submission=uuid4())
    world.numbers["referral:service_end"] = Service.objects.get(case=case).pk
    world.numbers["referral:blocked_lift"] = case.person.blocked.get().pk


def _asked(world: World) -> None:
    """Niger is asked for a place, Germany by telephone; Niger and Nigeria ask about a person."""
    scene, case = world.scene, world.cases["ready"]
    facts = {"urgency": "standard", "services": ["shelter"], "told_person": True}
    reason = {"reason": "The family has not heard anything for a week.", "language": "en"}
    with scene.clock():
        for country in ("NE", "DE"):
            enquiries.ask(scene.actor("NG"), case.pk, facts | {"country": country}, submission=uuid4())
        held = requests.ask(
            scene.actor("NE"), AskKind.PULL, reason | {"code": case.person.code_word}, submission=uuid4()
        )
        sent = requests.ask(scene.actor("NG"), AskKind.SEARCH, reason | {"code": "NOBODY"}, submission=uuid4())
    asked = dict(Enquiry.objects.filter(case=case).values_list("receiver_country", "reference"))
    world.references |= {
        "referral:enquiry": asked["NE"],
        "referral:record_enquiry": asked["DE"],
        "referral:request": held.request.reference,
        "referral:request_sent": sent.request.reference,
    }
    deputy = Membership.objects.filter(institution=scene.institutions["NG"], role=Role.DEPUTY).first()
    seat = deputy or Membership.objects.get(user=scene.users["NG"], institution=scene.institutions["NG"])
    world.numbers["referral:replace_officer"] = seat.pk
