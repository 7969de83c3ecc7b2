"""The task list of a handover that is being prepared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from accounts.selectors import country_name
from common.components import Task
from referral.enums import Gate, HandoverState
from referral.gates import GateResult
from referral.models import Handover
from referral.pages.handover_words import TONES, Sentence, plain
from referral.pages.links import draft_url, gate_url, person_url, place_of

LABELS: Mapping[Gate, Sentence] = {
    Gate.AGREEMENT: gettext_lazy("Agreement to be moved"),
    Gate.RISK: gettext_lazy("Risk assessment"),
    Gate.PERMISSION: gettext_lazy("Permission to share"),
    Gate.ORIGIN: gettext_lazy("Nothing reaches a state the person fears"),
    Gate.REFLECTION: gettext_lazy("The time of reflection is kept"),
    Gate.CAPACITY: gettext_lazy("A place in the receiving country"),
    Gate.LEGAL_BASIS: gettext_lazy("The information may cross this border"),
    Gate.PREVIEW: gettext_lazy("What the other side will see"),
    Gate.CARE: gettext_lazy("Care and safety in the time between"),
}
ORDER = (
    Gate.AGREEMENT, Gate.PERMISSION, Gate.ORIGIN, Gate.REFLECTION, Gate.RISK, Gate.CARE, Gate.CAPACITY, Gate.LEGAL_BASIS,
    Gate.PREVIEW,
)  # fmt: skip
"""The person first; what is sent last."""
STEPS = (
    "options", "care", "place", "without_place", "information", "preview", "check", "discard", "sheet", "family",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Readiness:
    """How far one draft is: its lines without the last one, which sends."""

    tasks: tuple[Task, ...]

    @property
    def missing(self) -> tuple[Task, ...]:
        """Lines that are not ready."""
        return tuple(task for task in self.tasks if task.tone != "protected")

    @property
    def words(self) -> str:
        """So many of so many."""
        count = len(self.tasks)
        ready = count - len(self.missing)
        return ngettext("%(ready)d of %(count)d ready", "%(ready)d of %(count)d ready", count) % {
            "ready": ready,
            "count": count,
        }


Family = Sequence[tuple[Handover, Readiness]]
"""Everybody else who travels along, each with the own readiness."""


@dataclass(frozen=True, slots=True)
class DraftPage:
    """The frame that every page of a draft shows, and the task list."""

    reference: str
    code_word: str
    code: str
    receiver: str
    sender: str
    outside: bool
    url: str
    person_url: str
    tasks: tuple[Task, ...]
    readiness: str
    ready: bool
    missing: tuple[Task, ...]
    """What stops the sending: this draft's own lines, then those of the family that are not ready."""
    family: tuple[Task, ...]
    steps: Mapping[str, str]


def draft_page(handover: Handover, results: Sequence[GateResult], family: Family = ()) -> DraftPage:
    """The task list: the talk with the person, then each gate with the page that puts it right, then sending."""
    person = handover.case.person
    own = readiness(handover, results)
    members = tuple(_member(one, state) for one, state in family)
    waiting = tuple(task for task in members if task.tone == "waiting")
    missing = (*own.missing, *waiting)
    return DraftPage(
        reference=handover.reference,
        code_word=person.code_word,
        code=person.public_code,
        receiver=country_name(handover.receiver_country_id),
        sender=country_name(handover.sender.country_id or ""),
        outside=handover.outside,
        url=draft_url(handover),
        person_url=person_url(person.public_code),
        tasks=(*own.tasks, _send(handover, ready=not missing, together=bool(members))),
        readiness=own.words,
        ready=not missing,
        missing=missing,
        family=members,
        steps={step: draft_url(handover, step) for step in STEPS},
    )


def readiness(handover: Handover, results: Sequence[GateResult]) -> Readiness:
    """Two steps of the draft itself and its nine gates."""
    by_gate = {result.gate: result for result in results}
    options = _step(_("Options talked through"), handover, "options", done=bool(handover.options_compared))
    permitted = by_gate[Gate.PERMISSION].passed
    shared = _step(_("What is shared"), handover, "information", done=bool(handover.compartments) and permitted)
    gates = gate_tasks(handover, results)
    return Readiness((options, *gates[:-1], shared, gates[-1]))


def gate_tasks(handover: Handover, results: Sequence[GateResult]) -> tuple[Task, ...]:
    """Gates as lines of a task list, in the order of the page."""
    by_gate = {result.gate: result for result in results}
    return tuple(_gate_task(handover, by_gate[gate]) for gate in ORDER if gate in by_gate)


def _send(handover: Handover, *, ready: bool, together: bool) -> Task:
    label = (
        _("Check everything and send all together to %(country)s")
        if together
        else _("Check everything and send to %(country)s")
    )
    return Task(
        label=plain(label, country=country_name(handover.receiver_country_id)),
        url=draft_url(handover, "check") if ready else "",
        hint="" if ready else _("Opens when everything above is ready."),
        status=_("Ready") if ready else _("Cannot start yet"),
        tone="protected" if ready else "neutral",
    )


def _member(handover: Handover, state: Readiness) -> Task:
    """One of the family: how far the draft is, or where the handover stands."""
    draft = handover.state == HandoverState.DRAFT
    waits = draft and bool(state.missing)
    word = HandoverState(handover.state).label
    return Task(
        label=plain(
            _("%(word)s, %(code)s"), word=handover.case.person.code_word, code=handover.case.person.public_code
        ),
        url=place_of(handover),
        hint=", ".join(task.label for task in state.missing) if waits else "",
        status=(state.words if waits else _("Ready")) if draft else word,
        tone=("waiting" if waits else "protected") if draft else TONES.get(handover.state, "neutral"),
    )


def _step(label: str, handover: Handover, step: str, *, done: bool) -> Task:
    return Task(
        label=label,
        url=draft_url(handover, step),
        status=_("Done") if done else pgettext("task", "To do"),
        tone="protected" if done else "waiting",
    )


def _gate_task(handover: Handover, result: GateResult) -> Task:
    return Task(
        label=str(LABELS[result.gate]),
        url=gate_url(result.gate, handover, result.asked),
        hint="" if result.passed else str(result.sentence),
        status=_("Ready") if result.passed else pgettext("task", "To do"),
        tone="protected" if result.passed else "waiting",
    )
