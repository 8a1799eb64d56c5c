"""Finds an account by its name in any case without reading all accounts."""

from django.db import migrations, models
from django.db.models.functions import Upper


class Migration(migrations.Migration):
    dependencies = [("identity", "0002_codes_successions_substitutes")]

    operations = [
        migrations.AddIndex("account", models.Index(Upper("username"), name="account_username_upper")),
    ]
