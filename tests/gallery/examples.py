"""Invented content for the gallery: ordinary, long and Arabic."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from django import forms
from django.core.paginator import Paginator

from common.components import InboxItem, Link, NavigationItem, SummaryRow, Tab, Task, Tile, TimelineEntry
from common.forms import Choices, DayMonthYearField, form_helper

START = datetime(2026, 8, 18, 0, 0, tzinfo=UTC)
NOW = datetime(2026, 8, 20, 14, 20, tzinfo=UTC)


class State:
    """Stands for a member of an enum that carries its own tone and icon."""

    def __init__(self, label: str, tone: str, icon: str = "") -> None:
        self.label, self.tone, self.icon = label, tone, icon


NOT_COVERED = State("Not covered now", "gap")
WAITING = State("Waiting for you", "waiting")
WAITING_THEM = State("Waiting for them", "information", "arrow")
COVERED = State("Covered", "protected")
DRAFT = State("Draft", "neutral", "document")
CHILD = State("Presumed minor", "information", "child")
HIDDEN = State("Shelter address never travels", "neutral", "lock")


class DecisionForm(forms.Form):
    """Every kind of control, one of each."""

    decision = forms.ChoiceField(
        label="What is Tunisia's decision?",
        widget=forms.RadioSelect,
        choices=[
            ("accept", "Accept: a place is ready"),
            ("ask", "Ask a question first"),
            ("decline", "Decline: cannot receive now"),
        ],
        error_messages={"required": "Choose a decision"},
    )
    question = forms.CharField(
        label="What do you need to know?", required=False, help_text="Ask only what the decision needs."
    )
    contact = forms.ChoiceField(
        label="Who will meet MORINGA?",
        help_text="She or he sees this case in the inbox.",
        choices=[("", "Choose a colleague"), ("1", "Reception desk, Tunis")],
        error_messages={"required": "Choose who will meet MORINGA"},
    )
    arrives = DayMonthYearField(
        label="When can she arrive?", error_messages={"required": "Enter the date on which she can arrive"}
    )
    languages = forms.MultipleChoiceField(
        label="Languages at the reception",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=[("fr", "French"), ("ar", "Arabic"), ("bm", "Bambara")],
    )
    message = forms.CharField(
        label="Message to Mali",
        required=False,
        widget=forms.Textarea({"rows": 3}),
        help_text="No names, phone numbers or addresses.",
    )
    reference = forms.CharField(
        label="Reference",
        widget=forms.TextInput({"class": "width-10"}),
        error_messages={"required": "Enter a reference"},
    )
    place = forms.BooleanField(
        label="A place is confirmed", error_messages={"required": "Confirm that a place is ready"}
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = form_helper(
            Choices(
                "decision",
                hints={"accept": "Mali answers for MORINGA until you confirm that she has arrived."},
                reveals={"ask": ["question"]},
            ),
            "contact",
            "arrives",
            "languages",
            "message",
            "reference",
            "place",
        )


def items() -> list[InboxItem]:
    """Four tones, one very long, one Arabic."""
    return [
        InboxItem(
            "#",
            "Decide",
            "MORINGA",
            "7F3KQ2XD",
            "gap",
            NOT_COVERED,
            "Mali",
            "Tunisia",
            "shelter, medical care",
            NOW - timedelta(days=1, hours=26),
            NOW - timedelta(days=2, hours=1),
            "H-0142",
        ),
        InboxItem(
            "#",
            "Acknowledge",
            "BAOBAB",
            "2QXDM4TR",
            "waiting",
            WAITING,
            "Libya",
            "Tunisia",
            "counselling",
            NOW + timedelta(hours=19),
            NOW - timedelta(hours=5),
            "H-0147",
            act_url="#",
            act_label="Acknowledge now",
        ),
        InboxItem(
            "#",
            "Confirm arrival",
            "ACACIA",
            "9MTAX7PV",
            "waiting",
            WAITING,
            "Democratic Republic of the Congo",
            "United Kingdom of Great Britain and Northern Ireland",
            "safe accommodation for a mother with two small children, medical care, an interpreter for Lingala, documents",
            NOW + timedelta(days=2, hours=2),
            NOW - timedelta(minutes=20),
            "H-0150",
        ),
        InboxItem(
            "#",
            "Answer",
            "السنط",
            "K4VC8WZE",
            "information",
            WAITING_THEM,
            "كوت ديفوار",
            "تونس",
            "مساعدة قانونية",
            None,
            NOW - timedelta(days=1, hours=5),
            "H-0139",
        ),
        InboxItem(
            "#",
            "Review risk",
            "NEEM",
            "H5TB3NKC",
            "protected",
            COVERED,
            due_at=NOW + timedelta(days=9),
            reference="C-0021",
            note="Home work: the assessment ends on 29 August 2026.",
        ),
    ]


def context() -> dict[str, Any]:
    """Everything that the gallery draws."""
    return {
        "now": NOW,
        "start": START,
        "navigation": [
            NavigationItem("Inbox", "#", current=True, count=3, count_label="3 waiting"),
            NavigationItem("People", "#p"),
            NavigationItem("Directory", "#d"),
            NavigationItem("Exercise", "#e"),
            NavigationItem("Statistics", "#s"),
        ],
        "frame_country": "Tunisia",
        "items": items(),
        "tones": [NOT_COVERED, WAITING, WAITING_THEM, COVERED, DRAFT, CHILD, HIDDEN],
        "tiles": [
            Tile("Where she sleeps", tag=NOT_COVERED, hint="The bed ended on 19 August 2026"),
            Tile("Medicine lasts until", "24 August 2026", "Insulin, kept cold"),
            Tile("Who to call", "Reception desk, Bamako", "Day and night"),
        ],
        "tabs": [
            Tab("Waiting for you", "#", current=True, count=3),
            Tab("Waiting for others", "#o", count=1),
            Tab("Decided", "#c", count=12),
        ],
        "rows": [
            SummaryRow("Found", "18 August 2026, at the border post of Ras Ajdir"),
            SummaryRow(
                "Risk level",
                tag=State("Medium", "waiting", "eye"),
                hint="In date until 17 September 2026",
                links=[Link("Record a new one", "#", "risk assessment")],
            ),
            SummaryRow(
                "Contact",
                "Through the focal point only, on working days before noon",
                links=[Link("Change", "#", "contact")],
            ),
            SummaryRow("Languages", "Mandinka, French", links=[Link("Change", "#", "languages")]),
        ],
        "tasks": [
            Task("Compare the options with her", "#", status=State("Done", "protected", "check")),
            Task(
                "Agreement to be moved",
                "#",
                hint="Given in Mandinka on 20 August 2026",
                status=State("Done", "protected", "check"),
            ),
            Task(
                "Permission to share with Tunisia",
                "#",
                hint="Health is not included yet",
                status=State("To do", "waiting"),
            ),
            Task(
                "Send to Tunisia",
                hint="Opens when the six tasks above are done",
                status=State("Cannot start yet", "neutral", "lock"),
            ),
        ],
        "entries": [
            TimelineEntry(
                "Tunisia confirmed the arrival",
                "22 May 2026",
                "Tunisia",
                "Tunisia answers for MORINGA from now on.",
                "done",
            ),
            TimelineEntry("16 days not covered", "6 to 22 May 2026", "", "No safe place, no escort.", "gap"),
            TimelineEntry("Tunisia declined: cannot receive now", "9 May 2026", "Tunisia", "", "declined"),
            TimelineEntry(
                "Handover offered to Tunisia", "3 May 2026", "Mali", "", "open", link=Link("Read what was sent", "#")
            ),
        ],
        "legend": [
            ("covered", "Covered"),
            ("gap", "Not covered"),
            ("answers", "Country that answers for her"),
            ("shelter", "Shelter"),
            ("medical", "Medical care"),
            ("counselling", "Counselling"),
            ("legal", "Legal aid"),
            ("documents", "Documents"),
            ("family", "Family tracing"),
            ("income", "Income"),
        ],
        "page": Paginator(range(312), 25).page(4),
    }
