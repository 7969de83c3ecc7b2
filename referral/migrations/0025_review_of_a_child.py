from django.db import migrations, models


class Migration(migrations.Migration):
    """The review of a child who left on an assessment alone is owed like any other step."""

    dependencies = [
        ("referral", "0024_when_heads_were_kept"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="deadline",
            name="deadline_kind_known",
        ),
        migrations.AlterField(
            model_name="deadline",
            name="kind",
            field=models.CharField(
                choices=[
                    ("tonight", "Make the person safe tonight"),
                    ("take", "Take the case"),
                    ("release", "Release to protection"),
                    ("screen", "Screen"),
                    ("centre", "Find the way on from the arrival centre"),
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
                    ("review_child", "Review the child's best interests"),
                ],
                max_length=16,
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
                            "centre",
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
                            "review_child",
                        ],
                    )
                ),
                name="deadline_kind_known",
            ),
        ),
    ]
