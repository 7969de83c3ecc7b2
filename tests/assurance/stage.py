"""One registry with one person in the middle, and seventeen roles in every institution that stands to her in some way.

Italy found the woman and handed her over to Nigeria, which answers for her now, lets a shelter work with her, and has
asked Niger to take her. Mauritania knows nothing of her, an office in Nigeria neither; and there is another registry.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.urls import reverse

from accounts import session_limits
from accounts.models import User
from referral.addresses import ADDRESSES, Row
from referral.enums import (
    Action,
    AskKind,
    ClosureReason,
    GlassState,
    InstitutionKind,
    ProposalState,
    ReminderState,
    Role,
    Rung,
)
from referral.models import (
    Assignment,
    BlockedRecipient,
    BreakGlass,
    Case,
    CaseEvent,
    ContinuingTask,
    Deadline,
    Enquiry,
    Handover,
    HomeReferral,
    Institution,
    Membership,
    Need,
    Notice,
    Proposal,
    PullRequest,
    Reminder,
    Service,
)
from referral.models.oversight import OPEN_FOR
from referral.policy import GLASS
from referral.services import care, enquiries, intake, referrals, requests
from tests.factories import make_institution
from tests.scenes import ADULT, Scene, advance, open_case, ready_draft, two_countries

BACKEND = "accounts.backends.AccountBackend"
WORD_ELSEWHERE = "QUILLAJA"
"""Of the person in the other registry: none of the words that are drawn."""


@dataclass
class Stage:
    """The rows that addresses name, and a signed-in user for every role in every standing."""

    scene: Scene
    elsewhere: Scene
    institutions: dict[str, Institution] = field(default_factory=dict)
    users: dict[tuple[str, Role], User] = field(default_factory=dict)
    seats: dict[tuple[str, Role], int] = field(default_factory=dict)
    cases: dict[str, Case] = field(default_factory=dict)
    handovers: dict[str, Handover] = field(default_factory=dict)
    rows: dict[str, Any] = field(default_factory=dict)
    sessions: dict[int, str] = field(default_factory=dict)

    def sign_in(self, user: User) -> str:
        """The key of a session of this user; without the work of a sign-in, of which nothing here speaks."""
        with self.scene.clock():
            session = import_module(settings.SESSION_ENGINE).SessionStore()
            session[SESSION_KEY], session[BACKEND_SESSION_KEY] = str(user.pk), BACKEND
            session[HASH_SESSION_KEY] = user.get_session_auth_hash()
            session_limits.begin(session, self.scene.wall, "")
            session.create()
        return str(session.session_key)

    def session(self, label: str, role: Role) -> str:
        """The session of a seat."""
        return self.sessions[self.users[label, role].pk]

    def own(self, name: str, label: str) -> bool:
        """Whether the second row that the address names belongs to the label's institution, or its country."""
        return {
            "referral:correct": label in ("holder", "provider", "opener"),
            "referral:proposal": label == "holder",
            "referral:task": label == "past holder",
            "referral:unassign": label == "holder",
            "referral:need_met": label in ("holder", "provider"),
            "referral:service_end": label in ("holder", "provider"),
        }.get(name, True)

    def address(self, name: str, label: str) -> str:
        """The address as somebody of this label would know it."""
        return reverse(name, kwargs=self.given(name, label))

    def given(self, name: str, label: str) -> dict[str, Any]:
        """What the route of this name asks for."""
        row = ADDRESSES[name].row
        if row is Row.DRAFT:
            return {"code": self.cases["draft"].person.public_code, "reference": self.handovers["draft"].reference}
        if row is Row.HANDOVER:
            return {"reference": self.handovers["outside" if label == "outside" else "main"].reference}
        if row is Row.CASE:
            given: dict[str, Any] = {"code": self.cases["new" if label == "opener" else "main"].person.public_code}
            if name in self.rows:
                found = self.rows[name]
                given["pk"] = found.get(label, found["holder"]) if isinstance(found, dict) else found
            if name == "referral:proposal":
                given["answer"] = "no"
            return given
        if row in self.rows:
            return dict(self.rows[row])
        if name == "account_reset_password_from_key":
            return {"uidb36": "1", "key": "made-up"}
        return {}


def raised() -> Stage:
    """The stage, inside whatever transaction is open. About two seconds."""
    scene, elsewhere = two_countries("NG", "NE", "IT", "MR"), two_countries("NG", "NE")
    elsewhere.wall = scene.wall
    stage = Stage(scene, elsewhere)
    _institutions(stage)
    _main(stage)
    _others(stage)
    _elsewhere(stage)
    _numbers(stage)
    _seats(stage)
    return stage


def _institutions(stage: Stage) -> None:
    scene = stage.scene
    shelter = make_institution(scene.registry, "NG", kind=InstitutionKind.SHELTER)
    office = make_institution(scene.registry, "NG", kind=InstitutionKind.SOCIAL_SERVICE)
    border = make_institution(scene.registry, "NG", kind=InstitutionKind.BORDER)
    stage.institutions = {
        "holder": scene.institutions["NG"],
        "receiver": scene.institutions["NE"],
        "past holder": scene.institutions["IT"],
        "provider": shelter,
        "same country": office,
        "stranger": scene.institutions["MR"],
        "other registry": stage.elsewhere.institutions["NG"],
        "opener": border,
        "outside": scene.institutions["NG"],
        "child protection there": scene.institutions["NE-child"],
        "broken glass": scene.institutions["MR-child"],
    }


def _main(stage: Stage) -> None:
    """From Italy to Nigeria, whose shelter works with her, and on the way to Niger."""
    scene = stage.scene
    case = open_case(scene, "IT", name="Invented Name", contact="Invented contact")
    with scene.clock():
        track = {"kind": "claim", "state": "open", "reference": "Claim 7"}
        care.record_legal(scene.actor("IT"), case.pk, track, submission=uuid4())
    came = advance(scene, ready_draft(scene, case, "IT", "NG"), "received", "IT", "NG")
    stage.handovers["came"] = came
    working(stage, case)
    going = advance(scene, ready_draft(scene, case, "NG", "NE"), "acknowledged")
    scene.do("NE", going, Action.ASK, {"question": "Does she need a doctor?", "language": "en"})
    Handover.objects.filter(pk=going.pk).update(child=True)
    stage.cases["main"] = Case.objects.select_related("person").get(pk=case.pk)
    stage.handovers["main"] = Handover.objects.get(pk=going.pk)


def working(stage: Stage, case: Case) -> None:
    """A need, a service, a place asked for, a request to the shelter, which also works on the case."""
    scene, actor, shelter = stage.scene, stage.scene.actor("NG"), stage.institutions["provider"]
    with scene.clock():
        care.add_need(actor, case.pk, {"kind": "documents", "urgency": "urgent"}, submission=uuid4())
        service = {"kind": "shelter", "provider": shelter, "state": "running", "payer": "The national fund"}
        care.add_service(actor, case.pk, service, submission=uuid4())
        for country in ("NE", "DE"):
            asked = {"country": country, "urgency": "standard", "services": ["shelter"], "told_person": True}
            enquiries.ask(actor, case.pk, asked, submission=uuid4())
        facts = {
            "provider": shelter, "kind": "counselling", "urgency": "urgent", "compartments": ["D2"],
            "message": "A quiet room, please.", "person_agrees": True,
        }  # fmt: skip
        referrals.send(actor, case.pk, facts, submission=uuid4())
        care.assign(
            actor, case.pk, {"kind": "shelter", "institution": shelter, "person_permits": True}, submission=uuid4()
        )


def _others(stage: Stage) -> None:
    """A draft, a handover to a country without a seat, a file that is not taken, and a request about the woman."""
    scene = stage.scene
    drafted, abroad = open_case(scene, "NG"), open_case(scene, "NG")
    with scene.clock():
        shelter = {"kind": "shelter", "institution": stage.institutions["provider"], "person_permits": True}
        care.assign(scene.actor("NG"), drafted.pk, shelter, submission=uuid4())
    stage.handovers["draft"] = ready_draft(scene, drafted)
    outside = ready_draft(scene, abroad, receiver="GH")
    scene.do("NG", outside, Action.OFFER)
    stage.handovers["outside"] = Handover.objects.get(pk=outside.pk)
    closing = {"reason": ClosureReason.NOT_TRAFFICKED, "contact_later": stage.institutions["holder"].pk}
    main = stage.cases["main"]
    Proposal.objects.create(
        registry=scene.registry, case=main, action=Action.CLOSE_CASE, facts=closing, institution=stage.institutions["holder"],
        proposed_by=scene.users["NG-deputy"], proposed_at=scene.moment().at, state=ProposalState.OPEN,
    )  # fmt: skip
    with scene.clock():
        border = Membership.objects.create(
            user=User.objects.create_user("border@example.org"), institution=stage.institutions["opener"],
            role=Role.FIRST_RESPONDER,
        )  # fmt: skip
        scene.users["border"] = border.user
        new = intake.open_case(scene.actor("border"), ADULT, submission=uuid4()).case
        reason = {"reason": "The family has not heard for a week.", "language": "en"}
        code = main.person.code_word
        requests.ask(scene.actor("NE"), AskKind.PULL, reason | {"code": code}, submission=uuid4())
    for key, case in (("draft", drafted), ("abroad", abroad), ("new", new)):
        stage.cases[key] = Case.objects.select_related("person").get(pk=case.pk)


def _elsewhere(stage: Stage) -> None:
    other, actor = stage.elsewhere, stage.elsewhere.actor("NG")
    with other.clock():
        # A word is drawn for each registry by itself: it could be one that somebody has here.
        case = intake.open_case(actor, ADULT, submission=uuid4(), code_word=WORD_ELSEWHERE).case
        intake.take_case(actor, case.pk, submission=uuid4())
    case.refresh_from_db()
    stage.handovers["elsewhere"] = advance(other, ready_draft(other, case), "acknowledged")
    with other.clock():
        care.add_need(other.actor("NG"), case.pk, {"kind": "documents", "urgency": "urgent"}, submission=uuid4())
    stage.cases["elsewhere"] = Case.objects.select_related("person").get(pk=case.pk)


def _numbers(stage: Stage) -> None:
    """The second rows that some addresses name."""
    main, new, holder = stage.cases["main"], stage.cases["new"], stage.institutions["holder"]
    events = {
        "holder": CaseEvent.objects.filter(case=main, institution=holder).earliest("seq").pk,
        "opener": CaseEvent.objects.filter(case=new).earliest("seq").pk,
        "provider": _entry_of_the_shelter(stage).pk,
    }
    kept_out = {
        label: BlockedRecipient.objects.create(person=case.person, country_id="TN", reason="A cousin works there.").pk
        for label, case in (("holder", main), ("opener", new))
    }
    enquiry = dict(Enquiry.objects.filter(case=main).values_list("receiver_country", "reference"))
    owed = Deadline.objects.filter(case=main, state="open", owes=holder, handover__isnull=True).first()
    owed = owed or Deadline.objects.filter(case=main, state="open", owes=holder).earliest("pk")
    request = PullRequest.objects.get(case=main)
    stage.rows |= {
        "referral:correct": events,
        "referral:proposal": Proposal.objects.get(case=main).pk,
        "referral:task": ContinuingTask.objects.get(case=main).pk,
        "referral:unassign": Assignment.objects.get(case=main, institution=stage.institutions["provider"]).pk,
        "referral:need_met": Need.objects.filter(case=main, institution=holder).earliest("pk").pk,
        "referral:service_end": Service.objects.filter(case=main, institution=holder).earliest("pk").pk,
        "referral:blocked_lift": kept_out,
        Row.REFERRAL: {"reference": HomeReferral.objects.get(case=main).reference},
        Row.ENQUIRY: {"reference": enquiry["NE"]},
        Row.HEARD: {"reference": enquiry["DE"]},
        Row.REQUEST: {"reference": request.reference},
        Row.ASKED: {"reference": request.reference},
        Row.DEADLINE: {"pk": owed.pk},
        Row.SEAT: {"pk": Membership.objects.get(user=stage.scene.users["NG-deputy"]).pk},
    }


def _entry_of_the_shelter(stage: Stage) -> CaseEvent:
    """Something that the shelter itself wrote into the file."""
    scene, shelter = stage.scene, stage.institutions["provider"]
    user = User.objects.create_user("shelter@example.org")
    Membership.objects.create(user=user, institution=shelter, role=Role.SERVICE_PROVIDER)
    scene.users["shelter"] = user
    with scene.clock():
        care.record_tonight(
            scene.actor("shelter"), stage.cases["main"].pk, {"call_tonight": "The shelter."}, submission=uuid4()
        )
    return CaseEvent.objects.filter(case=stage.cases["main"], institution=shelter).latest("seq")


def _seats(stage: Stage) -> None:
    """Seventeen people in every institution of the stage. Their logins are shared ones, as in the demonstration."""
    nobody = make_password(None)
    places = {label: at for label, at in stage.institutions.items() if label != "outside"}
    keys = [(label, role) for label in places for role in Role]
    users = User.objects.bulk_create(
        User(email=f"{role}.{place}@example.org", password=nobody, demonstration=True)
        for place, (_label, role) in enumerate(keys)
    )
    seats = Membership.objects.bulk_create(
        Membership(user=user, institution=places[label], role=role)
        for user, (label, role) in zip(users, keys, strict=True)
    )
    stage.users = dict(zip(keys, users, strict=True))
    stage.seats = {key: seat.pk for key, seat in zip(keys, seats, strict=True)}
    for role in Role:
        stage.users["outside", role], stage.seats["outside", role] = (
            stage.users["holder", role],
            stage.seats["holder", role],
        )
    reader, main, moment = stage.users["holder", Role.FOCAL_POINT], stage.cases["main"], stage.scene.moment()
    told = Notice.objects.create(
        registry=stage.scene.registry, user=reader, institution=stage.institutions["holder"], kind="assign", case=main,
        cause="stage", at=moment.at, wall=moment.wall,
    )  # fmt: skip
    stage.rows[Row.NOTICE] = {"pk": told.pk}
    _glass(stage)
    stage.sessions = {user.pk: stage.sign_in(user) for user in users}


def _glass(stage: Stage) -> None:
    """Niger asks to break the glass; in Mauritania everybody who ever may has broken it for the woman."""
    main, moment = stage.cases["main"], stage.scene.moment()
    asked = {
        "registry": stage.scene.registry, "code": main.person.code_word, "case": main, "reason": "She bleeds.", "language": "en",
        "asked_at": moment.at, "asked_wall": moment.wall, "until_wall": moment.wall + OPEN_FOR,
    }  # fmt: skip
    waiting = BreakGlass.objects.create(
        **asked, reference="G-WAITS", institution=stage.institutions["receiver"], asked_role=Role.FOCAL_POINT,
        asked_by=stage.scene.users["NE"],
    )  # fmt: skip
    opened = {"state": GlassState.OPENED, "decided_by": stage.scene.users["MR"], "decided_wall": moment.wall}
    for place, role in enumerate(GLASS):
        row = BreakGlass.objects.create(
            **asked, reference=f"G-OPEN{place}", institution=stage.institutions["broken glass"], asked_role=role,
            asked_by=stage.users["broken glass", role],
        )  # fmt: skip
        BreakGlass.objects.filter(pk=row.pk).update(**opened)
    stage.rows |= {
        Row.GLASS: {"reference": waiting.reference},
        Row.WATCHED: {"kind": "glass", "pk": waiting.pk},
        Row.STUB: {"pk": stage.rows[Row.DEADLINE]["pk"]},
    }
    fired = {"state": ReminderState.FIRED, "fired_at": moment.at}
    Reminder.objects.filter(deadline=stage.rows[Row.DEADLINE]["pk"], rung=Rung.COORDINATOR).update(**fired)


@contextmanager
def undone() -> Iterator[None]:
    """Whatever happens in the block is rolled back, even where it failed in the database."""
    with transaction.atomic():
        try:
            yield
        finally:
            transaction.set_rollback(True)
