"""The ways people take and are taken, as the sources describe them; codes and countries only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

FORCED_LABOUR, SEXUAL, CRIMINALITY = "ForcedLabour", "SexualExploitation", "x_ForcedCriminality"
BEGGING, MARRIAGE, SERVITUDE, OTHER = "ForcedBegging", "ForcedMarriage", "Servitude", "Other"

SHARES: Mapping[tuple[str, str], int] = {
    ("woman", FORCED_LABOUR): 105, ("woman", SEXUAL): 245, ("woman", CRIMINALITY): 8, ("woman", BEGGING): 2,
    ("woman", MARRIAGE): 6, ("woman", SERVITUDE): 18, ("woman", OTHER): 6,
    ("girl", FORCED_LABOUR): 62, ("girl", SEXUAL): 115, ("girl", CRIMINALITY): 5, ("girl", BEGGING): 9,
    ("girl", MARRIAGE): 18, ("girl", SERVITUDE): 8, ("girl", OTHER): 3,
    ("boy", FORCED_LABOUR): 83, ("boy", SEXUAL): 5, ("boy", CRIMINALITY): 33, ("boy", BEGGING): 29,
    ("boy", SERVITUDE): 4, ("boy", OTHER): 6,
    ("man", FORCED_LABOUR): 170, ("man", SEXUAL): 5, ("man", CRIMINALITY): 34, ("man", BEGGING): 2,
    ("man", SERVITUDE): 6, ("man", OTHER): 13,
}  # fmt: skip
"""Of a thousand people: 390 women, 220 girls, 160 boys, 230 men; 420 in forced labour, 370 sexually exploited, 80 made
to break the law. The sums are those of the UNODC Global Report on Trafficking in Persons 2024; how they part inside is ours."""


@dataclass(frozen=True, slots=True)
class Corridor:
    """Countries in order. `found_from` is the first place of the route where people are found; all later ones may be."""

    code: str
    routes: tuple[tuple[str, ...], ...]
    found_from: int
    forms: Mapping[str, int]
    """How often a person in this form of exploitation is found on this corridor."""
    child_factor: int = 1
    adult_factor: int = 1
    returned: bool = False
    """The person is found after coming back, in the first country of the route."""


def _routes(*written: str) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(route.split()) for route in written)


CORRIDORS: tuple[Corridor, ...] = (
    Corridor("central_mediterranean", _routes("NG NE LY IT", "NG NE LY", "NG NE", "NG NE LY IT FR"), 1,
             {SEXUAL: 30, FORCED_LABOUR: 12, MARRIAGE: 4, SERVITUDE: 6, CRIMINALITY: 2, OTHER: 4}),
    Corridor("senegambia", _routes("GM SN", "GN SN", "GW SN", "ML SN", "GM SN CI"), 1,
             {BEGGING: 20, FORCED_LABOUR: 10, CRIMINALITY: 6, SEXUAL: 5, MARRIAGE: 4, SERVITUDE: 8, OTHER: 3}, child_factor=3),
    Corridor("atlantic", _routes("SN MR ES", "GM MR ES", "ML MR ES", "SN MR", "GM MR", "ML SN MR"), 1,
             {FORCED_LABOUR: 16, SERVITUDE: 8, SEXUAL: 4, CRIMINALITY: 4, OTHER: 6}),
    Corridor("horn_north", _routes("ER SD LY IT", "SD LY IT", "ER ET SD", "SD LY"), 1,
             {FORCED_LABOUR: 10, SEXUAL: 6, OTHER: 6, SERVITUDE: 3}),
    Corridor("horn_east", _routes("ET DJ YE", "SO DJ YE", "ET DJ", "ET SO DJ"), 1,
             {FORCED_LABOUR: 8, SERVITUDE: 6, SEXUAL: 4, MARRIAGE: 3, BEGGING: 3, OTHER: 3}),
    Corridor("gulf", _routes("UG KE AE", "KE SA", "UG KE OM", "KE QA"), 0,
             {FORCED_LABOUR: 14, SERVITUDE: 10, SEXUAL: 3}, adult_factor=3, child_factor=0, returned=True),
    Corridor("gulf_of_guinea_children", _routes("BJ NG", "TG NG", "BJ CI", "TG GA", "BJ GA", "GH CI", "BF CI", "ML CI", "NG GQ"), 1,
             {FORCED_LABOUR: 24, BEGGING: 6, SEXUAL: 10, MARRIAGE: 6, SERVITUDE: 12, CRIMINALITY: 4, OTHER: 4},
             child_factor=4, adult_factor=0),
    Corridor("online_scam_compounds", _routes("UG TH MM", "KE TH MM", "ET TH LA", "NG TH KH", "GH AE MM"), 0,
             {CRIMINALITY: 30}, adult_factor=3, child_factor=0, returned=True),
    Corridor("return_from_europe", _routes("NG IT", "NG ES", "SN ES", "GM DE", "CI FR", "GN FR", "NG LY IT DE"), 0,
             {SEXUAL: 12, FORCED_LABOUR: 8, CRIMINALITY: 4, OTHER: 4, SERVITUDE: 3}, adult_factor=2, returned=True),
)  # fmt: skip

LANGUAGES: Mapping[str, tuple[str, ...]] = {
    "NG": ("ha", "yo", "ig", "bin", "en"), "GH": ("ak", "ee", "en"), "BJ": ("fon", "yo", "fr"), "TG": ("ee", "fr"),
    "CI": ("dyu", "fr"), "SN": ("wo", "ff", "fr"), "GM": ("mnk", "ff", "wo", "en"), "ML": ("bm", "fr"),
    "GN": ("ff", "sus", "fr"), "GW": ("pov", "pt"), "BF": ("mos", "dyu", "fr"), "NE": ("ha", "dje", "fr"),
    "MR": ("ar", "ff"), "ER": ("ti", "ar"), "SD": ("ar",), "ET": ("am", "om", "ti"), "SO": ("so",), "DJ": ("so", "aa", "fr"),
    "UG": ("lg", "sw", "en"), "KE": ("sw", "en"),
}  # fmt: skip
