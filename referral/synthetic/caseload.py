"""A caseload of invented people, streamed: the same seed gives the same cases on every machine."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from math import gcd
from random import Random

from referral.standards.record import CaseRecord, LinkEntry
from referral.synthetic.draws import chance
from referral.synthetic.people import Labels, case_of, sibling_of, sketch_of

EPOCH = datetime(2026, 4, 20, tzinfo=UTC)
"""Where the history of a generated file ends unless told otherwise. Fixed, so that a file never depends on the day."""

MOST_CASES = 1_000_000
MOST_SEED = 2**63 - 1
FAMILIES = 0.05
"""Share of people who are found together with a brother or sister (our own value)."""

WORDS = tuple(
    "ACACIA AGAVE ALIZE ALOE AMBRE ANANAS ANCHOR APRICOT ARGAN ASTER BALSA BAMBOO BANYAN BAOBAB BASIL BEACON BERYL BIRCH "
    "BREEZE CALYPSO CANOE CARDAMOM CASSIA CEDAR CICADA CITRON CLOUD CLOVE COBALT COCOA COMET CORAL COTTON CRANE CRESCENT "
    "CUMIN CYPRESS DAHLIA DELTA DOLPHIN DRIFT DUNE EBONY EGRET EMBER FENNEL FERN FIG FLAMINGO GARNET GAZELLE GINGER "
    "GOURD GUAVA HARBOUR HERON HIBISCUS HORIZON IBIS INDIGO IRIS IVORY JACARANDA JADE JASMIN JUNIPER KAPOK KARITE "
    "KESTREL KOLA LAGOON LANTERN LAUREL LEMON LILAC LOTUS LUPIN MAGNOLIA MAIZE MANGO MARIGOLD MARULA MEADOW MERIDIAN "
    "MILLET MIMOSA MINT MORINGA MYRTLE NACRE NEEM NUTMEG OASIS OCHRE OLEANDER OLIVE ONYX OPAL ORCHID OSPREY PALM PAPAYA "
    "PAPYRUS PEARL PELICAN PEPPER PETREL PLOVER POLLEN POPPY QUARTZ QUINCE RAFFIA RIVER ROBIN SAFFRON SAGE SANDAL "
    "SAPPHIRE SESAME SHELL SISAL SORGHUM SPRING STARLING SUMAC SWALLOW TAMARIN TEAK THYME TOPAZ TULIP TURACO VANILLA "
    "VERBENA VIOLET WEAVER WILLOW YARROW ZEPHYR ZINNIA".split()
)
CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_CODES = 32**8
_NUMBERS = 90_000


class _Labels:
    """Codes and code words that never come twice in one file, without remembering the ones already given.

    Both are permutations of the running number, so they cost no memory however long the file is.
    """

    def __init__(self, rng: Random, seed: int) -> None:
        self.seed = seed
        self.spaces = len(WORDS) * _NUMBERS
        self.offset = int(rng.random() * self.spaces)
        self.step = next(
            n for n in range(int(rng.random() * self.spaces) | 1, 2 * self.spaces) if gcd(n, self.spaces) == 1
        )
        self.factor = int(rng.random() * _CODES) | 1
        self.shift = int(rng.random() * _CODES)

    def number(self, index: int) -> Labels:
        """The labels of the case with this running number."""
        place = (index * self.step + self.offset) % self.spaces
        code_word = f"{WORDS[place % len(WORDS)]} {10_000 + place // len(WORDS)}"
        return Labels(f"SYN-{self.seed}-{index:07d}", self._code(index), code_word)

    def _code(self, index: int) -> str:
        mixed = (index + self.shift) % _CODES
        for _ in range(2):  # an odd factor and a folded shift are both undoable, so two numbers never meet
            mixed = mixed * self.factor % _CODES
            mixed ^= mixed >> 19
        return "".join(CROCKFORD[mixed >> place & 31] for place in range(35, -1, -5))


def generate(cases: int, seed: int, until: datetime = EPOCH) -> Iterator[CaseRecord]:
    """`cases` invented cases, one after the other in constant memory; their history ends at `until`.

    Source of the rules: the design's section on synthetic people. Reads no clock and no locale, and depends on no hash
    order. A longer file of the same seed begins with the shorter one, but for a family that the end cuts apart.
    """
    rng = Random(seed)  # noqa: S311 - a repeatable caseload, no secret
    labels = _Labels(rng, seed)
    index = 0
    while index < cases:
        sketch = sketch_of(rng, until)
        other = sibling_of(rng, sketch) if chance(rng, FAMILIES / 2) else None
        mine = labels.number(index)
        if other is None or index + 1 == cases:
            yield case_of(rng, sketch, mine, (), until)
            index += 1
            continue
        theirs = labels.number(index + 1)
        yield case_of(rng, sketch, mine, (LinkEntry("sibling", theirs.source_id),), until)
        yield case_of(rng, other, theirs, (LinkEntry("sibling", mine.source_id),), until)
        index += 2
