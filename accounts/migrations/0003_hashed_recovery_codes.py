"""Recovery codes are kept as hashes. Seeds of older ones go: their owners look once more and get new codes."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def forget_seeds(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    authenticators = apps.get_model("mfa", "Authenticator").objects.using(schema_editor.connection.alias)
    authenticators.filter(type="recovery_codes", data__has_key="seed").update(data={})


def forget_hashes(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Whoever reads seeds knows nothing of hashes: such rows go, and their owners make new codes."""
    authenticators = apps.get_model("mfa", "Authenticator").objects.using(schema_editor.connection.alias)
    authenticators.filter(type="recovery_codes").delete()


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_sessions"), ("mfa", "0003_authenticator_type_uniq")]

    operations = [migrations.RunPython(forget_seeds, forget_hashes)]
