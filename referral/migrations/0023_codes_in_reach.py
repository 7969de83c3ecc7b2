"""What each institution may look for stands beside what it reaches: a search reads its own people and nobody else's."""

from django.db import migrations, models

FUNCTIONS = """
-- Filled where the row is written, so that whoever changes who reaches what need not know of it.
CREATE FUNCTION referral_codes_of_reach() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  SELECT p.code_word, p.public_code INTO NEW.code_word, NEW.public_code FROM referral_person p WHERE p.id = NEW.person_id;
  IF NOT FOUND THEN -- nobody is found by it, and `verify` finds the row
    NEW.code_word := '';
    NEW.public_code := '';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER codes_of_reach BEFORE INSERT OR UPDATE OF person_id ON referral_casereach
  FOR EACH ROW EXECUTE FUNCTION referral_codes_of_reach();

CREATE FUNCTION referral_codes_changed() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
BEGIN
  UPDATE referral_casereach SET code_word = NEW.code_word, public_code = NEW.public_code WHERE person_id = NEW.id;
  RETURN NULL;
END $$;
CREATE TRIGGER codes_changed AFTER UPDATE OF code_word, public_code ON referral_person
  FOR EACH ROW EXECUTE FUNCTION referral_codes_changed();
"""

BACK = """
DROP TRIGGER codes_changed ON referral_person;
DROP FUNCTION referral_codes_changed();
DROP TRIGGER codes_of_reach ON referral_casereach;
DROP FUNCTION referral_codes_of_reach();
"""

FILL = """
UPDATE referral_casereach r SET code_word = p.code_word, public_code = p.public_code
  FROM referral_person p WHERE p.id = r.person_id
"""


class Migration(migrations.Migration):
    dependencies = [
        ("referral", "0022_the_arrival_centre"),
    ]

    operations = [
        migrations.AddField(
            "casereach", "code_word", models.CharField(default="", max_length=24), preserve_default=False
        ),
        migrations.AddField(
            "casereach", "public_code", models.CharField(default="", max_length=8), preserve_default=False
        ),
        migrations.RunSQL(FUNCTIONS, BACK),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.RemoveIndex("person", "people_by_code_word"),
        migrations.RemoveIndex("person", "people_by_code"),
        migrations.AddIndex(
            "casereach",
            models.Index(
                fields=["institution", "code_word"],
                opclasses=("int8_ops", "varchar_pattern_ops"),
                name="reached_by_code_word",
            ),
        ),
        migrations.AddIndex(
            "casereach",
            models.Index(
                fields=["institution", "public_code"],
                opclasses=("int8_ops", "varchar_pattern_ops"),
                name="reached_by_code",
            ),
        ),
    ]
