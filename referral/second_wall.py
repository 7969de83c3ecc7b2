"""What the database itself lets through, table by table: the second wall around the registry.

Pure data: `common.second_wall_sql` turns it into row level security after every migration, and a table that is missing
here fails the build and `migrate`. The first wall is `referral.policy`; this one knows institutions, not roles, and
stops what a forgotten filter would show. See docs/decisions/0050.

Conditions are SQL about one row. Each part of the context stands in a sub-select of its own, so that PostgreSQL works
it out once for a statement. `wall.cases()` is NULL for the system and for what crosses the wall on purpose, otherwise
the list of cases that the running command has opened; NULL makes every comparison unknown and `coalesce` true. Working out
one part costs some twenty microseconds and happens only where it is needed, so what is true most often stands first.
"""

from __future__ import annotations

from dataclasses import replace

from common.second_wall_sql import NOBODY, Policy, Wall

OPENED = "(SELECT wall.cases())"
HERE = "(SELECT wall.institution())"
EVERY = f"{OPENED} IS NULL"
"""The system, and what crosses the wall on purpose: every case, of one registry or of all."""
ANY_REGISTRY = "(SELECT wall.registry()) IS NULL"
SYSTEM_ALONE = f"{EVERY} AND {ANY_REGISTRY}"
"""Not for what crosses the wall on purpose: no purpose needs a name, what is ill, or what was sealed of the whole registry."""
ME = "(SELECT wall.person())"
OWN_INSTITUTION = f"institution_id = {HERE}"

REGISTRY = "coalesce(registry_id = (SELECT wall.registry()), true)"
"""Rows of the context's registry; the system has all of them."""

OF_COMMAND = f"(coalesce(case_id = ANY ({OPENED}::bigint[]), true)) AND ({REGISTRY})"
"""Rows that name their registry, of a case that the running command has opened. The column must not be empty."""

UNDER_COMMAND = f"coalesce(case_id = ANY ({OPENED}::bigint[]), {ANY_REGISTRY} OR wall.case_here(case_id))"
"""The same for rows that name no registry: what crosses the wall stays within its own."""

CASE_OPENED = f"coalesce(case_id = ANY ({OPENED}::bigint[]), {ANY_REGISTRY})"

PERSON_OPENED = f"(({SYSTEM_ALONE}) OR wall.opens_person({{person}}))"


def _across(question: str, column: str) -> str:
    """Rows that name no registry, for the system and for what crosses the wall within its own registry."""
    return f"{EVERY} AND ({ANY_REGISTRY} OR wall.{question}({column}))"


PERSON_UNDER_COMMAND = f"({_across('person_here', '{person}')} OR wall.opens_person({{person}}))"

OF_OPENED_HANDOVER = (
    f"handover_id IS NULL OR {_across('handover_here', 'handover_id')} OR wall.opens_handover(handover_id)"
)


def _reach(column: str, *, file: bool, key: str = "case_id") -> str:
    """Whoever reaches the case or person: a few rows of an index. Not EXISTS, which is planned in two ways each time, and no
    LIMIT, with which PostgreSQL may expect to meet the row early and read the whole table. IS NOT NULL lets it expect that
    nearly every row passes, which is so, because the first wall has chosen the rows already."""
    level = " AND r.level = 2" if file else ""
    mine = f"r.{key} = {column} AND r.{OWN_INSTITUTION}{level}"
    return f"(SELECT max(r.level) FROM referral_casereach r WHERE {mine}) IS NOT NULL"


def _either(*conditions: str) -> str:
    return " OR ".join(f"({condition})" for condition in conditions)


def _both(*conditions: str) -> str:
    return " AND ".join(f"({condition})" for condition in conditions)


def _of_case(
    table: str,
    *,
    file: bool,
    also: tuple[str, ...] = (),
    registry: bool = False,
    handover: bool = False,
    opened: str = UNDER_COMMAND,
) -> Policy:
    """Read by whoever reaches the case so far, or for whom `also` holds; written by a command on the case alone.

    Where the row names a `handover` as well, that one is of an opened case too.
    """
    mine = OF_COMMAND if registry else opened
    write = _both(mine, OF_OPENED_HANDOVER) if handover else mine
    return Policy(_either(*also, _reach(f"{table}.case_id", file=file), mine), write)


OF_HANDOVER = Policy(
    _either(SYSTEM_ALONE, "wall.reads_handover(handover_id)"),
    _either(_across("handover_here", "handover_id"), "wall.opens_handover(handover_id)"),
)
"""Read by whoever reads the handover, written by a command on its case."""
OF_EVENT = Policy(
    _either(SYSTEM_ALONE, "wall.reads_event(event_id)"),
    _either(_across("event_here", "event_id"), "wall.opens_event(event_id)"),
)


def _of_person(table: str, *, only: str = "true", opened: str = PERSON_UNDER_COMMAND) -> Policy:
    column = f"{table}.person_id"
    write = opened.format(person=column)
    return Policy(_both(only, _either(_reach(column, file=True, key="person_id"), write)), write)


def _same(condition: str) -> Policy:
    return Policy(condition, condition)


LINK = _of_person("referral_personlink")

IN_REGISTRY = _same(REGISTRY)

NAMELESS = ("coordinator", "data_protection", "facilitator", "observer", "survivor_adviser")
"""Roles that read no identity anywhere (`referral.policy.COMPARTMENTS`); a test holds the two together."""
READS_NAMES = "coalesce((SELECT wall.role()) NOT IN ({}), true)".format(", ".join(f"'{role}'" for role in NAMELESS))

SENT = "state NOT IN ('draft', 'discarded')"
CHILD_IS_EXPECTED = (
    "child AND receiver_country_id = (SELECT wall.country()) AND (SELECT wall.role()) = 'child_protection' AND " + SENT
)

HANDOVER = Policy(
    _either(
        f"sender_id = {HERE}",
        f"receiver_id = {HERE} AND {SENT}",
        _reach("referral_handover.case_id", file=True),
        _both(CHILD_IS_EXPECTED, REGISTRY),
        OF_COMMAND,
    ),
    OF_COMMAND,
)

THIS_CASE = _both(f"coalesce(id = ANY ({OPENED}::bigint[]), true)", REGISTRY)

CASE = Policy(
    _either(f"holder_id = {HERE}", _reach("referral_case.id", file=False), THIS_CASE),
    # A case that changed to the person of others would let its holder reach that person.
    _both(THIS_CASE, PERSON_UNDER_COMMAND.format(person="referral_case.person_id")),
)

THIS_PERSON = _both(f"{EVERY} OR wall.opens_person(referral_person.id)", REGISTRY)

PERSON = Policy(_either(_reach("referral_person.id", file=False, key="person_id"), THIS_PERSON), THIS_PERSON)

VISIBLE_HANDOVER = "wall.reads_handover(handover_id)"

OWED = f"{HERE} IN (owes_id, other_side_id)"
BETWEEN = f"{HERE} IN (sender_id, receiver_id)"

BY_ME = f"user_id = {ME}"
COUNTS = "(SELECT wall.role()) = 'health'"
"""The health address, which nobody signs in for: `common.second_wall.WITHOUT_A_SEAT`."""
WATCHES = "(SELECT wall.role()) = 'data_protection'"
COMPLAINT_TO_OVERSEE = _both(
    EVERY,
    "kind = 'complain'",
    "(SELECT wall.role()) IN ('coordinator', 'data_protection')",
    "wall.case_here(case_id)",
)
"""What was passed on as a complaint, for those who are to hear of it; ratings and words stay in the file."""
FROZEN_IN = {
    "packet": "referral_packet",
    "supplement": "referral_supplement",
    "referral": "referral_homereferral",
    "seal": "referral_seal",
}
"""Where the identity of a moment was put aside, by the column that names the row."""
READS_WHAT_HOLDS_IT = _both(f"{OPENED} IS NOT NULL", _either(*(f"wall.reads_{name}({name}_id)" for name in FROZEN_IN)))
OF_INSTITUTION = "EXISTS (SELECT 1 FROM referral_institution i WHERE i.id = {table}.institution_id)"

INTO_OPENED = f"action = 'merge' AND facts ->> 'into' = ANY ({OPENED}::text[])"
"""What would join another institution's file with the opened one: void when that one ends or changes hands."""

POLICIES = {
    "referral_registry": _same("coalesce(id = (SELECT wall.registry()), true)"),
    "referral_clocksegment": IN_REGISTRY,
    "referral_rulepack": IN_REGISTRY,
    "referral_agreement": IN_REGISTRY,
    "referral_agreement_parties": _same(
        _either(
            SYSTEM_ALONE,
            "EXISTS (SELECT 1 FROM referral_agreement a WHERE a.id = referral_agreement_parties.agreement_id)",
        )
    ),
    # The institutions of one's own seats, before it is known in which registry one works now.
    "referral_institution": Policy(
        _either(REGISTRY, "id = ANY ((SELECT referral_seats_of_user())::bigint[])"), REGISTRY
    ),
    "referral_capacity": _same(_either(OF_INSTITUTION.format(table="referral_capacity"), SYSTEM_ALONE)),
    "referral_membership": Policy(
        _either(f"user_id = {ME}", OF_INSTITUTION.format(table="referral_membership")),
        _either(OF_INSTITUTION.format(table="referral_membership"), SYSTEM_ALONE),
    ),
    "referral_casereach": Policy(OWN_INSTITUTION, NOBODY),
    "referral_person": PERSON,
    "referral_personidentity": _of_person("referral_personidentity", only=READS_NAMES, opened=PERSON_OPENED),
    "referral_personlink": replace(LINK, write=_both(LINK.write, PERSON_UNDER_COMMAND.format(person="other_id"))),
    "referral_blockedrecipient": _of_person("referral_blockedrecipient"),
    "referral_case": CASE,
    "referral_case_linked": Policy(
        _either(_across("case_here", "from_case_id"), _reach("referral_case_linked.from_case_id", file=True)),
        f"coalesce(from_case_id = ANY ({OPENED}::bigint[]) AND to_case_id = ANY ({OPENED}::bigint[]), "
        f"{ANY_REGISTRY} OR (wall.case_here(from_case_id) AND wall.case_here(to_case_id)))",
    ),
    "referral_assignment": _of_case("referral_assignment", file=True, also=(OWN_INSTITUTION,)),
    "referral_whereabouts": _of_case("referral_whereabouts", file=True),
    "referral_screening": _of_case("referral_screening", file=True),
    "referral_riskassessment": _of_case("referral_riskassessment", file=True),
    "referral_need": _of_case("referral_need", file=True),
    "referral_service": _of_case("referral_service", file=True),
    "referral_release": _of_case("referral_release", file=True),
    "referral_childfile": _of_case("referral_childfile", file=True),
    "referral_consent": _of_case("referral_consent", file=True),
    "referral_custody": _of_case("referral_custody", file=False, handover=True),
    "referral_legaltrack": _of_case("referral_legaltrack", file=True, also=(OWN_INSTITUTION,)),
    "referral_identification": _of_case("referral_identification", file=True),
    "referral_healthentry": _of_case("referral_healthentry", file=True, opened=CASE_OPENED),
    "referral_voice": _of_case("referral_voice", file=True, also=(COMPLAINT_TO_OVERSEE,), opened=CASE_OPENED),
    "referral_continuingtask": _of_case("referral_continuingtask", file=True, also=(OWN_INSTITUTION,)),
    "referral_proposal": _of_case(
        "referral_proposal", file=True, also=(OWN_INSTITUTION, INTO_OPENED), registry=True, handover=True
    ),
    "referral_handover": HANDOVER,
    "referral_question": OF_HANDOVER,
    "referral_outsideanswer": OF_HANDOVER,
    "referral_message": OF_HANDOVER,
    "referral_packet": OF_HANDOVER,
    "referral_supplement": OF_HANDOVER,
    # What was not disclosed: for the former holder who sealed it, for a command on the case, and under break-glass.
    "referral_seal": Policy(
        _either(
            SYSTEM_ALONE,
            OWN_INSTITUTION,
            "wall.opens_handover(handover_id)",
            "wall.glass_over_handover(handover_id)",
        ),
        _either(SYSTEM_ALONE, "wall.opens_handover(handover_id)"),
    ),
    # Whoever reads the packet, the supplement, the referral or the seal reads the identity in it.
    "referral_frozenidentity": Policy(
        _both(READS_NAMES, _either(CASE_OPENED, READS_WHAT_HOLDS_IT)),
        _both(CASE_OPENED, _either(SYSTEM_ALONE, READS_WHAT_HOLDS_IT)),
    ),
    "referral_breakglass": Policy(
        _both(
            REGISTRY,
            _either(
                EVERY,
                OWN_INSTITUTION,
                WATCHES,
                f"case_id IS NOT NULL AND case_id = ANY ({OPENED}::bigint[])",
                "case_id IS NOT NULL AND " + _reach("referral_breakglass.case_id", file=True),
            ),
        ),
        _both(
            REGISTRY,
            # Asking is free; what becomes of it, the opening first of all, happens in a command on the case.
            _either(
                EVERY,
                f"{OWN_INSTITUTION} AND (case_id IS NULL OR state = 'asked')",
                f"case_id IS NOT NULL AND case_id = ANY ({OPENED}::bigint[])",
            ),
        ),
    ),
    "referral_auditreview": Policy(
        _both(REGISTRY, _either(EVERY, BY_ME, WATCHES)), _both(REGISTRY, _either(EVERY, BY_ME))
    ),
    "referral_denial": Policy(_both(REGISTRY, _either(EVERY, BY_ME, WATCHES)), _both(REGISTRY, _either(EVERY, BY_ME))),
    "referral_overdueask": Policy(
        _both(
            REGISTRY,
            _either(EVERY, BY_ME, "wall.reads_deadline(deadline_id)"),
        ),
        _both(REGISTRY, _either(EVERY, BY_ME)),
    ),
    "referral_disclosure": _of_case(
        "referral_disclosure",
        file=True,
        also=(f"recipient_id = {HERE}", VISIBLE_HANDOVER),
        handover=True,
    ),
    "referral_homereferral": _of_case(
        "referral_homereferral", file=True, also=(f"{HERE} IN (sender_id, provider_id)",), registry=True
    ),
    "referral_enquiry": _of_case("referral_enquiry", file=True, also=(BETWEEN,), registry=True),
    "referral_pullrequest": _same(
        _both(
            REGISTRY,
            _either(
                EVERY,
                f"{HERE} IN (asker_id, holder_id)",
                f"case_id IS NOT NULL AND case_id = ANY ({OPENED}::bigint[])",
            ),
        )
    ),
    "referral_deadline": _of_case("referral_deadline", file=False, also=(OWED,), registry=True, handover=True),
    "referral_reminder": Policy(
        _either(_both(EVERY, REGISTRY), "wall.reads_deadline(deadline_id)"),
        _both(REGISTRY, _either(EVERY, "wall.opens_deadline(deadline_id)")),
    ),
    "referral_caseevent": _of_case(
        "referral_caseevent",
        file=False,
        also=(OWN_INSTITUTION, VISIBLE_HANDOVER),
        registry=True,
        handover=True,
    ),
    "referral_eventpayload": OF_EVENT,
    "referral_amendment": OF_EVENT,
    # Read by whoever was told, in whatever registry: fewer conditions, so that PostgreSQL still expects as many rows as there are and reads the
    # newest from their index (tests/referral/test_indexes.py).
    "referral_notice": Policy(
        _either(f"user_id = {ME}", f"{EVERY} AND {REGISTRY}", COUNTS),
        _both(REGISTRY, _either(f"user_id = {ME}", EVERY)),
    ),
    "referral_mail": Policy(
        _both(REGISTRY, _either(f"user_id = {ME}", EVERY, COUNTS)), _both(REGISTRY, _either(f"user_id = {ME}", EVERY))
    ),
}

ACCOUNTS = "belongs to signing in, which comes before anybody works anywhere; no registry is named in it"
REFERENCE = "the same for everybody and published"

WITHOUT = {
    "accounts_user": ACCOUNTS,
    "accounts_user_groups": ACCOUNTS,
    "accounts_user_user_permissions": ACCOUNTS,
    "accounts_signindelay": ACCOUNTS,
    "account_emailaddress": ACCOUNTS,
    "account_emailconfirmation": ACCOUNTS,
    "auth_group": ACCOUNTS,
    "auth_group_permissions": ACCOUNTS,
    "auth_permission": ACCOUNTS,
    "accounts_session": "a session is found by its secret key, before it is known whose it is",
    "django_session": "a session is found by its secret key, before it is known whose it is",
    "mfa_authenticator": "the second factor is asked for while nobody is signed in",
    "shared_cache": "counters of attempts and used codes, by keys that name nobody",
    "accounts_country": REFERENCE,
    "django_content_type": REFERENCE,
    "django_migrations": REFERENCE,
}

OTHERS = {"handover": "referral_handover", "event": "referral_caseevent", "deadline": "referral_deadline", **FROZEN_IN}
"""Tables on whose rows others hang, by the name under which they are asked about."""
WITH_CASE = ("handover", "event", "deadline")

QUESTIONS = {
    **{
        f"reads_{name}": f"EXISTS (SELECT 1 FROM {OTHERS[name]} WHERE id = wanted AND ({POLICIES[OTHERS[name]].read}))"
        for name in OTHERS
    },
    **{
        f"opens_{name}": f"(SELECT case_id = ANY (wall.cases()) FROM {OTHERS[name]} WHERE id = wanted)"
        for name in WITH_CASE
    },
    "case_here": "EXISTS (SELECT 1 FROM referral_case WHERE id = wanted AND registry_id = wall.registry())",
    "person_here": "EXISTS (SELECT 1 FROM referral_person WHERE id = wanted AND registry_id = wall.registry())",
    "handover_here": "EXISTS (SELECT 1 FROM referral_handover WHERE id = wanted AND registry_id = wall.registry())",
    "event_here": "EXISTS (SELECT 1 FROM referral_caseevent WHERE id = wanted AND registry_id = wall.registry())",
    "opens_person": "EXISTS (SELECT 1 FROM referral_case WHERE person_id = wanted AND id = ANY (wall.cases()))",
    "glass_over_handover": (
        "EXISTS (SELECT 1 FROM referral_handover h JOIN referral_breakglass b ON b.case_id = h.case_id "
        "WHERE h.id = wanted AND b.institution_id = wall.institution() AND b.state = 'opened')"
    ),
}
"""What a policy asks about another row, from the same conditions. As sub-selects they would be planned in every statement,
each with all that it rests on: several milliseconds where the answer takes microseconds."""

AT_ONCE = {
    "reads_handover": (
        "EXISTS (SELECT 1 FROM referral_handover WHERE id = wanted "
        f"AND wall.institution() = ANY (ARRAY[sender_id, CASE WHEN {SENT} THEN receiver_id END]))"  # IN asks twice
    ),
}
"""Both sides of a handover, whom nearly every list is for: a third of the time that the whole condition takes, for each row."""

WALL = Wall(POLICIES, WITHOUT, QUESTIONS, AT_ONCE)
"""What `settings.SECOND_WALL` names."""
