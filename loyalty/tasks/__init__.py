"""Celery finds an app's tasks in this one module."""

from loyalty.tasks import members as members
