"""A whole registry of invented cases with handovers, events and deadlines, written many rows at a time: `filling.fill`."""

from referral.services.bulk.filling import Filled, fill
from referral.services.bulk.wiping import look_after, remove

__all__ = ["Filled", "fill", "look_after", "remove"]
