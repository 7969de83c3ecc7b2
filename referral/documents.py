"""docs/states.md and docs/policy.md, rendered from the tables that the code obeys. `manage.py render_docs` writes them."""

from __future__ import annotations

from collections.abc import Iterable

from referral.addresses import ADDRESSES, OWN, Address, Answer, answer, standings_at
from referral.enums import OPEN_STATES, Action, Compartment, Gate, HandoverState, Role
from referral.fieldmap import FIELD_MAP
from referral.packet import FIELDS, FIRST_LOOK
from referral.policy import COMPARTMENTS, GRANTS, Relation, faces, roles_that_may
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
            "all" if row.ends_all_deadlines else _joined(row.meets + row.cancels),
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


def _who(address: Address, wanted: Answer) -> str:
    """Standing by standing, the roles that get this answer where they stand so and in no other way."""
    method = address.methods.split()[-1]
    lines = []
    for relation, stands in standings_at(address.row).items():
        roles = [role for role in Role if answer(address, method, role, stands) is wanted]
        behind = [role for role in roles if address.at_the_door is None or role in roles_that_may(address.at_the_door)]
        if behind:
            lines.append(f"{relation}: {_joined(behind)}")
    return "<br>".join(lines) or "–"


def addresses() -> str:
    """What every address answers: the cells of the access matrix, one line for each address."""
    rows = (
        (f"`{name}`", address.methods, str(address.row), _who(address, Answer.SERVED), _who(address, Answer.REFUSED))
        for name, address in ADDRESSES.items()
        if address.at_the_door is not None
    )
    own = (
        (f"`{name}`", address.methods, str(address.row)) for name, address in ADDRESSES.items() if address.row in OWN
    )
    return (
        "\n## Addresses\n\nEvery address, and who gets what in which standing to the row that it names. Whoever is not signed in "
        "is sent to sign-in. A role that stands in neither column is refused at the door (403), before anything is read; a "
        "method that is not listed is not allowed (405); and in every other standing the row is not found (404). Whoever has "
        "no seat is refused everywhere. The matrix in `tests/assurance` asks all of it.\n\n"
        + table(("address", "methods", "names", "served", "refused at the row (403)"), rows)
        + "\nOf no matter to the policy:\n\n"
        + table(("address", "methods", "names"), own)
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
    packet = (
        (field.name, field.compartment, str(field.why), "yes" if field.name in FIRST_LOOK else "–") for field in FIELDS
    )
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
        + table(("field", "compartment", "why it is needed", "read before it is acknowledged"), packet)
        + "\n## Field map\n\n"
        + table(("model", "field", "compartment"), fields)
        + addresses()
    )


DOCUMENTS = {"docs/states.md": states, "docs/policy.md": policy}
