"""A comparison says how many refunds agree; one made before compared none."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("payments", "0002_money_by_reference")]

    operations = [
        migrations.AddField(model_name="reconciliation", name="refunds", field=models.PositiveIntegerField(null=True)),
    ]
