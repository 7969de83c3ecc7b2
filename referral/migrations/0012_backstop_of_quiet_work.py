"""When work that lies far ahead joins the list: kept by the trigger that also says whether a deadline is ready."""

from django.db import migrations

FUNCTION = """
CREATE OR REPLACE FUNCTION referral_deadline_knows_whether_ready() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.ready := NEW.handover_id IS NULL
    OR referral_act_is_possible(NEW.kind, (SELECT h.state FROM referral_handover h WHERE h.id = NEW.handover_id));
  -- A copy of `referral.enums.QUIET_UNTIL_HALF`; a test holds the two together.
  NEW.shown_from_at := CASE
    WHEN NEW.kind IN ('review_risk', 'follow_up_30', 'follow_up_90') THEN NEW.opened_at + (NEW.due_at - NEW.opened_at) / 2
  END;
  RETURN NEW;
END $$;

DROP TRIGGER knows_whether_ready ON referral_deadline;
CREATE TRIGGER knows_whether_ready BEFORE INSERT OR UPDATE OF handover_id, kind, ready, opened_at, due_at, shown_from_at
  ON referral_deadline FOR EACH ROW EXECUTE FUNCTION referral_deadline_knows_whether_ready();

UPDATE referral_deadline SET ready = true WHERE state = 'open';
"""

FUNCTION_BACK = """
CREATE OR REPLACE FUNCTION referral_deadline_knows_whether_ready() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.ready := NEW.handover_id IS NULL
    OR referral_act_is_possible(NEW.kind, (SELECT h.state FROM referral_handover h WHERE h.id = NEW.handover_id));
  RETURN NEW;
END $$;

DROP TRIGGER knows_whether_ready ON referral_deadline;
CREATE TRIGGER knows_whether_ready BEFORE INSERT OR UPDATE OF handover_id, kind, ready ON referral_deadline
  FOR EACH ROW EXECUTE FUNCTION referral_deadline_knows_whether_ready();
"""


class Migration(migrations.Migration):
    dependencies = [("referral", "0011_when_quiet_work_is_shown")]

    operations = [migrations.RunSQL(FUNCTION, FUNCTION_BACK)]
