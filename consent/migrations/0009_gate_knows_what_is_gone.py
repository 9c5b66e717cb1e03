from django.db import migrations

from consent.walls import lower_gate, raise_gate


def again(apps, schema_editor):
    """The gate's text has changed: it lets nothing in that was erased or is out of use."""
    lower_gate(schema_editor.connection)
    raise_gate(schema_editor.connection, overrides=False)


class Migration(migrations.Migration):
    dependencies = [("consent", "0008_what_could_have_ended"), ("sessions_app", "0008_erasure")]
    operations = [migrations.RunPython(again, migrations.RunPython.noop)]
