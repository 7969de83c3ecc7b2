"""Where a person is and whether she is covered, kept on the case by the database (docs/decisions/0021)."""

from django.db import migrations

FUNCTIONS = """
CREATE FUNCTION referral_case_knows_the_place() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  last referral_whereabouts%ROWTYPE;
  home varchar;
  bed timestamptz;
BEGIN
  SELECT * INTO last FROM referral_whereabouts w WHERE w.case_id = NEW.id ORDER BY w.happened_at DESC, w.id DESC LIMIT 1;
  SELECT i.country_id INTO home FROM referral_institution i WHERE i.id = NEW.holder_id;
  SELECT p.bed_until_at INTO bed FROM referral_person p WHERE p.id = NEW.person_id;
  NEW.place := coalesce(last.kind, '');
  NEW.place_country_id := last.country_id;
  NEW.place_since_at := last.happened_at;
  NEW.place_supported := coalesce(last.support_running, false);
  -- The same definition as `referral.coverage.gap_now`; a test holds the two together.
  NEW.uncovered_from_at := CASE
    WHEN NEW.place = 'escorted' THEN NULL
    WHEN NEW.place = 'arrived' AND NEW.place_supported THEN bed
    WHEN NEW.place_country_id = home AND NEW.place = 'safe_place' THEN bed
    WHEN NEW.place_country_id = home AND NEW.place = 'supported_place' AND NEW.place_supported THEN bed
    ELSE coalesce(NEW.place_since_at, NEW.opened_at)
  END;
  RETURN NEW;
END $$;

CREATE FUNCTION referral_whereabouts_tell_the_case() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  -- Whatever is written here, the trigger of the case puts the newest place in its stead.
  UPDATE referral_case SET place = NEW.kind WHERE id = NEW.case_id;
  RETURN NULL;
END $$;

CREATE FUNCTION referral_bed_tells_the_case() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE referral_case SET uncovered_from_at = NEW.bed_until_at WHERE person_id = NEW.id;
  RETURN NULL;
END $$;

CREATE TRIGGER knows_the_place BEFORE INSERT OR UPDATE OF
  holder_id, person_id, opened_at, place, place_country_id, place_since_at, place_supported, uncovered_from_at
  ON referral_case FOR EACH ROW EXECUTE FUNCTION referral_case_knows_the_place();
CREATE TRIGGER tells_the_case AFTER INSERT ON referral_whereabouts
  FOR EACH ROW EXECUTE FUNCTION referral_whereabouts_tell_the_case();
CREATE TRIGGER bed_tells_the_case AFTER UPDATE OF bed_until_at ON referral_person
  FOR EACH ROW WHEN (OLD.bed_until_at IS DISTINCT FROM NEW.bed_until_at)
  EXECUTE FUNCTION referral_bed_tells_the_case();
"""

FUNCTIONS_BACK = """
DROP TRIGGER bed_tells_the_case ON referral_person;
DROP TRIGGER tells_the_case ON referral_whereabouts;
DROP TRIGGER knows_the_place ON referral_case;
DROP FUNCTION referral_bed_tells_the_case();
DROP FUNCTION referral_whereabouts_tell_the_case();
DROP FUNCTION referral_case_knows_the_place();
"""

FILL = "UPDATE referral_case SET place = ''"
"""Files that were there before learn their place: the trigger fills all five columns in."""


class Migration(migrations.Migration):
    dependencies = [("referral", "0005_what_lists_read")]

    operations = [
        migrations.RunSQL(FUNCTIONS, FUNCTIONS_BACK),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]
