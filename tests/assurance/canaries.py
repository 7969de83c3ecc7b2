"""A word of its own in every free text of every row, and whose eyes each of them is for.

Who may read one follows from the field map (where the field lies), the table of compartments (whether the role reads
there) and how the reader's institution stands to the row. What belongs to a handover, a request to a service, an enquiry
or a request about a person is for its two sides.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import IntegrityError, connection, models, transaction

from common.encrypted import EncryptedRow
from referral.addresses import Row, granted, in_full
from referral.enums import Action, Compartment, Role
from referral.fieldmap import FIELD_MAP, OPEN
from referral.models import Amendment, Case, FrozenIdentity, PersonIdentity
from referral.packet import ALWAYS
from referral.policy import COMPARTMENTS, Relation, Right, reads
from tests.assurance.furnished import furnish
from tests.assurance.knocking import tables
from tests.assurance.stage import Stage
from tests.assurance.standings import STANDINGS

LENGTH = len("zq0000qz")
BIRTH = (4, 5)
"""Month and day of every birth date that is planted; the year is another for each person."""
SEEN = re.compile(
    rb"zq\d{4}qz|(19[01]\d)-04-05|\b0?5(?:\s|\xc2\xa0|&nbsp;|/)(?:April|04|4)(?:\s|\xc2\xa0|&nbsp;|/)(19[01]\d)"
    rb'|_year" value="(19[01]\d)"'
)
"""A word, or a birth date as it is stored, as it is shown and as a form asks for it."""

LEFT_OUT: Mapping[str, str] = {
    "a code that we draw, by which addresses and rules name the row":
        "Person.public_code Person.code_word Handover.reference Enquiry.reference PullRequest.reference HomeReferral.reference "
        "BreakGlass.reference",
    "the code of a language":
        "Consent.language Question.language Message.language PullRequest.language Voice.language Amendment.language "
        "BreakGlass.language AuditReview.language",
    "a list of codes: whoever sees one sees its label":
        "Person.citizenships Person.feared_countries Person.languages Case.exploited_in Case.route Case.carried_safeguards "
        "Screening.items ChildFile.determination_options Consent.categories Consent.options Handover.options_compared "
        "Handover.needs_on_arrival Handover.compartments Handover.child_protection_yes Handover.conditions "
        "Handover.feedback_services Handover.services_confirmed Enquiry.corridor Enquiry.services HomeReferral.compartments Disclosure.fields",
    "a kind, a version or a name that the code writes":
        "Screening.list_version Consent.text_version CaseEvent.kind CaseEvent.code Notice.kind Notice.cause "
        "AuditReview.source Denial.page",
    "a digest, or the number of a key":
        "Consent.text_hash Handover.preview_digest Packet.digest Supplement.digest PersonIdentity.key_id "
        "FrozenIdentity.key_id",
    "a login and its session, which are no record of a person":
        "User.password User.email User.display_name Session.session_data Session.session_key Session.device "
        "SignInDelay.account SharedCacheEntry.cache_key SharedCacheEntry.value Country.code Country.alpha3 Country.zone "
        "Country.focal_point_name",
}  # fmt: skip
"""Why no word stands in a column: another value would be another state, not another text; or it is nobody's secret."""
NO_WORD = frozenset(name for names in LEFT_OUT.values() for name in names.split())


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
    furnish(stage)
    found: list[Canary] = []
    for model in tables():
        fields = [field for field in worded(model) if f"{model.__name__}.{field.name}" not in NO_WORD]
        if fields and not issubclass(model, EncryptedRow):
            found += _planted(model, fields, len(found))
    found += _identities(len(found))
    return found + _frozen(len(found))


def worded(model: Any) -> list[Any]:
    """The columns of this table that could hold somebody's words and are not open to everybody; codes of ours hold none."""
    places = FIELD_MAP.get(model.__name__, {})
    return [
        field
        for field in model._meta.concrete_fields
        if (isinstance(field, TEXT) or hasattr(field, "opened"))
        and not field.choices
        and places.get(field.name) is not OPEN
    ]


TEXT = (models.CharField, models.TextField, models.JSONField, ArrayField)


def _planted(model: Any, fields: list[Any], start: int) -> list[Canary]:
    found: list[Canary] = []
    with as_owner_without_triggers(model._meta.db_table):
        for row in model._base_manager.order_by("pk"):
            for field in fields:
                place = Compartment(str(FIELD_MAP[model.__name__][field.name]))
                if model is Amendment:  # it lies where the entry lies that it puts right
                    place = Compartment(row.compartment)
                words = [(f"zq{start + len(found):04}qz", place)]
                value: Any = words[0][0]
                if field.name == "overrides":
                    value = [SET_ASIDE | {"reason": words[0][0]}]
                elif isinstance(field, models.JSONField):
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


SET_ASIDE = {"gate": "6", "reason": "", "at": "2026-09-07T09:00:00+00:00", "first": 0, "second": 0}
"""A condition that two people set aside, as a handover keeps it (`services.handover_detours`)."""


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


OF_IDENTITY = ("name", "contact", "exact_location", "birth_date")


def _identities(start: int) -> list[Canary]:
    """Names, contact, place and birth date, which stand encrypted: written through the model, as the product does."""
    found: list[Canary] = []
    for turn, case in enumerate(Case.objects.order_by("pk").select_related("person")):
        row, _made = PersonIdentity.objects.get_or_create(person=case.person)
        words = _of_identity(start + len(found), turn)
        for name, word in words.items():
            setattr(row, name, word)
            where = Compartment(str(FIELD_MAP["PersonIdentity"][name]))
            found.append(Canary(str(word), "PersonIdentity", name, where, case=case.pk))
        row.save()
    return found


def _frozen(start: int) -> list[Canary]:
    """The copies of an identity that a handover leaves behind. What it says never changes, but for this."""
    found: list[Canary] = []
    with as_owner_without_triggers(FrozenIdentity._meta.db_table):
        for turn, row in enumerate(FrozenIdentity.objects.order_by("pk")):
            assert row.seal_id is not None, "a copy in a packet or a referral: say in `Eyes` whose it is"
            words = _of_identity(start + len(found), 10 + turn)
            FrozenIdentity.objects.filter(pk=row.pk).update(**words)
            for name, word in words.items():
                where = Compartment(str(FIELD_MAP["FrozenIdentity"][name]))
                found.append(Canary(str(word), "FrozenIdentity", name, where, case=row.case_id))
    return found


def _of_identity(start: int, turn: int) -> dict[str, Any]:
    assert turn < 20
    words = {name: f"zq{start + place:04}qz" for place, name in enumerate(OF_IDENTITY[:3])}
    return words | {"birth_date": date(1900 + turn, *BIRTH)}


def words_in(body: bytes) -> set[str]:
    """The words in this text, and the birth dates as they are stored."""
    found = set()
    for match in SEEN.finditer(body):
        year = match[1] or match[2] or match[3]
        found.add(f"{year.decode()}-04-05" if year else match[0].decode())
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
        if canary.model in ("Seal", "FrozenIdentity"):
            return granted(Action.VIEW_SEAL, role, stands)
        if canary.field == "overrides" and Relation.RECEIVER in self.handover(label, canary.handover):
            return False
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
        if canary.model == "LegalTrack" and canary.institution == at and reads(role, canary.place):
            return True  # a past holder goes on with a track of its own (`ContinuingTask`)
        if canary.model == "AuditReview":
            return canary.institution == at
        if canary.model == "Denial":
            return at.registry_id == self.stage.scene.registry.pk and role is Role.DATA_PROTECTION
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
