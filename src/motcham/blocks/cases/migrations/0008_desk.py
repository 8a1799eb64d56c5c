"""The desk: who holds a case, one index of terms for every filter, kept lists and reply texts."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import Q

# Letters without their marks, in lower case; what is neither letter nor digit parts words. `widgets.plain` does the same in Python.
TERMS = r"""
CREATE FUNCTION cases_terms(title text, address text, category text, area_code text, agency_id int) RETURNS tsvector
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT strip(to_tsvector('simple'::regconfig, regexp_replace(regexp_replace(
            normalize(translate(lower(title || ' ' || address), 'đ', 'd'), NFD), '[\u0300-\u036f]', '', 'g'), '[^a-z0-9]+', ' ', 'g')))
        || array_to_tsvector(array_remove(ARRAY['agency=' || agency_id, 'category=' || nullif(category, ''),
            'area=' || nullif(area_code, '')], NULL))
$$;
CREATE INDEX case_terms ON cases_case USING gin (cases_terms(title, address, category, area_code, agency_id));
ALTER INDEX case_terms ALTER COLUMN 1 SET STATISTICS 1000;
CREATE INDEX case_contacts ON cases_case USING gin (contacts);
"""
NO_TERMS = """
DROP INDEX case_contacts;
DROP INDEX case_terms;
DROP FUNCTION cases_terms(text, text, text, text, int);
"""
# Whoever held it is in another agency now; said once here, so that no act that hands over can forget it.
HOLDER = """
CREATE FUNCTION cases_leave_holder() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.holder_id := NULL;
    RETURN NEW;
END $$;
CREATE TRIGGER cases_leave_holder BEFORE UPDATE OF agency_id ON cases_case
FOR EACH ROW WHEN (OLD.agency_id <> NEW.agency_id AND NEW.holder_id IS NOT DISTINCT FROM OLD.holder_id)
EXECUTE FUNCTION cases_leave_holder();
"""
NO_HOLDER = """
DROP TRIGGER cases_leave_holder ON cases_case;
DROP FUNCTION cases_leave_holder();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0007_open_count_and_find_near"),
        ("identity", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="case",
            name="holder",
            field=models.ForeignKey(
                db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="identity.post"
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index("holder", "due_at", "id", name="case_holder_due", condition=Q(holder__isnull=False, state="open")),
        ),
        migrations.CreateModel(
            name="SavedFilter",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=60)),
                ("wanted", models.JSONField(default=dict)),
                ("kept_at", models.DateTimeField()),
                (
                    "account",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL),
                ),
                (
                    "agency",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="identity.agency",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=["account", "name"], name="saved_filter_name_once", condition=Q(agency=None)),
                    models.UniqueConstraint(
                        fields=["agency", "name"], name="saved_filter_shared_once", condition=Q(agency__isnull=False)
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ReplyTemplate",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("type_key", models.CharField(blank=True, max_length=80)),
                ("step", models.CharField(blank=True, max_length=40)),
                ("name", models.CharField(max_length=80)),
                ("text", models.TextField(max_length=5000)),
                ("changed_at", models.DateTimeField()),
                (
                    "agency",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="identity.agency"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=["agency", "name"], name="reply_template_name_once")],
            },
        ),
        migrations.RunSQL(HOLDER, NO_HOLDER),
        migrations.RunSQL(TERMS, NO_TERMS),
    ]
