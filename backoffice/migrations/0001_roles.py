"""Staff roles as groups. Permissions are made here, because Django makes them only after all migrations."""

from django.apps import apps as installed
from django.contrib.auth.management import create_permissions
from django.db import migrations

from backoffice.rules.roles import ROLES, codenames


def make_roles(apps, schema_editor):
    for config in installed.get_app_configs():
        create_permissions(config, verbosity=0, using=schema_editor.connection.alias)
    Group = apps.get_model("auth", "Group")
    Permission = apps.get_model("auth", "Permission")
    by_name = {
        (permission.content_type.app_label, permission.codename): permission
        for permission in Permission.objects.select_related("content_type")
    }
    models = {
        config.label: [model._meta.model_name for model in config.get_models()]
        for config in installed.get_app_configs()
    }
    for role in ROLES:
        group, _ = Group.objects.get_or_create(name=role)
        group.permissions.set([by_name[pair] for pair in codenames(role, models) if pair in by_name])


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
        ("admin", "0003_logentry_add_action_flag_choices"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("brand", "0001_initial"),
        ("campaign_messages", "0001_initial"),
        ("carts", "0001_initial"),
        ("catalog", "0001_initial"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("customers", "0001_initial"),
        ("events", "0001_initial"),
        ("integrations", "0001_initial"),
        ("orders", "0001_initial"),
        ("stores", "0001_initial"),
        ("transfer", "0001_initial"),
    ]
    operations = [migrations.RunPython(make_roles, migrations.RunPython.noop)]
