"""What everybody may read of a case, who joined it, what was promised, and the time of single steps."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0005_calendar_followed"),
        ("identity", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Participant",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("code", models.CharField(max_length=16)),
                ("sealed", models.BinaryField(null=True)),
                ("contacts", django.contrib.postgres.fields.ArrayField(base_field=models.BinaryField(), default=list, size=None)),
                ("language", models.CharField(default="vi", max_length=5)),
                ("at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Promise",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("promised_on", models.DateField()),
                ("made_at", models.DateTimeField()),
                ("kept_at", models.DateTimeField(null=True)),
                ("broken_at", models.DateTimeField(null=True)),
                ("put_off_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="StepClock",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("limit", models.CharField(max_length=60)),
                ("began_at", models.DateTimeField()),
                ("due_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.AddField(
            model_name="case",
            name="cell",
            field=models.IntegerField(null=True),
        ),
        migrations.AddField(
            model_name="case",
            name="confidential",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name="case",
            name="merged_into",
            field=models.ForeignKey(
                db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="cases.case"
            ),
        ),
        migrations.AddField(
            model_name="case",
            name="public_after",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.UUIDField(), db_default=[], default=list, size=None
            ),
        ),
        migrations.AddField(
            model_name="case",
            name="public_documents",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.UUIDField(), db_default=[], default=list, size=None
            ),
        ),
        migrations.AddField(
            model_name="case",
            name="public_reply",
            field=models.TextField(blank=True, db_default=""),
        ),
        migrations.AddField(
            model_name="case",
            name="public_text",
            field=models.TextField(blank=True, db_default=""),
        ),
        migrations.AddField(
            model_name="case",
            name="released_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="case",
            name="reopened",
            field=models.PositiveSmallIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="case",
            name="split_from",
            field=models.ForeignKey(
                db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="cases.case"
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(models.F("merged_into"), condition=models.Q(("merged_into__isnull", False)), name="case_merged"),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(models.F("split_from"), condition=models.Q(("split_from__isnull", False)), name="case_split"),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                models.OrderBy(models.F("received_at"), descending=True),
                models.OrderBy(models.F("id"), descending=True),
                condition=models.Q(("released_at__isnull", False)),
                name="case_public",
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                models.F("area_code"),
                models.OrderBy(models.F("received_at"), descending=True),
                models.OrderBy(models.F("id"), descending=True),
                condition=models.Q(("released_at__isnull", False)),
                name="case_public_area",
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                models.F("category"),
                models.OrderBy(models.F("received_at"), descending=True),
                models.OrderBy(models.F("id"), descending=True),
                condition=models.Q(("released_at__isnull", False)),
                name="case_public_category",
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                models.OrderBy(models.F("released_at"), descending=True),
                models.OrderBy(models.F("id"), descending=True),
                condition=models.Q(("released_at__isnull", False)),
                name="case_released",
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                models.F("area_code"),
                models.OrderBy(models.F("released_at"), descending=True),
                models.OrderBy(models.F("id"), descending=True),
                condition=models.Q(("released_at__isnull", False)),
                name="case_released_area",
            ),
        ),
        migrations.AddConstraint(
            model_name="case",
            constraint=models.CheckConstraint(
                condition=models.Q(("confidential", False), ("released_at", None), _connector="OR"),
                name="case_confidential_is_not_released",
            ),
        ),
        migrations.AddField(
            model_name="participant",
            name="account",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="participant",
            name="case",
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="cases.case"),
        ),
        migrations.AddField(
            model_name="participant",
            name="merged_from",
            field=models.ForeignKey(
                db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="cases.case"
            ),
        ),
        migrations.AddField(
            model_name="promise",
            name="agency",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="identity.agency"
            ),
        ),
        migrations.AddField(
            model_name="promise",
            name="case",
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="cases.case"),
        ),
        migrations.AddField(
            model_name="stepclock",
            name="agency",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="identity.agency"
            ),
        ),
        migrations.AddField(
            model_name="stepclock",
            name="case",
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="cases.case"),
        ),
        migrations.AddConstraint(
            model_name="participant",
            constraint=models.UniqueConstraint(fields=("code",), name="participant_code_once"),
        ),
        migrations.AddConstraint(
            model_name="participant",
            constraint=models.UniqueConstraint(
                condition=models.Q(("account__isnull", False)), fields=("case", "account"), name="participant_account_once"
            ),
        ),
        migrations.AddIndex(
            model_name="promise",
            index=models.Index(models.F("agency"), models.F("promised_on"), models.F("id"), name="promise_agency_day"),
        ),
        migrations.AddIndex(
            model_name="promise",
            index=models.Index(
                models.F("promised_on"),
                models.F("id"),
                condition=models.Q(("broken_at", None), ("kept_at", None), ("put_off_at", None)),
                name="promise_standing",
            ),
        ),
        migrations.AddConstraint(
            model_name="promise",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("broken_at", None), ("kept_at", None)),
                    models.Q(("kept_at", None), ("put_off_at", None)),
                    models.Q(("broken_at", None), ("put_off_at", None)),
                    _connector="OR",
                ),
                name="promise_settled_once",
            ),
        ),
        migrations.AddIndex(
            model_name="stepclock",
            index=models.Index(models.F("limit"), models.F("due_at"), name="step_clock_due"),
        ),
    ]
