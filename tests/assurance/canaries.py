"""A word of its own in every free text of every row, and whose eyes each of them is for.

Who may read one follows from the field map (where the field lies), the table of compartments (whether the role reads
there) and how the reader's institution stands to the row. What belongs to a handover, a request to a service, an enquiry
or a request about a person is for its two sides.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import IntegrityError, connection, models, transaction

from referral.addresses import Row, granted, in_full
from referral.enums import Action, Compartment, Role
from referral.fieldmap import FIELD_MAP, OPEN
from referral.models import Case, PersonIdentity
from referral.packet import ALWAYS
from referral.policy import COMPARTMENTS, Relation, Right, reads
from tests.assurance.stage import Stage
from tests.assurance.standings import STANDINGS

CANARY = re.compile(rb"zq\d{4}qz")
LENGTH = len("zq0000qz")

CODES = frozenset(
    "kind code cause template link message_id text_version text_hash list_version reference public_code code_word digest "
    "preview_digest source page mode slug language last_error key_id ended_how".split()
)
"""Fields of text that hold a code or a name drawn by us: another value would be another state, not another text."""

NOT_OURS = frozenset(
    {"Registry", "ClockSegment", "RulePack", "Agreement", "Institution", "Capacity", "Membership", "Mail"}
)
"""What belongs to the registry itself and is open to everybody in it."""


@dataclass(frozen=True, slots=True)
class Canary:
    """One word: the field that holds it, and the rows that its row belongs to."""

    word: str
    model: str
    field: str
    place: Compartment
    case: int | None = None
    handover: int | None = None
    institution: Any = None
    referral: int | None = None
    sides: tuple[int, ...] = ()
    """Institutions of an enquiry or a request, which read it whatever their role."""

    @property
    def title(self) -> str:
        return f"{self.model}.{self.field} ({self.place})"


def plant(stage: Stage) -> list[Canary]:
    """Write a word into every free text of every row. Triggers that keep rows as they are stand aside meanwhile."""
    found: list[Canary] = []
    for model in apps.get_app_config("referral").get_models():
        name = model.__name__
        fields = [field for field in model._meta.concrete_fields if _free(name, field)]
        if fields and name not in NOT_OURS and not issubclass(model, PersonIdentity):
            found += _planted(model, fields, len(found))
    return found + _identities(len(found))


def _free(model: str, field: Any) -> bool:
    if field.name in CODES or field.choices or FIELD_MAP[model].get(field.name) in (None, OPEN):
        return False
    if isinstance(field, models.JSONField):
        return True
    plain = isinstance(field, models.CharField | models.TextField) and not isinstance(field, ArrayField)
    return plain and not hasattr(field, "opened") and (field.max_length or LENGTH) >= LENGTH


def _planted(model: Any, fields: list[Any], start: int) -> list[Canary]:
    found: list[Canary] = []
    with as_owner_without_triggers(model._meta.db_table):
        for row in model._base_manager.order_by("pk"):
            for field in fields:
                place = Compartment(str(FIELD_MAP[model.__name__][field.name]))
                words = [(f"zq{start + len(found):04}qz", place)]
                value: Any = words[0][0]
                if isinstance(field, models.JSONField):
                    words = []
                    value = _in_json(getattr(row, field.attname), place, words, start + len(found))
                if _wrote(model, field, value, row.pk):
                    belongs = _belongs(row)
                    found += [Canary(word, model.__name__, field.name, where, **belongs) for word, where in words]
    return found


def _in_json(value: Any, place: Compartment, words: list[tuple[str, Compartment]], start: int) -> Any:
    """The value with a word beside it in every compartment that it has, or in itself."""
    word = lambda: f"zq{start + len(words):04}qz"  # noqa: E731
    if isinstance(value, dict):
        parts = {key: value[key] for key in value}
        for key in [key for key in parts if key in Compartment.values and isinstance(parts[key], dict)]:
            for name in [name for name in parts[key] if isinstance(parts[key][name], str) and name in TEXTS]:
                new = word()
                words.append((new, Compartment(key)))
                parts[key] = parts[key] | {name: new}
        if not words:
            new = word()
            words.append((new, place))
            parts["canary"] = new
        return parts
    return value


TEXTS = frozenset(
    {"adaptation", "risk_measures", "safe_contact", "wishes", "safety_plan", "exploitation", "relatives", "name"}
)


@contextmanager
def as_owner_without_triggers(table: str) -> Iterator[None]:
    """In the block the owner of the tables works, and this one keeps no row as it is."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f'SET LOCAL ROLE "{settings.DATABASE_ROLES["owner"]}"')
        cursor.execute(f'ALTER TABLE "{table}" DISABLE TRIGGER USER')
        yield
        cursor.execute(f'ALTER TABLE "{table}" ENABLE TRIGGER USER')
        cursor.execute("RESET ROLE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def _wrote(model: Any, field: Any, value: Any, pk: Any) -> bool:
    """Whether the row takes this text; a text that belongs to another state of the row is left out."""
    table, key = model._meta.db_table, model._meta.pk.column
    sent = field.get_db_prep_save(value, connection)
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f'UPDATE "{table}" SET "{field.column}" = %s WHERE "{key}" = %s', [sent, pk])
    except IntegrityError:
        return False
    return True


def _identities(start: int) -> list[Canary]:
    """Names, contact and place, which stand encrypted: written through the model, as the product does."""
    found = []
    for place, case in enumerate(Case.objects.order_by("pk").select_related("person")):
        row, _made = PersonIdentity.objects.get_or_create(person=case.person)
        for turn, name in enumerate(("name", "contact", "exact_location")):
            word = f"zq{start + 3 * place + turn:04}qz"
            setattr(row, name, word)
            where = Compartment(str(FIELD_MAP["PersonIdentity"][name]))
            found.append(Canary(word, "PersonIdentity", name, where, case=case.pk))
        row.save()
    return found


def _belongs(row: Any) -> dict[str, Any]:
    """The rows around this one that say who may read it."""
    handover = getattr(row, "handover", None) or (row if type(row).__name__ == "Handover" else None)
    referral = getattr(row, "referral", None) or (row if type(row).__name__ == "HomeReferral" else None)
    event = getattr(row, "event", None)
    case = getattr(row, "case", None) or getattr(handover, "case", None) or getattr(event, "case", None)
    if type(row).__name__ == "Case":
        case = row
    person = getattr(row, "person", None) or (row if type(row).__name__ == "Person" else None)
    if case is None and person is not None:
        case = Case.objects.filter(person=person).order_by("pk").first()
    sides = [getattr(row, name, None) for name in ("sender_id", "receiver_id", "asker_id", "holder_id")]
    return {
        "case": case.pk if case is not None else None,
        "handover": handover.pk if handover is not None else None,
        "referral": referral.pk if referral is not None else None,
        "institution": getattr(row, "institution", None) or getattr(event, "institution", None),
        "sides": tuple(side for side in sides if side) if type(row).__name__ in ("Enquiry", "PullRequest") else (),
    }


OF_A_HANDOVER = frozenset({"Handover", "Question", "Message", "OutsideAnswer", "Packet", "Supplement", "Deadline"})
"""What both sides of a handover read, and whoever works beside them."""
TONIGHT = frozenset({"call_tonight"})
"""Whoever records tonight sees what stands there: safety waits for no compartment, and nobody writes over what she cannot see."""


class Eyes:
    """Whose eyes a canary is for, on this stage."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.cases = {case.pk: key for key, case in stage.cases.items()}
        self.handovers = {handover.pk: key for key, handover in stage.handovers.items()}

    def case(self, label: str, pk: int | None) -> frozenset[Any]:
        """How the label stands to this case. Nigeria's focal point holds them all but two."""
        key = self.cases.get(pk or 0, "")
        main = STANDINGS[label].get(Row.CASE, frozenset())
        if key == "main":
            return frozenset() if label == "opener" else main
        if key == "new":
            return main if label in ("holder", "opener") else frozenset()
        if key in ("draft", "abroad") and label in ("holder", "outside"):
            return STANDINGS["holder"][Row.CASE]
        if key == "draft" and label == "provider":
            return main
        return STANDINGS["holder"][Row.CASE] if key == "elsewhere" and label == "other registry" else frozenset()

    def handover(self, label: str, pk: int | None) -> frozenset[Any]:
        key = self.handovers.get(pk or 0, "")
        known = STANDINGS[label].get(Row.HANDOVER, frozenset())
        if key == "came":
            sent = {"past holder": "holder", "holder": "receiver", "outside": "receiver"}.get(label, "")
            return STANDINGS[sent][Row.HANDOVER] if sent else frozenset()
        if key in ("draft", "outside"):
            return STANDINGS["outside"][Row.HANDOVER] if label in ("holder", "outside") else frozenset()
        if key == "elsewhere":
            return STANDINGS["holder"][Row.HANDOVER] if label == "other registry" else frozenset()
        return STANDINGS["holder"][Row.HANDOVER] if label == "outside" else known

    def may_read(self, canary: Canary, label: str, role: Role) -> bool:
        """Whether the word may stand on any page of this seat."""
        at = self.stage.institutions[label]
        stands = self.case(label, canary.case)
        if canary.model == "Seal":
            return granted(Action.VIEW_SEAL, role, stands)
        if canary.model in OF_A_HANDOVER and granted(Action.VIEW_HANDOVER, role, self.handover(label, canary.handover)):
            return True
        if canary.model in ("HomeReferral",):
            known = STANDINGS[label].get(Row.REFERRAL, frozenset())
            return granted(Action.VIEW_REFERRAL, role, known)
        if canary.sides:
            return at.pk in canary.sides
        if canary.model == "BreakGlass":
            return at.registry_id == self.stage.scene.registry.pk and (
                canary.institution == at or role is Role.DATA_PROTECTION or granted(Action.VIEW_GLASS, role, stands)
            )
        if canary.field in TONIGHT and granted(Action.RECORD_TONIGHT, role, stands):
            return True
        # What stands in every packet is read by everybody who sees the case at all.
        readable = reads(role, canary.place) or (
            canary.place is ALWAYS and COMPARTMENTS[role][canary.place] is not Right.NONE
        )
        if not in_full(role, stands) or not readable:
            return False
        # What a former holder wrote stays sealed, but for the hour in which the glass is broken.
        at_home = canary.institution is None or canary.institution.country_id == at.country_id
        return at_home or Relation.BREAK_GLASS in stands
