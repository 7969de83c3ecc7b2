"""Identity stands encrypted: columns for ciphertext, and a table for the identity in packets, supplements, referrals and seals.

Values that are there keep standing in clear, under no key, until `manage.py identity rotate` encrypts them: a migration has no keys.
`config.prepare` runs it after every migration; until then nothing of them is shown. Taking this step back needs them in
clear as well, so it refuses once a row is encrypted.
"""

import hashlib
import json

import django.db.models.deletion
import django.db.models.lookups
from django.db import migrations, models

LEDGERS = ("packet", "supplement", "seal")
FIELDS = ("name", "birth_date", "contact", "exact_location")
UNDER = {"packet": "D1", "supplement": "D1", "referral": "D1", "seal": "identity"}
"""Below which key the identity stands in the contents of each."""


def digest(contents):
    """The fingerprint of contents as every packet carries it (`referral.chain`, at this step)."""
    text = json.dumps(contents, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def holders(apps):
    """What can hold identity: its name, its rows, and the way to the case."""
    return (
        ("packet", apps.get_model("referral", "Packet"), "handover__case_id"),
        ("supplement", apps.get_model("referral", "Supplement"), "handover__case_id"),
        ("referral", apps.get_model("referral", "HomeReferral"), "case_id"),
        ("seal", apps.get_model("referral", "Seal"), "handover__case_id"),
    )


def triggers(schema_editor, how):
    """Switch the triggers of the ledgers off and on again: their contents are written once, and this is their owner."""
    schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    for name in LEDGERS:
        schema_editor.execute(f"ALTER TABLE referral_{name} {how} TRIGGER USER")
    schema_editor.execute("SET CONSTRAINTS ALL DEFERRED")


def rewrite(using, model, pk, contents):
    changed = {"contents": contents}
    if any(field.name == "digest" for field in model._meta.fields):
        changed["digest"] = digest(contents)
    model.objects.using(using).filter(pk=pk).update(**changed)


def move_out(apps, schema_editor):
    """Identity out of the contents of packets, supplements, referrals and seals; a mark says that it was there."""
    using = schema_editor.connection.alias
    frozen = apps.get_model("referral", "FrozenIdentity")
    triggers(schema_editor, "DISABLE")
    for name, model, case in holders(apps):
        rows = model.objects.using(using).filter(contents__has_key=UNDER[name]).values_list("pk", case, "contents")
        for pk, case_id, contents in rows:
            values = contents[UNDER[name]]
            if not values:
                continue
            frozen.objects.using(using).create(
                case_id=case_id, **{f"{name}_id": pk}, **{field: values[field] for field in FIELDS if values.get(field)}
            )
            rewrite(using, model, pk, {**contents, UNDER[name]: dict.fromkeys(values, 1)})
    triggers(schema_editor, "ENABLE")


def move_back(apps, schema_editor):
    using = schema_editor.connection.alias
    identity, frozen = (apps.get_model("referral", name) for name in ("PersonIdentity", "FrozenIdentity"))
    if any(model.objects.using(using).exclude(key_id="").exists() for model in (identity, frozen)):
        raise RuntimeError("Names are encrypted by now; this migration cannot be taken back without their keys.")
    triggers(schema_editor, "DISABLE")
    for name, model, _case in holders(apps):
        for row in frozen.objects.using(using).exclude(**{f"{name}_id": None}):
            pk = getattr(row, f"{name}_id")
            contents = model.objects.using(using).values_list("contents", flat=True).get(pk=pk)
            values = {field: getattr(row, field) for field in FIELDS if getattr(row, field)}
            rewrite(using, model, pk, {**contents, UNDER[name]: values})
    triggers(schema_editor, "ENABLE")


class Migration(migrations.Migration):
    dependencies = [("referral", "0013_break_glass")]

    operations = [
        migrations.AddField(
            "personidentity", "key_id", models.CharField(blank=True, default="", editable=False, max_length=8)
        ),
        migrations.AddField("personidentity", "revision", models.PositiveIntegerField(default=1, editable=False)),
        migrations.AlterField(
            "personidentity", "birth_date", models.TextField(blank=True, null=True, verbose_name="birth date")
        ),
        migrations.AlterField(
            "personidentity", "contact", models.TextField(blank=True, max_length=200, verbose_name="contact")
        ),
        migrations.AlterField(
            "personidentity",
            "exact_location",
            models.TextField(blank=True, max_length=200, verbose_name="exact location"),
        ),
        migrations.AlterField(
            "personidentity", "name", models.TextField(blank=True, max_length=120, verbose_name="invented name")
        ),
        migrations.CreateModel(
            "FrozenIdentity",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key_id", models.CharField(blank=True, default="", editable=False, max_length=8)),
                ("name", models.TextField(blank=True, max_length=120)),
                ("birth_date", models.TextField(blank=True, null=True)),
                ("contact", models.TextField(blank=True, max_length=200)),
                ("exact_location", models.TextField(blank=True, max_length=200)),
                ("case", models.ForeignKey("referral.case", django.db.models.deletion.CASCADE, related_name="+")),
                *(
                    (
                        name,
                        models.OneToOneField(
                            target,
                            django.db.models.deletion.CASCADE,
                            null=True,
                            related_name="frozen_identity",
                        ),
                    )
                    for name, target in (
                        ("packet", "referral.packet"),
                        ("supplement", "referral.supplement"),
                        ("referral", "referral.homereferral"),
                        ("seal", "referral.seal"),
                    )
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=django.db.models.lookups.Exact(
                            models.Func(
                                "packet",
                                "supplement",
                                "referral",
                                "seal",
                                function="num_nonnulls",
                                output_field=models.IntegerField(),
                            ),
                            1,
                        ),
                        name="frozen_identity_of_one",
                    )
                ]
            },
        ),
        migrations.RunPython(move_out, move_back),
    ]
