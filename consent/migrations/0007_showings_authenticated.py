from django.db import migrations, models

from consent.walls import lower_gate, raise_gate


def gate_down(_apps, editor):
    lower_gate(editor.connection)  # SQLite makes the table anew, and the gate reads it


def gate_up(_apps, editor):
    raise_gate(editor.connection, overrides=False)


class Migration(migrations.Migration):
    dependencies = [("consent", "0006_facts_by_row")]
    operations = [
        migrations.RunPython(gate_down, gate_up),
        migrations.AddField(
            "classmembership",
            "evidence",
            models.CharField(
                choices=[("stated", "Stated by staff")], default="stated", max_length=8
            ),
        ),
        migrations.AddField(
            "classmembership", "mac_key_id", models.CharField(blank=True, max_length=8)
        ),
        migrations.AddField(
            "classmembership", "mac", models.BinaryField(default=b"", max_length=32)
        ),
        migrations.RunPython(gate_up, gate_down),
    ]
