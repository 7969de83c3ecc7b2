from django.db import migrations, models


class Migration(migrations.Migration):
    """After a death nobody is covered. Backwards as long as no death was recorded: whereabouts are never deleted."""

    dependencies = [
        ("referral", "0026_the_travel_plan"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="whereabouts",
            name="whereabouts_kind_known",
        ),
        migrations.AlterField(
            model_name="case",
            name="place",
            field=models.CharField(
                blank=True,
                choices=[
                    ("safe_place", "In safe accommodation"),
                    ("supported_place", "In a safe place with support running"),
                    ("escorted", "Travelling with a named escort"),
                    ("alone", "Travelling alone"),
                    ("no_safe_place", "No safe place tonight"),
                    ("detained", "Detained"),
                    ("missing", "Missing"),
                    ("left_by_choice", "Left by own choice"),
                    ("elsewhere", "In another country, with nobody"),
                    ("arrived", "Arrived in the receiving country"),
                    ("died", "Has died"),
                ],
                editable=False,
                max_length=16,
            ),
        ),
        migrations.AlterField(
            model_name="whereabouts",
            name="kind",
            field=models.CharField(
                choices=[
                    ("safe_place", "In safe accommodation"),
                    ("supported_place", "In a safe place with support running"),
                    ("escorted", "Travelling with a named escort"),
                    ("alone", "Travelling alone"),
                    ("no_safe_place", "No safe place tonight"),
                    ("detained", "Detained"),
                    ("missing", "Missing"),
                    ("left_by_choice", "Left by own choice"),
                    ("elsewhere", "In another country, with nobody"),
                    ("arrived", "Arrived in the receiving country"),
                    ("died", "Has died"),
                ],
                max_length=16,
            ),
        ),
        migrations.AddConstraint(
            model_name="whereabouts",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        [
                            "safe_place",
                            "supported_place",
                            "escorted",
                            "alone",
                            "no_safe_place",
                            "detained",
                            "missing",
                            "left_by_choice",
                            "elsewhere",
                            "arrived",
                            "died",
                        ],
                    )
                ),
                name="whereabouts_kind_known",
            ),
        ),
    ]
