"""Break-glass openings, reviews of the audit list, refused attempts, and what a coordinator asks (docs/decisions/0052)."""

import datetime

import django.db.models.deletion
import django.db.models.expressions
from django.conf import settings
from django.db import migrations, models

LEDGERS = ("referral_auditreview", "referral_denial", "referral_overdueask")

APPEND_ONLY = "\n".join(
    f"CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW "
    "EXECUTE FUNCTION referral_ledger_is_append_only();"
    for table in LEDGERS
)
APPEND_ONLY_BACK = "\n".join(f"DROP TRIGGER append_only ON {table};" for table in LEDGERS)

GLASS = """
CREATE FUNCTION referral_glass_only_ends() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN
    IF current_setting('alongside.wipe', true) = 'on'
       AND current_user = (SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = TG_RELID) THEN
      RETURN OLD;
    END IF;
    RAISE EXCEPTION 'a break-glass request is never removed' USING ERRCODE = '42501';
  END IF;
  IF TG_OP = 'INSERT' THEN
    IF NEW.state <> 'asked' OR NEW.decided_wall IS NOT NULL OR NEW.until_wall > NEW.asked_wall + interval '60 minutes' THEN
      RAISE EXCEPTION 'a break-glass opening begins with a request' USING ERRCODE = '23514', CONSTRAINT = 'glass_begins_asked';
    END IF;
    RETURN NEW;
  END IF;
  IF (NEW.id, NEW.registry_id, NEW.reference, NEW.institution_id, NEW.code, NEW.case_id, NEW.reason, NEW.language, NEW.asked_by_id,
      NEW.asked_role, NEW.asked_at, NEW.asked_wall) IS DISTINCT FROM
     (OLD.id, OLD.registry_id, OLD.reference, OLD.institution_id, OLD.code, OLD.case_id, OLD.reason, OLD.language, OLD.asked_by_id,
      OLD.asked_role, OLD.asked_at, OLD.asked_wall) THEN
    RAISE EXCEPTION 'what was asked never changes' USING ERRCODE = '42501';
  END IF;
  -- A copy of `referral.glass_states.MOVES`; a test holds the two together.
  IF (OLD.state, NEW.state) NOT IN (('asked', 'opened'), ('asked', 'nothing'), ('asked', 'dropped'), ('asked', 'lapsed'), ('opened', 'ended')) THEN
    RAISE EXCEPTION 'a break-glass request cannot go from % to %', OLD.state, NEW.state
      USING ERRCODE = '23514', CONSTRAINT = 'glass_moves_on';
  END IF;
  IF OLD.state = 'opened' AND (NEW.until_wall > OLD.until_wall OR (NEW.decided_by_id, NEW.decided_wall)
     IS DISTINCT FROM (OLD.decided_by_id, OLD.decided_wall)) THEN
    RAISE EXCEPTION 'an opening is never prolonged' USING ERRCODE = '23514', CONSTRAINT = 'glass_only_ends';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER only_ends BEFORE INSERT OR UPDATE OR DELETE ON referral_breakglass
  FOR EACH ROW EXECUTE FUNCTION referral_glass_only_ends();
"""
GLASS_BACK = """
DROP TRIGGER only_ends ON referral_breakglass;
DROP FUNCTION referral_glass_only_ends();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("referral", "0012_backstop_of_quiet_work"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name="outsideanswer",
            name="action",
            field=models.CharField(
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
                    ("review_audit", "Mark a line of the audit list as reviewed"),
                    ("ask_overdue", "Ask a country for an answer"),
                    ("ask_glass", "Ask for break-glass access"),
                    ("view_glass", "See a break-glass request"),
                    ("confirm_glass", "Confirm a break-glass request"),
                    ("end_glass", "End a break-glass opening"),
                    ("view_seal", "Read what is kept sealed"),
                ],
                max_length=20,
            ),
        ),
        migrations.AlterField(
            model_name="proposal",
            name="action",
            field=models.CharField(
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
                    ("review_audit", "Mark a line of the audit list as reviewed"),
                    ("ask_overdue", "Ask a country for an answer"),
                    ("ask_glass", "Ask for break-glass access"),
                    ("view_glass", "See a break-glass request"),
                    ("confirm_glass", "Confirm a break-glass request"),
                    ("end_glass", "End a break-glass opening"),
                    ("view_seal", "Read what is kept sealed"),
                ],
                max_length=20,
            ),
        ),
        migrations.CreateModel(
            name="AuditReview",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "source",
                    models.CharField(help_text="Which list: a code of `referral.selectors.audit.Kind`.", max_length=12),
                ),
                ("row", models.BigIntegerField()),
                ("remark", models.TextField(max_length=600)),
                ("language", models.CharField(blank=True, max_length=8)),
                ("submission", models.UUIDField()),
                ("at", models.DateTimeField()),
                ("wall", models.DateTimeField()),
                (
                    "institution",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="referral.institution"
                    ),
                ),
                (
                    "registry",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="audit_reviews",
                        to="referral.registry",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "ordering": ("at", "pk"),
                "indexes": [models.Index(fields=["registry", "source", "row"], name="reviews_of_a_row")],
                "constraints": [
                    models.UniqueConstraint(fields=("user", "submission"), name="one_review_per_submission"),
                    models.CheckConstraint(
                        condition=models.Q(("remark", ""), _negated=True), name="review_has_a_remark"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="BreakGlass",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reference", models.CharField(max_length=14)),
                (
                    "code",
                    models.CharField(
                        help_text="As the asker typed it.", max_length=24, verbose_name="code of the person"
                    ),
                ),
                ("reason", models.TextField(max_length=600)),
                ("language", models.CharField(blank=True, max_length=8)),
                (
                    "asked_role",
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
                ("asked_at", models.DateTimeField()),
                ("asked_wall", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("asked", "Waits for a second person"),
                            ("opened", "Open"),
                            ("nothing", "Nothing was opened"),
                            ("dropped", "Not gone on with"),
                            ("lapsed", "Nobody confirmed in time"),
                            ("ended", "Over"),
                        ],
                        default="asked",
                        max_length=8,
                    ),
                ),
                ("decided_wall", models.DateTimeField(blank=True, null=True)),
                (
                    "until_wall",
                    models.DateTimeField(
                        help_text="Until when it waits for the second person or, once opened, until when it is open."
                    ),
                ),
                (
                    "ended_how",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("time", "The sixty minutes have passed"),
                            ("opener", "Ended by the person who asked"),
                            ("holder", "Ended by the institution that answers for the person"),
                            ("officer", "Ended by a data protection officer"),
                            ("custody", "Somebody else answers for the person now"),
                        ],
                        max_length=8,
                    ),
                ),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="openings",
                        to="referral.case",
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
                    "ended_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "institution",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="referral.institution"
                    ),
                ),
                (
                    "registry",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="openings", to="referral.registry"
                    ),
                ),
            ],
            options={
                "ordering": ("-asked_wall", "-pk"),
                "indexes": [
                    models.Index(
                        condition=models.Q(("state__in", ("asked", "opened"))),
                        fields=["registry", "until_wall"],
                        name="glass_for_the_sweep",
                    ),
                    models.Index(fields=["institution", "-asked_wall"], name="glass_of_an_institution"),
                    models.Index(fields=["registry", "-asked_at", "-id"], name="glass_of_a_registry"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["asked", "opened", "nothing", "dropped", "lapsed", "ended"])),
                        name="glass_state_known",
                    ),
                    models.UniqueConstraint(fields=("registry", "reference"), name="glass_reference_once"),
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True), name="glass_has_a_reason"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ("opened", "ended", "nothing")), _negated=True),
                            models.Q(
                                ("decided_by__isnull", False),
                                models.Q(("decided_by", models.F("asked_by")), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="glass_confirmed_by_another",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ("opened", "ended")), _negated=True),
                            models.Q(
                                ("case__isnull", False),
                                ("decided_wall__isnull", False),
                                (
                                    "until_wall__lte",
                                    django.db.models.expressions.CombinedExpression(
                                        models.F("decided_wall"), "+", models.Value(datetime.timedelta(seconds=3600))
                                    ),
                                ),
                            ),
                            _connector="OR",
                        ),
                        name="glass_open_for_an_hour",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("decided_wall__isnull", True),
                            (
                                "decided_wall__lt",
                                django.db.models.expressions.CombinedExpression(
                                    models.F("asked_wall"), "+", models.Value(datetime.timedelta(seconds=3600))
                                ),
                            ),
                            _connector="OR",
                        ),
                        name="glass_confirmed_in_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "ended"), _negated=True),
                            models.Q(("ended_how", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="glass_end_has_a_cause",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Denial",
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
                ("page", models.CharField(max_length=40)),
                ("code", models.CharField(blank=True, max_length=24)),
                (
                    "answer",
                    models.CharField(
                        choices=[("403", "Seen, and not allowed"), ("404", "Not there, or not visible")], max_length=3
                    ),
                ),
                ("at", models.DateTimeField()),
                ("wall", models.DateTimeField()),
                (
                    "institution",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="referral.institution"
                    ),
                ),
                (
                    "registry",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="denials", to="referral.registry"
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "ordering": ("at", "pk"),
                "indexes": [models.Index(fields=["registry", "-at", "-id"], name="denials_of_a_registry")],
                "constraints": [
                    models.CheckConstraint(
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
                        name="denial_role_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("answer__in", ["403", "404"])), name="denial_answer_known"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="OverdueAsk",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "phrase",
                    models.CharField(
                        choices=[
                            ("answer", "Please answer. Somebody waits."),
                            ("say_when", "Please say when the answer comes."),
                            ("call", "Please call the other side today."),
                            ("call_me", "Please call the regional coordination if something stands in the way."),
                        ],
                        max_length=10,
                    ),
                ),
                ("submission", models.UUIDField()),
                ("at", models.DateTimeField()),
                ("wall", models.DateTimeField()),
                (
                    "deadline",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="asks", to="referral.deadline"
                    ),
                ),
                (
                    "institution",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="referral.institution"
                    ),
                ),
                (
                    "registry",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="overdue_asks", to="referral.registry"
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "ordering": ("at", "pk"),
                "indexes": [models.Index(fields=["deadline", "-at"], name="asks_about_a_deadline")],
                "constraints": [
                    models.UniqueConstraint(fields=("user", "submission"), name="one_ask_per_submission"),
                    models.CheckConstraint(
                        condition=models.Q(("phrase__in", ["answer", "say_when", "call", "call_me"])),
                        name="overdue_phrase_known",
                    ),
                ],
            },
        ),
        migrations.RunSQL(APPEND_ONLY, APPEND_ONLY_BACK),
        migrations.RunSQL(GLASS, GLASS_BACK),
    ]
