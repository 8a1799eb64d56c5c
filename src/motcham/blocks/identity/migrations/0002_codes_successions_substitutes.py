"""Codes of agencies, successions, substitutes, counted wrong answers, and what is shown of a session."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("identity", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="AgencyAlias",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("scheme", models.CharField(choices=[("qd20", "Qd20"), ("qcvn102", "Qcvn102")], max_length=16)),
                ("code", models.CharField(max_length=35, unique=True)),
                ("valid_from", models.DateField(help_text="Unknown where the source gives no day.", null=True)),
                ("valid_to", models.DateField(null=True)),
                ("source", models.CharField(max_length=200)),
            ],
        ),
        migrations.CreateModel(
            name="Substitution",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("since", models.DateField()),
                ("until", models.DateField(help_text="The last day.")),
                ("ended_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Succession",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("on", models.DateField()),
                ("is_partial", models.BooleanField(default=False)),
                ("legal_basis", models.CharField(max_length=120)),
            ],
        ),
        migrations.CreateModel(
            name="Tries",
            fields=[
                ("key", models.BinaryField(max_length=34, primary_key=True, serialize=False)),
                ("wrong", models.PositiveSmallIntegerField()),
                ("began_at", models.DateTimeField(db_index=True)),
            ],
        ),
        migrations.RemoveConstraint(
            model_name="agency",
            name="agency_succeeded_only_when_ended",
        ),
        migrations.RemoveField(
            model_name="agency",
            name="successor",
        ),
        migrations.AddField(
            model_name="agency",
            name="formerly",
            field=models.TextField(blank=True, help_text="Bodies it took over that have no row of their own, by name."),
        ),
        migrations.AddField(
            model_name="session",
            name="device",
            field=models.CharField(blank=True, help_text="Browser and system, to be recognised in the own list.", max_length=60),
        ),
        migrations.AddField(
            model_name="session",
            name="opened_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="session",
            name="seen_at",
            field=models.DateTimeField(help_text="To the minute.", null=True),
        ),
        migrations.AddField(
            model_name="agencyalias",
            name="agency",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="aliases", to="identity.agency"),
        ),
        migrations.AddField(
            model_name="substitution",
            name="account",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="stands_in", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="substitution",
            name="post",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="substitutions", to="identity.post"
            ),
        ),
        migrations.AddField(
            model_name="succession",
            name="new",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="predecessors", to="identity.agency"
            ),
        ),
        migrations.AddField(
            model_name="succession",
            name="old",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="successors", to="identity.agency"),
        ),
        migrations.AddConstraint(
            model_name="agencyalias",
            constraint=models.CheckConstraint(
                condition=models.Q(("scheme__in", ("qd20", "qcvn102"))), name="agency_alias_scheme_is_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="agencyalias",
            constraint=models.CheckConstraint(
                condition=models.Q(("source", ""), _negated=True), name="agency_alias_has_a_source"
            ),
        ),
        migrations.AddIndex(
            model_name="substitution",
            index=models.Index(condition=models.Q(("ended_at", None)), fields=["account", "until"], name="substitution_in_force"),
        ),
        migrations.AddConstraint(
            model_name="substitution",
            constraint=models.CheckConstraint(
                condition=models.Q(("until__gte", models.F("since"))), name="substitution_ends_after_it_begins"
            ),
        ),
        migrations.AddConstraint(
            model_name="succession",
            constraint=models.UniqueConstraint(fields=("old", "new"), name="succession_is_told_once"),
        ),
        migrations.AddConstraint(
            model_name="succession",
            constraint=models.CheckConstraint(
                condition=models.Q(("old", models.F("new")), _negated=True), name="succession_is_to_another"
            ),
        ),
    ]
