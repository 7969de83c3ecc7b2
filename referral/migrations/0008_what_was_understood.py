"""Whether a decision was understood is frozen when it is recorded. Older rows take what can be said of them now."""

from django.db import migrations, models

WORK_OUT = """
ALTER TABLE referral_consent DISABLE TRIGGER append_only;
UPDATE referral_consent c SET understood = c.interpreter OR c.kind = 'legal_basis' OR c.language = ANY (p.languages)
  FROM referral_case f JOIN referral_person p ON p.id = f.person_id WHERE f.id = c.case_id;
ALTER TABLE referral_consent ENABLE TRIGGER append_only;
"""


class Migration(migrations.Migration):
    dependencies = (("referral", "0007_majorities_for_the_sweep"),)

    operations = (
        migrations.AddField(
            model_name="consent",
            name="understood",
            field=models.BooleanField(
                default=False,
                help_text="In a language the person spoke when it was recorded, or with an interpreter; frozen then.",
            ),
        ),
        migrations.RunSQL(WORK_OUT, migrations.RunSQL.noop),
    )
