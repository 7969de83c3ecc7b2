"""What the random machine acts on: a registry, the plain model beside it, and the real services behind every row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from copy import deepcopy
from datetime import datetime, time, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from django.db import transaction

from common.errors import Refusal
from referral.actor import Actor
from referral.enums import Action
from referral.models import Case, Deadline, Handover, Proposal, Seal, Supplement
from referral.services import care, consent, drafts, families, majority
from referral.services.moment import Moment, moment_of
from tests.referral.services.machine_model import GATED, TABLE, TOGETHER, File, Model, Sent
from tests.scenes import (
    CHILD_FILE,
    Scene,
    accept_facts,
    depart_facts,
    heard,
    open_case,
    receive_facts,
    two_countries,
)

COUNTRIES = ("NG", "NE", "IT")
OUTSIDE = "GH"
DONE: Counter[str] = Counter()
"""Rows that were really done, so that a run which got nowhere fails."""
STEPS: Counter[str] = Counter()
COMES_OF_AGE_IN = timedelta(days=5)


class Steady(Scene):
    """A scene whose registry changes by a jump of its clock alone, so that nothing is asked twice."""

    def actor(self, name: str) -> Actor:
        known: dict[str, Actor] = self.__dict__.setdefault("known", {})
        if name not in known:
            known[name] = super().actor(name)
        return known[name]

    def moment(self) -> Moment:
        return moment_of(self.registry, self.wall)


class World:
    """A scene with its model. Every act goes to both, and what they say of it has to agree."""

    def __init__(self, scene: Scene, model: Model) -> None:
        self.scene, self.model = scene, model

    def copy(self) -> World:
        """The same place and time once more, for an example that is rolled back."""
        scene = Steady(self.scene.registry, self.scene.wall, self.scene.users, self.scene.institutions)
        scene.registry.refresh_from_db()
        return World(scene, deepcopy(self.model))

    def now(self) -> Any:
        return self.scene.moment().at

    def act(self, key: int, action: str, who: str, pick: int = 1, **more: Any) -> str | None:
        """One row by one seat. Returns the name of what refused it, after the model has said the same."""
        one = self.model.sent[key]
        given = self.facts(key, action, who, pick) | more
        expected = self.model.refusal(key, action, who, self.now()) or self._about_rows(key, action, who, given)
        together = action in TOGETHER and len(self.model.family(key, action)) > 1
        refused = self._attempt(key, action, who, given)
        place = (action, who, one, refused)
        if refused is None:
            assert expected is None, (expected, place)
            if self.model.follow(key, action, who, self.now(), given):
                DONE[action] += 1
                self._new_drafts(key)
            else:
                DONE["second person asked"] += 1
        elif expected is None:
            assert refused == "GatesClosed", place
            assert action in GATED, place
            STEPS[f"gates closed: {action}"] += 1
        else:
            assert refused == expected or together, (expected, place)
        return refused

    def _attempt(self, key: int, action: str, who: str, given: dict[str, Any]) -> str | None:
        try:
            with transaction.atomic():
                self.scene.do(who, Handover(pk=key), Action(action), given)
        except Refusal as refused:
            return type(refused).__name__
        return None

    def _about_rows(self, key: int, action: str, who: str, given: dict[str, Any]) -> str | None:
        """What depends on rows that the model does not keep: a deadline to waive, a proposal to drop, what was sent."""
        if action == "supplement":
            return None if self._unsent(key) else "NothingNew"
        if action not in ("waive", "drop_proposal"):
            return None
        row_pk = given["deadline" if action == "waive" else "proposal"]
        if row_pk is None:
            return "FactMissing"
        mine = self.scene.institutions[who[:2]]
        if action == "waive":
            owed = Deadline.objects.get(pk=row_pk)
            if owed.kind == "confirm_stop":
                return "PersonWaits"
            return None if owed.other_side == mine else "CannotWaiveOwn"
        found = Proposal.objects.get(pk=row_pk)
        given["what"] = found.action
        return None if found.institution == mine else "NotAllowed"

    def _unsent(self, key: int) -> set[str]:
        """What of the events (D3) has not gone over: before the arrival all that is known, afterwards what was sealed."""
        rows = Supplement.objects.filter(handover=key).values_list("contents", flat=True)
        sent = {name for contents in rows for name in contents.get("D3", ())}
        if self.model.sent[key].state not in ("received", "completed"):
            return {"status"} - sent
        sealed = Seal.objects.filter(handover=key).latest("pk").contents.get("case", {})
        return {"status", "exploitation"} & set(sealed) - sent

    def facts(self, key: int, action: str, who: str, pick: int) -> dict[str, Any]:
        """What a form of this row would say."""
        one, at = self.model.sent[key], self.now()
        elsewhere = [code for code in (*COUNTRIES, OUTSIDE) if code not in (one.sender, one.receiver)]
        owned = one.child or pick % 3
        forms: dict[str, Callable[[], dict[str, Any]]] = {
            "ask": lambda: {"question": "Which languages?"},
            "answer": lambda: {"answer": "Hausa.", "compartment": "D2"},
            "holding_reply": lambda: {"reply_by_at": at + timedelta(hours=6)},
            "accept": lambda: accept_facts(self.scene),
            "put_conditions": lambda: accept_facts(self.scene, conditions=["escort"]),
            "agree_conditions": lambda: {"person_agrees": True},
            "decline": lambda: {"decline_reason": "no_capacity"},
            "propose_forward": lambda: {
                "forward_country": elsewhere[pick % len(elsewhere)],
                "forward_reason": "A sister.",
            },
            "withdraw": lambda: {"withdraw_reason": "risk"},
            "revoke": lambda: {"revoke_reason": "border", "cannot_receive": pick % 4 == 0},
            "hold": lambda: {"hold_reason": "child_objects" if who.endswith("-child") else "practical"},
            "plan_travel": lambda: depart_facts(self.scene),
            "depart": lambda: depart_facts(self.scene, departed_at=None if pick % 3 else at - timedelta(minutes=40)),
            "turn_back": lambda: {"safe_here": "yes" if pick % 2 else "no"},
            "receive": lambda: receive_facts(self.scene, arrived_at=at, person_content="yes" if pick % 3 else "no"),
            "accept_and_receive": lambda: receive_facts(self.scene, arrived_at=at, person_content="yes"),
            "receive_outside": lambda: {
                "arrived_at": at,
                "received_by": "Officer",
                "arrived_safely": "yes" if pick % 2 else "no",
            },
            "follow_up": lambda: {"phrase": "person_well", "spoke_with": "Officer"},
            "end_search": lambda: {"search_end": "lost" if owned else "own_choice", "reason": "Three attempts."},
            "divert": lambda: {"diverted_country": elsewhere[pick % len(elsewhere)]},
            "death": lambda: {"reason": "Told by the hospital."},
            "give_feedback": lambda: {"feedback": "She is well."},
            "ask_correction": lambda: {"correction_reason": "Somebody else came."},
            "supplement": lambda: {"compartments_more": ["D3"]},
            "child_answer": lambda: {"child_answer": "no" if pick % 5 == 0 else "yes"},
            "override": lambda: {"gate": "6", "reason": "No answer."},
            "write_message": lambda: {"phrase": "working"},
            "record_call": lambda: {"phrase": "no_answer", "spoke_with": "Nobody"},
        }
        given = forms[action]() if action in forms else {}
        if action == "waive":
            owed = Deadline.objects.filter(handover=key, state="open").order_by("kind", "pk")
            mine = [row for row in owed if row.other_side == self.scene.institutions[who[:2]] and pick % 4]
            given = {"deadline": _picked(mine or list(owed), pick), "reason": "We wait."}
        if action == "drop_proposal":
            found = Proposal.objects.filter(handover=key, state="open").order_by("pk")
            mine_too = [row for row in found if row.institution == self.scene.institutions[who[:2]] and pick % 4]
            given = {"proposal": _picked(mine_too or list(found), pick)}
        said = one.outside and (TABLE[action][2] == "receiver+" or action == "child_answer")
        return given | (heard(self.scene) if said else {})

    def _new_drafts(self, key: int) -> None:
        """A forward or a diversion begins a draft of its own; the sender fills it in."""
        for draft in Handover.objects.filter(forwarded_from=key).exclude(pk__in=self.model.sent):
            one = self.model.sent[key]
            self.model.sent[draft.pk] = Sent(one.case, one.sender, draft.receiver_country_id, draft.outside)
            self._complete(draft)

    def _complete(self, draft: Handover) -> None:
        country, receiver = self.model.sent[draft.pk].sender, draft.receiver_country_id
        actor = self.scene.actor(country)
        decision = {
            "decision": "given", "purpose": "safety", "recipient_country": receiver, "language": "en",
            "given_by": "person" if self.model.of_age(draft.case_id, self.now()) else "guardian", "options": ["stay", "move"], "categories": ["D2", "D3"],
        }  # fmt: skip
        filled = {
            "options_compared": ["stay", "move"], "needs_on_arrival": ["shelter"],
            "compartments": ["D0", "D2"], "capacity_confirmed_by": "Duty officer", "safety_plan": "Sleeps there.",
            "medicine_lasts": "yes",
        }  # fmt: skip
        with self.scene.clock():
            risk = {"level": "medium", "receiving_country": receiver, "measures": "Escort."}
            care.assess_risk(actor, draft.case_id, risk, submission=uuid4())
            for kind in ("move", "share"):
                consent.record(actor, draft.case_id, decision | {"kind": kind}, submission=uuid4())
            drafts.save(actor, draft.pk, filled)
            drafts.see_preview(actor, draft.pk, submission=uuid4())

    def prepare(self, case: int, to: str) -> int | None:
        """A draft for which every gate holds, where the file has a holder, no draft and nothing open."""
        file = self.model.files[case]
        begun = [one for one in self.model.sent.values() if one.case == case and one.state == "draft"]
        if file.holder in (None, to) or begun or self.model.open_one(case):
            return None
        assert file.holder is not None
        if file.child:
            self._child_protection(case, file)
        with self.scene.clock():
            actor, journey = self.scene.actor(file.holder), {"purpose": "safety", "urgency": "standard"}
            begun_now = drafts.start(actor, case, receiver_country=to, submission=uuid4(), **journey).handover
        assert begun_now is not None
        self.model.sent[begun_now.pk] = Sent(case, file.holder, to, to == OUTSIDE)
        self._complete(begun_now)
        return begun_now.pk

    def _child_protection(self, case: int, file: File) -> None:
        assert file.holder is not None
        with self.scene.clock():
            if file.holder not in file.care:
                guard = self.scene.institutions[f"{file.holder}-child"]
                care.tell_child_protection(self.scene.actor(file.holder), case, guard, submission=uuid4())
                file.care.add(file.holder)
            care.record_child(self.scene.actor(f"{file.holder}-child"), case, CHILD_FILE, submission=uuid4())

    def pairs(self) -> list[tuple[int, int]]:
        """Drafts of two people to one country that nobody has linked yet."""
        alone = [(k, o) for k, o in sorted(self.model.sent.items()) if o.state == "draft" and not o.family]
        return [
            (k, other)
            for k, one in alone
            for other, two in alone
            if one.case < two.case and (one.sender, one.receiver) == (two.sender, two.receiver)
        ]

    def link_a_family(self) -> None:
        """Two of them become one journey."""
        for key, other in self.pairs()[:1]:
            one, two = self.model.sent[key], self.model.sent[other]
            with self.scene.clock():
                families.link(self.scene.actor(one.sender), key, [two.case], submission=uuid4())
            self.model.link(key, other, str(uuid4()))
            DONE["family"] += 1

    def part(self, key: int) -> None:
        """One of a family does not travel with the others."""
        with self.scene.clock():
            families.leave(
                self.scene.actor(self.model.sent[key].sender), key, "Stays with her aunt.", submission=uuid4()
            )
        self.model.leaves(key)
        DONE["leave the family"] += 1


def _picked(rows: list[Any], pick: int) -> int | None:
    return rows[pick % len(rows)].pk if rows else None


def three_people() -> World:
    """A woman, a child and a second woman who belong together, in Nigeria; each has a draft, the last to a country
    without a seat."""
    made = two_countries(*COUNTRIES)
    scene = Steady(made.registry, made.wall, made.users, made.institutions)
    world = World(scene, Model())
    for age, most in ((24, 26), (17, 17), (31, 33)):
        case = open_case(scene, age_low=age, age_high=most)
        world.model.files[case.pk] = File("NG", age < 18, answering=["NG"])
        if age < 18:
            world.model.files[case.pk].majority = _born(scene, case)
    cases = sorted(world.model.files)
    Case.objects.filter(pk__in=cases).update(immediate_danger=True, exploitation="Made to pay a debt.")
    with scene.clock():
        for one, other in ((0, 1), (0, 2), (1, 2)):
            families.record_link(scene.actor("NG"), cases[one], cases[other], "relative", submission=uuid4())
    for case, to in zip(cases, ("NE", "NE", OUTSIDE), strict=True):
        world.prepare(case, to)
    return world


def _born(scene: Scene, case: Case) -> datetime:
    """Let the child be known by its birthday, which comes in the days of an example; returns when it comes of age."""
    birthday = (scene.moment().at + COMES_OF_AGE_IN).date()
    with scene.clock():
        facts = {"birth_date": birthday.replace(year=birthday.year - majority.ADULT_AGE)}
        care.record_person(scene.actor("NG"), case.pk, facts, submission=uuid4())
    return datetime.combine(birthday, time(), ZoneInfo("Africa/Lagos"))


def brought(world: World, *acts: tuple[int, str, str]) -> World:
    """Acts in their order, an hour apart: (person, row, seat). A time to wait in hours may stand for the seat."""
    keys = sorted(world.model.sent)
    for person, action, who in acts:
        world.scene.after(hours=1)
        if action == "wait":
            world.scene.after(hours=float(who))
        else:
            assert world.act(keys[person], action, who) is None, (action, who)
    return world


WOMAN, CHILD, OTHER = 0, 1, 2
SENT_OFF = tuple((person, "offer", "NG") for person in (WOMAN, CHILD, OTHER))
TAKEN = (
    (WOMAN, "acknowledge", "NE"), (CHILD, "acknowledge", "NE"), (OTHER, "acknowledge", "NG"),
    (CHILD, "child_answer", "NG-child"), (CHILD, "child_answer", "NE-child"),
)  # fmt: skip
ACCEPTED = ((WOMAN, "accept", "NE"), (CHILD, "accept", "NE"), (OTHER, "accept", "NG"))
GONE = ((WOMAN, "depart", "NG"), (CHILD, "depart", "NG"), (OTHER, "depart", "NG"))
BEGINNINGS: dict[str, tuple[tuple[int, str, str], ...]] = {
    "drafts": (),
    "questions": (*SENT_OFF, *TAKEN, (WOMAN, "put_conditions", "NE"), (CHILD, "ask", "NE"), (OTHER, "ask", "NG")),
    "passed on": (*SENT_OFF, *TAKEN, (WOMAN, "propose_forward", "NE"), (CHILD, "propose_forward", "NE")),
    "waiting": (*SENT_OFF, *TAKEN, *ACCEPTED, (WOMAN, "stop", "NG"), (CHILD, "hold", "NG-child"), (OTHER, "hold", "NG")),
    "on the way": (*SENT_OFF, *TAKEN, *ACCEPTED, *GONE, (WOMAN, "object", "NG")),
    "not arrived": (
        *SENT_OFF, *TAKEN, *ACCEPTED, *GONE, (WOMAN, "wait", "24"), *((n, "report_not_arrived", "NG") for n in range(3)),
        (WOMAN, "end_search", "NG"),
    ),
    "arrived": (
        *SENT_OFF, *TAKEN, *ACCEPTED, *GONE, (WOMAN, "receive", "NE"), (CHILD, "receive", "NE"),
        (OTHER, "receive_outside", "NG"), (WOMAN, "ask_correction", "NE"),
    ),
}  # fmt: skip
"""States in which examples begin, so that the rare rows are near."""
