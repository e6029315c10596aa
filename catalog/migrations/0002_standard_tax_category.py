"""Every product is taxed as something: `standard` unless it says otherwise."""

from django.db import migrations


def add_standard(apps, schema_editor):
    apps.get_model("catalog", "TaxCategory").objects.get_or_create(code="standard", defaults={"name": "Standard"})


class Migration(migrations.Migration):
    dependencies = [("catalog", "0001_initial")]

    operations = [migrations.RunPython(add_standard, migrations.RunPython.noop)]
