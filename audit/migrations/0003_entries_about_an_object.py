from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("audit", "0002_entry_wall")]
    operations = [
        migrations.AddIndex(
            model_name="entry",
            index=models.Index(fields=["chain", "object_id", "seq"], name="entry_object"),
        ),
    ]
