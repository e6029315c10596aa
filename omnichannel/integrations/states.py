"""States of webhook endpoints and messages, and what an API key may be allowed."""

from django.db import models


class EndpointState(models.TextChoices):
    ACTIVE = "active", "Active"
    PAUSED = "paused", "Paused"
    DISABLED = "disabled", "Disabled after failures"


class AttemptState(models.TextChoices):
    WAITING = "waiting", "Waiting"
    DELIVERED = "delivered", "Delivered"
    FAILED = "failed", "Given up"


class Scope(models.TextChoices):
    CATALOG_READ = "catalog:read", "Read unpublished products"
    CATALOG_WRITE = "catalog:write", "Write products, prices and pictures"
    CUSTOMERS_READ = "customers:read", "Read customers"
    CUSTOMERS_WRITE = "customers:write", "Write customers"
    STOCK_READ = "stock:read", "Read stock"
    STOCK_WRITE = "stock:write", "Write stock"
    CARTS_READ = "carts:read", "Read carts"
    CARTS_WRITE = "carts:write", "Change carts and check out"
    ORDERS_READ = "orders:read", "Read orders"
    ORDERS_WRITE = "orders:write", "Record and change orders"
    EVENTS_READ = "events:read", "Read the event log"
    WEBHOOKS_READ = "webhooks:read", "Read webhook endpoints and their log"
    WEBHOOKS_WRITE = "webhooks:write", "Manage webhook endpoints"
    KEYS_READ = "keys:read", "See itself"
    KEYS_WRITE = "keys:write", "Rotate itself"
    EVERYTHING = "*", "Everything"
