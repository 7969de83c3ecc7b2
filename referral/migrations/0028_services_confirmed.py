import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    """The receiver says at the acceptance which help begins there on the first day; until then nothing could say so."""

    dependencies = [("referral", "0027_a_death_is_known")]

    operations = [
        migrations.AddField(
            "handover",
            "services_confirmed",
            django.contrib.postgres.fields.ArrayField(models.CharField(max_length=16), blank=True, null=True),
        ),
        migrations.RemoveField("service", "continues"),
    ]
