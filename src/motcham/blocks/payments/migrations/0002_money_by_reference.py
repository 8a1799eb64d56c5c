"""Money is found by what the bank calls it: one transfer pays one bill."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("payments", "0001_initial")]

    operations = [
        migrations.AddIndex(model_name="money", index=models.Index(fields=["reference"], name="money_of_the_bank")),
    ]
