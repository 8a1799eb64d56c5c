"""Acts clear the holder themselves: a trigger before every update has the terms of every row computed anew."""

from django.db import migrations

FORWARD = """
DROP TRIGGER cases_leave_holder ON cases_case;
DROP FUNCTION cases_leave_holder();
"""


class Migration(migrations.Migration):
    """Drops cases_leave_holder."""

    dependencies = [("cases", "0010_terms_in_the_row")]
    operations = [migrations.RunSQL(FORWARD, migrations.RunSQL.noop)]
