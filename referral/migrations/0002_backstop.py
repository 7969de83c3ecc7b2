"""What the database refuses by itself, whatever the application does (`architecture.md` section 3, rule 2)."""

from django.db import migrations

LEDGERS = (
    "referral_clocksegment",
    "referral_whereabouts",
    "referral_screening",
    "referral_riskassessment",
    "referral_custody",
    "referral_consent",
    "referral_caseevent",
    "referral_eventpayload",
    "referral_packet",
    "referral_seal",
    "referral_disclosure",
)

FUNCTIONS = """
CREATE FUNCTION referral_ledger_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  -- The owner of the table may wipe a registry at the end of its retention, as one logged act; nobody may update.
  IF TG_OP = 'DELETE' AND current_setting('alongside.wipe', true) = 'on'
     AND current_user = (SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = TG_RELID) THEN
    RETURN OLD;
  END IF;
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = '42501';
END $$;

CREATE FUNCTION referral_custody_checks_handover() RETURNS trigger LANGUAGE plpgsql AS $$
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

CREATE FUNCTION referral_custody_writes_holder() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE referral_case SET holder_id = NEW.institution_id WHERE id = NEW.case_id;
  RETURN NULL;
END $$;

CREATE FUNCTION referral_holder_follows_custody() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.holder_id IS DISTINCT FROM (
    SELECT c.institution_id FROM referral_custody c WHERE c.case_id = NEW.id ORDER BY c.seq DESC LIMIT 1
  ) THEN
    RAISE EXCEPTION 'the holder of a case is what its custody chain says' USING ERRCODE = '23514', CONSTRAINT = 'holder_follows_custody';
  END IF;
  RETURN NEW;
END $$;

CREATE FUNCTION referral_case_has_custody() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM referral_case WHERE id = NEW.id)
     AND NOT EXISTS (SELECT 1 FROM referral_custody WHERE case_id = NEW.id) THEN
    RAISE EXCEPTION 'a case has a responsible institution from its first moment' USING ERRCODE = '23514', CONSTRAINT = 'case_has_custody';
  END IF;
  RETURN NULL;
END $$;

CREATE FUNCTION referral_receipt_moves_custody() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM referral_custody WHERE handover_id = NEW.id AND reason = 'received') THEN
    RAISE EXCEPTION 'a received handover moves custody in the same transaction' USING ERRCODE = '23514', CONSTRAINT = 'receipt_moves_custody';
  END IF;
  RETURN NULL;
END $$;

ALTER TABLE referral_custody ADD CONSTRAINT custody_previous_link
  FOREIGN KEY (case_id, previous_seq, previous_since_at) REFERENCES referral_custody (case_id, seq, since_at);

CREATE TRIGGER custody_checks_handover BEFORE INSERT ON referral_custody
  FOR EACH ROW EXECUTE FUNCTION referral_custody_checks_handover();
CREATE TRIGGER custody_writes_holder AFTER INSERT ON referral_custody
  FOR EACH ROW EXECUTE FUNCTION referral_custody_writes_holder();
CREATE TRIGGER holder_follows_custody BEFORE INSERT OR UPDATE OF holder_id ON referral_case
  FOR EACH ROW EXECUTE FUNCTION referral_holder_follows_custody();
CREATE CONSTRAINT TRIGGER case_has_custody AFTER INSERT ON referral_case
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION referral_case_has_custody();
CREATE CONSTRAINT TRIGGER receipt_moves_custody AFTER INSERT OR UPDATE OF state ON referral_handover
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.state IN ('received', 'completed'))
  EXECUTE FUNCTION referral_receipt_moves_custody();
"""

FUNCTIONS_BACK = """
DROP TRIGGER receipt_moves_custody ON referral_handover;
DROP TRIGGER case_has_custody ON referral_case;
DROP TRIGGER holder_follows_custody ON referral_case;
DROP TRIGGER custody_writes_holder ON referral_custody;
DROP TRIGGER custody_checks_handover ON referral_custody;
ALTER TABLE referral_custody DROP CONSTRAINT custody_previous_link;
DROP FUNCTION referral_receipt_moves_custody();
DROP FUNCTION referral_case_has_custody();
DROP FUNCTION referral_holder_follows_custody();
DROP FUNCTION referral_custody_writes_holder();
DROP FUNCTION referral_custody_checks_handover();
DROP FUNCTION referral_ledger_is_append_only();
"""


class Migration(migrations.Migration):
    dependencies = [("referral", "0001_initial")]

    operations = [
        migrations.RunSQL(FUNCTIONS, FUNCTIONS_BACK),
        *(
            migrations.RunSQL(
                f"CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON {table} "
                "FOR EACH ROW EXECUTE FUNCTION referral_ledger_is_append_only()",
                f"DROP TRIGGER append_only ON {table}",
            )
            for table in LEDGERS
        ),
    ]
