"""The stream counts from a Monday now: cases of the loops before keep their rows, under numbers that no day has."""

from django.db import migrations


class Migration(migrations.Migration):
    """Takes out where the time of the stream began; lets no case of before be taken for one of now."""

    dependencies = (("demo", "0001_replay"),)
    operations = (
        migrations.RemoveField("position", "origin"),
        migrations.RunSQL("UPDATE demo_replayedcase SET loop = -2 - loop", migrations.RunSQL.noop),
    )
