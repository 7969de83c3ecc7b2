"""What the database refuses by itself about corrected receipts, joined files and closed cases, and the new ledgers."""

from django.db import migrations

LEDGERS = (
    "referral_outsideanswer",
    "referral_message",
    "referral_supplement",
    "referral_amendment",
    "referral_identification",
    "referral_healthentry",
    "referral_voice",
)

CHECKS = """
CREATE OR REPLACE FUNCTION referral_custody_checks_handover() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  before referral_custody%ROWTYPE;
BEGIN
  IF (NEW.reason = 'intake') <> (NEW.seq = 1) THEN
    RAISE EXCEPTION 'a custody chain begins at intake and nowhere else' USING ERRCODE = '23514', CONSTRAINT = 'custody_begins_at_intake';
  END IF;
  IF (NEW.institution_id IS NULL) <> (NEW.reason IN ('merged', 'closed')) THEN
    RAISE EXCEPTION 'only a joined or closed file has nobody who answers' USING ERRCODE = '23514', CONSTRAINT = 'custody_ends_by_closing';
  END IF;
  SELECT * INTO before FROM referral_custody WHERE case_id = NEW.case_id AND seq = NEW.previous_seq;
  IF NEW.seq > 1 AND before.institution_id IS NULL THEN
    RAISE EXCEPTION 'a custody chain that has ended does not go on' USING ERRCODE = '23514', CONSTRAINT = 'custody_ended';
  END IF;
  IF NEW.reason = 'received' AND NOT EXISTS (
    SELECT 1 FROM referral_handover h
    WHERE h.id = NEW.handover_id AND h.case_id = NEW.case_id AND h.receiver_id = NEW.institution_id
      AND h.sender_id = before.institution_id AND h.received_at = NEW.since_at AND h.state IN ('received', 'completed')
  ) THEN
    RAISE EXCEPTION 'custody moves only by a received handover' USING ERRCODE = '23514', CONSTRAINT = 'custody_by_receipt';
  END IF;
  IF NEW.reason = 'corrected' AND NOT EXISTS (
    SELECT 1 FROM referral_handover h
    WHERE h.id = NEW.handover_id AND h.case_id = NEW.case_id AND h.state = 'departed'
      AND h.sender_id = NEW.institution_id AND h.receiver_id = before.institution_id
      AND before.reason = 'received' AND before.handover_id = h.id
  ) THEN
    RAISE EXCEPTION 'custody goes back only by a corrected receipt' USING ERRCODE = '23514', CONSTRAINT = 'custody_by_correction';
  END IF;
  RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION referral_receipt_moves_custody() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (
    SELECT 1 FROM referral_custody WHERE handover_id = NEW.id AND reason = 'received' AND since_at = NEW.received_at
  ) THEN
    RAISE EXCEPTION 'a received handover moves custody in the same transaction' USING ERRCODE = '23514', CONSTRAINT = 'receipt_moves_custody';
  END IF;
  RETURN NULL;
END $$;

CREATE FUNCTION referral_correction_moves_custody() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (SELECT c.reason FROM referral_custody c WHERE c.case_id = NEW.case_id ORDER BY c.seq DESC LIMIT 1) = 'received'
     AND EXISTS (SELECT 1 FROM referral_handover h WHERE h.id = NEW.id AND h.state NOT IN ('received', 'completed'))
     AND (SELECT c.handover_id FROM referral_custody c WHERE c.case_id = NEW.case_id ORDER BY c.seq DESC LIMIT 1) = NEW.id
  THEN
    RAISE EXCEPTION 'a corrected receipt moves custody back in the same transaction' USING ERRCODE = '23514', CONSTRAINT = 'correction_moves_custody';
  END IF;
  RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER correction_moves_custody AFTER UPDATE OF state ON referral_handover
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (OLD.state IN ('received', 'completed') AND NEW.state NOT IN ('received', 'completed'))
  EXECUTE FUNCTION referral_correction_moves_custody();
"""

CHECKS_BACK = """
DROP TRIGGER correction_moves_custody ON referral_handover;
DROP FUNCTION referral_correction_moves_custody();

CREATE OR REPLACE FUNCTION referral_receipt_moves_custody() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM referral_custody WHERE handover_id = NEW.id AND reason = 'received') THEN
    RAISE EXCEPTION 'a received handover moves custody in the same transaction' USING ERRCODE = '23514', CONSTRAINT = 'receipt_moves_custody';
  END IF;
  RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION referral_custody_checks_handover() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (NEW.reason = 'intake') <> (NEW.seq = 1) THEN
    RAISE EXCEPTION 'a custody chain begins at intake and nowhere else' USING ERRCODE = '23514', CONSTRAINT = 'custody_begins_at_intake';
  END IF;
  IF NEW.reason = 'received' AND NOT EXISTS (
    SELECT 1 FROM referral_handover h JOIN referral_custody p ON p.case_id = NEW.case_id AND p.seq = NEW.previous_seq
    WHERE h.id = NEW.handover_id AND h.case_id = NEW.case_id AND h.receiver_id = NEW.institution_id
      AND h.sender_id = p.institution_id AND h.received_at = NEW.since_at AND h.state IN ('received', 'completed')
  ) THEN
    RAISE EXCEPTION 'custody moves only by a received handover' USING ERRCODE = '23514', CONSTRAINT = 'custody_by_receipt';
  END IF;
  RETURN NEW;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("referral", "0003_every_way_a_handover_can_go")]

    operations = [
        migrations.RunSQL(CHECKS, CHECKS_BACK),
        *(
            migrations.RunSQL(
                f"CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON {table} "
                "FOR EACH ROW EXECUTE FUNCTION referral_ledger_is_append_only()",
                f"DROP TRIGGER append_only ON {table}",
            )
            for table in LEDGERS
        ),
    ]
