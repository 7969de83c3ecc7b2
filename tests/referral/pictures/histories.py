"""Invented histories that the pictures are tried on."""

from datetime import UTC, datetime, timedelta

from referral.pictures.facts import Continuity, CoverStretch, Episode, Mark, MarkKind, ServiceBar

NAMES = {
    "GM": "Gambia",
    "ML": "Mali",
    "TN": "Tunisia",
    "IT": "Italy",
    "DE": "Germany",
    "NG": "Nigeria",
    "NE": "Niger",
    "CF": "Central African Republic",
    "CD": "Democratic Republic of the Congo",
    "CG": "Congo",
    "CV": "Cabo Verde",
    "SE": "Sweden",
    "AT": "Austria",
    "SK": "Slovakia",
    "ST": "São Tomé and Príncipe",
}


def day(month: int, number: int, hour: int = 0) -> datetime:
    return datetime(2026, month, number, hour, tzinfo=UTC)


def five_countries() -> Continuity:
    """From Gambia to Germany in 231 days, with gaps of 16 and 5 days and one refusal."""
    return Continuity(
        names=NAMES,
        now=day(10, 20),
        episodes=[
            Episode("GM", day(3, 3), day(3, 28)),
            Episode("ML", day(3, 28), day(5, 22)),
            Episode("TN", day(5, 22), day(7, 8)),
            Episode("IT", day(7, 8), day(9, 20)),
            Episode("DE", day(9, 20)),
        ],
        services=[
            ServiceBar("GM", "shelter", "Shelter", day(3, 3), day(3, 28), "Home of the Baobab"),
            ServiceBar("GM", "counselling", "Counselling", day(3, 8), day(3, 28)),
            ServiceBar("ML", "shelter", "Shelter", day(3, 28), day(5, 6)),
            ServiceBar("ML", "medical", "Medical care", day(4, 2), day(4, 20)),
            ServiceBar("ML", "documents", "Documents", day(4, 10), day(5, 1)),
            ServiceBar("TN", "shelter", "Shelter", day(5, 22), day(7, 8)),
            ServiceBar("TN", "medical", "Medical care", day(5, 25), day(6, 20)),
            ServiceBar("TN", "legal", "Legal aid", day(6, 1), day(7, 8)),
            ServiceBar("IT", "shelter", "Shelter", day(7, 8), day(9, 15)),
            ServiceBar("IT", "legal", "Legal aid", day(7, 20), day(9, 15)),
            ServiceBar("IT", "counselling", "Counselling", day(7, 25), day(9, 10)),
            ServiceBar("DE", "shelter", "Shelter", day(9, 20)),
            ServiceBar("DE", "counselling", "Counselling", day(9, 25)),
            ServiceBar("DE", "family", "Family tracing", day(10, 1)),
        ],
        cover=[
            CoverStretch(day(3, 3), day(5, 6), True),
            CoverStretch(day(5, 6), day(5, 22), False, "No safe place tonight."),
            CoverStretch(day(5, 22), day(9, 15), True),
            CoverStretch(day(9, 15), day(9, 20), False, "Travelled without an escort."),
            CoverStretch(day(9, 20), None, True),
        ],
        marks=[
            Mark(MarkKind.SENT, day(3, 24), "GM", "ML"),
            Mark(MarkKind.RECEIVED, day(3, 28), "GM", "ML"),
            Mark(MarkKind.SENT, day(5, 2), "ML", "TN"),
            Mark(MarkKind.DECLINED, day(5, 9), "ML", "TN", "no capacity"),
            Mark(MarkKind.SENT, day(5, 10), "ML", "TN"),
            Mark(MarkKind.RECEIVED, day(5, 22), "ML", "TN"),
            Mark(MarkKind.SENT, day(7, 1), "TN", "IT"),
            Mark(MarkKind.RECEIVED, day(7, 8), "TN", "IT"),
            Mark(MarkKind.SENT, day(9, 9), "IT", "DE"),
            Mark(MarkKind.RECEIVED, day(9, 20), "IT", "DE"),
        ],
    )


def one_night() -> Continuity:
    """Thirty hours: found, not covered at first, a shelter, and an offer that nobody has answered."""
    return Continuity(
        names=NAMES,
        now=day(8, 21, 15),
        episodes=[Episode("NE", day(8, 20, 9))],
        services=[
            ServiceBar("NE", "shelter", "Emergency shelter of the regional directorate", day(8, 20, 14)),
            ServiceBar("NE", "medical", "Medical care", day(8, 20, 16), day(8, 20, 18)),
        ],
        cover=[
            CoverStretch(day(8, 20, 9), day(8, 20, 14), False, "No safe place yet."),
            CoverStretch(day(8, 20, 14), None, True),
        ],
        marks=[Mark(MarkKind.SENT, day(8, 20, 20), "NE", "NG")],
    )


def there_and_back() -> Continuity:
    """Nigeria to Italy by way of Niger and back to Nigeria; open gap; many services; long names."""
    many = [
        ServiceBar("IT", kind, name, day(2, 3) + timedelta(days=9 * i), day(2, 20) + timedelta(days=11 * i))
        for i, (kind, name) in enumerate(
            [
                ("shelter", "Protected apartment for women and their children"),
                ("medical", "Medical care"),
                ("counselling", "Psychological counselling in Edo and English with an interpreter"),
                ("legal", "Legal aid"),
                ("documents", "Documents"),
                ("family", "Family tracing through the national society"),
                ("income", "Vocational training and a small grant"),
                ("other", "Peer mentor"),
                ("legal", "Wage claim"),
                ("medical", "Follow-up of treatment"),
            ]
        )
    ]
    return Continuity(
        names=NAMES,
        now=day(12, 14),
        episodes=[
            Episode("CD", datetime(2025, 11, 3, tzinfo=UTC), day(1, 5)),
            Episode("NE", day(1, 5), day(2, 1)),
            Episode("IT", day(2, 1), day(9, 1)),
            Episode("CD", day(9, 1)),
        ],
        services=[
            ServiceBar("CD", "shelter", "Shelter", datetime(2025, 11, 3, tzinfo=UTC), day(1, 5)),
            ServiceBar("NE", "shelter", "Transit centre", day(1, 5), day(1, 30)),
            *many,
            ServiceBar("CD", "income", "Vocational training and a small grant", day(9, 4), day(12, 1)),
        ],
        cover=[
            CoverStretch(datetime(2025, 11, 3, tzinfo=UTC), day(1, 2), True),
            CoverStretch(day(1, 2), day(1, 5), False, "Travelled without an escort."),
            CoverStretch(day(1, 5), day(1, 30), True),
            CoverStretch(day(1, 30), day(2, 1), False),
            CoverStretch(day(2, 1), day(2, 12), True),
            CoverStretch(day(2, 12), day(2, 13), False),
            CoverStretch(day(2, 13), day(11, 20), True),
            CoverStretch(day(11, 20), None, False, "Left, whereabouts not known."),
        ],
        marks=[
            Mark(MarkKind.SENT, datetime(2025, 12, 20, tzinfo=UTC), "CD", "CF"),
            Mark(MarkKind.DECLINED, datetime(2025, 12, 24, tzinfo=UTC), "CD", "CF", "no place for a family of three"),
            Mark(MarkKind.SENT, datetime(2025, 12, 26, tzinfo=UTC), "CD", "NE"),
            Mark(MarkKind.RECEIVED, day(1, 5), "CD", "NE"),
            Mark(MarkKind.SENT, day(1, 20), "NE", "IT"),
            Mark(MarkKind.RECEIVED, day(2, 1), "NE", "IT"),
            Mark(MarkKind.SENT, day(5, 1), "IT", "SE"),
            Mark(MarkKind.ENDED, day(5, 20), "IT", "SE", "the person chose to stay"),
            Mark(MarkKind.SENT, day(8, 1), "IT", "CD"),
            Mark(MarkKind.RECEIVED, day(9, 1), "IT", "CD"),
            Mark(MarkKind.SENT, day(12, 13), "CD", "ST"),
        ],
    )


def nothing_yet() -> Continuity:
    """A case opened this instant."""
    return Continuity(names=NAMES, now=day(8, 20), episodes=[Episode("NG", day(8, 20))])
