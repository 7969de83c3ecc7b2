"""Everything that lies around one case, fetched with it: one query instead of one for each table.

A page about a person reads a dozen small tables, each by the key of the case. Asked one after the other, the way to
the database and back costs more than the rows. PostgreSQL hands them over as arrays of JSON objects instead; here they
become ordinary instances behind the ordinary managers, so that nobody who reads `case.risks.all()` knows the difference.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from operator import attrgetter
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, Func, JSONField, Model, OuterRef, QuerySet
from django.db.models.functions import JSONObject

from common import prepared
from referral.models import Case, Handover, Institution, Packet, Person
from referral.selectors import asked

OF_THE_CASE = (
    "assignments",
    "custody",
    "whereabouts",
    "risks",
    "legal_tracks",
    "screenings",
    "releases",
    "services",
    "handovers",
    "continuing_tasks",
    "openings",
)
"""Related names of a case whose rows a page about the person reads."""

OF_THE_PERSON = ("links", "blocked")
"""The same of the person, for pages and for what decides about a file under its lock."""

INSTITUTIONS = ("institution", "provider", "sender", "receiver", "held_by", "released_to")
"""Foreign keys of those rows to institutions. All institutions are fetched at once."""

PACKETS = "packets_of_the_case"


def with_rows(cases: QuerySet[Any]) -> QuerySet[Any]:
    """Cases that carry their rows. Give each to `spread` before it is used."""
    found = _carried((*OF_THE_CASE, *OF_THE_PERSON))
    found[PACKETS] = _rows(Packet, Packet.objects.filter(handover__case=OuterRef("pk")))
    return cases.annotate(**found)


def spread(case: Any) -> Case:
    """Put the rows that came with the case behind its managers. One query, for all institutions that they name."""
    names = (*OF_THE_CASE, *OF_THE_PERSON)
    carried = {name: _instances(_model(name), case.__dict__.pop(f"rows_{name}")) for name in names}
    packets = case.__dict__.pop(PACKETS)
    _name_institutions(row for rows in carried.values() for row in rows)
    _place(case, carried)
    _give_packets(carried["handovers"], _instances(Packet, packets))
    found: Case = case
    return found


def gather(case: Case, names: Collection[str], *known: Institution | None) -> None:
    """Put the rows of these related names (of OF_THE_CASE, `needs`, `consents` or OF_THE_PERSON) behind the managers of
    a case in hand, with the child's file, the identity of the person and who opened the file.

    One query, and a second one for institutions that the rows name and that are not `known`. What is written afterwards
    is not among them.
    """
    names = tuple(names)
    (row,) = prepared.rows(lambda pk: _gathered(pk, names), case.pk, shape=names)
    carried = {name: _instances(_model(name), row.__dict__[f"rows_{name}"]) for name in names}
    _name_institutions((one for rows in carried.values() for one in rows), known)
    _place(case, carried)
    case.opened_by = row.opened_by
    _share(Case, "child_file", row, case)
    _share(Person, "identity", row.person, case.person)


def _place(case: Case, carried: Mapping[str, list[Any]]) -> None:
    """Put the rows behind the managers of the case or of its person, and give each of them whom it belongs to."""
    for name, rows in carried.items():
        owner: Any = case.person if name in OF_THE_PERSON else case
        for one in rows:
            setattr(one, "person" if name in OF_THE_PERSON else "case", owner)
        _fill(owner, name, rows)


def written_in(rows: Iterable[Any], country: str | None) -> list[Any]:
    """Those rows that an institution of this country wrote. Reads institutions that came with the rows (`gather`)."""
    return [row for row in rows if row.institution.country_id == country]


def _share(model: type[Model], name: str, source: Any, owner: Any) -> None:
    """Give the owner the row that came with another instance of it, or the knowledge that there is none."""
    relation: Any = model._meta.get_field(name)
    found = relation.get_cached_value(source, None)
    relation.set_cached_value(owner, found)
    if found is not None:
        relation.field.set_cached_value(found, owner)


def _gathered(case: int, names: Collection[str]) -> QuerySet[Case]:
    rows = Case.objects.filter(pk=case).select_related("child_file", "opened_by", "person__identity")
    return rows.annotate(**_carried(names))


def _carried(names: Iterable[str]) -> dict[str, ArraySubquery]:
    found = {}
    for name in names:
        model: Any = _model(name)
        its_own = {"person": OuterRef("person_id")} if name in OF_THE_PERSON else {"case": OuterRef("pk")}
        found[f"rows_{name}"] = _rows(model, model.objects.filter(**its_own))
    return found


def _model(name: str) -> type[Model]:
    owner: type[Model] = Person if name in OF_THE_PERSON else Case
    found: type[Model] = owner._meta.get_field(name).related_model  # type: ignore[assignment]
    return found


def _columns(model: type[Model]) -> list[Any]:
    return list(model._meta.concrete_fields)


PAIRS = 40
"""Columns in one JSON object: a function of PostgreSQL 15 takes 100 arguments, and each column is two."""


def _rows(model: type[Model], rows: QuerySet[Any]) -> ArraySubquery:
    names = [field.attname for field in _columns(model)]
    parts = [
        JSONObject(**{name: F(name) for name in names[start : start + PAIRS]}) for start in range(0, len(names), PAIRS)
    ]
    whole = Func(*parts, template="(%(expressions)s)", arg_joiner=" || ", output_field=JSONField())
    return ArraySubquery(rows.order_by("pk").values(whole=whole))


def _instances(model: type[Model], objects: Iterable[Mapping[str, Any]]) -> list[Any]:
    fields = _columns(model)
    names = [field.attname for field in fields]
    return [
        model.from_db("default", names, [field.to_python(row[field.attname]) for field in fields]) for row in objects
    ]


def _name_institutions(rows: Iterable[Any], known: Iterable[Institution | None] = ()) -> None:
    """Give every row the institutions that it names."""
    wanted = [(row, name, key) for row in rows for name in INSTITUTIONS if (key := getattr(row, f"{name}_id", None))]
    found = {institution.pk: institution for institution in known if institution is not None}
    found |= asked.institutions({key for _row, _name, key in wanted} - found.keys())
    for row, name, key in wanted:
        setattr(row, name, found[key])


def _fill(owner: Any, name: str, rows: list[Any]) -> None:
    """As `prefetch_related` leaves it: the manager answers from these rows, in the order of the model."""
    queryset = getattr(owner, name).get_queryset()
    for key in reversed(queryset.model._meta.ordering):
        rows.sort(key=attrgetter(str(key).removeprefix("-")), reverse=str(key).startswith("-"))
    queryset._result_cache, queryset._prefetch_done = rows, True
    if not hasattr(owner, "_prefetched_objects_cache"):
        owner._prefetched_objects_cache = {}
    owner._prefetched_objects_cache[name] = queryset


def _give_packets(handovers: list[Handover], packets: list[Packet]) -> None:
    by_handover = {packet.handover_id: packet for packet in packets}
    known: Any = Handover._meta.get_field("packet")
    for handover in handovers:
        packet = by_handover.get(handover.pk)
        known.set_cached_value(handover, packet)
        if packet is not None:
            packet.handover = handover
