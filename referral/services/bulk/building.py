"""One case while its rows are made: what is planned, what was done, what is owed; and its record as a hash chain."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Model

from referral import chain
from referral.enums import AssignmentKind, Compartment, DeadlineState
from referral.models import CaseEvent, EventPayload
from referral.services.bulk.rows import Rows
from referral.services.bulk.world import World
from referral.standards.record import CaseRecord

OPEN = DeadlineState.OPEN.value


@dataclass(frozen=True, slots=True)
class Act:
    """One event before it has its number and hash. `tells` are institutions whose readers get a notice."""

    at: datetime
    kind: str
    institution: int | None
    handover: int | None = None
    code: str = ""
    from_state: str = ""
    to_state: str = ""
    compartment: Compartment = Compartment.D0
    happened_at: datetime | None = None
    content: Mapping[str, Any] = field(default_factory=dict)
    tells: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Told:
    """Something that readers of an institution are told, before it is a notice."""

    user: int
    institution: int
    kind: str
    cause: str
    template: str
    at: datetime
    handover: int | None
    event: int | None


@dataclass(slots=True)
class Rung:
    """A reminder before it is a row."""

    key: int
    name: str
    due_at: datetime
    floor_ran: timedelta
    state: str
    fired_at: datetime | None = None


@dataclass(slots=True)
class Owed:
    """A deadline before it is a row."""

    key: int
    kind: str
    owes: int
    other_side: int | None
    handover: int | None
    question: int | None
    opened_at: datetime
    due_at: datetime
    opened_ran: timedelta
    floor: timedelta
    rungs: list[Rung]
    state: str = OPEN
    closed_at: datetime | None = None
    reason: str = ""


@dataclass(slots=True)
class Building:
    """One case while its rows are made."""

    world: World
    rows: Rows
    record: CaseRecord
    number: int
    child: bool
    person_id: int
    case_id: int
    holder: int = 0
    """Who answers for the person now, as the agenda goes on."""
    heads_for: str | None = None
    """The receiving country of the handover that is prepared or going on."""
    working: list[tuple[AssignmentKind, int, datetime]] = field(default_factory=list)
    """Who works on the case in the country now: as what, which institution, since when."""
    agenda: list[tuple[datetime, Callable[[datetime], None]]] = field(default_factory=list)
    acts: list[Act] = field(default_factory=list)
    owed: list[Owed] = field(default_factory=list)
    told: list[Told] = field(default_factory=list)
    escalated: dict[int, datetime] = field(default_factory=dict)
    """Handover → when its last rung went out."""
    states: dict[int, list[tuple[datetime, str]]] = field(default_factory=lambda: defaultdict(list))
    """Handover → its states, each with the instant from which on it was in it."""

    def plan(self, at: datetime, do: Callable[[datetime], None]) -> None:
        """Something that happens at this instant; nothing happens after the end of the history."""
        if at <= self.world.until:
            self.agenda.append((at, do))

    def live(self) -> None:
        """Do everything that is planned, in order of time."""
        for at, do in sorted(self.agenda, key=lambda planned: planned[0]):
            do(at)

    def add(self, model: type[Model], **values: Any) -> None:
        self.rows.add(model, values)

    def write_record(self) -> None:
        """Number and chain the acts in order of time."""
        previous = chain.GENESIS
        for seq, act in enumerate(sorted(self.acts, key=lambda act: act.at), 1):
            key = self.rows.key(CaseEvent)
            user, role = self.world.officers.get(act.institution or 0, (None, ""))
            happened_at = min(act.happened_at, act.at) if act.happened_at else act.at
            facts = chain.facts_of(
                registry=self.world.registry.pk,
                case=self.case_id,
                seq=seq,
                kind=act.kind,
                code=act.code,
                from_state=act.from_state,
                to_state=act.to_state,
                handover=act.handover,
                user=user,
                institution=act.institution,
                role=role,
                at=act.at,
                wall=act.at,
                happened_at=happened_at,
                compartment=act.compartment,
                amends=None,
                submission=None,
                content=act.content,
            )
            salt = hashlib.sha256(f"{self.world.seed}:{self.number}:{seq}".encode()).digest()[:16]
            text = chain.canonical(facts)
            commitment = chain.commitment_of_bytes(salt, text)
            own = chain.link(previous, seq, commitment, chain.row_digest(facts))
            self.add(
                CaseEvent,
                id=key,
                registry_id=self.world.registry.pk,
                case_id=self.case_id,
                seq=seq,
                kind=act.kind,
                handover_id=act.handover,
                user_id=user,
                institution_id=act.institution,
                role=role,
                at=act.at,
                wall=act.at,
                happened_at=happened_at,
                compartment=act.compartment.value,
                from_state=act.from_state,
                to_state=act.to_state,
                code=act.code,
                commitment=commitment,
                previous_hash=previous,
                hash=own,
            )
            self.add(EventPayload, event_id=key, salt=salt, content=text.decode())
            previous = own
            self._tell_of_act(act, key, user)

    def _tell_of_act(self, act: Act, event: int, user: int | None) -> None:
        for institution in act.tells:
            self.told += [
                Told(
                    reader.user_id,
                    reader.institution_id,
                    act.kind,
                    f"event:{event}",
                    "news",
                    act.at,
                    act.handover,
                    event,
                )
                for reader in self.world.told[institution]
                if reader.user_id != user
            ]
