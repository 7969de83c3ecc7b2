"""A plain Python model of handovers, written from the table of the design and not from our code.

It knows states, marks, who answers, and which sentence refuses an act; it knows no database.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

UNDECIDED = {"offered", "acknowledged", "clarifying"}
BEFORE = UNDECIDED | {"conditions_put", "accepted"}
WAY = {"departed", "whereabouts_unknown"}
ARRIVED = {"received", "completed", "received_outside"}
OPEN = BEFORE | WAY | {"held"}
TALK = OPEN | {"received", "completed"}

# action: (from, to; None no change, "back" to where it was held from, "" said by `Model.follow`; side)
TABLE: dict[str, tuple[set[str], str | None, str]] = {
    "offer": ({"draft"}, "offered", "sender"),
    "discard": ({"draft"}, "discarded", "sender"),
    "acknowledge": ({"offered"}, "acknowledged", "receiver+"),
    "ask": ({"acknowledged", "clarifying"}, "clarifying", "receiver+"),
    "answer": ({"clarifying"}, "", "sender"),
    "holding_reply": (UNDECIDED, None, "receiver+"),
    "accept": ({"acknowledged", "clarifying"}, "accepted", "receiver+"),
    "put_conditions": ({"acknowledged", "clarifying"}, "conditions_put", "receiver+"),
    "agree_conditions": ({"conditions_put"}, "accepted", "sender"),
    "refuse_conditions": ({"conditions_put"}, "acknowledged", "sender"),
    "decline": (UNDECIDED, "declined", "receiver+"),
    "propose_forward": (UNDECIDED, None, "receiver"),
    "agree_forward": (UNDECIDED, "forwarded", "sender"),
    "refuse_forward": (UNDECIDED, None, "sender"),
    "withdraw": (BEFORE | {"held"}, "withdrawn", "sender"),
    "revoke": ({"accepted", "held"}, "", "receiver+"),
    "hold": (BEFORE, "held", "sender, care"),
    "resume": ({"held"}, "back", "sender, care"),
    "plan_travel": ({"accepted"}, None, "sender"),
    "depart": ({"accepted"}, "departed", "sender"),
    "turn_back": (WAY, "", "sender"),
    "receive": ({"accepted", "held"} | WAY, "received", "receiver"),
    "accept_and_receive": (UNDECIDED | {"conditions_put"}, "received", "receiver"),
    "receive_outside": ({"accepted", "held"} | WAY, "received_outside", "outside"),
    "follow_up": ({"received_outside"}, None, "outside"),
    "report_not_arrived": ({"departed"}, "whereabouts_unknown", "either"),
    "end_search": ({"whereabouts_unknown"}, "failed", "sender"),
    "divert": (OPEN, "diverted", "sender"),
    "stop": (BEFORE | {"held"}, "held", "either, care"),
    "confirm_stop": ({"held"}, "stopped", "sender, care"),
    "continue": ({"held"}, "back", "sender, care"),
    "object": (WAY, None, "either, care"),
    "disengage": (WAY, "stopped", "sender"),
    "death": (OPEN, "ended", "either"),
    "give_feedback": ({"received"}, "completed", "receiver"),
    "ask_correction": ({"received"}, None, "receiver"),
    "agree_correction": ({"received"}, "departed", "sender"),
    "refuse_correction": ({"received"}, None, "sender"),
    "supplement": (OPEN | {"received", "completed"}, None, "sender"),
    "child_answer": (BEFORE | {"held"}, None, "child"),
    "override": ({"draft"}, None, "sender"),
    "waive": ({"held"}, None, "either"),
    "write_message": (TALK, None, "either"),
    "record_call": (TALK | {"received_outside"}, None, "either"),
    "drop_proposal": (OPEN | {"draft"}, None, "either"),
}
ACTIONS_FROM: dict[str, list[str]] = {}
for _action, (_sources, _target, _side) in TABLE.items():
    for _state in _sources:
        ACTIONS_FROM.setdefault(_state, []).append(_action)
SEATS = tuple(f"{code}{kind}" for code in ("NG", "NE", "IT") for kind in ("", "-deputy", "-child"))
TWO_PEOPLE = {"end_search", "death", "override"}
TOGETHER = {"offer", "plan_travel", "depart"}
GATED = {"offer", "accept", "agree_conditions", "plan_travel", "depart", "answer", "supplement"}
FINDS = {"receive", "accept_and_receive", "receive_outside", "turn_back", "disengage", "divert", "death"}
"""Rows after which somebody knows where the person is."""
ASKED = {"person", "unconfirmed", "child_objects"}
DAY = timedelta(hours=24)


@dataclass
class File:
    """A case: who answers, who has answered, whose child protection works on it."""

    holder: str | None
    child: bool
    majority: datetime | None = None
    """When the child comes of age. It is a child to every rule until child protection has looked at it again."""
    missing: bool = False
    answering: list[str | None] = field(default_factory=list)
    care: set[str] = field(default_factory=set)


@dataclass
class Sent:
    """A handover. Proposals: (action, country of the institution) → who proposed."""

    case: int
    sender: str
    receiver: str
    outside: bool
    state: str = "draft"
    came_from: str = ""
    hold: str = ""
    child: bool = False
    family: str = ""
    questions: int = 0
    """That the receiver still waits for: a decision or conditions make older ones void."""
    forward: bool = False
    objected: bool = False
    yes: set[str] = field(default_factory=set)
    offered_at: datetime | None = None
    expected_at: datetime | None = None
    received_at: datetime | None = None
    asked_at: datetime | None = None
    care_before: set[str] = field(default_factory=set)
    proposals: dict[tuple[str, str], str] = field(default_factory=dict)
    said: dict[tuple[str, str], dict[str, object]] = field(default_factory=dict)
    """What was proposed: the second person confirms it and says nothing new."""


class Model:
    """All files and handovers of one registry."""

    def __init__(self) -> None:
        self.files: dict[int, File] = {}
        self.sent: dict[int, Sent] = {}

    def party(self, one: Sent, action: str, who: str) -> bool:
        """Whether this seat may do this row at all. Seats are "NG", "NG-deputy" or "NG-child"."""
        side, country, guard = TABLE[action][2], who[:2], who.endswith("-child")
        sends, receives = country == one.sender, country == one.receiver and one.state not in ("draft", "discarded")
        cares = one.state in OPEN and sends and country in self.files[one.case].care
        if guard:
            asked = one.child and country == one.receiver and one.state in OPEN
            return cares if "care" in side else side == "child" and (cares or asked)
        if side == "child":
            return one.outside and sends
        if side == "outside" or (side == "receiver+" and one.outside):
            return one.outside and sends
        receives = receives and not one.outside
        if side.startswith("either"):
            return sends or receives
        return sends if side.startswith("sender") else receives

    def asks_in_private(self, one: Sent) -> str:
        """The seat that asks the person what the person wants: child protection a child, once it knows of the child."""
        for_child = one.child or one.hold == "child_objects"
        return f"{one.sender}-child" if for_child and one.sender in self.files[one.case].care else one.sender

    def legal(self, now: datetime) -> list[tuple[str, int, str]]:
        """Every (action, handover, seat) that the table allows now, gates aside; of proposals only those that stand."""
        return [
            (action, key, who)
            for key, one in sorted(self.sent.items())
            for action in ACTIONS_FROM.get(one.state, ())
            if self._marked(one, action)
            for who in SEATS
            if who[:2] in (one.sender, one.receiver)
            if (action != "drop_proposal" or any(where == who[:2] for _what, where in one.proposals))
            and self.refusal(key, action, who, now) is None
        ]

    def refusal(self, key: int, action: str, who: str, now: datetime) -> str | None:
        """The sentence's name that refuses this act now; None when it is legal as far as the gates are not concerned."""
        one = self.sent[key]
        proposed = one.proposals.get((action, who[:2])) if action in TWO_PEOPLE and not who.endswith("-child") else None
        if proposed == who:
            return "SecondPersonNeeded"
        family = self.family(key, action) if action in TOGETHER else [key]
        return next((said for said in (self._refusal(k, action, who, now) for k in family) if said), None)

    def family(self, key: int, action: str) -> list[int]:
        """The handovers that take this row together, the asked one among them."""
        one = self.sent[key]
        linked = [k for k, o in self.sent.items() if o.family and o.family == one.family and k != key]
        return sorted([key, *(k for k in linked if self.sent[k].state in TABLE[action][0])])

    def _refusal(self, key: int, action: str, who: str, now: datetime) -> str | None:
        one = self.sent[key]
        if not self.party(one, action, who):
            return "NotAllowed"
        if one.state not in TABLE[action][0]:
            return "NotInThisState"
        if not self._marked(one, action):
            return "NothingProposed"
        return self._rule(one, action, who, now)

    def _marked(self, one: Sent, action: str) -> bool:
        asked = one.hold in ASKED
        marks = {
            "propose_forward": not one.forward, "agree_forward": one.forward, "refuse_forward": one.forward,
            "revoke": "accepted" in (one.state, one.came_from), "stop": not asked, "confirm_stop": asked, "continue": asked,
            "resume": not asked, "object": not one.objected, "disengage": one.objected and not one.child,
            "ask_correction": one.asked_at is None, "agree_correction": one.asked_at is not None,
            "refuse_correction": one.asked_at is not None, "child_answer": one.child,
            "write_message": not one.outside and (one.state != "completed" or one.objected),
            "record_call": one.state != "completed" or one.objected,
        }  # fmt: skip
        return marks.get(action, True)

    def _rule(self, one: Sent, action: str, who: str, now: datetime) -> str | None:
        file, guard = self.files[one.case], who.endswith("-child")
        if action == "offer":
            if file.holder != one.sender:
                return "NotAllowed"
            others = [o for o in self.sent.values() if o.case == one.case and o.state in OPEN]
            return "CaseClosed" if file.missing else "AlreadyOpen" if others else None
        if action == "depart" and file.missing:
            return "CaseClosed"
        if action == "resume" and one.hold == "missing" and file.missing:
            return "StillMissing"
        if action in ("accept", "agree_conditions", "depart") and one.child and len(one.yes) < 2:
            return "ChildNeedsBothYes"
        if action == "depart" and one.family:
            linked = [o for o in self.sent.values() if o.family == one.family and o.state != "discarded"]
            return "FamilyTogether" if any(o.state not in {"accepted"} | WAY | ARRIVED for o in linked) else None
        if action in ("confirm_stop", "continue"):
            for_child = one.child or one.hold == "child_objects"
            if for_child != guard:
                return "StopStaysForChild" if for_child else "NotAllowed"
        if action == "report_not_arrived" and one.expected_at is not None:
            return "NotYetLate" if now < one.expected_at + timedelta(hours=2 if one.child else 6) else None
        if action == "supplement" and one.objected and one.state in OPEN:
            return "SearchNeedsDecision"
        if action in ("ask_correction", "agree_correction"):
            since = one.received_at if action == "ask_correction" else one.asked_at
            assert since is not None
            assert one.received_at is not None
            onward = any(
                o.case == one.case and o.sender == one.receiver and o.offered_at and o.offered_at >= one.received_at
                for o in self.sent.values()
            )
            return "TooLateToCorrect" if now > since + DAY or onward or file.holder != one.receiver else None
        return None

    def follow(self, key: int, action: str, who: str, now: datetime, given: dict[str, object]) -> bool:
        """The act was done. Returns whether it was done or, where two people are needed, only proposed."""
        one = self.sent[key]
        if action in TWO_PEOPLE and (action, who[:2]) not in one.proposals:
            one.proposals[action, who[:2]], one.said[action, who[:2]] = who, given
            return False
        if action in TWO_PEOPLE:
            given = one.said[action, who[:2]]
        for k in self.family(key, action) if action in TOGETHER else [key]:
            self._follow(k, action, who, now, given)
        return True

    def _follow(self, key: int, action: str, who: str, now: datetime, given: dict[str, object]) -> None:
        one = self.sent[key]
        file, target, source = self.files[one.case], TABLE[action][1], one.state
        if action in TWO_PEOPLE:
            del one.proposals[action, who[:2]]
        one.questions += {"ask": 1, "answer": -1}.get(action, 0)
        if action in ("accept", "put_conditions"):
            one.questions = 0
        if action == "answer":
            target = "clarifying" if one.questions else "acknowledged"
        if action == "revoke":
            target = "declined" if given.get("cannot_receive") else "held" if source == "held" else "acknowledged"
            one.came_from, one.expected_at = ("acknowledged" if target == "held" else ""), None
        if action == "turn_back":
            target, one.expected_at = ("held" if one.objected else "accepted"), None
            one.came_from, one.hold, one.objected = ("accepted", "person", False) if one.objected else ("", "", False)
        if action in ("hold", "stop"):
            one.came_from = one.came_from if source == "held" else source
            one.hold = "person" if action == "stop" else str(given["hold_reason"])
        if target == "back":
            target, one.came_from = one.came_from, ""
        one.state = target or source
        if one.state != "held":
            one.came_from = one.hold = ""
        if action == "offer":
            one.offered_at, one.child = now, file.child
        if action in ("plan_travel", "depart"):
            expected = given["expected_at"]
            assert isinstance(expected, datetime)
            one.expected_at = expected
        one.forward = {"propose_forward": True, "agree_forward": one.forward}.get(
            action, one.forward and action not in ("refuse_forward", "accept", "put_conditions")
        )
        one.objected = one.objected or action == "object"
        if action == "child_answer":
            side = "sender" if who.endswith("-child") and who[:2] == one.sender else "receiver"
            one.yes = one.yes | {side} if given["child_answer"] == "yes" else one.yes - {side}
        if action in ("receive", "accept_and_receive"):
            one.received_at, one.objected, one.asked_at = now, given["person_content"] == "no", None
            one.care_before, file.care = file.care, set()
            self.moves(one.case, one.receiver)
        if action in FINDS:
            file.missing = False
        if action == "end_search":
            file.missing = given["search_end"] == "lost"
        if action == "ask_correction":
            one.asked_at = now
        if action in ("refuse_correction", "agree_correction"):
            one.asked_at = None
        if action == "agree_correction":
            one.received_at, file.care = None, one.care_before
            self.moves(one.case, one.sender)
        one.proposals = {
            (what, where): whose
            for (what, where), whose in one.proposals.items()
            if one.state in TABLE[what][0]
            and not (action == "drop_proposal" and given.get("what") == what and where == who[:2])
        }

    def moves(self, case: int, to: str | None) -> None:
        """Custody moves; drafts of whoever answered before are void."""
        self.files[case].holder = to
        self.files[case].answering.append(to)
        for one in self.sent.values():
            if one.case == case and one.state == "draft":
                one.state, one.proposals = "discarded", {}

    def of_age(self, case: int, now: datetime) -> bool:
        """Whether the person decides alone: an adult, or a child whose birthday has come."""
        file = self.files[case]
        return not file.child or (file.majority is not None and now >= file.majority)

    def reviewable(self, case: int, now: datetime) -> bool:
        """Whether child protection, where it works on the file, may end the presumption."""
        file = self.files[case]
        return file.holder in file.care and file.majority is not None and now >= file.majority

    def open_one(self, case: int) -> Sent | None:
        """The open handover of a file."""
        return next((one for one in self.sent.values() if one.case == case and one.state in OPEN), None)

    def held_by_the_system(self, case: int, reason: str) -> bool:
        """Nothing goes past this: the open handover waits. Returns whether there was one to hold.

        What the person wants outranks a hold for another reason.
        """
        one = self.open_one(case)
        outranks = one is not None and one.state == "held" and reason in ASKED and one.hold not in ASKED
        if one is None or not (one.state in BEFORE or outranks):
            return False
        one.came_from = one.came_from if one.state == "held" else one.state
        one.state, one.hold = "held", reason
        one.proposals = {k: v for k, v in one.proposals.items() if "held" in TABLE[k[0]][0]}
        return True

    def link(self, key: int, other: int, name: str) -> None:
        """Two drafts become one journey."""
        self.sent[key].family = self.sent[other].family = name

    def leaves(self, key: int) -> None:
        """One of a family does not travel with the others; of two, nobody travels with anybody."""
        one = self.sent[key]
        rest = [o for k, o in self.sent.items() if k != key and o.family == one.family and o.state != "discarded"]
        one.family = ""
        if len(rest) == 1 and rest[0].state not in WAY | ARRIVED:
            rest[0].family = ""

    def joinable(self, case: int, now: datetime) -> bool:
        """Open, nothing under way, and no receipt that may still be corrected."""
        return self.files[case].holder is not None and not any(
            one.state in OPEN
            or (one.state == "received" and (one.asked_at is not None or (one.received_at or now) > now - DAY))
            for one in self.sent.values()
            if one.case == case
        )

    def join(self, ending: int, into: int) -> None:
        """Two files of one person become one."""
        self.files[into].child = self.files[into].child or self.files[ending].child
        self.files[ending].care = set()
        self.moves(ending, None)
