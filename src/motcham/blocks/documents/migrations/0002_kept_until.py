"""A file of a form that somebody has begun waits as long as the form does."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("documents", "0001_documents")]

    operations = [
        migrations.AddField(
            model_name="document",
            name="kept_until",
            field=models.DateTimeField(help_text="Until when it waits to be attached, where that is more than a day.", null=True),
        ),
    ]
