"""All tables at once, for a new database: the steps it replaces take many times as long on a graph of this size.

A database that began before runs the steps themselves. Their SQL stands there alone and is read from there, in their
order, after every table exists. `tests/referral/test_migrations.py` holds that both ways end in the same schema.
"""

import datetime
from decimal import Decimal
from importlib import import_module
from typing import Any

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.expressions
from django.conf import settings
from django.db import migrations, models
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

import common.clock

STEPS = (
    "0001_initial",
    "0002_backstop",
    "0003_every_way_a_handover_can_go",
    "0004_backstop_of_corrections",
    "0005_what_lists_read",
    "0006_backstop_of_the_place",
    "0007_majorities_for_the_sweep",
    "0008_what_was_understood",
    "0009_what_waits",
    "0010_stale_drafts_for_the_sweep",
    "0011_when_quiet_work_is_shown",
    "0012_backstop_of_quiet_work",
)


def sql_of(step: str) -> list[migrations.RunSQL]:
    """The statements of one step: functions, triggers, constraints that a model cannot say."""
    module = import_module(f"referral.migrations.{step}")
    return [operation for operation in module.Migration.operations if isinstance(operation, migrations.RunSQL)]


class AtOnce(Operation):
    """The tables as they are after all of these operations.

    Django draws every related model anew after each single one, which takes seconds in a graph of this size.
    """

    reversible = True

    def __init__(self, operations: list[Operation]) -> None:
        self.operations = operations

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        state.__dict__.pop("apps", None)  # the models drawn so far: the next reader of the state draws all of them once
        for operation in self.operations:
            operation.state_forwards(app_label, state)

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        for model in self._models(app_label, schema_editor, to_state):
            schema_editor.create_model(model)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        for model in reversed(self._models(app_label, schema_editor, from_state)):
            schema_editor.delete_model(model)

    def describe(self) -> str:
        return "Create all tables"

    def _models(self, app_label: str, schema_editor: Any, state: ProjectState) -> list[Any]:
        made = [operation.name for operation in self.operations if isinstance(operation, migrations.CreateModel)]
        models = [state.apps.get_model(app_label, name) for name in made]
        return [model for model in models if self.allow_migrate_model(schema_editor.connection.alias, model)]


TABLES: list[Operation] = [
    migrations.CreateModel(
        name="CaseEvent",
        fields=[
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ("seq", models.PositiveIntegerField()),
            ("kind", models.CharField(max_length=32)),
            (
                "role",
                models.CharField(
                    blank=True,
                    choices=[
                        ("focal_point", "Focal point"),
                        ("deputy", "Deputy focal point"),
                        ("first_responder", "First responder"),
                        ("case_manager", "Case manager"),
                        ("competent_authority", "Competent authority"),
                        ("child_protection", "Child protection officer"),
                        ("guardian", "Guardian"),
                        ("health_worker", "Health worker"),
                        ("service_provider", "Service provider"),
                        ("asylum_liaison", "Asylum liaison"),
                        ("justice_liaison", "Justice liaison"),
                        ("consular_officer", "Consular officer"),
                        ("coordinator", "Regional coordinator"),
                        ("survivor_adviser", "Survivor adviser"),
                        ("data_protection", "Data protection officer"),
                        ("facilitator", "Facilitator"),
                        ("observer", "Observer"),
                    ],
                    max_length=20,
                ),
            ),
            ("at", models.DateTimeField()),
            ("wall", models.DateTimeField()),
            ("happened_at", models.DateTimeField()),
            (
                "compartment",
                models.CharField(
                    choices=[
                        ("D0", "Reference and state"),
                        ("D1", "Identity"),
                        ("D2", "Needs and plan"),
                        ("D3", "What happened and indicators"),
                        ("D4", "Health"),
                        ("D5", "Migration and asylum"),
                        ("D6", "Justice"),
                        ("D7", "Family"),
                        ("D8", "Exact location"),
                    ],
                    default="D0",
                    max_length=2,
                ),
            ),
            ("from_state", models.CharField(blank=True, max_length=24)),
            ("to_state", models.CharField(blank=True, max_length=24)),
            ("code", models.CharField(blank=True, max_length=32)),
            ("submission", models.UUIDField(null=True)),
            ("commitment", models.BinaryField(max_length=32)),
            ("previous_hash", models.BinaryField(max_length=32)),
            ("hash", models.BinaryField(max_length=32)),
            (
                "amends",
                models.ForeignKey(
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="amended_by",
                    to="referral.caseevent",
                ),
            ),
        ],
        options={
            "ordering": ("case_id", "seq"),
        },
    ),
    migrations.CreateModel(
        name="Person",
        fields=[
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            (
                "public_code",
                models.CharField(help_text="8 random characters of Crockford's alphabet.", max_length=8),
            ),
            ("code_word", models.CharField(max_length=24, verbose_name="code word")),
            (
                "sex",
                models.CharField(
                    choices=[("female", "Female"), ("male", "Male"), ("other", "Other"), ("unknown", "Not known")],
                    default="unknown",
                    max_length=8,
                    verbose_name="sex",
                ),
            ),
            (
                "gender",
                models.CharField(blank=True, max_length=60, verbose_name="gender, in the person's own words"),
            ),
            (
                "age_low",
                models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="youngest plausible age"),
            ),
            (
                "age_high",
                models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="oldest plausible age"),
            ),
            (
                "age_basis",
                models.CharField(
                    choices=[
                        ("document", "A document"),
                        ("statement", "What the person says"),
                        ("estimate", "An estimate"),
                        ("disputed", "Disputed"),
                        ("unknown", "Not known"),
                    ],
                    default="unknown",
                    max_length=10,
                    verbose_name="basis of the age",
                ),
            ),
            (
                "maybe_child",
                models.BooleanField(
                    default=False, verbose_name="there are reasons to believe that the person is a child"
                ),
            ),
            (
                "majority_at",
                models.DateTimeField(
                    blank=True, help_text="When the person turns 18, as far as the birth date is known.", null=True
                ),
            ),
            (
                "of_age_at",
                models.DateTimeField(
                    blank=True,
                    help_text="When the system noted majority: own consent is needed from then on.",
                    null=True,
                ),
            ),
            (
                "citizenships",
                django.contrib.postgres.fields.ArrayField(
                    base_field=models.CharField(max_length=2), blank=True, default=list, size=None
                ),
            ),
            (
                "feared_countries",
                django.contrib.postgres.fields.ArrayField(
                    base_field=models.CharField(max_length=2), blank=True, default=list, size=None
                ),
            ),
            (
                "languages",
                django.contrib.postgres.fields.ArrayField(
                    base_field=models.CharField(max_length=8), blank=True, default=list, size=None
                ),
            ),
            (
                "dependants",
                models.PositiveSmallIntegerField(default=0, verbose_name="children or others who depend on the person"),
            ),
            (
                "accompanied",
                models.CharField(
                    choices=[("yes", "Yes"), ("no", "No"), ("unknown", "Not known yet")],
                    default="unknown",
                    max_length=8,
                ),
            ),
            ("wishes", models.TextField(blank=True, max_length=600, verbose_name="what the person wants")),
            ("safe_contact", models.CharField(blank=True, max_length=200, verbose_name="safe way to contact")),
            ("needs_interpreter", models.BooleanField(default=False, verbose_name="needs an interpreter")),
            ("adaptation", models.CharField(blank=True, max_length=200, verbose_name="adapted support")),
            ("no_family_contact", models.BooleanField(default=False, verbose_name="do not contact the family")),
            ("no_location", models.BooleanField(default=True, verbose_name="do not share the location")),
            (
                "safe_tonight",
                models.CharField(
                    choices=[("yes", "Yes"), ("no", "No"), ("unknown", "Not known yet")],
                    default="unknown",
                    max_length=8,
                    verbose_name="safe tonight",
                ),
            ),
            ("bed_until_at", models.DateTimeField(blank=True, null=True, verbose_name="bed until")),
            ("medicine_until_at", models.DateTimeField(blank=True, null=True, verbose_name="medicine until")),
            ("call_tonight", models.CharField(blank=True, max_length=200, verbose_name="who to call tonight")),
        ],
        options={
            "verbose_name": "person",
        },
    ),
    migrations.CreateModel(
        name="Case",
        fields=[
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            (
                "stage",
                models.CharField(
                    choices=[
                        ("detected", "Found"),
                        ("screened", "Screened"),
                        ("under_identification", "Under identification"),
                        ("reflection", "Recovery and reflection"),
                        ("status_decided", "Status decided"),
                        ("supported", "Supported"),
                        ("reintegration", "Reintegration"),
                        ("monitored", "Followed up"),
                        ("missing", "Missing"),
                        ("reopened", "Reopened"),
                        ("closed", "Closed"),
                    ],
                    default="detected",
                    max_length=24,
                ),
            ),
            (
                "status",
                models.CharField(
                    choices=[
                        ("not_assessed", "Not assessed yet"),
                        ("presumed", "Presumed trafficked"),
                        ("reasonable_grounds", "Reasonable grounds"),
                        ("identified", "Identified"),
                        ("not_identified", "Not trafficked"),
                    ],
                    default="not_assessed",
                    max_length=20,
                ),
            ),
            ("version", models.PositiveIntegerField(default=1)),
            ("opened_at", models.DateTimeField()),
            (
                "place",
                models.CharField(
                    blank=True,
                    choices=[
                        ("safe_place", "In safe accommodation"),
                        ("supported_place", "In a safe place with support running"),
                        ("escorted", "Travelling with a named escort"),
                        ("alone", "Travelling alone"),
                        ("no_safe_place", "No safe place tonight"),
                        ("detained", "Detained"),
                        ("missing", "Missing"),
                        ("left_by_choice", "Left by own choice"),
                        ("elsewhere", "In another country, with nobody"),
                        ("arrived", "Arrived in the receiving country"),
                    ],
                    editable=False,
                    max_length=16,
                ),
            ),
            ("place_since_at", models.DateTimeField(blank=True, editable=False, null=True)),
            ("place_supported", models.BooleanField(default=False, editable=False)),
            ("uncovered_from_at", models.DateTimeField(blank=True, editable=False, null=True)),
            (
                "found_by",
                models.CharField(
                    choices=[
                        ("border", "Border check or disembarkation"),
                        ("police", "Police or labour inspection"),
                        ("health", "Health worker"),
                        ("school", "School"),
                        ("ngo", "Organisation or community"),
                        ("self", "The person asked for help"),
                        ("hotline", "Helpline"),
                        ("other_country", "Another country"),
                    ],
                    max_length=16,
                    verbose_name="how the person was found",
                ),
            ),
            (
                "exploited_in",
                django.contrib.postgres.fields.ArrayField(
                    base_field=models.CharField(max_length=2), blank=True, default=list, size=None
                ),
            ),
            (
                "exploitation",
                models.CharField(
                    blank=True, help_text="Code of the Human Trafficking Case Data Standard.", max_length=24
                ),
            ),
            (
                "route",
                django.contrib.postgres.fields.ArrayField(
                    base_field=models.CharField(max_length=2), blank=True, default=list, size=None
                ),
            ),
            ("immediate_danger", models.BooleanField(default=False, verbose_name="immediate danger")),
            ("non_punishment", models.BooleanField(default=False)),
            (
                "carried_safeguards",
                django.contrib.postgres.fields.ArrayField(
                    base_field=models.CharField(
                        choices=[
                            ("presumed_minor", "Presumed to be a child"),
                            ("unaccompanied", "Child without family"),
                            ("siblings", "Keep siblings together"),
                            ("reflection", "Recovery and reflection running"),
                            ("asylum", "Asylum track"),
                            ("non_punishment", "Not to be punished"),
                            ("witness", "Witness protection"),
                            ("high_risk", "High risk"),
                            ("no_family_contact", "Do not contact the family"),
                            ("no_location", "Do not share the location"),
                            ("medical", "Medical continuity"),
                            ("disability", "Adapted support"),
                            ("interpreter", "Needs an interpreter"),
                        ],
                        max_length=20,
                    ),
                    blank=True,
                    default=list,
                    help_text="Safeguards that came with a packet; a handover never drops one.",
                    size=None,
                ),
            ),
            (
                "taken_at",
                models.DateTimeField(blank=True, help_text="When the focal point took the case.", null=True),
            ),
            ("closed_at", models.DateTimeField(blank=True, null=True)),
            (
                "closure_reason",
                models.CharField(
                    blank=True,
                    choices=[
                        ("wish", "The person wishes it"),
                        ("followed_up", "The last follow-up is done"),
                        ("lost_contact", "Contact lost: three attempts and 90 days"),
                        ("outside", "Goes on outside the system"),
                        ("died", "Died"),
                        ("duplicate", "Continues in another file of the same person"),
                        ("not_trafficked", "Not trafficked, and helped elsewhere"),
                    ],
                    max_length=16,
                ),
            ),
            ("source_id", models.CharField(blank=True, help_text="Identifier in an imported file.", max_length=64)),
            (
                "found_in",
                models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.country"),
            ),
            ("linked", models.ManyToManyField(blank=True, to="referral.case")),
            (
                "merged_into",
                models.ForeignKey(
                    blank=True,
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="merged_from",
                    to="referral.case",
                ),
            ),
            (
                "place_country",
                models.ForeignKey(
                    blank=True,
                    db_index=False,
                    editable=False,
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to="accounts.country",
                ),
            ),
        ],
        options={
            "verbose_name": "case",
        },
    ),
    migrations.CreateModel(
        name="EventPayload",
        fields=[
            (
                "event",
                models.OneToOneField(
                    on_delete=django.db.models.deletion.CASCADE,
                    primary_key=True,
                    related_name="payload",
                    serialize=False,
                    to="referral.caseevent",
                ),
            ),
            ("salt", models.BinaryField(max_length=16)),
            ("content", models.JSONField(default=dict)),
        ],
        options={
            "abstract": False,
        },
    ),
    migrations.AddField(
        model_name="caseevent",
        name="case",
        field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="events", to="referral.case"),
    ),
    migrations.AddField(
        model_name="caseevent",
        name="user",
        field=models.ForeignKey(
            null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
        ),
    ),
    migrations.CreateModel(
        name="Amendment",
        fields=[
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ("reason", models.TextField(max_length=600)),
            ("text", models.TextField(max_length=600)),
            ("language", models.CharField(blank=True, max_length=8)),
            (
                "compartment",
                models.CharField(
                    choices=[
                        ("D0", "Reference and state"),
                        ("D1", "Identity"),
                        ("D2", "Needs and plan"),
                        ("D3", "What happened and indicators"),
                        ("D4", "Health"),
                        ("D5", "Migration and asylum"),
                        ("D6", "Justice"),
                        ("D7", "Family"),
                        ("D8", "Exact location"),
                    ],
                    max_length=2,
                ),
            ),
            (
                "event",
                models.OneToOneField(
                    on_delete=django.db.models.deletion.CASCADE, related_name="amendment", to="referral.caseevent"
                ),
            ),
        ],
        options={
            "abstract": False,
        },
    ),
    migrations.CreateModel(
        name="Handover",
        fields=[
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ("reference", models.CharField(max_length=12)),
            (
                "state",
                models.CharField(
                    choices=[
                        ("draft", "Draft"),
                        ("offered", "Sent, not acknowledged"),
                        ("acknowledged", "Acknowledged"),
                        ("clarifying", "Question open"),
                        ("conditions_put", "Conditions put"),
                        ("accepted", "Accepted, not arrived"),
                        ("held", "On hold"),
                        ("departed", "On the way"),
                        ("whereabouts_unknown", "Whereabouts not known"),
                        ("received", "Arrival confirmed"),
                        ("completed", "Completed"),
                        ("received_outside", "Arrived outside the system"),
                        ("declined", "Cannot receive now"),
                        ("withdrawn", "Withdrawn"),
                        ("forwarded", "Sent on to another country"),
                        ("diverted", "Diverted"),
                        ("stopped", "Stopped by the person"),
                        ("failed", "Not arrived, search ended"),
                        ("ended", "Ended"),
                        ("discarded", "Draft discarded"),
                    ],
                    default="draft",
                    max_length=20,
                ),
            ),
            (
                "held_from",
                models.CharField(
                    blank=True,
                    choices=[
                        ("draft", "Draft"),
                        ("offered", "Sent, not acknowledged"),
                        ("acknowledged", "Acknowledged"),
                        ("clarifying", "Question open"),
                        ("conditions_put", "Conditions put"),
                        ("accepted", "Accepted, not arrived"),
                        ("held", "On hold"),
                        ("departed", "On the way"),
                        ("whereabouts_unknown", "Whereabouts not known"),
                        ("received", "Arrival confirmed"),
                        ("completed", "Completed"),
                        ("received_outside", "Arrived outside the system"),
                        ("declined", "Cannot receive now"),
                        ("withdrawn", "Withdrawn"),
                        ("forwarded", "Sent on to another country"),
                        ("diverted", "Diverted"),
                        ("stopped", "Stopped by the person"),
                        ("failed", "Not arrived, search ended"),
                        ("ended", "Ended"),
                        ("discarded", "Draft discarded"),
                    ],
                    max_length=20,
                ),
            ),
            ("version", models.PositiveIntegerField(default=1)),
            (
                "outside",
                models.BooleanField(default=False, help_text="The receiving country has no seat in this registry."),
            ),
            (
                "family_group",
                models.UUIDField(blank=True, help_text="Linked handovers travel together.", null=True),
            ),
            (
                "purpose",
                models.CharField(
                    blank=True,
                    choices=[
                        ("return_chosen", "Return the person chose"),
                        ("safety", "Safety elsewhere"),
                        ("family_unity", "Family unity"),
                        ("services", "Services not available here"),
                        ("legal_transfer", "Asylum or legal transfer"),
                        ("witness", "Relocation as a witness"),
                    ],
                    max_length=16,
                    verbose_name="purpose",
                ),
            ),
            (
                "urgency",
                models.CharField(
                    choices=[("urgent", "Urgent"), ("standard", "Standard")],
                    default="standard",
                    max_length=10,
                    verbose_name="urgency",
                ),
            ),
            ("child", models.BooleanField(default=False, help_text="Child deadlines apply; frozen at the offer.")),
            (
                "options_compared",
                django.contrib.postgres.fields.ArrayField(
                    base_field=models.CharField(max_length=10), blank=True, default=list, size=None
                ),
            ),
            (
                "needs_on_arrival",
                django.contrib.postgres.fields.ArrayField(
                    base_field=models.CharField(max_length=16), blank=True, default=list, size=None
                ),
            ),
            (
                "compartments",
                django.contrib.postgres.fields.ArrayField(
                    base_field=models.CharField(max_length=2), blank=True, default=list, size=None
                ),
            ),
            (
                "message",
                models.TextField(blank=True, max_length=600, verbose_name="message to the receiving country"),
            ),
            (
                "capacity_confirmed_by",
                models.CharField(blank=True, max_length=120, verbose_name="who confirmed that there is a place"),
            ),
            ("capacity_confirmed_at", models.DateTimeField(blank=True, null=True)),
            (
                "safety_plan",
                models.TextField(blank=True, max_length=600, verbose_name="safety plan for the time between"),
            ),
            (
                "medicine_lasts",
                models.CharField(
                    choices=[("yes", "Yes"), ("no", "No"), ("unknown", "Not known yet")],
                    default="unknown",
                    max_length=8,
                ),
            ),
            ("preview_seen_at", models.DateTimeField(blank=True, null=True)),
            (
                "preview_digest",
                models.CharField(blank=True, help_text="Fingerprint of the packet that was seen.", max_length=64),
            ),
            (
                "overrides",
                models.JSONField(blank=True, default=list, help_text="Gate, reason, first and second person, time."),
            ),
            ("offered_at", models.DateTimeField(blank=True, null=True)),
            ("acknowledged_at", models.DateTimeField(blank=True, null=True)),
            ("decided_at", models.DateTimeField(blank=True, null=True)),
            ("departed_at", models.DateTimeField(blank=True, null=True)),
            ("expected_at", models.DateTimeField(blank=True, null=True, verbose_name="expected arrival")),
            (
                "arrived_at",
                models.DateTimeField(blank=True, help_text="When the person arrived, a fact.", null=True),
            ),
            (
                "received_at",
                models.DateTimeField(blank=True, help_text="When arrival was recorded: custody moves here.", null=True),
            ),
            ("closed_at", models.DateTimeField(blank=True, null=True)),
            ("escalated_at", models.DateTimeField(blank=True, null=True)),
            ("place_confirmed", models.BooleanField(default=False)),
            (
                "reception_contact",
                models.CharField(blank=True, max_length=160, verbose_name="who meets the person"),
            ),
            ("reception_from_at", models.DateTimeField(blank=True, null=True)),
            (
                "child_protection_yes",
                django.contrib.postgres.fields.ArrayField(
                    base_field=models.CharField(max_length=8), blank=True, default=list, size=None
                ),
            ),
            (
                "decline_reason",
                models.CharField(
                    blank=True,
                    choices=[
                        ("no_capacity", "No suitable place now"),
                        ("service_missing", "A needed service is not available here"),
                        ("not_safe_here", "The person would not be safe here"),
                        ("legal_obstacle", "A legal obstacle"),
                        ("identity", "Identity not established"),
                        ("other_country", "Another country is better placed"),
                        ("not_before", "Our own national: a later date is proposed"),
                    ],
                    max_length=16,
                ),
            ),
            (
                "withdraw_reason",
                models.CharField(
                    blank=True,
                    choices=[
                        ("person", "The person no longer wants this"),
                        ("better_here", "Help was found here"),
                        ("risk", "The risk has changed"),
                        ("sent_in_error", "Sent to the wrong country"),
                        ("no_answer", "No answer came"),
                    ],
                    max_length=16,
                ),
            ),
            ("reply_by_at", models.DateTimeField(blank=True, null=True, verbose_name="answer promised by")),
            ("travel_means", models.CharField(blank=True, max_length=160, verbose_name="how the person travels")),
            ("escort", models.CharField(blank=True, max_length=160, verbose_name="who travels along")),
            ("travel_documents", models.CharField(blank=True, max_length=160, verbose_name="travel documents")),
            (
                "certificate",
                models.CharField(blank=True, max_length=40, verbose_name="handover certificate number"),
            ),
            (
                "arrived_safely",
                models.CharField(
                    blank=True, choices=[("yes", "Yes"), ("no", "No"), ("unknown", "Not known yet")], max_length=8
                ),
            ),
            (
                "person_content",
                models.CharField(
                    blank=True, choices=[("yes", "Yes"), ("no", "No"), ("unknown", "Not known yet")], max_length=8
                ),
            ),
            ("received_by", models.CharField(blank=True, max_length=160)),
            ("objected", models.BooleanField(default=False)),
            (
                "message_back",
                models.TextField(blank=True, max_length=600, verbose_name="message to the sending country"),
            ),
            (
                "reflection",
                models.CharField(
                    blank=True,
                    choices=[
                        ("continues", "The remaining days go on in the receiving country"),
                        ("asked", "The person asked, after advice, to move before the days are over"),
                    ],
                    max_length=10,
                    verbose_name="how the time of reflection is kept",
                ),
            ),
            (
                "vital_interests",
                models.TextField(
                    blank=True,
                    help_text="Read by gate 7 alone.",
                    max_length=600,
                    verbose_name="why the person's life or safety needs this",
                ),
            ),
            (
                "transfer_basis",
                models.CharField(
                    blank=True,
                    choices=[
                        ("ecowas", "ECOWAS act on personal data"),
                        ("malabo", "Malabo Convention"),
                        ("gdpr", "Same data protection law (GDPR)"),
                        ("agreement", "Agreement in force"),
                        ("vital", "Vital interests of the person"),
                    ],
                    help_text="What gate 7 rested on; frozen at the offer.",
                    max_length=10,
                ),
            ),
            (
                "conditions",
                django.contrib.postgres.fields.ArrayField(
                    base_field=models.CharField(
                        choices=[
                            ("later", "A later date"),
                            ("escort", "Somebody travels along"),
                            ("medicine", "Medicine for the first weeks"),
                            ("interpreter", "An interpreter for the first days"),
                            ("documents", "Copies of papers that the person permits"),
                            ("home_study", "A home study first"),
                            ("testimony", "The person testifies"),
                            ("test", "An age test or a medical test"),
                            ("waiver", "The person gives up a right or what is owed"),
                            ("payment", "Somebody pays"),
                        ],
                        max_length=12,
                    ),
                    blank=True,
                    default=list,
                    size=None,
                ),
            ),
            ("conditions_text", models.TextField(blank=True, max_length=600, verbose_name="conditions in words")),
            ("forward_reason", models.TextField(blank=True, max_length=600, verbose_name="why the other country")),
            ("not_before_at", models.DateTimeField(blank=True, null=True, verbose_name="can come from")),
            (
                "revoke_reason",
                models.CharField(
                    blank=True,
                    choices=[
                        ("capacity", "The place is no longer free"),
                        ("border", "The border is closed"),
                        ("safety", "The person would not be safe here now"),
                    ],
                    max_length=10,
                ),
            ),
            (
                "hold_reason",
                models.CharField(
                    blank=True,
                    choices=[
                        ("person", "The person wants to stop; to be asked in private"),
                        ("unconfirmed", "The person took the agreement back; to be asked in private"),
                        ("child_objects", "The child objects; child protection decides"),
                        ("missing", "Nobody knows where the person is"),
                        ("agreement", "The agreement between the countries is suspended"),
                        ("risk", "The risk has changed"),
                        ("practical", "Travel or papers are not ready"),
                    ],
                    max_length=14,
                ),
            ),
            (
                "alert",
                models.CharField(
                    blank=True,
                    choices=[
                        ("quiet", "Quiet search: institutions only"),
                        ("urgent", "Urgent search: a child, or signs of danger"),
                    ],
                    max_length=8,
                ),
            ),
            ("missing_since_at", models.DateTimeField(blank=True, null=True)),
            (
                "search_end",
                models.CharField(
                    blank=True,
                    choices=[
                        ("lost", "Three attempts, and no contact"),
                        ("own_choice", "Left by own choice, and safe as far as is known"),
                        ("elsewhere", "Found by others, outside this handover"),
                    ],
                    max_length=12,
                ),
            ),
            ("correction_asked_at", models.DateTimeField(blank=True, null=True)),
            ("correction_reason", models.TextField(blank=True, max_length=600, verbose_name="what was wrong")),
            ("feedback", models.TextField(blank=True, max_length=600, verbose_name="how the person is")),
            (
                "feedback_services",
                django.contrib.postgres.fields.ArrayField(
                    base_field=models.CharField(max_length=16), blank=True, default=list, size=None
                ),
            ),
            (
                "case",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE, related_name="handovers", to="referral.case"
                ),
            ),
            (
                "diverted_country",
                models.ForeignKey(
                    blank=True,
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to="accounts.country",
                ),
            ),
            (
                "forward_country",
                models.ForeignKey(
                    blank=True,
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to="accounts.country",
                    verbose_name="other country proposed",
                ),
            ),
            (
                "forwarded_from",
                models.ForeignKey(
                    blank=True,
                    null=True,
                    on_delete=django.db.models.deletion.SET_NULL,
                    related_name="forwarded_to",
                    to="referral.handover",
                ),
            ),
            (
                "receiver_country",
                models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.country"),
            ),
        ],
        options={
            "verbose_name": "handover",
        },
    ),
    migrations.AddField(
        model_name="caseevent",
        name="handover",
        field=models.ForeignKey(
            null=True, on_delete=django.db.models.deletion.CASCADE, related_name="events", to="referral.handover"
        ),
    ),
    migrations.CreateModel(
        name="Institution",
        fields=[
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            (
                "kind",
                models.CharField(
                    choices=[
                        ("focal_point", "National focal point"),
                        ("police", "Police"),
                        ("border", "Border service"),
                        ("prosecution", "Prosecution"),
                        ("child_protection", "Child protection"),
                        ("social_service", "Social service"),
                        ("shelter", "Shelter"),
                        ("health", "Health service"),
                        ("legal_aid", "Legal aid"),
                        ("asylum", "Asylum authority"),
                        ("consulate", "Consulate"),
                        ("labour_inspection", "Labour inspection"),
                        ("school", "School"),
                        ("trade_union", "Trade union"),
                        ("ngo", "Non-governmental organisation"),
                        ("survivor_led", "Survivor-led organisation"),
                        ("reintegration", "Reintegration agency"),
                        ("international", "International organisation"),
                    ],
                    max_length=20,
                    verbose_name="kind",
                ),
            ),
            ("name", models.CharField(max_length=160, verbose_name="name")),
            (
                "languages",
                django.contrib.postgres.fields.ArrayField(
                    base_field=models.CharField(max_length=8), blank=True, default=list, size=None
                ),
            ),
            (
                "services",
                django.contrib.postgres.fields.ArrayField(
                    base_field=models.CharField(
                        choices=[
                            ("shelter", "A safe place"),
                            ("medical", "Medical care"),
                            ("counselling", "Counselling"),
                            ("legal", "Legal aid"),
                            ("documents", "Documents"),
                            ("family", "Family contact"),
                            ("income", "Education, work and income"),
                        ],
                        max_length=16,
                    ),
                    blank=True,
                    default=list,
                    size=None,
                ),
            ),
            (
                "country",
                models.ForeignKey(
                    blank=True,
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to="accounts.country",
                ),
            ),
        ],
        options={
            "verbose_name": "institution",
            "ordering": ("country_id", "name", "pk"),
        },
    ),
    migrations.CreateModel(
        name="Identification",
        fields=[
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            (
                "step",
                models.CharField(
                    choices=[("reasonable_grounds", "Reasonable grounds"), ("final", "Final decision")],
                    max_length=20,
                ),
            ),
            ("decision", models.CharField(choices=[("positive", "Yes"), ("negative", "No")], max_length=10)),
            ("reasons", models.TextField(max_length=600, verbose_name="reasons")),
            ("reconsideration_explained", models.BooleanField(default=False)),
            ("decided_at", models.DateTimeField()),
            (
                "case",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE, related_name="identifications", to="referral.case"
                ),
            ),
            (
                "institution",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT, related_name="+", to="referral.institution"
                ),
            ),
        ],
        options={
            "ordering": ("decided_at", "pk"),
        },
    ),
    migrations.CreateModel(
        name="HealthEntry",
        fields=[
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ("text", models.TextField(max_length=600, verbose_name="health")),
            (
                "for_case_manager",
                models.BooleanField(default=False, verbose_name="the case manager needs to know this"),
            ),
            ("recorded_at", models.DateTimeField()),
            (
                "case",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE, related_name="health_entries", to="referral.case"
                ),
            ),
            (
                "institution",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT, related_name="+", to="referral.institution"
                ),
            ),
        ],
        options={
            "ordering": ("recorded_at", "pk"),
        },
    ),
    migrations.AddField(
        model_name="handover",
        name="receiver",
        field=models.ForeignKey(
            blank=True,
            null=True,
            on_delete=django.db.models.deletion.PROTECT,
            related_name="handovers_received",
            to="referral.institution",
        ),
    ),
    migrations.AddField(
        model_name="handover",
        name="sender",
        field=models.ForeignKey(
            on_delete=django.db.models.deletion.PROTECT, related_name="handovers_sent", to="referral.institution"
        ),
    ),
    migrations.CreateModel(
        name="Consent",
        fields=[
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            (
                "kind",
                models.CharField(
                    choices=[
                        ("move", "Agreement to be moved"),
                        ("share", "Permission to share"),
                        ("legal_basis", "Legal basis without consent"),
                    ],
                    max_length=12,
                ),
            ),
            (
                "decision",
                models.CharField(
                    choices=[("given", "Yes"), ("refused", "No"), ("withdrawn", "Taken back")], max_length=10
                ),
            ),
            (
                "purpose",
                models.CharField(
                    choices=[
                        ("return_chosen", "Return the person chose"),
                        ("safety", "Safety elsewhere"),
                        ("family_unity", "Family unity"),
                        ("services", "Services not available here"),
                        ("legal_transfer", "Asylum or legal transfer"),
                        ("witness", "Relocation as a witness"),
                    ],
                    max_length=16,
                    verbose_name="purpose",
                ),
            ),
            (
                "categories",
                django.contrib.postgres.fields.ArrayField(
                    base_field=models.CharField(
                        choices=[
                            ("D0", "Reference and state"),
                            ("D1", "Identity"),
                            ("D2", "Needs and plan"),
                            ("D3", "What happened and indicators"),
                            ("D4", "Health"),
                            ("D5", "Migration and asylum"),
                            ("D6", "Justice"),
                            ("D7", "Family"),
                            ("D8", "Exact location"),
                        ],
                        max_length=2,
                    ),
                    blank=True,
                    default=list,
                    size=None,
                ),
            ),
            (
                "options",
                django.contrib.postgres.fields.ArrayField(
                    base_field=models.CharField(
                        choices=[
                            ("stay", "Stay here"),
                            ("return", "Go back to the home country"),
                            ("move", "Move to the receiving country"),
                            ("elsewhere", "Move to another country"),
                        ],
                        max_length=10,
                    ),
                    blank=True,
                    default=list,
                    size=None,
                ),
            ),
            (
                "given_by",
                models.CharField(choices=[("person", "The person"), ("guardian", "The guardian")], max_length=10),
            ),
            ("language", models.CharField(max_length=8)),
            ("interpreter", models.BooleanField(default=False)),
            (
                "understood",
                models.BooleanField(
                    default=False,
                    help_text="In a language the person spoke when it was recorded, or with an interpreter; frozen then.",
                ),
            ),
            ("text_version", models.CharField(max_length=16)),
            ("text_hash", models.CharField(max_length=64)),
            ("child_view", models.TextField(blank=True, max_length=600, verbose_name="the child's own view")),
            (
                "basis",
                models.CharField(
                    blank=True,
                    choices=[
                        ("law", "Law"),
                        ("guideline", "Guideline"),
                        ("national", "National procedure"),
                        ("agreement", "Agreement"),
                        ("default", "Exercise default"),
                    ],
                    max_length=10,
                ),
            ),
            ("basis_text", models.CharField(blank=True, max_length=200)),
            ("given_at", models.DateTimeField()),
            ("expires_at", models.DateTimeField(blank=True, null=True)),
            (
                "case",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE, related_name="consents", to="referral.case"
                ),
            ),
            (
                "recipient_country",
                models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.country"),
            ),
            (
                "institution",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT, related_name="+", to="referral.institution"
                ),
            ),
        ],
        options={
            "ordering": ("given_at", "pk"),
        },
    ),
    migrations.CreateModel(
        name="ChildFile",
        fields=[
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ("guardian", models.CharField(blank=True, max_length=120, verbose_name="guardian")),
            ("guardian_since_at", models.DateTimeField(blank=True, null=True)),
            (
                "guardian_conflict_checked",
                models.BooleanField(default=False, verbose_name="checked: no conflict of interest"),
            ),
            (
                "assessment_at",
                models.DateTimeField(blank=True, null=True, verbose_name="best-interests assessment"),
            ),
            ("child_view", models.TextField(blank=True, max_length=600, verbose_name="the child's own view")),
            (
                "determination_at",
                models.DateTimeField(blank=True, null=True, verbose_name="best-interests determination"),
            ),
            (
                "determination_options",
                django.contrib.postgres.fields.ArrayField(
                    base_field=models.CharField(max_length=10), blank=True, default=list, size=None
                ),
            ),
            ("told_child_protection_at", models.DateTimeField(blank=True, null=True)),
            (
                "case",
                models.OneToOneField(
                    on_delete=django.db.models.deletion.CASCADE, related_name="child_file", to="referral.case"
                ),
            ),
            (
                "institution",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT, related_name="+", to="referral.institution"
                ),
            ),
        ],
    ),
    migrations.AddField(
        model_name="caseevent",
        name="institution",
        field=models.ForeignKey(
            null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="referral.institution"
        ),
    ),
    migrations.AddField(
        model_name="case",
        name="contact_later",
        field=models.ForeignKey(
            blank=True,
            help_text="Whom the person can turn to after closing.",
            null=True,
            on_delete=django.db.models.deletion.PROTECT,
            related_name="+",
            to="referral.institution",
        ),
    ),
    migrations.AddField(
        model_name="case",
        name="holder",
        field=models.ForeignKey(
            blank=True,
            editable=False,
            null=True,
            on_delete=django.db.models.deletion.PROTECT,
            related_name="cases_held",
            to="referral.institution",
        ),
    ),
    migrations.AddField(
        model_name="case",
        name="opened_by",
        field=models.ForeignKey(
            on_delete=django.db.models.deletion.PROTECT, related_name="+", to="referral.institution"
        ),
    ),
    migrations.CreateModel(
        name="Capacity",
        fields=[
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            (
                "population",
                models.CharField(
                    choices=[
                        ("women", "Women"),
                        ("men", "Men"),
                        ("girls", "Girls"),
                        ("boys", "Boys"),
                        ("families", "Families"),
                    ],
                    max_length=10,
                ),
            ),
            ("places", models.PositiveSmallIntegerField()),
            ("free", models.PositiveSmallIntegerField()),
            ("stated_at", models.DateTimeField()),
            (
                "institution",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE, related_name="capacity", to="referral.institution"
                ),
            ),
        ],
    ),
    migrations.CreateModel(
        name="LegalTrack",
        fields=[
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            (
                "kind",
                models.CharField(
                    choices=[
                        ("asylum", "Asylum"),
                        ("reflection", "Recovery and reflection"),
                        ("permit", "Residence permit"),
                        ("cooperation", "Cooperation, never a condition"),
                        ("witness", "Witness protection"),
                        ("offence", "Offence linked to the trafficking"),
                        ("claim", "Compensation or wages"),
                    ],
                    max_length=12,
                    verbose_name="track",
                ),
            ),
            (
                "state",
                models.CharField(
                    choices=[
                        ("intended", "Intended"),
                        ("open", "Open"),
                        ("appeal", "On appeal"),
                        ("granted", "Granted"),
                        ("ended", "Ended"),
                    ],
                    max_length=10,
                    verbose_name="state",
                ),
            ),
            ("reference", models.CharField(blank=True, max_length=60, verbose_name="outside reference")),
            ("since_at", models.DateTimeField()),
            ("until_at", models.DateTimeField(blank=True, null=True)),
            (
                "runs_until_at",
                models.DateTimeField(
                    blank=True,
                    help_text="When a time of reflection ends by itself; the remaining days travel.",
                    null=True,
                ),
            ),
            (
                "origin_contact_asked_by_person",
                models.BooleanField(
                    default=False,
                    help_text="The person asked for contact with the origin state after independent legal advice.",
                ),
            ),
            (
                "case",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE, related_name="legal_tracks", to="referral.case"
                ),
            ),
            (
                "country",
                models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.country"),
            ),
            (
                "institution",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT, related_name="+", to="referral.institution"
                ),
            ),
        ],
        options={
            "ordering": ("since_at", "pk"),
        },
    ),
    migrations.CreateModel(
        name="ContinuingTask",
        fields=[
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ("since_at", models.DateTimeField()),
            ("until_at", models.DateTimeField(blank=True, null=True)),
            (
                "case",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE, related_name="continuing_tasks", to="referral.case"
                ),
            ),
            (
                "institution",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="continuing_tasks",
                    to="referral.institution",
                ),
            ),
            (
                "track",
                models.OneToOneField(
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="continuing_task",
                    to="referral.legaltrack",
                ),
            ),
        ],
        options={
            "ordering": ("since_at", "pk"),
        },
    ),
    migrations.CreateModel(
        name="Membership",
        fields=[
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            (
                "role",
                models.CharField(
                    choices=[
                        ("focal_point", "Focal point"),
                        ("deputy", "Deputy focal point"),
                        ("first_responder", "First responder"),
                        ("case_manager", "Case manager"),
                        ("competent_authority", "Competent authority"),
                        ("child_protection", "Child protection officer"),
                        ("guardian", "Guardian"),
                        ("health_worker", "Health worker"),
                        ("service_provider", "Service provider"),
                        ("asylum_liaison", "Asylum liaison"),
                        ("justice_liaison", "Justice liaison"),
                        ("consular_officer", "Consular officer"),
                        ("coordinator", "Regional coordinator"),
                        ("survivor_adviser", "Survivor adviser"),
                        ("data_protection", "Data protection officer"),
                        ("facilitator", "Facilitator"),
                        ("observer", "Observer"),
                    ],
                    max_length=20,
                ),
            ),
            ("until_wall", models.DateTimeField(blank=True, null=True)),
            (
                "away_until_wall",
                models.DateTimeField(
                    blank=True, help_text="Absent until then: the deputy is told at once what is due.", null=True
                ),
            ),
            (
                "institution",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="memberships",
                    to="referral.institution",
                ),
            ),
            (
                "user",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="memberships",
                    to=settings.AUTH_USER_MODEL,
                ),
            ),
        ],
        options={
            "ordering": ("pk",),
        },
    ),
    migrations.CreateModel(
        name="Assignment",
        fields=[
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            (
                "kind",
                models.CharField(
                    choices=[
                        ("first_responder", "First responder"),
                        ("focal_point", "Focal point"),
                        ("case_manager", "Case manager"),
                        ("shelter", "Shelter place"),
                        ("child_protection", "Child protection"),
                        ("health", "Health worker"),
                        ("guardian", "Guardian"),
                        ("authority", "Competent authority"),
                        ("asylum", "Asylum liaison"),
                        ("justice", "Justice liaison"),
                        ("consulate", "Consular officer"),
                        ("adviser", "Survivor adviser"),
                        ("provider", "Service provider"),
                    ],
                    max_length=16,
                ),
            ),
            ("since_at", models.DateTimeField()),
            ("until_at", models.DateTimeField(blank=True, null=True)),
            (
                "case",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE, related_name="assignments", to="referral.case"
                ),
            ),
            (
                "institution",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT, related_name="+", to="referral.institution"
                ),
            ),
            (
                "membership",
                models.ForeignKey(
                    blank=True,
                    null=True,
                    on_delete=django.db.models.deletion.SET_NULL,
                    related_name="+",
                    to="referral.membership",
                ),
            ),
        ],
    ),
    migrations.CreateModel(
        name="Message",
        fields=[
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ("kind", models.CharField(choices=[("message", "Message"), ("call", "Call")], max_length=8)),
            (
                "phrase",
                models.CharField(
                    choices=[
                        ("call_back", "Please call our office about this person."),
                        ("working", "We are working on it."),
                        ("place_soon", "A place becomes free soon."),
                        ("needs_interpreter", "Please have an interpreter ready."),
                        ("needs_doctor", "Please have a doctor ready."),
                        ("delayed", "The journey is delayed."),
                        ("person_well", "The person is well."),
                        ("person_asks", "The person asks for news."),
                        ("thanks", "Thank you. We have what we need."),
                        ("no_answer", "We called and reached nobody."),
                    ],
                    max_length=20,
                    verbose_name="phrase",
                ),
            ),
            ("text", models.TextField(blank=True, max_length=600, verbose_name="in your own words")),
            ("language", models.CharField(blank=True, max_length=8)),
            ("spoke_with", models.CharField(blank=True, max_length=160, verbose_name="whom you spoke with")),
            ("happened_at", models.DateTimeField()),
            ("recorded_at", models.DateTimeField()),
            (
                "handover",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE, related_name="messages", to="referral.handover"
                ),
            ),
            (
                "institution",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT, related_name="+", to="referral.institution"
                ),
            ),
        ],
        options={
            "ordering": ("recorded_at", "pk"),
        },
    ),
    migrations.CreateModel(
        name="Need",
        fields=[
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            (
                "kind",
                models.CharField(
                    choices=[
                        ("shelter", "A safe place"),
                        ("medical", "Medical care"),
                        ("counselling", "Counselling"),
                        ("legal", "Legal aid"),
                        ("documents", "Documents"),
                        ("family", "Family contact"),
                        ("income", "Education, work and income"),
                    ],
                    max_length=16,
                    verbose_name="need",
                ),
            ),
            (
                "urgency",
                models.CharField(
                    choices=[("urgent", "Urgent"), ("standard", "Standard")], max_length=10, verbose_name="urgency"
                ),
            ),
            ("note", models.CharField(blank=True, max_length=200, verbose_name="note")),
            ("opened_at", models.DateTimeField()),
            ("met_at", models.DateTimeField(blank=True, null=True)),
            (
                "case",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE, related_name="needs", to="referral.case"
                ),
            ),
            (
                "institution",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT, related_name="+", to="referral.institution"
                ),
            ),
        ],
        options={
            "ordering": ("pk",),
        },
    ),
    migrations.CreateModel(
        name="OutsideAnswer",
        fields=[
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            (
                "action",
                models.CharField(
                    choices=[
                        ("view_inbox", "See what waits"),
                        ("view_list", "See the list of people"),
                        ("view_directory", "See the directory"),
                        ("view_mails", "See the mails sent"),
                        ("view_case", "See the person's page"),
                        ("view_identity", "Show the identity"),
                        ("view_handover", "See the handover"),
                        ("open_case", "Open a case"),
                        ("take_case", "Take the case"),
                        ("record_tonight", "Record tonight"),
                        ("screen", "Screen"),
                        ("record_facts", "Record facts about the person"),
                        ("record_care", "Record needs and services"),
                        ("record_risk", "Assess the risk"),
                        ("record_consent", "Record what the person decided"),
                        ("record_child", "Write the child's file"),
                        ("record_legal", "Record a legal track"),
                        ("record_whereabouts", "Record where the person is"),
                        ("assign", "Ask a service to work on the case"),
                        ("release", "Release to protection"),
                        ("prepare", "Prepare a handover"),
                        ("offer", "Send the handover"),
                        ("discard", "Discard the draft"),
                        ("acknowledge", "Acknowledge"),
                        ("ask", "Ask a question"),
                        ("answer", "Answer"),
                        ("holding_reply", "Say when the answer comes"),
                        ("accept", "Accept"),
                        ("decline", "Say that you cannot receive now"),
                        ("withdraw", "Withdraw"),
                        ("depart", "Record the departure"),
                        ("receive", "Confirm arrival"),
                        ("give_feedback", "Give feedback"),
                        ("stop", "The person wants to stop"),
                        ("confirm_stop", "Confirm the stop"),
                        ("continue", "The person wants to go on"),
                        ("lapse", "Escalate"),
                        ("put_conditions", "Accept with conditions"),
                        ("agree_conditions", "Agree to the conditions"),
                        ("refuse_conditions", "Refuse the conditions"),
                        ("propose_forward", "Propose another country"),
                        ("agree_forward", "Agree to the other country"),
                        ("refuse_forward", "Keep to this country"),
                        ("revoke", "Take the acceptance back"),
                        ("hold", "Put on hold"),
                        ("resume", "End the hold"),
                        ("turn_back", "The person is back here"),
                        ("accept_and_receive", "The person is already here"),
                        ("report_not_arrived", "Report that the person has not arrived"),
                        ("end_search", "End the search"),
                        ("report_presence", "Report that the person is here"),
                        ("divert", "Prepare a handover to another country"),
                        ("object", "The person no longer wants to go on"),
                        ("disengage", "The person has left by choice"),
                        ("death", "Record a death"),
                        ("ask_correction", "Ask to correct the receipt"),
                        ("agree_correction", "Correct the receipt"),
                        ("refuse_correction", "Leave the receipt as it is"),
                        ("receive_outside", "Record the arrival outside the system"),
                        ("follow_up", "Record how the person is"),
                        ("supplement", "Send more information"),
                        ("child_answer", "Give the answer of child protection"),
                        ("override", "Go on without a confirmed place"),
                        ("waive", "Waive a deadline"),
                        ("write_message", "Write to the other side"),
                        ("record_call", "Record a call"),
                        ("propose", "Propose to a second person"),
                        ("drop_proposal", "Do not go on with a proposal"),
                        ("majority", "The person comes of age"),
                        ("review_majority", "Review the child's safeguards"),
                        ("enquire", "Ask whether there is a place"),
                        ("answer_enquiry", "Answer an enquiry"),
                        ("record_enquiry", "Record an answer given by phone"),
                        ("seek", "Ask about a person elsewhere"),
                        ("answer_request", "Decide about a request for a case"),
                        ("link_family", "Link handovers of a family"),
                        ("merge", "Join two files of one person"),
                        ("close_case", "Close the case"),
                        ("continue_task", "Go on with a task that stayed here"),
                        ("refer", "Ask a service at home"),
                        ("view_referral", "See a referral"),
                        ("answer_referral", "Answer a referral"),
                        ("record_health", "Record health"),
                        ("identify", "Decide on the identification"),
                        ("speak", "Pass on what the person says"),
                        ("amend", "Correct an entry"),
                        ("take_on", "I am on it"),
                        ("replace_officer", "Pass on the work of an officer"),
                        ("view_desk", "See your desk"),
                        ("view_stubs", "See what is overdue in the region"),
                        ("view_audit", "See the audit list"),
                    ],
                    max_length=20,
                ),
            ),
            ("officer", models.CharField(max_length=160, verbose_name="who answered")),
            ("reference", models.CharField(blank=True, max_length=60, verbose_name="their reference")),
            ("answered_at", models.DateTimeField()),
            ("recorded_at", models.DateTimeField()),
            (
                "handover",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="outside_answers",
                    to="referral.handover",
                ),
            ),
        ],
        options={
            "ordering": ("recorded_at", "pk"),
        },
    ),
    migrations.CreateModel(
        name="Packet",
        fields=[
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ("contents", models.JSONField()),
            ("digest", models.CharField(max_length=64)),
            ("frozen_at", models.DateTimeField()),
            (
                "handover",
                models.OneToOneField(
                    on_delete=django.db.models.deletion.CASCADE, related_name="packet", to="referral.handover"
                ),
            ),
        ],
        options={
            "abstract": False,
        },
    ),
    migrations.CreateModel(
        name="PersonIdentity",
        fields=[
            (
                "person",
                models.OneToOneField(
                    on_delete=django.db.models.deletion.CASCADE,
                    primary_key=True,
                    related_name="identity",
                    serialize=False,
                    to="referral.person",
                ),
            ),
            ("name", models.CharField(blank=True, max_length=120, verbose_name="invented name")),
            ("birth_date", models.DateField(blank=True, null=True, verbose_name="birth date")),
            ("contact", models.CharField(blank=True, max_length=200, verbose_name="contact")),
            ("exact_location", models.CharField(blank=True, max_length=200, verbose_name="exact location")),
        ],
    ),
    migrations.AddField(
        model_name="person",
        name="adult_confirmed_by",
        field=models.ForeignKey(
            blank=True,
            help_text="Only a named authority lifts the presumption of minority.",
            null=True,
            on_delete=django.db.models.deletion.PROTECT,
            related_name="+",
            to="referral.institution",
        ),
    ),
    migrations.AddField(
        model_name="case",
        name="person",
        field=models.ForeignKey(
            on_delete=django.db.models.deletion.CASCADE, related_name="cases", to="referral.person"
        ),
    ),
    migrations.CreateModel(
        name="BlockedRecipient",
        fields=[
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ("reason", models.CharField(blank=True, max_length=200)),
            (
                "country",
                models.ForeignKey(
                    blank=True,
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to="accounts.country",
                ),
            ),
            (
                "institution",
                models.ForeignKey(
                    blank=True,
                    null=True,
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="+",
                    to="referral.institution",
                ),
            ),
            (
                "person",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE, related_name="blocked", to="referral.person"
                ),
            ),
        ],
    ),
    migrations.CreateModel(
        name="PersonLink",
        fields=[
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            (
                "kind",
                models.CharField(
                    choices=[
                        ("sibling", "Sibling"),
                        ("parent", "Parent"),
                        ("child", "Child"),
                        ("partner", "Partner"),
                        ("relative", "Relative"),
                    ],
                    max_length=12,
                ),
            ),
            (
                "other",
                models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="referral.person"),
            ),
            (
                "person",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE, related_name="links", to="referral.person"
                ),
            ),
        ],
    ),
    migrations.CreateModel(
        name="Question",
        fields=[
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ("text", models.TextField(max_length=600, verbose_name="question")),
            ("language", models.CharField(blank=True, max_length=8)),
            ("asked_at", models.DateTimeField()),
            ("answer", models.TextField(blank=True, max_length=600, verbose_name="answer")),
            (
                "answer_compartment",
                models.CharField(
                    blank=True,
                    choices=[
                        ("D0", "Reference and state"),
                        ("D1", "Identity"),
                        ("D2", "Needs and plan"),
                        ("D3", "What happened and indicators"),
                        ("D4", "Health"),
                        ("D5", "Migration and asylum"),
                        ("D6", "Justice"),
                        ("D7", "Family"),
                        ("D8", "Exact location"),
                    ],
                    max_length=2,
                ),
            ),
            ("answered_at", models.DateTimeField(blank=True, null=True)),
            (
                "handover",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE, related_name="questions", to="referral.handover"
                ),
            ),
        ],
        options={
            "ordering": ("asked_at", "pk"),
        },
    ),
    migrations.CreateModel(
        name="Registry",
        fields=[
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ("name", models.CharField(max_length=120, verbose_name="name")),
            ("slug", models.SlugField(unique=True)),
            (
                "kind",
                models.CharField(
                    choices=[("demonstration", "Demonstration"), ("workshop", "Workshop"), ("live", "Live")],
                    max_length=16,
                ),
            ),
            (
                "state",
                models.CharField(choices=[("open", "Open"), ("ended", "Ended")], default="open", max_length=8),
            ),
            ("synthetic", models.BooleanField(default=True)),
            ("seed", models.BigIntegerField(default=0)),
            ("small_number_threshold", models.PositiveSmallIntegerField(default=11)),
            ("starts_at", models.DateTimeField(help_text="Exercise time of day 1, 00:00.")),
            ("created_wall", models.DateTimeField()),
            ("anchor_wall", models.DateTimeField()),
            ("anchor_exercise_at", models.DateTimeField()),
            ("rate", models.DecimalField(decimal_places=2, default=Decimal("1"), max_digits=6)),
            ("mode", models.CharField(default=common.clock.ClockMode["RUNNING"], max_length=8)),
            ("clock_version", models.PositiveIntegerField(default=1)),
            ("ends_at", models.DateTimeField(blank=True, null=True)),
            (
                "ran",
                models.DurationField(default=datetime.timedelta(0), help_text="Running wall time up to the anchor."),
            ),
            ("heartbeat_wall", models.DateTimeField(blank=True, null=True)),
            (
                "last_seen_wall",
                models.DateTimeField(blank=True, help_text="Last request of a signed-in user.", null=True),
            ),
        ],
        options={
            "verbose_name": "registry",
            "constraints": [
                models.CheckConstraint(condition=models.Q(("synthetic", True)), name="registry_always_synthetic"),
                models.CheckConstraint(
                    condition=models.Q(("rate__gt", 0), ("rate__lte", 288)), name="registry_rate_in_range"
                ),
                models.CheckConstraint(
                    condition=models.Q(("mode__in", ["running", "step", "stopped"])), name="registry_mode_known"
                ),
                models.CheckConstraint(
                    condition=models.Q(("state__in", ["open", "ended"])), name="registry_state_known"
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="PullRequest",
        fields=[
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            (
                "kind",
                models.CharField(
                    choices=[
                        ("search", "We are looking for this person"),
                        ("presence", "This person is with us"),
                        ("pull", "We ask to answer for this person"),
                    ],
                    default="pull",
                    max_length=8,
                ),
            ),
            ("reference", models.CharField(max_length=12)),
            (
                "code",
                models.CharField(
                    help_text="As the asker typed it.", max_length=24, verbose_name="code that the person gave"
                ),
            ),
            (
                "state",
                models.CharField(
                    choices=[("open", "Waiting for the holder"), ("agreed", "Agreed"), ("refused", "Answered")],
                    default="open",
                    max_length=8,
                ),
            ),
            ("reason", models.TextField(max_length=600)),
            ("language", models.CharField(blank=True, max_length=8)),
            ("decision_note", models.TextField(blank=True, max_length=600, verbose_name="note for your own file")),
            ("asked_at", models.DateTimeField()),
            ("answered_at", models.DateTimeField(blank=True, null=True)),
            (
                "asker",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT, related_name="+", to="referral.institution"
                ),
            ),
            (
                "case",
                models.ForeignKey(
                    blank=True,
                    null=True,
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="pull_requests",
                    to="referral.case",
                ),
            ),
            (
                "handover",
                models.ForeignKey(
                    blank=True,
                    null=True,
                    on_delete=django.db.models.deletion.SET_NULL,
                    related_name="+",
                    to="referral.handover",
                ),
            ),
            (
                "holder",
                models.ForeignKey(
                    blank=True,
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to="referral.institution",
                ),
            ),
            (
                "registry",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="pull_requests",
                    to="referral.registry",
                ),
            ),
        ],
    ),
    migrations.CreateModel(
        name="Proposal",
        fields=[
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            (
                "action",
                models.CharField(
                    choices=[
                        ("view_inbox", "See what waits"),
                        ("view_list", "See the list of people"),
                        ("view_directory", "See the directory"),
                        ("view_mails", "See the mails sent"),
                        ("view_case", "See the person's page"),
                        ("view_identity", "Show the identity"),
                        ("view_handover", "See the handover"),
                        ("open_case", "Open a case"),
                        ("take_case", "Take the case"),
                        ("record_tonight", "Record tonight"),
                        ("screen", "Screen"),
                        ("record_facts", "Record facts about the person"),
                        ("record_care", "Record needs and services"),
                        ("record_risk", "Assess the risk"),
                        ("record_consent", "Record what the person decided"),
                        ("record_child", "Write the child's file"),
                        ("record_legal", "Record a legal track"),
                        ("record_whereabouts", "Record where the person is"),
                        ("assign", "Ask a service to work on the case"),
                        ("release", "Release to protection"),
                        ("prepare", "Prepare a handover"),
                        ("offer", "Send the handover"),
                        ("discard", "Discard the draft"),
                        ("acknowledge", "Acknowledge"),
                        ("ask", "Ask a question"),
                        ("answer", "Answer"),
                        ("holding_reply", "Say when the answer comes"),
                        ("accept", "Accept"),
                        ("decline", "Say that you cannot receive now"),
                        ("withdraw", "Withdraw"),
                        ("depart", "Record the departure"),
                        ("receive", "Confirm arrival"),
                        ("give_feedback", "Give feedback"),
                        ("stop", "The person wants to stop"),
                        ("confirm_stop", "Confirm the stop"),
                        ("continue", "The person wants to go on"),
                        ("lapse", "Escalate"),
                        ("put_conditions", "Accept with conditions"),
                        ("agree_conditions", "Agree to the conditions"),
                        ("refuse_conditions", "Refuse the conditions"),
                        ("propose_forward", "Propose another country"),
                        ("agree_forward", "Agree to the other country"),
                        ("refuse_forward", "Keep to this country"),
                        ("revoke", "Take the acceptance back"),
                        ("hold", "Put on hold"),
                        ("resume", "End the hold"),
                        ("turn_back", "The person is back here"),
                        ("accept_and_receive", "The person is already here"),
                        ("report_not_arrived", "Report that the person has not arrived"),
                        ("end_search", "End the search"),
                        ("report_presence", "Report that the person is here"),
                        ("divert", "Prepare a handover to another country"),
                        ("object", "The person no longer wants to go on"),
                        ("disengage", "The person has left by choice"),
                        ("death", "Record a death"),
                        ("ask_correction", "Ask to correct the receipt"),
                        ("agree_correction", "Correct the receipt"),
                        ("refuse_correction", "Leave the receipt as it is"),
                        ("receive_outside", "Record the arrival outside the system"),
                        ("follow_up", "Record how the person is"),
                        ("supplement", "Send more information"),
                        ("child_answer", "Give the answer of child protection"),
                        ("override", "Go on without a confirmed place"),
                        ("waive", "Waive a deadline"),
                        ("write_message", "Write to the other side"),
                        ("record_call", "Record a call"),
                        ("propose", "Propose to a second person"),
                        ("drop_proposal", "Do not go on with a proposal"),
                        ("majority", "The person comes of age"),
                        ("review_majority", "Review the child's safeguards"),
                        ("enquire", "Ask whether there is a place"),
                        ("answer_enquiry", "Answer an enquiry"),
                        ("record_enquiry", "Record an answer given by phone"),
                        ("seek", "Ask about a person elsewhere"),
                        ("answer_request", "Decide about a request for a case"),
                        ("link_family", "Link handovers of a family"),
                        ("merge", "Join two files of one person"),
                        ("close_case", "Close the case"),
                        ("continue_task", "Go on with a task that stayed here"),
                        ("refer", "Ask a service at home"),
                        ("view_referral", "See a referral"),
                        ("answer_referral", "Answer a referral"),
                        ("record_health", "Record health"),
                        ("identify", "Decide on the identification"),
                        ("speak", "Pass on what the person says"),
                        ("amend", "Correct an entry"),
                        ("take_on", "I am on it"),
                        ("replace_officer", "Pass on the work of an officer"),
                        ("view_desk", "See your desk"),
                        ("view_stubs", "See what is overdue in the region"),
                        ("view_audit", "See the audit list"),
                    ],
                    max_length=20,
                ),
            ),
            ("facts", models.JSONField(default=dict)),
            ("proposed_at", models.DateTimeField()),
            (
                "state",
                models.CharField(
                    choices=[
                        ("open", "Waits for a second person"),
                        ("confirmed", "Confirmed"),
                        ("dropped", "Not gone on with"),
                    ],
                    default="open",
                    max_length=10,
                ),
            ),
            ("decided_at", models.DateTimeField(blank=True, null=True)),
            (
                "case",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE, related_name="proposals", to="referral.case"
                ),
            ),
            (
                "decided_by",
                models.ForeignKey(
                    blank=True,
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to=settings.AUTH_USER_MODEL,
                ),
            ),
            (
                "handover",
                models.ForeignKey(
                    blank=True,
                    null=True,
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="proposals",
                    to="referral.handover",
                ),
            ),
            (
                "institution",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT, related_name="+", to="referral.institution"
                ),
            ),
            (
                "proposed_by",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                ),
            ),
            (
                "registry",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE, related_name="proposals", to="referral.registry"
                ),
            ),
        ],
        options={
            "ordering": ("proposed_at", "pk"),
        },
    ),
    migrations.AddField(
        model_name="person",
        name="registry",
        field=models.ForeignKey(
            on_delete=django.db.models.deletion.CASCADE, related_name="people", to="referral.registry"
        ),
    ),
    migrations.CreateModel(
        name="Notice",
        fields=[
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ("kind", models.CharField(max_length=32)),
            ("cause", models.CharField(max_length=80)),
            ("at", models.DateTimeField()),
            ("wall", models.DateTimeField()),
            ("read_wall", models.DateTimeField(blank=True, null=True)),
            (
                "case",
                models.ForeignKey(
                    null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="referral.case"
                ),
            ),
            (
                "event",
                models.ForeignKey(
                    null=True,
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="+",
                    to="referral.caseevent",
                ),
            ),
            (
                "handover",
                models.ForeignKey(
                    null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="referral.handover"
                ),
            ),
            (
                "institution",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE, related_name="+", to="referral.institution"
                ),
            ),
            (
                "user",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE, related_name="notices", to=settings.AUTH_USER_MODEL
                ),
            ),
            (
                "registry",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE, related_name="notices", to="referral.registry"
                ),
            ),
        ],
        options={
            "ordering": ("-at", "-pk"),
        },
    ),
    migrations.CreateModel(
        name="Mail",
        fields=[
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ("template", models.CharField(max_length=40)),
            ("link", models.CharField(max_length=120)),
            ("message_id", models.CharField(max_length=120, unique=True)),
            (
                "state",
                models.CharField(
                    choices=[
                        ("pending", "Waiting"),
                        ("sent", "Sent"),
                        ("dead", "Could not be sent"),
                        ("cancelled", "Cancelled"),
                    ],
                    default="pending",
                    max_length=10,
                ),
            ),
            ("attempts", models.PositiveSmallIntegerField(default=0)),
            ("next_try_wall", models.DateTimeField()),
            ("sent_wall", models.DateTimeField(blank=True, null=True)),
            ("last_error", models.CharField(blank=True, max_length=200)),
            (
                "user",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                ),
            ),
            (
                "notice",
                models.OneToOneField(
                    on_delete=django.db.models.deletion.CASCADE, related_name="mail", to="referral.notice"
                ),
            ),
            (
                "registry",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE, related_name="mails", to="referral.registry"
                ),
            ),
        ],
    ),
    migrations.AddField(
        model_name="institution",
        name="registry",
        field=models.ForeignKey(
            on_delete=django.db.models.deletion.CASCADE, related_name="institutions", to="referral.registry"
        ),
    ),
    migrations.CreateModel(
        name="HomeReferral",
        fields=[
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ("reference", models.CharField(max_length=12)),
            (
                "kind",
                models.CharField(
                    choices=[
                        ("shelter", "A safe place"),
                        ("medical", "Medical care"),
                        ("counselling", "Counselling"),
                        ("legal", "Legal aid"),
                        ("documents", "Documents"),
                        ("family", "Family contact"),
                        ("income", "Education, work and income"),
                    ],
                    max_length=16,
                    verbose_name="help asked for",
                ),
            ),
            (
                "urgency",
                models.CharField(
                    choices=[("urgent", "Urgent"), ("standard", "Standard")],
                    default="standard",
                    max_length=10,
                    verbose_name="urgency",
                ),
            ),
            (
                "state",
                models.CharField(
                    choices=[
                        ("sent", "Sent"),
                        ("acknowledged", "Acknowledged"),
                        ("accepted", "Help begins"),
                        ("declined", "Cannot help now"),
                        ("reported", "Help reported"),
                        ("withdrawn", "Taken back"),
                    ],
                    default="sent",
                    max_length=14,
                ),
            ),
            ("version", models.PositiveIntegerField(default=1)),
            ("person_agrees", models.BooleanField(default=False, verbose_name="the person agrees")),
            (
                "compartments",
                django.contrib.postgres.fields.ArrayField(
                    base_field=models.CharField(
                        choices=[
                            ("D0", "Reference and state"),
                            ("D1", "Identity"),
                            ("D2", "Needs and plan"),
                            ("D3", "What happened and indicators"),
                            ("D4", "Health"),
                            ("D5", "Migration and asylum"),
                            ("D6", "Justice"),
                            ("D7", "Family"),
                            ("D8", "Exact location"),
                        ],
                        max_length=2,
                    ),
                    blank=True,
                    default=list,
                    size=None,
                ),
            ),
            (
                "contents",
                models.JSONField(default=dict, help_text="What was disclosed: compartment → field → value."),
            ),
            ("message", models.TextField(blank=True, max_length=600, verbose_name="message to the service")),
            ("sent_at", models.DateTimeField()),
            ("acknowledged_at", models.DateTimeField(blank=True, null=True)),
            ("decided_at", models.DateTimeField(blank=True, null=True)),
            ("begins_at", models.DateTimeField(blank=True, null=True, verbose_name="help begins")),
            (
                "decline_reason",
                models.CharField(
                    blank=True,
                    choices=[
                        ("no_capacity", "No suitable place now"),
                        ("service_missing", "A needed service is not available here"),
                        ("not_safe_here", "The person would not be safe here"),
                        ("legal_obstacle", "A legal obstacle"),
                        ("identity", "Identity not established"),
                        ("other_country", "Another country is better placed"),
                        ("not_before", "Our own national: a later date is proposed"),
                    ],
                    max_length=16,
                ),
            ),
            ("feedback", models.TextField(blank=True, max_length=600, verbose_name="how the help goes")),
            ("feedback_at", models.DateTimeField(blank=True, null=True)),
            ("closed_at", models.DateTimeField(blank=True, null=True)),
            (
                "case",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE, related_name="referrals", to="referral.case"
                ),
            ),
            (
                "provider",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="referrals_received",
                    to="referral.institution",
                ),
            ),
            (
                "sender",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="referrals_sent",
                    to="referral.institution",
                ),
            ),
            (
                "registry",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE, related_name="referrals", to="referral.registry"
                ),
            ),
        ],
        options={
            "ordering": ("-sent_at", "-pk"),
        },
    ),
    migrations.AddField(
        model_name="handover",
        name="registry",
        field=models.ForeignKey(
            on_delete=django.db.models.deletion.CASCADE, related_name="handovers", to="referral.registry"
        ),
    ),
    migrations.CreateModel(
        name="Enquiry",
        fields=[
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ("reference", models.CharField(max_length=12)),
            (
                "outside",
                models.BooleanField(default=False, help_text="The country asked has no seat in this registry."),
            ),
            ("officer", models.CharField(blank=True, max_length=160, verbose_name="who answered")),
            ("outside_reference", models.CharField(blank=True, max_length=60, verbose_name="their reference")),
            ("note", models.CharField(blank=True, max_length=200, verbose_name="note to the answer")),
            ("told_person", models.BooleanField(default=False, verbose_name="the person was told before")),
            (
                "state",
                models.CharField(
                    choices=[
                        ("open", "Waiting for an answer"),
                        ("yes", "Yes"),
                        ("no", "No"),
                        ("lapsed", "No answer"),
                        ("withdrawn", "Taken back"),
                    ],
                    default="open",
                    max_length=10,
                ),
            ),
            (
                "corridor",
                django.contrib.postgres.fields.ArrayField(
                    base_field=models.CharField(max_length=2), default=list, size=None
                ),
            ),
            ("age_band", models.CharField(max_length=12)),
            (
                "sex",
                models.CharField(
                    choices=[("female", "Female"), ("male", "Male"), ("other", "Other"), ("unknown", "Not known")],
                    max_length=8,
                ),
            ),
            ("urgency", models.CharField(choices=[("urgent", "Urgent"), ("standard", "Standard")], max_length=10)),
            (
                "services",
                django.contrib.postgres.fields.ArrayField(
                    base_field=models.CharField(max_length=16), blank=True, default=list, size=None
                ),
            ),
            ("asked_at", models.DateTimeField()),
            ("answered_at", models.DateTimeField(blank=True, null=True)),
            ("valid_until_at", models.DateTimeField(blank=True, null=True)),
            (
                "case",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE, related_name="enquiries", to="referral.case"
                ),
            ),
            (
                "receiver_country",
                models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.country"),
            ),
            (
                "receiver",
                models.ForeignKey(
                    blank=True,
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="enquiries_received",
                    to="referral.institution",
                ),
            ),
            (
                "sender",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="enquiries_sent",
                    to="referral.institution",
                ),
            ),
            (
                "registry",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE, related_name="enquiries", to="referral.registry"
                ),
            ),
        ],
    ),
    migrations.CreateModel(
        name="Deadline",
        fields=[
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            (
                "kind",
                models.CharField(
                    choices=[
                        ("tonight", "Make the person safe tonight"),
                        ("take", "Take the case"),
                        ("release", "Release to protection"),
                        ("screen", "Screen"),
                        ("child_notice", "Tell child protection"),
                        ("acknowledge", "Acknowledge"),
                        ("decide", "Decide"),
                        ("answer", "Answer the question"),
                        ("travel_plan", "Send the travel plan"),
                        ("confirm_arrival", "Confirm arrival"),
                        ("feedback", "Give feedback"),
                        ("confirm_stop", "Ask the person in private"),
                        ("review_risk", "Review the risk"),
                        ("stale_draft", "Finish or discard the draft"),
                        ("answer_enquiry", "Answer the enquiry"),
                        ("conditions", "Answer the conditions"),
                        ("forward", "Answer the proposal of another country"),
                        ("search", "Search for the person"),
                        ("objection", "Hear the person's objection"),
                        ("correction", "Answer the request to correct the receipt"),
                        ("child_answer", "Child protection's answer"),
                        ("follow_up_30", "Follow up after 30 days"),
                        ("follow_up_90", "Follow up after 90 days"),
                        ("request", "Decide about a request for a case"),
                        ("referral", "Answer the referral"),
                        ("referral_report", "Say how the help goes"),
                        ("identify", "Decide on the identification"),
                    ],
                    max_length=16,
                ),
            ),
            ("opened_at", models.DateTimeField()),
            ("due_at", models.DateTimeField()),
            (
                "shown_from_at",
                models.DateTimeField(
                    editable=False,
                    help_text="When work that lies far ahead joins the list: half of its time. A trigger writes it.",
                    null=True,
                ),
            ),
            ("opened_ran", models.DurationField(help_text="Running wall time of the registry when it opened.")),
            ("floor", models.DurationField()),
            (
                "state",
                models.CharField(
                    choices=[
                        ("open", "Open"),
                        ("met", "Met"),
                        ("met_late", "Met late"),
                        ("waived", "Waived"),
                        ("cancelled", "No longer needed"),
                        ("censored", "Exercise ended first"),
                    ],
                    default="open",
                    max_length=10,
                ),
            ),
            (
                "ready",
                models.BooleanField(
                    default=True,
                    editable=False,
                    help_text="Whether the act is possible in the handover's state; a trigger keeps it.",
                ),
            ),
            ("closed_at", models.DateTimeField(blank=True, null=True)),
            ("reason", models.CharField(blank=True, max_length=200)),
            ("handled_at", models.DateTimeField(null=True)),
            (
                "basis",
                models.CharField(
                    choices=[
                        ("law", "Law"),
                        ("guideline", "Guideline"),
                        ("national", "National procedure"),
                        ("agreement", "Agreement"),
                        ("default", "Exercise default"),
                    ],
                    max_length=10,
                ),
            ),
            ("basis_text", models.CharField(blank=True, max_length=200)),
            (
                "case",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE, related_name="deadlines", to="referral.case"
                ),
            ),
            (
                "enquiry",
                models.ForeignKey(
                    null=True,
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="deadlines",
                    to="referral.enquiry",
                ),
            ),
            (
                "handover",
                models.ForeignKey(
                    null=True,
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="deadlines",
                    to="referral.handover",
                ),
            ),
            (
                "referral",
                models.ForeignKey(
                    null=True,
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="deadlines",
                    to="referral.homereferral",
                ),
            ),
            (
                "other_side",
                models.ForeignKey(
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to="referral.institution",
                ),
            ),
            (
                "owes",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="deadlines_owed",
                    to="referral.institution",
                ),
            ),
            (
                "handled_by",
                models.ForeignKey(
                    help_text="Who said: I am on it.",
                    null=True,
                    on_delete=django.db.models.deletion.SET_NULL,
                    related_name="+",
                    to="referral.membership",
                ),
            ),
            (
                "request",
                models.ForeignKey(
                    null=True,
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="deadlines",
                    to="referral.pullrequest",
                ),
            ),
            (
                "question",
                models.ForeignKey(
                    null=True,
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="deadlines",
                    to="referral.question",
                ),
            ),
            (
                "registry",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE, related_name="deadlines", to="referral.registry"
                ),
            ),
        ],
        options={
            "ordering": ("due_at", "pk"),
        },
    ),
    migrations.CreateModel(
        name="ClockSegment",
        fields=[
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ("version", models.PositiveIntegerField()),
            ("kind", models.CharField(max_length=12)),
            ("wall", models.DateTimeField()),
            ("from_at", models.DateTimeField()),
            ("to_at", models.DateTimeField()),
            ("rate", models.DecimalField(decimal_places=2, max_digits=6)),
            ("reason", models.CharField(blank=True, max_length=200)),
            (
                "user",
                models.ForeignKey(
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to=settings.AUTH_USER_MODEL,
                ),
            ),
            (
                "registry",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="clock_segments",
                    to="referral.registry",
                ),
            ),
        ],
    ),
    migrations.AddField(
        model_name="caseevent",
        name="registry",
        field=models.ForeignKey(
            on_delete=django.db.models.deletion.CASCADE, related_name="events", to="referral.registry"
        ),
    ),
    migrations.AddField(
        model_name="case",
        name="registry",
        field=models.ForeignKey(
            on_delete=django.db.models.deletion.CASCADE, related_name="cases", to="referral.registry"
        ),
    ),
    migrations.CreateModel(
        name="Agreement",
        fields=[
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ("name", models.CharField(max_length=160)),
            (
                "kind",
                models.CharField(
                    choices=[
                        ("regional", "Regional mechanism"),
                        ("memorandum", "Memorandum of understanding"),
                        ("declaration", "Declaration of intent"),
                        ("justice", "Justice arrangement"),
                        ("ad_hoc", "Arrangement for one case"),
                    ],
                    max_length=12,
                ),
            ),
            (
                "state",
                models.CharField(
                    choices=[("in_force", "In force"), ("suspended", "Suspended")],
                    default="in_force",
                    max_length=10,
                ),
            ),
            (
                "limits",
                models.JSONField(blank=True, default=dict, help_text="Deadline kind → hours, replaces the default."),
            ),
            (
                "clauses",
                models.JSONField(blank=True, default=list, help_text="Codes of clauses; one may collide with a gate."),
            ),
            ("parties", models.ManyToManyField(related_name="+", to="accounts.country")),
            (
                "registry",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE, related_name="agreements", to="referral.registry"
                ),
            ),
        ],
    ),
    migrations.CreateModel(
        name="Release",
        fields=[
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ("requested_at", models.DateTimeField()),
            ("released_at", models.DateTimeField(blank=True, null=True)),
            ("certificate", models.CharField(blank=True, max_length=40, verbose_name="certificate number")),
            (
                "case",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE, related_name="releases", to="referral.case"
                ),
            ),
            (
                "held_by",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT, related_name="+", to="referral.institution"
                ),
            ),
            (
                "released_to",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT, related_name="+", to="referral.institution"
                ),
            ),
        ],
    ),
    migrations.CreateModel(
        name="Reminder",
        fields=[
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            (
                "rung",
                models.CharField(
                    choices=[
                        ("half", "Half of the time has passed"),
                        ("nine_tenths", "Little time is left"),
                        ("overdue", "The time has passed"),
                        ("deputy", "The deputy is told"),
                        ("coordinator", "The regional coordinator is told"),
                    ],
                    max_length=12,
                ),
            ),
            ("due_at", models.DateTimeField()),
            (
                "floor_ran",
                models.DurationField(help_text="Running wall time of the registry at which people had time enough."),
            ),
            (
                "state",
                models.CharField(
                    choices=[("pending", "Waiting"), ("fired", "Sent"), ("cancelled", "Not needed")],
                    default="pending",
                    max_length=10,
                ),
            ),
            (
                "fired_at",
                models.DateTimeField(blank=True, help_text="Logical exercise time, never the sweep's.", null=True),
            ),
            ("fired_wall", models.DateTimeField(blank=True, null=True)),
            (
                "deadline",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE, related_name="reminders", to="referral.deadline"
                ),
            ),
            (
                "registry",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE, related_name="reminders", to="referral.registry"
                ),
            ),
        ],
    ),
    migrations.CreateModel(
        name="RiskAssessment",
        fields=[
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            (
                "level",
                models.CharField(choices=[("high", "High"), ("medium", "Medium"), ("low", "Low")], max_length=8),
            ),
            ("domains", models.JSONField(default=dict, help_text="Risk domain → [likelihood 1–3, harm 1–3].")),
            ("fears", models.TextField(blank=True, max_length=600, verbose_name="what the person fears")),
            ("measures", models.TextField(blank=True, max_length=600, verbose_name="what is done about it")),
            ("assessed_at", models.DateTimeField()),
            ("valid_until_at", models.DateTimeField()),
            (
                "case",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE, related_name="risks", to="referral.case"
                ),
            ),
            (
                "institution",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT, related_name="+", to="referral.institution"
                ),
            ),
            (
                "receiving_country",
                models.ForeignKey(
                    blank=True,
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to="accounts.country",
                ),
            ),
        ],
        options={
            "ordering": ("assessed_at", "pk"),
        },
    ),
    migrations.CreateModel(
        name="RulePack",
        fields=[
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ("two_step", models.BooleanField(default=True)),
            ("reflection_days", models.PositiveSmallIntegerField(default=30)),
            ("permit_months", models.PositiveSmallIntegerField(default=6)),
            ("centre_hours", models.PositiveSmallIntegerField(default=72)),
            ("child_notice_hours", models.PositiveSmallIntegerField(default=24)),
            (
                "basis",
                models.CharField(
                    choices=[
                        ("law", "Law"),
                        ("guideline", "Guideline"),
                        ("national", "National procedure"),
                        ("agreement", "Agreement"),
                        ("default", "Exercise default"),
                    ],
                    default="default",
                    max_length=10,
                ),
            ),
            ("basis_text", models.CharField(blank=True, max_length=200)),
            (
                "country",
                models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.country"),
            ),
            (
                "registry",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE, related_name="rule_packs", to="referral.registry"
                ),
            ),
        ],
    ),
    migrations.CreateModel(
        name="Screening",
        fields=[
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ("list_version", models.CharField(max_length=16)),
            (
                "items",
                django.contrib.postgres.fields.ArrayField(
                    base_field=models.CharField(max_length=24), blank=True, default=list, size=None
                ),
            ),
            (
                "opinion",
                models.CharField(
                    choices=[
                        ("possible", "Trafficking is possible"),
                        ("unlikely", "Trafficking is unlikely"),
                        ("unclear", "Unclear"),
                    ],
                    max_length=10,
                ),
            ),
            (
                "interpreter_safe",
                models.BooleanField(default=True, help_text="Not from the feared group or community."),
            ),
            ("note", models.TextField(blank=True, max_length=600)),
            ("at", models.DateTimeField()),
            (
                "case",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE, related_name="screenings", to="referral.case"
                ),
            ),
            (
                "institution",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT, related_name="+", to="referral.institution"
                ),
            ),
        ],
        options={
            "ordering": ("at", "pk"),
        },
    ),
    migrations.CreateModel(
        name="Seal",
        fields=[
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ("contents", models.JSONField()),
            ("sealed_at", models.DateTimeField()),
            (
                "handover",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE, related_name="seals", to="referral.handover"
                ),
            ),
            (
                "institution",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT, related_name="+", to="referral.institution"
                ),
            ),
        ],
        options={
            "abstract": False,
        },
    ),
    migrations.CreateModel(
        name="Service",
        fields=[
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            (
                "kind",
                models.CharField(
                    choices=[
                        ("shelter", "A safe place"),
                        ("medical", "Medical care"),
                        ("counselling", "Counselling"),
                        ("legal", "Legal aid"),
                        ("documents", "Documents"),
                        ("family", "Family contact"),
                        ("income", "Education, work and income"),
                    ],
                    max_length=16,
                    verbose_name="service",
                ),
            ),
            ("payer", models.CharField(blank=True, max_length=120, verbose_name="who pays")),
            (
                "state",
                models.CharField(
                    choices=[
                        ("planned", "Planned"),
                        ("confirmed", "Confirmed"),
                        ("running", "Running"),
                        ("ended", "Ended"),
                    ],
                    max_length=10,
                ),
            ),
            ("since_at", models.DateTimeField(verbose_name="from")),
            ("until_at", models.DateTimeField(blank=True, null=True, verbose_name="to")),
            ("funded_until_at", models.DateTimeField(blank=True, null=True, verbose_name="funded until")),
            ("end_reason", models.CharField(blank=True, max_length=200, verbose_name="why it ends")),
            (
                "case",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE, related_name="services", to="referral.case"
                ),
            ),
            (
                "continues",
                models.ForeignKey(
                    blank=True,
                    null=True,
                    on_delete=django.db.models.deletion.SET_NULL,
                    related_name="continued_by",
                    to="referral.service",
                ),
            ),
            (
                "institution",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT, related_name="+", to="referral.institution"
                ),
            ),
            (
                "provider",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT, related_name="+", to="referral.institution"
                ),
            ),
        ],
        options={
            "ordering": ("since_at", "pk"),
        },
    ),
    migrations.CreateModel(
        name="Supplement",
        fields=[
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ("contents", models.JSONField()),
            ("digest", models.CharField(max_length=64)),
            ("note", models.TextField(blank=True, max_length=600)),
            ("frozen_at", models.DateTimeField()),
            (
                "handover",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE, related_name="supplements", to="referral.handover"
                ),
            ),
        ],
        options={
            "ordering": ("frozen_at", "pk"),
        },
    ),
    migrations.CreateModel(
        name="Voice",
        fields=[
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            (
                "kind",
                models.CharField(
                    choices=[
                        ("withdraw", "Take a permission back"),
                        ("correct", "Something written is wrong"),
                        ("complain", "Complain"),
                        ("rate", "Say how the help was"),
                    ],
                    max_length=10,
                ),
            ),
            ("text", models.TextField(blank=True, max_length=600, verbose_name="in the person's words")),
            ("language", models.CharField(blank=True, max_length=8)),
            ("rating", models.PositiveSmallIntegerField(blank=True, help_text="1 (bad) to 5 (good).", null=True)),
            (
                "permitted",
                models.BooleanField(default=False, verbose_name="the person permits that this is passed on"),
            ),
            ("recorded_at", models.DateTimeField()),
            (
                "case",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE, related_name="voices", to="referral.case"
                ),
            ),
            (
                "institution",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT, related_name="+", to="referral.institution"
                ),
            ),
        ],
        options={
            "ordering": ("recorded_at", "pk"),
        },
    ),
    migrations.CreateModel(
        name="Whereabouts",
        fields=[
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            (
                "kind",
                models.CharField(
                    choices=[
                        ("safe_place", "In safe accommodation"),
                        ("supported_place", "In a safe place with support running"),
                        ("escorted", "Travelling with a named escort"),
                        ("alone", "Travelling alone"),
                        ("no_safe_place", "No safe place tonight"),
                        ("detained", "Detained"),
                        ("missing", "Missing"),
                        ("left_by_choice", "Left by own choice"),
                        ("elsewhere", "In another country, with nobody"),
                        ("arrived", "Arrived in the receiving country"),
                    ],
                    max_length=16,
                ),
            ),
            ("happened_at", models.DateTimeField()),
            ("recorded_at", models.DateTimeField()),
            ("support_running", models.BooleanField(default=False)),
            (
                "case",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE, related_name="whereabouts", to="referral.case"
                ),
            ),
            (
                "country",
                models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.country"),
            ),
            (
                "institution",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT, related_name="+", to="referral.institution"
                ),
            ),
        ],
        options={
            "ordering": ("happened_at", "pk"),
        },
    ),
    migrations.CreateModel(
        name="Disclosure",
        fields=[
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            (
                "compartment",
                models.CharField(
                    choices=[
                        ("D0", "Reference and state"),
                        ("D1", "Identity"),
                        ("D2", "Needs and plan"),
                        ("D3", "What happened and indicators"),
                        ("D4", "Health"),
                        ("D5", "Migration and asylum"),
                        ("D6", "Justice"),
                        ("D7", "Family"),
                        ("D8", "Exact location"),
                    ],
                    max_length=2,
                ),
            ),
            (
                "fields",
                django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=60), size=None),
            ),
            (
                "basis",
                models.CharField(
                    blank=True,
                    choices=[
                        ("law", "Law"),
                        ("guideline", "Guideline"),
                        ("national", "National procedure"),
                        ("agreement", "Agreement"),
                        ("default", "Exercise default"),
                    ],
                    max_length=10,
                ),
            ),
            ("at", models.DateTimeField()),
            (
                "case",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE, related_name="disclosures", to="referral.case"
                ),
            ),
            (
                "consent",
                models.ForeignKey(
                    null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="referral.consent"
                ),
            ),
            (
                "recipient_country",
                models.ForeignKey(
                    null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.country"
                ),
            ),
            (
                "handover",
                models.ForeignKey(
                    null=True,
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="disclosures",
                    to="referral.handover",
                ),
            ),
            (
                "referral",
                models.ForeignKey(
                    null=True,
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="disclosures",
                    to="referral.homereferral",
                ),
            ),
            (
                "recipient",
                models.ForeignKey(
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to="referral.institution",
                ),
            ),
        ],
        options={
            "ordering": ("at", "pk"),
            "constraints": [
                models.CheckConstraint(
                    condition=models.Q(
                        ("consent__isnull", False), models.Q(("basis", ""), _negated=True), _connector="OR"
                    ),
                    name="disclosure_has_a_basis",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        ("recipient__isnull", False), ("recipient_country__isnull", False), _connector="OR"
                    ),
                    name="disclosure_has_a_recipient",
                ),
                models.CheckConstraint(
                    condition=models.Q(("compartment__in", ["D0", "D1", "D2", "D3", "D4", "D5", "D6", "D7", "D8"])),
                    name="disclosure_compartment_known",
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="Custody",
        fields=[
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ("seq", models.PositiveIntegerField()),
            ("since_at", models.DateTimeField()),
            ("previous_seq", models.PositiveIntegerField(null=True)),
            ("previous_since_at", models.DateTimeField(null=True)),
            (
                "reason",
                models.CharField(
                    choices=[
                        ("intake", "Found in this country"),
                        ("received", "Arrival confirmed"),
                        ("corrected", "Receipt corrected"),
                        ("merged", "Continues in another file of the same person"),
                        ("closed", "Closed"),
                    ],
                    max_length=10,
                ),
            ),
            (
                "case",
                models.ForeignKey(
                    on_delete=django.db.models.deletion.CASCADE, related_name="custody", to="referral.case"
                ),
            ),
            (
                "handover",
                models.ForeignKey(
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="custody",
                    to="referral.handover",
                ),
            ),
            (
                "institution",
                models.ForeignKey(
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to="referral.institution",
                ),
            ),
        ],
        options={
            "ordering": ("case_id", "seq"),
            "indexes": [models.Index(fields=["institution", "case"], name="cases_ever_held")],
            "constraints": [
                models.UniqueConstraint(fields=("case", "seq"), name="custody_seq_once"),
                models.UniqueConstraint(fields=("case", "seq", "since_at"), name="custody_link_target"),
                models.CheckConstraint(
                    condition=models.Q(
                        models.Q(
                            ("institution__isnull", False),
                            ("previous_seq__isnull", True),
                            ("previous_since_at__isnull", True),
                            ("seq", 1),
                        ),
                        models.Q(
                            ("previous_seq__isnull", False),
                            ("previous_since_at__isnull", False),
                            (
                                "seq",
                                django.db.models.expressions.CombinedExpression(
                                    models.F("previous_seq"), "+", models.Value(1)
                                ),
                            ),
                            ("since_at__gte", models.F("previous_since_at")),
                        ),
                        _connector="OR",
                    ),
                    name="custody_chain_links",
                ),
                models.CheckConstraint(
                    condition=models.Q(("reason__in", ["intake", "received", "corrected", "merged", "closed"])),
                    name="custody_reason_known",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        models.Q(("reason", "received"), _negated=True),
                        ("handover__isnull", False),
                        _connector="OR",
                    ),
                    name="custody_received_by_handover",
                ),
            ],
        },
    ),
    migrations.AddConstraint(
        model_name="consent",
        constraint=models.CheckConstraint(
            condition=models.Q(("kind__in", ["move", "share", "legal_basis"])), name="consent_kind_known"
        ),
    ),
    migrations.AddConstraint(
        model_name="consent",
        constraint=models.CheckConstraint(
            condition=models.Q(("decision__in", ["given", "refused", "withdrawn"])), name="consent_decision_known"
        ),
    ),
    migrations.AddConstraint(
        model_name="consent",
        constraint=models.CheckConstraint(
            condition=models.Q(("expires_at__isnull", True), ("expires_at__gt", models.F("given_at")), _connector="OR"),
            name="consent_expires_later",
        ),
    ),
    migrations.AddConstraint(
        model_name="capacity",
        constraint=models.UniqueConstraint(fields=("institution", "population"), name="capacity_once_per_population"),
    ),
    migrations.AddConstraint(
        model_name="capacity",
        constraint=models.CheckConstraint(
            condition=models.Q(("free__lte", models.F("places"))), name="capacity_free_within_places"
        ),
    ),
    migrations.AddConstraint(
        model_name="legaltrack",
        constraint=models.CheckConstraint(
            condition=models.Q(("state__in", ["intended", "open", "appeal", "granted", "ended"])),
            name="legal_state_known",
        ),
    ),
    migrations.AddConstraint(
        model_name="legaltrack",
        constraint=models.CheckConstraint(
            condition=models.Q(("until_at__isnull", True), ("until_at__gte", models.F("since_at")), _connector="OR"),
            name="legal_in_order",
        ),
    ),
    migrations.AddIndex(
        model_name="continuingtask",
        index=models.Index(
            condition=models.Q(("until_at__isnull", True)), fields=["institution"], name="tasks_of_a_former_holder"
        ),
    ),
    migrations.AddConstraint(
        model_name="continuingtask",
        constraint=models.CheckConstraint(
            condition=models.Q(("until_at__isnull", True), ("until_at__gte", models.F("since_at")), _connector="OR"),
            name="continuing_task_in_order",
        ),
    ),
    migrations.AddConstraint(
        model_name="membership",
        constraint=models.UniqueConstraint(fields=("user", "institution", "role"), name="membership_once"),
    ),
    migrations.AddConstraint(
        model_name="membership",
        constraint=models.CheckConstraint(
            condition=models.Q(
                (
                    "role__in",
                    [
                        "focal_point",
                        "deputy",
                        "first_responder",
                        "case_manager",
                        "competent_authority",
                        "child_protection",
                        "guardian",
                        "health_worker",
                        "service_provider",
                        "asylum_liaison",
                        "justice_liaison",
                        "consular_officer",
                        "coordinator",
                        "survivor_adviser",
                        "data_protection",
                        "facilitator",
                        "observer",
                    ],
                )
            ),
            name="membership_role_known",
        ),
    ),
    migrations.AddIndex(
        model_name="assignment",
        index=models.Index(
            condition=models.Q(("until_at__isnull", True)), fields=["institution", "case"], name="open_assignments"
        ),
    ),
    migrations.AddConstraint(
        model_name="assignment",
        constraint=models.CheckConstraint(
            condition=models.Q(("until_at__isnull", True), ("until_at__gte", models.F("since_at")), _connector="OR"),
            name="assignment_in_order",
        ),
    ),
    migrations.AddConstraint(
        model_name="assignment",
        constraint=models.UniqueConstraint(
            condition=models.Q(("until_at__isnull", True)),
            fields=("case", "kind", "institution"),
            name="assignment_open_once",
        ),
    ),
    migrations.AddConstraint(
        model_name="message",
        constraint=models.CheckConstraint(
            condition=models.Q(("kind__in", ["message", "call"])), name="message_kind_known"
        ),
    ),
    migrations.AddConstraint(
        model_name="message",
        constraint=models.CheckConstraint(
            condition=models.Q(("happened_at__lte", models.F("recorded_at"))), name="message_not_in_future"
        ),
    ),
    migrations.AddConstraint(
        model_name="message",
        constraint=models.CheckConstraint(
            condition=models.Q(("text", ""), models.Q(("language", ""), _negated=True), _connector="OR"),
            name="message_text_has_language",
        ),
    ),
    migrations.AddConstraint(
        model_name="outsideanswer",
        constraint=models.CheckConstraint(
            condition=models.Q(("answered_at__lte", models.F("recorded_at"))), name="outside_answer_not_in_future"
        ),
    ),
    migrations.AddConstraint(
        model_name="blockedrecipient",
        constraint=models.CheckConstraint(
            condition=models.Q(
                models.Q(("country__isnull", False), ("institution__isnull", True)),
                models.Q(("country__isnull", True), ("institution__isnull", False)),
                _connector="OR",
            ),
            name="blocked_country_or_institution",
        ),
    ),
    migrations.AddConstraint(
        model_name="personlink",
        constraint=models.UniqueConstraint(fields=("person", "other"), name="person_link_once"),
    ),
    migrations.AddConstraint(
        model_name="personlink",
        constraint=models.CheckConstraint(
            condition=models.Q(("person", models.F("other")), _negated=True), name="person_link_not_self"
        ),
    ),
    migrations.AddConstraint(
        model_name="question",
        constraint=models.CheckConstraint(
            condition=models.Q(
                models.Q(("answer", ""), ("answered_at__isnull", True)),
                models.Q(("answered_at__isnull", False), models.Q(("answer", ""), _negated=True)),
                _connector="OR",
            ),
            name="question_answered_with_text",
        ),
    ),
    migrations.AddIndex(
        model_name="pullrequest",
        index=models.Index(fields=["holder", "state"], name="requests_of_a_holder"),
    ),
    migrations.AddIndex(
        model_name="pullrequest",
        index=models.Index(fields=["asker", "-asked_at"], name="requests_of_an_asker"),
    ),
    migrations.AddConstraint(
        model_name="pullrequest",
        constraint=models.CheckConstraint(
            condition=models.Q(("state__in", ["open", "agreed", "refused"])), name="pull_state_known"
        ),
    ),
    migrations.AddConstraint(
        model_name="pullrequest",
        constraint=models.UniqueConstraint(fields=("registry", "reference"), name="pull_reference_once"),
    ),
    migrations.AddIndex(
        model_name="proposal",
        index=models.Index(
            condition=models.Q(("state", "open")), fields=["institution"], name="proposals_of_an_institution"
        ),
    ),
    migrations.AddConstraint(
        model_name="proposal",
        constraint=models.CheckConstraint(
            condition=models.Q(("state__in", ["open", "confirmed", "dropped"])), name="proposal_state_known"
        ),
    ),
    migrations.AddConstraint(
        model_name="proposal",
        constraint=models.CheckConstraint(
            condition=models.Q(
                models.Q(("state", "confirmed"), _negated=True),
                models.Q(
                    ("decided_by__isnull", False), models.Q(("decided_by", models.F("proposed_by")), _negated=True)
                ),
                _connector="OR",
            ),
            name="proposal_confirmed_by_another",
        ),
    ),
    migrations.AddConstraint(
        model_name="proposal",
        constraint=models.UniqueConstraint(
            condition=models.Q(("state", "open")),
            fields=("case", "handover", "action", "institution"),
            name="one_open_proposal",
            nulls_distinct=False,
        ),
    ),
    migrations.AddIndex(
        model_name="person",
        index=models.Index(
            fields=["registry", "code_word"],
            name="people_by_code_word",
            opclasses=("int8_ops", "varchar_pattern_ops"),
        ),
    ),
    migrations.AddIndex(
        model_name="person",
        index=models.Index(
            fields=["registry", "public_code"], name="people_by_code", opclasses=("int8_ops", "varchar_pattern_ops")
        ),
    ),
    migrations.AddIndex(
        model_name="person",
        index=models.Index(
            condition=models.Q(("majority_at__isnull", False), ("of_age_at__isnull", True)),
            fields=["registry", "majority_at"],
            name="majorities_for_the_sweep",
        ),
    ),
    migrations.AddConstraint(
        model_name="person",
        constraint=models.UniqueConstraint(fields=("registry", "public_code"), name="public_code_once"),
    ),
    migrations.AddConstraint(
        model_name="person",
        constraint=models.UniqueConstraint(fields=("registry", "code_word"), name="code_word_once"),
    ),
    migrations.AddConstraint(
        model_name="person",
        constraint=models.CheckConstraint(
            condition=models.Q(
                ("age_low__isnull", True),
                ("age_high__isnull", True),
                ("age_low__lte", models.F("age_high")),
                _connector="OR",
            ),
            name="age_range_in_order",
        ),
    ),
    migrations.AddIndex(
        model_name="notice",
        index=models.Index(fields=["user", "registry", "id"], name="notices_of_a_user"),
    ),
    migrations.AddIndex(
        model_name="notice",
        index=models.Index(
            condition=models.Q(("read_wall__isnull", True)),
            fields=["user", "registry"],
            name="unread_notices_of_a_user",
        ),
    ),
    migrations.AddConstraint(
        model_name="notice",
        constraint=models.UniqueConstraint(fields=("user", "cause"), name="one_notice_per_cause"),
    ),
    migrations.AddIndex(
        model_name="mail",
        index=models.Index(
            condition=models.Q(("state", "pending")), fields=["next_try_wall", "id"], name="mails_to_send"
        ),
    ),
    migrations.AddConstraint(
        model_name="mail",
        constraint=models.CheckConstraint(
            condition=models.Q(("state__in", ["pending", "sent", "dead", "cancelled"])), name="mail_state_known"
        ),
    ),
    migrations.AddConstraint(
        model_name="mail",
        constraint=models.CheckConstraint(
            condition=models.Q(
                models.Q(("sent_wall__isnull", False), ("state", "sent")),
                models.Q(("state", "sent"), _negated=True),
                _connector="OR",
            ),
            name="mail_sent_has_time",
        ),
    ),
    migrations.AddConstraint(
        model_name="institution",
        constraint=models.UniqueConstraint(
            condition=models.Q(("kind", "focal_point")),
            fields=("registry", "country"),
            name="one_focal_point_per_country",
        ),
    ),
    migrations.AddConstraint(
        model_name="institution",
        constraint=models.UniqueConstraint(fields=("registry", "country", "name"), name="institution_named_once"),
    ),
    migrations.AddIndex(
        model_name="homereferral",
        index=models.Index(fields=["provider", "state"], name="referrals_of_a_provider"),
    ),
    migrations.AddIndex(
        model_name="homereferral",
        index=models.Index(fields=["case", "id"], name="referrals_of_a_case"),
    ),
    migrations.AddConstraint(
        model_name="homereferral",
        constraint=models.CheckConstraint(
            condition=models.Q(
                ("state__in", ["sent", "acknowledged", "accepted", "declined", "reported", "withdrawn"])
            ),
            name="referral_state_known",
        ),
    ),
    migrations.AddConstraint(
        model_name="homereferral",
        constraint=models.UniqueConstraint(fields=("registry", "reference"), name="referral_reference_once"),
    ),
    migrations.AddConstraint(
        model_name="homereferral",
        constraint=models.CheckConstraint(
            condition=models.Q(("sender", models.F("provider")), _negated=True), name="referral_between_two"
        ),
    ),
    migrations.AddIndex(
        model_name="handover",
        index=models.Index(fields=["receiver", "state"], name="inbox_of_a_receiver"),
    ),
    migrations.AddIndex(
        model_name="handover",
        index=models.Index(fields=["sender", "state"], name="inbox_of_a_sender"),
    ),
    migrations.AddIndex(
        model_name="handover",
        index=models.Index(fields=["case", "id"], name="handovers_of_a_case"),
    ),
    migrations.AddIndex(
        model_name="handover",
        index=models.Index(
            condition=models.Q(
                (
                    "state__in",
                    (
                        "received",
                        "completed",
                        "received_outside",
                        "declined",
                        "withdrawn",
                        "forwarded",
                        "diverted",
                        "stopped",
                        "failed",
                        "ended",
                    ),
                )
            ),
            fields=["sender", "-closed_at", "-id"],
            name="decided_of_a_sender",
        ),
    ),
    migrations.AddIndex(
        model_name="handover",
        index=models.Index(
            condition=models.Q(
                (
                    "state__in",
                    (
                        "received",
                        "completed",
                        "received_outside",
                        "declined",
                        "withdrawn",
                        "forwarded",
                        "diverted",
                        "stopped",
                        "failed",
                        "ended",
                    ),
                )
            ),
            fields=["receiver", "-closed_at", "-id"],
            name="decided_of_a_receiver",
        ),
    ),
    migrations.AddConstraint(
        model_name="handover",
        constraint=models.CheckConstraint(
            condition=models.Q(
                (
                    "state__in",
                    [
                        "draft",
                        "offered",
                        "acknowledged",
                        "clarifying",
                        "conditions_put",
                        "accepted",
                        "held",
                        "departed",
                        "whereabouts_unknown",
                        "received",
                        "completed",
                        "received_outside",
                        "declined",
                        "withdrawn",
                        "forwarded",
                        "diverted",
                        "stopped",
                        "failed",
                        "ended",
                        "discarded",
                    ],
                )
            ),
            name="handover_state_known",
        ),
    ),
    migrations.AddConstraint(
        model_name="handover",
        constraint=models.CheckConstraint(
            condition=models.Q(
                ("held_from", ""),
                (
                    "held_from__in",
                    [
                        "accepted",
                        "acknowledged",
                        "clarifying",
                        "conditions_put",
                        "departed",
                        "held",
                        "offered",
                        "whereabouts_unknown",
                    ],
                ),
                _connector="OR",
            ),
            name="handover_held_from_open",
        ),
    ),
    migrations.AddConstraint(
        model_name="handover",
        constraint=models.UniqueConstraint(
            condition=models.Q(
                (
                    "state__in",
                    [
                        "accepted",
                        "acknowledged",
                        "clarifying",
                        "conditions_put",
                        "departed",
                        "held",
                        "offered",
                        "whereabouts_unknown",
                    ],
                )
            ),
            fields=("case",),
            name="one_open_handover",
        ),
    ),
    migrations.AddConstraint(
        model_name="handover",
        constraint=models.UniqueConstraint(fields=("registry", "reference"), name="handover_reference_once"),
    ),
    migrations.AddConstraint(
        model_name="handover",
        constraint=models.CheckConstraint(
            condition=models.Q(
                ("receiver__isnull", True),
                models.Q(("receiver", models.F("sender")), _negated=True),
                _connector="OR",
            ),
            name="handover_between_two",
        ),
    ),
    migrations.AddConstraint(
        model_name="handover",
        constraint=models.CheckConstraint(
            condition=models.Q(
                models.Q(("outside", True), ("receiver__isnull", True)),
                models.Q(("outside", False), ("receiver__isnull", False)),
                _connector="OR",
            ),
            name="handover_outside_has_no_seat",
        ),
    ),
    migrations.AddConstraint(
        model_name="handover",
        constraint=models.CheckConstraint(
            condition=models.Q(
                ("arrived_at__isnull", True),
                ("departed_at__isnull", True),
                ("arrived_at__gte", models.F("departed_at")),
                _connector="OR",
            ),
            name="handover_arrives_after_departure",
        ),
    ),
    migrations.AddConstraint(
        model_name="handover",
        constraint=models.CheckConstraint(
            condition=models.Q(
                ("arrived_at__isnull", True),
                ("received_at__isnull", True),
                ("arrived_at__lte", models.F("received_at")),
                _connector="OR",
            ),
            name="handover_arrives_before_receipt",
        ),
    ),
    migrations.AddConstraint(
        model_name="handover",
        constraint=models.CheckConstraint(
            condition=models.Q(
                models.Q(("state__in", ["received", "completed"]), _negated=True),
                models.Q(("received_at__isnull", False), ("receiver__isnull", False)),
                _connector="OR",
            ),
            name="handover_received_has_time",
        ),
    ),
    migrations.AddIndex(
        model_name="enquiry",
        index=models.Index(fields=["receiver", "state"], name="enquiries_of_a_receiver"),
    ),
    migrations.AddIndex(
        model_name="enquiry",
        index=models.Index(fields=["sender", "state"], name="enquiries_of_a_sender"),
    ),
    migrations.AddConstraint(
        model_name="enquiry",
        constraint=models.CheckConstraint(
            condition=models.Q(("state__in", ["open", "yes", "no", "lapsed", "withdrawn"])),
            name="enquiry_state_known",
        ),
    ),
    migrations.AddConstraint(
        model_name="enquiry",
        constraint=models.UniqueConstraint(fields=("registry", "reference"), name="enquiry_reference_once"),
    ),
    migrations.AddConstraint(
        model_name="enquiry",
        constraint=models.UniqueConstraint(
            condition=models.Q(("state", "open")),
            fields=("case", "receiver_country"),
            name="one_open_enquiry_per_country",
        ),
    ),
    migrations.AddConstraint(
        model_name="enquiry",
        constraint=models.CheckConstraint(
            condition=models.Q(
                models.Q(("outside", True), ("receiver__isnull", True)),
                models.Q(("outside", False), ("receiver__isnull", False)),
                _connector="OR",
            ),
            name="enquiry_outside_has_no_seat",
        ),
    ),
    migrations.AddIndex(
        model_name="deadline",
        index=models.Index(
            condition=models.Q(("state", "open")), fields=["owes", "due_at"], name="open_deadlines_owed"
        ),
    ),
    migrations.AddIndex(
        model_name="deadline",
        index=models.Index(
            condition=models.Q(
                ("ready", True),
                ("state", "open"),
                models.Q(("kind__in", ("tonight", "review_risk", "follow_up_30", "follow_up_90")), _negated=True),
            ),
            fields=["owes", "due_at", "id"],
            name="deadlines_of_an_institution",
        ),
    ),
    migrations.AddIndex(
        model_name="deadline",
        index=models.Index(
            condition=models.Q(("kind__in", ("review_risk", "follow_up_30", "follow_up_90")), ("state", "open")),
            fields=["owes", "shown_from_at", "due_at", "id"],
            name="reviews_of_an_institution",
        ),
    ),
    migrations.AddIndex(
        model_name="deadline",
        index=models.Index(
            condition=models.Q(("handover__isnull", False), ("ready", True), ("state", "open")),
            fields=["other_side", "due_at", "id"],
            name="deadlines_that_others_owe",
        ),
    ),
    migrations.AddIndex(
        model_name="deadline",
        index=models.Index(
            condition=models.Q(("state", "open")), fields=["handover"], name="open_deadlines_of_a_handover"
        ),
    ),
    migrations.AddIndex(
        model_name="deadline",
        index=models.Index(
            condition=models.Q(("kind", "stale_draft"), ("state", "open")),
            fields=["registry", "due_at"],
            name="stale_drafts_for_the_sweep",
        ),
    ),
    migrations.AddConstraint(
        model_name="deadline",
        constraint=models.CheckConstraint(
            condition=models.Q(("state__in", ["open", "met", "met_late", "waived", "cancelled", "censored"])),
            name="deadline_state_known",
        ),
    ),
    migrations.AddConstraint(
        model_name="deadline",
        constraint=models.CheckConstraint(
            condition=models.Q(("due_at__gte", models.F("opened_at"))), name="deadline_in_order"
        ),
    ),
    migrations.AddConstraint(
        model_name="deadline",
        constraint=models.CheckConstraint(
            condition=models.Q(
                models.Q(("closed_at__isnull", True), ("state", "open")),
                models.Q(models.Q(("state", "open"), _negated=True), ("closed_at__isnull", False)),
                _connector="OR",
            ),
            name="deadline_closed_has_time",
        ),
    ),
    migrations.AddConstraint(
        model_name="deadline",
        constraint=models.UniqueConstraint(
            condition=models.Q(("state", "open")),
            fields=("case", "handover", "question", "enquiry", "request", "referral", "kind", "owes"),
            name="one_open_deadline",
            nulls_distinct=False,
        ),
    ),
    migrations.AddConstraint(
        model_name="clocksegment",
        constraint=models.UniqueConstraint(fields=("registry", "version"), name="clock_segment_once"),
    ),
    migrations.AddIndex(
        model_name="caseevent",
        index=models.Index(fields=["handover", "seq"], name="events_of_a_handover"),
    ),
    migrations.AddConstraint(
        model_name="caseevent",
        constraint=models.UniqueConstraint(fields=("case", "seq"), name="event_seq_once"),
    ),
    migrations.AddConstraint(
        model_name="caseevent",
        constraint=models.UniqueConstraint(
            condition=models.Q(("submission__isnull", False)),
            fields=("user", "submission"),
            name="one_event_per_submission",
        ),
    ),
    migrations.AddConstraint(
        model_name="caseevent",
        constraint=models.CheckConstraint(
            condition=models.Q(("happened_at__lte", models.F("at"))), name="event_not_in_future"
        ),
    ),
    migrations.AddIndex(
        model_name="case",
        index=models.Index(fields=["holder", "id"], name="cases_of_a_holder"),
    ),
    migrations.AddIndex(
        model_name="case",
        index=models.Index(fields=["holder", "stage", "id"], name="cases_of_a_holder_by_stage"),
    ),
    migrations.AddIndex(
        model_name="case",
        index=models.Index(
            condition=models.Q(("taken_at__isnull", True)), fields=["opened_by", "id"], name="cases_not_taken_yet"
        ),
    ),
    migrations.AddIndex(
        model_name="case",
        index=models.Index(
            condition=models.Q(("closed_at__isnull", True)),
            fields=["holder", "uncovered_from_at", "id"],
            name="uncovered_people_of_a_holder",
        ),
    ),
    migrations.AddConstraint(
        model_name="case",
        constraint=models.CheckConstraint(
            condition=models.Q(
                (
                    "stage__in",
                    [
                        "detected",
                        "screened",
                        "under_identification",
                        "reflection",
                        "status_decided",
                        "supported",
                        "reintegration",
                        "monitored",
                        "missing",
                        "reopened",
                        "closed",
                    ],
                )
            ),
            name="case_stage_known",
        ),
    ),
    migrations.AddConstraint(
        model_name="case",
        constraint=models.CheckConstraint(
            condition=models.Q(
                ("status__in", ["not_assessed", "presumed", "reasonable_grounds", "identified", "not_identified"])
            ),
            name="case_status_known",
        ),
    ),
    migrations.AddConstraint(
        model_name="case",
        constraint=models.UniqueConstraint(
            condition=models.Q(("source_id", ""), _negated=True),
            fields=("registry", "source_id"),
            name="case_imported_once",
        ),
    ),
    migrations.AddConstraint(
        model_name="agreement",
        constraint=models.CheckConstraint(
            condition=models.Q(("state__in", ["in_force", "suspended"])), name="agreement_state_known"
        ),
    ),
    migrations.AddConstraint(
        model_name="release",
        constraint=models.CheckConstraint(
            condition=models.Q(
                ("released_at__isnull", True), models.Q(("certificate", ""), _negated=True), _connector="OR"
            ),
            name="release_has_certificate",
        ),
    ),
    migrations.AddConstraint(
        model_name="release",
        constraint=models.UniqueConstraint(
            condition=models.Q(("released_at__isnull", True)), fields=("case",), name="one_open_release"
        ),
    ),
    migrations.AddIndex(
        model_name="reminder",
        index=models.Index(
            condition=models.Q(("state", "pending")),
            fields=["registry", "due_at", "id"],
            name="reminders_for_the_sweep",
        ),
    ),
    migrations.AddConstraint(
        model_name="reminder",
        constraint=models.UniqueConstraint(fields=("deadline", "rung"), name="one_reminder_per_rung"),
    ),
    migrations.AddConstraint(
        model_name="reminder",
        constraint=models.CheckConstraint(
            condition=models.Q(("state__in", ["pending", "fired", "cancelled"])), name="reminder_state_known"
        ),
    ),
    migrations.AddConstraint(
        model_name="reminder",
        constraint=models.CheckConstraint(
            condition=models.Q(
                models.Q(("fired_at__isnull", False), ("state", "fired")),
                models.Q(models.Q(("state", "fired"), _negated=True), ("fired_at__isnull", True)),
                _connector="OR",
            ),
            name="reminder_fired_has_time",
        ),
    ),
    migrations.AddConstraint(
        model_name="riskassessment",
        constraint=models.CheckConstraint(
            condition=models.Q(("level__in", ["high", "medium", "low"])), name="risk_level_known"
        ),
    ),
    migrations.AddConstraint(
        model_name="riskassessment",
        constraint=models.CheckConstraint(
            condition=models.Q(("valid_until_at__gt", models.F("assessed_at"))), name="risk_validity_in_order"
        ),
    ),
    migrations.AddConstraint(
        model_name="rulepack",
        constraint=models.UniqueConstraint(fields=("registry", "country"), name="one_rule_pack_per_country"),
    ),
    migrations.AddConstraint(
        model_name="service",
        constraint=models.CheckConstraint(
            condition=models.Q(("until_at__isnull", True), ("until_at__gte", models.F("since_at")), _connector="OR"),
            name="service_in_order",
        ),
    ),
    migrations.AddConstraint(
        model_name="service",
        constraint=models.CheckConstraint(
            condition=models.Q(("state__in", ["planned", "confirmed", "running", "ended"])),
            name="service_state_known",
        ),
    ),
    migrations.AddConstraint(
        model_name="voice",
        constraint=models.CheckConstraint(condition=models.Q(("permitted", True)), name="voice_with_permission"),
    ),
    migrations.AddConstraint(
        model_name="voice",
        constraint=models.CheckConstraint(
            condition=models.Q(
                ("rating__isnull", True), models.Q(("rating__gte", 1), ("rating__lte", 5)), _connector="OR"
            ),
            name="voice_rating_in_range",
        ),
    ),
    migrations.AddIndex(
        model_name="whereabouts",
        index=models.Index(fields=["case", "happened_at"], name="whereabouts_in_order"),
    ),
    migrations.AddConstraint(
        model_name="whereabouts",
        constraint=models.CheckConstraint(
            condition=models.Q(
                (
                    "kind__in",
                    [
                        "safe_place",
                        "supported_place",
                        "escorted",
                        "alone",
                        "no_safe_place",
                        "detained",
                        "missing",
                        "left_by_choice",
                        "elsewhere",
                        "arrived",
                    ],
                )
            ),
            name="whereabouts_kind_known",
        ),
    ),
    migrations.AddConstraint(
        model_name="whereabouts",
        constraint=models.CheckConstraint(
            condition=models.Q(("happened_at__lte", models.F("recorded_at"))), name="whereabouts_not_in_future"
        ),
    ),
]


class Migration(migrations.Migration):
    initial = True

    replaces = [("referral", step) for step in STEPS]

    dependencies = [
        ("accounts", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        AtOnce(TABLES),
        *(operation for step in STEPS for operation in sql_of(step)),
    ]
