"""Celery finds an app's tasks in this one module."""

from loyalty.tasks import members as members
from loyalty.tasks import points as points
