"""The age band of an enquiry: enough to look for a place, too little to know anybody by."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import pgettext_lazy


class AgeBand(TextChoices):
    """Bands of years (exercise default). Children stand apart, because other places are for them."""

    UNDER_12 = "under_12", pgettext_lazy("age band", "Child under 12")
    UNDER_18 = "12_17", pgettext_lazy("age band", "Child of 12 to 17")
    CHILD = "child", pgettext_lazy("age band", "Child, age not known")
    YOUNG = "18_24", pgettext_lazy("age band", "18 to 24 years")
    MIDDLE = "25_39", pgettext_lazy("age band", "25 to 39 years")
    OLDER = "40_59", pgettext_lazy("age band", "40 to 59 years")
    OLD = "60_up", pgettext_lazy("age band", "60 years and more")
    ADULT = "adult", pgettext_lazy("age band", "Adult, age not known")


UPPER = ((24, AgeBand.YOUNG), (39, AgeBand.MIDDLE), (59, AgeBand.OLDER))


def band_of(low: int | None, high: int | None, *, child: bool) -> AgeBand:
    """The band of an age range. Who is presumed to be a child stands among children, whatever the upper end says."""
    ages = [age for age in (low, high) if age is not None]
    if child:
        if not ages or min(ages) >= 18:
            return AgeBand.CHILD
        return AgeBand.UNDER_12 if max(ages) < 12 else AgeBand.UNDER_18
    if not ages:
        return AgeBand.ADULT
    years = sum(ages) // len(ages)
    return next((band for upper, band in UPPER if years <= upper), AgeBand.OLD)
