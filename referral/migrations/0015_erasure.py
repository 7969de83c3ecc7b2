"""The owner may empty what was said about a person when its time is over; nobody else, and never what links the record."""

from django.db import migrations

FUNCTION = """
CREATE OR REPLACE FUNCTION referral_ledger_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  by_owner boolean := current_user = (SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = TG_RELID);
BEGIN
  -- The owner of the table may wipe a registry at the end of its retention, as one logged act.
  IF TG_OP = 'DELETE' AND by_owner AND current_setting('alongside.wipe', true) = 'on' THEN
    RETURN OLD;
  END IF;
  -- Or erase what was said about a person: payloads go, texts are emptied; chain, custody, disclosures and clock stay.
  IF by_owner AND current_setting('alongside.erase', true) = 'on' THEN
    IF TG_OP = 'DELETE' AND TG_TABLE_NAME IN ('referral_eventpayload', 'referral_frozenidentity') THEN
      RETURN OLD;
    END IF;
    IF TG_OP = 'UPDATE' AND TG_TABLE_NAME NOT IN ('referral_caseevent', 'referral_eventpayload', 'referral_custody',
        'referral_disclosure', 'referral_clocksegment') THEN
      RETURN NEW;
    END IF;
  END IF;
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = '42501';
END $$;
"""

FUNCTION_BACK = """
CREATE OR REPLACE FUNCTION referral_ledger_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  -- The owner of the table may wipe a registry at the end of its retention, as one logged act; nobody may update.
  IF TG_OP = 'DELETE' AND current_setting('alongside.wipe', true) = 'on'
     AND current_user = (SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = TG_RELID) THEN
    RETURN OLD;
  END IF;
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = '42501';
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("referral", "0014_identity_encrypted")]

    operations = [migrations.RunSQL(FUNCTION, FUNCTION_BACK)]
