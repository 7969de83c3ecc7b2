"""One handover while its rows are made."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from referral.models import Handover
from referral.services.bulk.building import Building
from referral.services.bulk.home import Home
from referral.synthetic.bulk.journeys import Story


@dataclass(slots=True)
class Playing:
    """One handover while its rows are made."""

    building: Building
    home: Home
    story: Story
    row: Handover
    share: int = 0
    """Key of the permission to share."""
    question: int | None = None
    asked: dict[str, Any] = field(default_factory=dict)
    contents: dict[str, dict[str, Any]] = field(default_factory=dict)

    @property
    def sender(self) -> int:
        return self.row.sender_id

    @property
    def receiver(self) -> int:
        assert self.row.receiver_id is not None, "only countries with a seat take part"
        return self.row.receiver_id

    @property
    def urgent(self) -> bool:
        return self.story.urgent
