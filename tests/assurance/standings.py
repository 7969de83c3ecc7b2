"""How somebody can stand to the rows of the stage: the columns of the access matrix."""

from __future__ import annotations

from referral.addresses import OWN, Row, Standings
from referral.policy import Relation

R = Relation

STANDINGS: dict[str, dict[Row, Standings]] = {
    "holder": {
        Row.CASE: frozenset({R.HOLDER}),
        Row.DRAFT: frozenset({R.SENDER}),
        Row.HANDOVER: frozenset({R.SENDER}),
        Row.REFERRAL: frozenset({R.SENDER}),
        Row.ENQUIRY: frozenset({R.SENDER, R.HOLDER}),
        Row.HEARD: frozenset({R.SENDER, R.HOLDER}),
        Row.REQUEST: frozenset({R.HOLDER}),
        Row.DEADLINE: frozenset({R.HOLDER}),
        Row.SEAT: frozenset({R.HOLDER}),
        Row.GLASS: frozenset({R.HOLDER, R.OVERSEER}),
        Row.WATCHED: frozenset({R.OVERSEER}),
        Row.STUB: frozenset({R.REGISTRY}),
    },
    "receiver": {
        Row.HANDOVER: frozenset({R.RECEIVER, R.RECEIVER_CARE}),
        Row.ENQUIRY: frozenset({R.RECEIVER}),
        Row.ASKED: frozenset({R.SENDER}),
        Row.GLASS: frozenset({R.ASKER, R.OVERSEER}),
        Row.WATCHED: frozenset({R.OVERSEER}),
        Row.STUB: frozenset({R.REGISTRY}),
    },
    "past holder": {
        Row.CASE: frozenset({R.PAST_HOLDER, R.CONTINUING}),
        Row.DEADLINE: frozenset({R.PAST_HOLDER}),
        Row.STUB: frozenset({R.REGISTRY}),
    },
    "provider": {
        Row.CASE: frozenset({R.ASSIGNED}),
        Row.HANDOVER: frozenset({R.SENDER_CARE}),
        Row.REFERRAL: frozenset({R.PROVIDER}),
        Row.DEADLINE: frozenset({R.ASSIGNED}),
        Row.GLASS: frozenset({R.OVERSEER}),
        Row.WATCHED: frozenset({R.OVERSEER}),
        Row.STUB: frozenset({R.REGISTRY}),
    },
    "same country": {
        Row.GLASS: frozenset({R.OVERSEER}),
        Row.WATCHED: frozenset({R.OVERSEER}),
        Row.STUB: frozenset({R.REGISTRY}),
    },
    "stranger": {Row.STUB: frozenset({R.REGISTRY})},
    "other registry": {},
    # Whoever finds a person works with her from the beginning.
    "opener": {Row.CASE: frozenset({R.OPENED, R.ASSIGNED})},
    "outside": {Row.HANDOVER: frozenset({R.SENDER, R.OUTSIDE, R.SENDER_CARE})},
    "child protection there": {Row.HANDOVER: frozenset({R.RECEIVER_CARE})},
    "broken glass": {Row.CASE: frozenset({R.BREAK_GLASS})},
}
"""How the institution of each label stands to each row of the stage, as somebody who knows the story would say it."""

ONLY: dict[str, frozenset[Row]] = {
    "opener": frozenset({Row.CASE}),
    "outside": frozenset({Row.HANDOVER}),
    "child protection there": frozenset({Row.HANDOVER}),
    "broken glass": frozenset({Row.CASE}),
}
"""Labels that differ from the others at these rows alone."""

LABELS = tuple(STANDINGS)
ABOUT_ROWS = tuple(row for row in Row if row is not Row.NONE and row not in OWN)
