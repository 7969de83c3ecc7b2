"""The identity as it is shown on request. Everywhere else it is covered, alike for everybody and whatever is recorded."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from common.components import SummaryRow
from common.phrases import long_date
from referral.forms.identity import LABELS
from referral.pages.handover_words import say


def identity_rows(values: Mapping[str, Any]) -> tuple[SummaryRow, ...]:
    """What is recorded of the identity, as `services.identity.show` gives it."""
    words: dict[str, str] = {name: say("%(word)s", word=value) for name, value in values.items()}
    if "birth_date" in values:
        words["birth_date"] = long_date(date.fromisoformat(values["birth_date"]))
    return tuple(SummaryRow(str(label), words[name]) for name, label in LABELS.items() if name in words)
