"""What the roles may do with loyalty, campaigns and insights is added; what staff changed since stays."""

from django.apps import apps as installed
from django.contrib.auth.management import create_permissions
from django.db import migrations

from backoffice.rules.roles import ROLES, codenames

NEW = {
    "campaign_audiences",
    "campaign_journeys",
    "campaign_messages",
    "campaign_offers",
    "campaign_segments",
    "campaign_social",
    "customers",
    "insights",
    "loyalty",
}


def add_permissions(apps, schema_editor):
    for config in installed.get_app_configs():
        if config.label in NEW:
            create_permissions(config, verbosity=0, using=schema_editor.connection.alias)
    Group = apps.get_model("auth", "Group")
    Permission = apps.get_model("auth", "Permission")
    by_name = {
        (permission.content_type.app_label, permission.codename): permission
        for permission in Permission.objects.select_related("content_type")
    }
    models = {
        label: [model._meta.model_name for model in installed.get_app_config(label).get_models()] for label in NEW
    }
    for role in ROLES:
        group, _ = Group.objects.get_or_create(name=role)
        pairs = [pair for pair in codenames(role, models) if pair[0] in NEW]
        group.permissions.add(*[by_name[pair] for pair in pairs if pair in by_name])


class Migration(migrations.Migration):
    dependencies = [
        ("backoffice", "0001_roles"),
        ("campaign_audiences", "0001_initial"),
        ("campaign_journeys", "0001_initial"),
        ("campaign_offers", "0001_initial"),
        ("campaign_segments", "0001_initial"),
        ("campaign_social", "0001_initial"),
        ("insights", "0001_initial"),
        ("loyalty", "0001_initial"),
    ]
    operations = [migrations.RunPython(add_permissions, migrations.RunPython.noop)]
