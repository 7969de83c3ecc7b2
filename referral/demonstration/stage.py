"""The stage on which the stories are played: a clock that moves forward from act to act, and actors by role and country."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import transaction

from common import clock
from common.errors import Refusal
from referral.actor import Actor
from referral.enums import Action, AskKind, Role
from referral.models import Case, Enquiry, Handover, Institution, Membership, Need, Registry
from referral.services import (
    care,
    consent,
    drafts,
    enquiries,
    families,
    identification,
    intake,
    lifecycle,
    referrals,
    reminders,
    requests,
)
from referral.services.moment import moment_of

NOW = datetime(2026, 4, 20, 10, 0, tzinfo=UTC)
"""The exercise instant at which the demonstration opens: a Monday morning, the same on every machine."""

Facts = Mapping[str, Any]
Act = Callable[["Stage"], None]


@dataclass(frozen=True, slots=True)
class Scheduled:
    """An act at its time; `before` is how long before `NOW`, in exercise hours."""

    before: float
    act: Act


@dataclass
class Story:
    """One person's story: a code word and its acts."""

    code_word: str
    acts: list[Scheduled] = field(default_factory=list)

    def at(self, act: Act, *, days: float = 0, hours: float = 0) -> Story:
        """Add an act so many days and hours before the demonstration opens."""
        self.acts.append(Scheduled(days * 24 + hours, act))
        return self


@dataclass
class Stage:
    """Where acts happen. Cases and handovers are found by code word, as an officer would speak of them."""

    registry: Registry
    actors: Mapping[tuple[str, Role], Actor]
    institutions: Mapping[tuple[str, str], Institution]
    at: datetime = NOW

    def actor(self, country: str, role: Role = Role.FOCAL_POINT) -> Actor:
        return self.actors[country, role]

    def institution(self, country: str, kind: str) -> Institution:
        return self.institutions[country, kind]

    def case(self, code_word: str) -> Case:
        return Case.objects.get(registry=self.registry, person__code_word=code_word)

    def handover(self, code_word: str) -> Handover:
        """The newest handover of a person."""
        return Handover.objects.filter(case=self.case(code_word)).latest("pk")

    # What officers do, one line each, so that a story reads like a story.

    def find(
        self, code_word: str, country: str, facts: Facts, *, role: Role = Role.FOCAL_POINT, take: bool = True
    ) -> None:
        """A person is found; the focal point takes the case at once unless told otherwise."""
        case = intake.open_case(self.actor(country, role), facts, submission=None, code_word=code_word).case
        if take:
            intake.take_case(self.actor(country), case.pk, submission=None)

    def release(self, code_word: str, country: str, certificate: str, *, role: Role = Role.FOCAL_POINT) -> None:
        intake.release(self.actor(country, role), self.case(code_word).pk, certificate=certificate, submission=None)

    def refused(self, refusal: type[Refusal], act: Act) -> None:
        """Somebody tries what the rules refuse, as they must: a load in which it were possible ends here."""
        try:
            with transaction.atomic():
                act(self)
        except refusal:
            return
        raise AssertionError(f"the rules let through what they refuse with {refusal.__name__}")

    def belong(self, one: str, other: str, country: str, kind: str) -> None:
        """Two people belong together; `kind` is what the other is to the first."""
        families.record_link(self.actor(country), self.case(one).pk, self.case(other).pk, kind, submission=None)

    def keep_out(self, code_word: str, country: str, kept_out: str, reason: str) -> None:
        """A country that must never learn of the person."""
        facts = {"country": kept_out, "reason": reason}
        care.block_recipient(self.actor(country), self.case(code_word).pk, facts, submission=None)

    def note(self, code_word: str, country: str, **facts: Any) -> None:
        """Facts about the person."""
        care.record_person(self.actor(country), self.case(code_word).pk, facts, submission=None)

    def tonight(
        self,
        code_word: str,
        country: str,
        *,
        bed: timedelta | None = None,
        medicine: timedelta | None = None,
        role: Role = Role.FOCAL_POINT,
        **facts: Any,
    ) -> None:
        times = {
            name: self.at + span
            for name, span in (("bed_until_at", bed), ("medicine_until_at", medicine))
            if span is not None
        }
        care.record_tonight(self.actor(country, role), self.case(code_word).pk, {**facts, **times}, submission=None)

    def where(self, code_word: str, country: str, kind: str, **facts: Any) -> None:
        care.record_whereabouts(self.actor(country), self.case(code_word).pk, {"kind": kind, **facts}, submission=None)

    def screen(self, code_word: str, country: str, opinion: str, *indicators: str) -> None:
        facts = {"opinion": opinion, "indicators": list(indicators), "interpreter_safe": True}
        care.record_screening(self.actor(country), self.case(code_word).pk, facts, submission=None)

    def need(
        self,
        code_word: str,
        country: str,
        kind: str,
        urgency: str = "standard",
        note: str = "",
        *,
        role: Role = Role.FOCAL_POINT,
    ) -> None:
        facts = {"kind": kind, "urgency": urgency, "note": note}
        care.add_need(self.actor(country, role), self.case(code_word).pk, facts, submission=None)

    def meet(self, code_word: str, country: str, kind: str) -> None:
        """The newest need of this kind is met."""
        need = Need.objects.filter(case=self.case(code_word), kind=kind, met_at=None).latest("pk")
        care.meet_need(self.actor(country), need.case_id, need.pk, submission=None)

    def serve(
        self,
        code_word: str,
        country: str,
        kind: str,
        provider: str,
        payer: str,
        *,
        role: Role = Role.FOCAL_POINT,
        **facts: Any,
    ) -> None:
        """A service starts now; `funded_days` says until when it is paid."""
        funded = facts.pop("funded_days", None)
        given = {
            "kind": kind,
            "provider": self.institution(country, provider),
            "payer": payer,
            "since_at": self.at,
            "funded_until_at": self.at + timedelta(days=funded) if funded else None,
            **facts,
        }
        care.add_service(self.actor(country, role), self.case(code_word).pk, given, submission=None)

    def ask_to_work(self, code_word: str, country: str, kind: str, institution: str) -> None:
        facts = {"kind": kind, "institution": self.institution(country, institution), "person_permits": True}
        care.assign(self.actor(country), self.case(code_word).pk, facts, submission=None)

    def tell_child_protection(self, code_word: str, country: str) -> None:
        institution = self.institution(country, "child_protection")
        care.tell_child_protection(self.actor(country), self.case(code_word).pk, institution, submission=None)

    def child_file(self, code_word: str, country: str, **facts: Any) -> None:
        actor = self.actor(country, Role.CHILD_PROTECTION)
        care.record_child(actor, self.case(code_word).pk, facts, submission=None)

    def risk(
        self, code_word: str, country: str, level: str, receiving: str | None, measures: str, fears: str = ""
    ) -> None:
        facts = {"level": level, "receiving_country": receiving, "measures": measures, "fears": fears}
        care.assess_risk(self.actor(country), self.case(code_word).pk, facts, submission=None)

    def law(self, code_word: str, country: str, kind: str, state: str, **facts: Any) -> None:
        care.record_legal(
            self.actor(country), self.case(code_word).pk, {"kind": kind, "state": state, **facts}, submission=None
        )

    def decide(
        self, code_word: str, country: str, kind: str, decision: str, to: str, purpose: str, language: str, **facts: Any
    ) -> None:
        """The person decides about moving or sharing."""
        given = {
            "kind": kind,
            "decision": decision,
            "recipient_country": to,
            "purpose": purpose,
            "language": language,
            "given_by": "person",
            "options": ["stay", "move"] if kind == "move" else [],
            "categories": [] if kind == "move" else ["D2", "D3"],
            **facts,
        }
        consent.record(self.actor(country), self.case(code_word).pk, given, submission=None)

    def agree(
        self,
        code_word: str,
        country: str,
        to: str,
        purpose: str,
        language: str,
        categories: Iterable[str] = ("D2", "D3"),
        **facts: Any,
    ) -> None:
        """The person says yes to both."""
        self.decide(code_word, country, "move", "given", to, purpose, language, **facts)
        self.decide(code_word, country, "share", "given", to, purpose, language, categories=list(categories), **facts)

    def draft(
        self, code_word: str, country: str, to: str, purpose: str, urgency: str = "standard", **facts: Any
    ) -> None:
        started = drafts.start(
            self.actor(country),
            self.case(code_word).pk,
            receiver_country=to,
            purpose=purpose,
            urgency=urgency,
            submission=None,
        )
        assert started.handover is not None
        if facts:
            drafts.save(self.actor(country), started.handover.pk, facts)

    def send(self, code_word: str, country: str) -> None:
        """Look at the preview and offer."""
        handover = self.handover(code_word)
        drafts.see_preview(self.actor(country), handover.pk, submission=None)
        self.do(code_word, country, Action.OFFER)

    def do(self, code_word: str, country: str, action: Action, **facts: Any) -> None:
        lifecycle.apply(self.actor(country), self.handover(code_word).pk, action, facts)

    def enquire(self, code_word: str, country: str, to: str, *services: str, urgency: str = "standard") -> None:
        """Ask another country whether there is a place; the person was told before."""
        facts = {"country": to, "urgency": urgency, "services": list(services), "told_person": True}
        enquiries.ask(self.actor(country), self.case(code_word).pk, facts, submission=None)

    def answered_by_phone(self, code_word: str, country: str, officer: str, answer: str, note: str = "") -> None:
        """What a country without a seat said about the newest enquiry."""
        enquiry = Enquiry.objects.filter(case=self.case(code_word)).latest("pk")
        facts = {
            "answer": answer, "officer": officer, "answered_at": self.at, "note": note,
            "valid_until_at": self.at + timedelta(days=30),
        }  # fmt: skip
        enquiries.record(self.actor(country), enquiry.pk, facts, submission=None)

    def ask_about(self, code_word: str, country: str, kind: AskKind, reason: str, language: str) -> None:
        """Another country asks about a person; it is told nothing."""
        facts = {"code": code_word, "reason": reason, "language": language}
        requests.ask(self.actor(country), kind, facts, submission=None)

    def refer(
        self,
        code_word: str,
        country: str,
        kind: str,
        provider: str,
        *compartments: str,
        role: Role = Role.FOCAL_POINT,
        **facts: Any,
    ) -> None:
        """Ask a service at home."""
        given = {
            "provider": self.institution(country, provider), "kind": kind, "compartments": list(compartments),
            "person_agrees": True, **facts,
        }  # fmt: skip
        referrals.send(self.actor(country, role), self.case(code_word).pk, given, submission=None)

    def identify(self, code_word: str, country: str, decision: str, reasons: str) -> None:
        """The competent authority decides on the next step; a no is proposed to a second person."""
        actor, case = self.actor(country, Role.COMPETENT_AUTHORITY), self.case(code_word)
        step = identification.step_now(case.pk, self.registry.pk, country)
        facts = {"step": step, "decision": decision, "reasons": reasons, "reconsideration_explained": True}
        identification.decide(actor, case.pk, facts, submission=None)

    def child_says(self, code_word: str, country: str, answer: str) -> None:
        """Child protection of one side answers about the handover of a child."""
        actor = self.actor(country, Role.CHILD_PROTECTION)
        lifecycle.apply(actor, self.handover(code_word).pk, Action.CHILD_ANSWER, {"child_answer": answer})

    def accept(self, code_word: str, country: str, contact: str, in_days: float, **facts: Any) -> None:
        start = self.at + timedelta(days=in_days)
        self.do(
            code_word,
            country,
            Action.ACCEPT,
            place_confirmed=True,
            reception_contact=contact,
            reception_from_at=start,
            services_confirmed=self.handover(code_word).needs_on_arrival,
            **facts,
        )

    def depart(self, code_word: str, country: str, means: str, hours: float, escort: str = "", **facts: Any) -> None:
        expected = self.at + timedelta(hours=hours)
        self.do(
            code_word, country, Action.DEPART, travel_means=means, escort=escort, expected_at=expected,
            **{"travel_documents": "Emergency travel certificate", **facts},
        )  # fmt: skip

    def receive(self, code_word: str, country: str, by: str, hours_ago: float = 1, **facts: Any) -> None:
        arrived = self.at - timedelta(hours=hours_ago)
        self.do(
            code_word, country, Action.RECEIVE, arrived_at=arrived, received_by=by,
            **{"arrived_safely": "yes", "person_content": "yes", **facts},
        )  # fmt: skip


def play(stage: Stage, stories: Iterable[Story]) -> None:
    """Play every act of every story in order of time, letting reminders fall due in between."""
    acts = sorted((s for story in stories for s in story.acts), key=lambda s: -s.before)
    for scheduled in acts:
        stage.at = NOW - timedelta(hours=scheduled.before)
        with clock.moved_wall(wall_of(stage.registry, stage.at)):
            reminders.settle(stage.registry, moment_of(stage.registry))
            scheduled.act(stage)


def wall_of(registry: Registry, at: datetime) -> datetime:
    """The wall instant at which the registry's running clock shows this exercise instant."""
    wall = clock.wall_at(registry.clock, at)
    assert wall is not None, "the clock of the demonstration runs from its first day on"
    return wall


def actor_of_membership(membership: Membership) -> Actor:
    """The actor of a seat, without a query per act."""
    institution = membership.institution
    return Actor(
        user_id=membership.user_id,
        membership_id=membership.pk,
        registry_id=institution.registry_id,
        institution_id=institution.pk,
        institution_name=institution.name,
        country_code=institution.country_id or "",
        role=Role(membership.role),
    )
