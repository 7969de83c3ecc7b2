"""Every coded column is checked by the database; and an index for enquiries that wait for the country that was asked."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_sessions"),
        ("referral", "0015_erasure"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddConstraint(
            model_name="agreement",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["regional", "memorandum", "declaration", "justice", "ad_hoc"])),
                name="agreement_kind_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="assignment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        [
                            "first_responder",
                            "focal_point",
                            "case_manager",
                            "shelter",
                            "child_protection",
                            "health",
                            "guardian",
                            "authority",
                            "asylum",
                            "justice",
                            "consulate",
                            "adviser",
                            "provider",
                        ],
                    )
                ),
                name="assignment_kind_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="caseevent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("role", ""),
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
                    ),
                    _connector="OR",
                ),
                name="event_role_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="deadline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        [
                            "tonight",
                            "take",
                            "release",
                            "screen",
                            "child_notice",
                            "acknowledge",
                            "decide",
                            "answer",
                            "travel_plan",
                            "confirm_arrival",
                            "feedback",
                            "confirm_stop",
                            "review_risk",
                            "stale_draft",
                            "answer_enquiry",
                            "conditions",
                            "forward",
                            "search",
                            "objection",
                            "correction",
                            "child_answer",
                            "follow_up_30",
                            "follow_up_90",
                            "request",
                            "referral",
                            "referral_report",
                            "identify",
                        ],
                    )
                ),
                name="deadline_kind_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="homereferral",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("kind__in", ["shelter", "medical", "counselling", "legal", "documents", "family", "income"])
                ),
                name="referral_kind_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="identification",
            constraint=models.CheckConstraint(
                condition=models.Q(("step__in", ["reasonable_grounds", "final"])), name="identification_step_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="identification",
            constraint=models.CheckConstraint(
                condition=models.Q(("decision__in", ["positive", "negative"])), name="identification_decision_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="institution",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        [
                            "focal_point",
                            "police",
                            "border",
                            "prosecution",
                            "child_protection",
                            "social_service",
                            "shelter",
                            "health",
                            "legal_aid",
                            "asylum",
                            "consulate",
                            "labour_inspection",
                            "school",
                            "trade_union",
                            "ngo",
                            "survivor_led",
                            "reintegration",
                            "international",
                        ],
                    )
                ),
                name="institution_kind_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="legaltrack",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("kind__in", ["asylum", "reflection", "permit", "cooperation", "witness", "offence", "claim"])
                ),
                name="legal_kind_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="need",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("kind__in", ["shelter", "medical", "counselling", "legal", "documents", "family", "income"])
                ),
                name="need_kind_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="personlink",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ("sibling", "parent", "child", "partner", "relative"))),
                name="person_link_kind_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="pullrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["search", "presence", "pull"])), name="pull_kind_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="registry",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["demonstration", "workshop", "live"])), name="registry_kind_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="service",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("kind__in", ["shelter", "medical", "counselling", "legal", "documents", "family", "income"])
                ),
                name="service_kind_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="voice",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["withdraw", "correct", "complain", "rate"])), name="voice_kind_known"
            ),
        ),
        migrations.AddIndex(
            model_name="deadline",
            index=models.Index(
                condition=models.Q(("enquiry__isnull", False), ("ready", True), ("state", "open")),
                fields=["other_side", "due_at", "id"],
                name="enquiries_that_others_owe",
            ),
        ),
    ]
