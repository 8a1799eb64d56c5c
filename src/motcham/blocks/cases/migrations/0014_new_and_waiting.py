"""What waits for its acceptance and what waits for somebody outside the office are lists of their own."""

from django.db import migrations, models
from django.db.models import Q

UNBEGUN = Q(state="paused", clock__has_key="unbegun")
WAITING = Q(state="paused") & ~Q(clock__has_key="unbegun")


class Migration(migrations.Migration):
    """Puts an index of each in place of the one of both: whichever was rare was looked for among all of the other."""

    dependencies = [("cases", "0013_drafts_of_accounts")]
    operations = [
        migrations.RemoveIndex("case", "case_agency_paused"),
        migrations.RemoveIndex("case", "case_city_paused"),
        *(
            migrations.AddIndex(
                "case", models.Index(*columns, "received_at", "id", name=f"case_{whose}_{name}", condition=condition)
            )
            for name, condition in (("new", UNBEGUN), ("waiting", WAITING))
            for whose, columns in (("agency", ("agency",)), ("city", ()))
        ),
    ]
