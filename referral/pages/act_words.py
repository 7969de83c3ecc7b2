"""What the page of one act says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from referral.pages.handover_words import Sentence


@dataclass(frozen=True, slots=True)
class ActWords:
    """Sentences may name `sender`, `receiver` and the person's code word as `word`.

    `outcomes` holds what is said instead of `done` where the form's answer leads elsewhere (`ActForm.outcome`).
    """

    title: Sentence
    lead: Sentence
    button: Sentence
    done: Sentence
    next: Sentence = ""
    tone: str = "neutral"
    outcomes: Mapping[str, Sentence] = field(default_factory=dict)
