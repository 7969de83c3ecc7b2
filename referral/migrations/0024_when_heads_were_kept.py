from django.db import migrations, models


class Migration(migrations.Migration):
    """The database knows that the file of anchors was written, so that one which is gone is missed."""

    dependencies = [("referral", "0023_codes_in_reach")]

    operations = [
        migrations.AddField("registry", "heads_kept_wall", models.DateTimeField(editable=False, null=True)),
    ]
