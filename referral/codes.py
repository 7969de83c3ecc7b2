"""Random public names: nothing in them tells who, when or how many."""

from __future__ import annotations

import hashlib
import random
import secrets
from uuid import UUID

CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no I, L, O, U, so that a code can be read aloud and typed without doubt."""

CODE_WORDS: tuple[str, ...] = (
    "ABALONE", "AGATE", "ALOE", "AMARANTH", "AMBER", "ANISE", "ASPEN", "ASTER", "AZURE", "BAMBOO", "BASALT", "BASIL",
    "BEECH", "BERYL", "BIRCH", "CACTUS", "CAMELLIA", "CARAWAY", "CASSIA", "CEDAR", "CHERRY", "CINNAMON", "CLOVER",
    "COBALT", "COPPER", "COTTON", "CYPRESS", "DAHLIA", "DATE", "DUNE", "EBONY", "ELDER", "FENNEL", "FERN", "FIG",
    "FLAX", "GARNET", "GINGER", "GRANITE", "HAZEL", "HEATHER", "HIBISCUS", "IRIS", "IVORY", "IVY", "JADE", "JUNIPER",
    "KAPOK", "KOLA", "LAUREL", "LAVENDER", "LEMON", "LILAC", "LIME", "LOTUS", "LUPIN", "MAHOGANY", "MAIZE", "MALLOW",
    "MAPLE", "MARBLE", "MARIGOLD", "MILLET", "MINT", "MYRTLE", "NEEM", "NUTMEG", "OAK", "OLEANDER", "OLIVE", "ONYX",
    "OPAL", "ORCHID", "OREGANO", "PALM", "PAPYRUS", "PEARL", "PEBBLE", "PEPPER", "PINE", "POPLAR", "POPPY", "QUARTZ",
    "QUINCE", "RAFFIA", "REED", "ROSEMARY", "RUBY", "SAFFRON", "SAGE", "SANDAL", "SAPPHIRE", "SESAME", "SHEA", "SISAL",
    "SORREL", "SPRUCE", "SUMAC", "TEAK", "THYME", "TOPAZ", "TULIP", "VERBENA", "VIOLET", "WALNUT", "WILLOW", "YARROW",
)  # fmt: skip
"""Plants, stones and woods: easy to say on a telephone, without meaning about the person."""


def public_code(length: int = 8) -> str:
    """A random code of a person."""
    return "".join(secrets.choice(CROCKFORD) for _ in range(length))


def reference(prefix: str) -> str:
    """A random reference such as H-7K3Q2."""
    return f"{prefix}-{public_code(6)}"


def reference_of(prefix: str, user_id: int, submission: UUID | None) -> str:
    """A reference that the same form of the same user always gets, so that nothing else needs to remember the form.

    For acts of which the record of a case must not keep the key: known there, it would tell that a code exists.
    """
    if submission is None:
        return reference(prefix)
    number = int.from_bytes(hashlib.sha256(f"{user_id}:{submission}".encode()).digest())
    return f"{prefix}-" + "".join(CROCKFORD[number >> 5 * place & 31] for place in range(10))


def as_code(typed: str) -> str:
    """A public code as people type it: small letters, spaces and dashes, and letters that the alphabet leaves out."""
    return "".join(typed.upper().split()).replace("-", "").translate(str.maketrans("ILO", "110"))


def code_word(taken: set[str]) -> str:
    """A code word that nobody in the registry has; numbered when the plain ones are used up."""
    free = [word for word in CODE_WORDS if word not in taken]
    if free:
        return secrets.choice(free)
    word = random.SystemRandom().choice(CODE_WORDS)
    return f"{word} {secrets.randbelow(9_000_000) + 1_000_000}"
