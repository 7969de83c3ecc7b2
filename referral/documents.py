"""docs/states.md and docs/policy.md, rendered from the tables that the code obeys. `manage.py render_docs` writes them."""

from __future__ import annotations

from collections.abc import Iterable

from referral.enums import OPEN_STATES, Action, Compartment, Gate, HandoverState, Role
from referral.fieldmap import FIELD_MAP
from referral.packet import FIELDS
from referral.policy import COMPARTMENTS, GRANTS, Relation, faces
from referral.transitions import TRANSITIONS, Transition
from referral.transitions.marks import MARKS

NOTE = "Rendered from the code by `manage.py render_docs`; a test fails when it is stale.\n"


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A Markdown table."""
    heading = list(head)
    lines = [heading, ["---"] * len(heading), *(list(row) for row in rows)]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines) + "\n"


def _joined(values: Iterable[str]) -> str:
    return ", ".join(values) or "–"


def _target(row: Transition) -> str:
    if row.returns_to_source:
        return "back to where it was held from"
    return row.target or "no change"


def _custody(row: Transition) -> str:
    if row.action is Action.AGREE_CORRECTION:
        return "back to the sender"
    return "to the receiver" if row.moves_custody else "stays"


def _notes(row: Transition) -> tuple[tuple[bool, str], ...]:
    """What a row says beside its states."""
    return (
        (row.second_person, "two people of one institution"),
        (row.together, "a family together"),
        (row.outside, "of a country without a seat the sender records it, with officer and date"),
        (row.action in MARKS, "only with what it answers on record"),
        (not row.tells, "the other side is not told"),
    )


def states() -> str:
    """The handover machine: every state, every row."""
    rows = (
        (
            row.action,
            _joined(state for state in HandoverState if state in row.sources),
            _target(row),
            row.side,
            _joined(row.needs),
            _joined(f"{Gate(gate).value}" for gate in row.gates),
            _joined(row.opens),
            "all" if row.ends_all_deadlines else _joined(row.meets),
            _custody(row),
            _joined(words for said, words in _notes(row) if said),
        )
        for row in TRANSITIONS.values()
    )
    return (
        "# States of a handover\n\n"
        + NOTE
        + "\nOpen states (at most one open handover per case, refused by the database): "
        + _joined(f"`{state}`" for state in HandoverState if state in OPEN_STATES)
        + ".\n\n## Rows\n\n"
        + table(("action", "from", "to", "who", "needs", "gates", "opens", "closes", "custody", "notes"), rows)
        + "\n## States\n\n"
        + table(("state", "in words"), ((f"`{state}`", str(state.label)) for state in HandoverState))
        + "\n## Gates\n\n"
        + table(("gate", "in words"), ((gate.value, str(gate.label)) for gate in Gate))
    )


def policy() -> str:
    """Who may do what, which compartments a role reads, and where every field lies."""
    words = {Relation.REGISTRY: "anybody of the registry"}
    grants = (
        (
            action,
            "<br>".join(
                f"{_joined(sorted(grant.roles))}: {words.get(grant.relation) or faces(action)[grant.relation].words}"
                for grant in GRANTS[action]
            )
            or "the system alone",
        )
        for action in Action
    )
    rights = ((role, *(COMPARTMENTS[role][compartment] for compartment in Compartment)) for role in Role)
    fields = (
        (model, field, str(place)) for model, places in FIELD_MAP.items() for field, place in sorted(places.items())
    )
    packet = ((field.name, field.compartment, str(field.why)) for field in FIELDS)
    return (
        "# Policy\n\n"
        + NOTE
        + "\nDefault deny: what is not listed is refused. Invisible is 404; visible but not allowed is 403.\n\n## Actions\n\n"
        + table(("action", "who"), grants)
        + "\n## Compartments\n\nR read, W write, S only what a packet discloses, – none; cases of the own institution or assigned ones only.\n\n"
        + table(("role", *Compartment), rights)
        + "\n"
        + table(("compartment", "holds"), ((c, str(c.label)) for c in Compartment))
        + "\n## What a packet can hold\n\n"
        + table(("field", "compartment", "why it is needed"), packet)
        + "\n## Field map\n\n"
        + table(("model", "field", "compartment"), fields)
    )


DOCUMENTS = {"docs/states.md": states, "docs/policy.md": policy}
