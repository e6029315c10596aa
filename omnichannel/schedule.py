"""Periodic tasks: each is a task of its app's `tasks` room, by name, and every how many seconds it runs."""

EVERY_SECONDS = {
    "events.make_partitions": 6 * 3600.0,
    "rest.purge_idempotency_keys": 3600.0,
    "integrations.send_due_webhooks": 5.0,
    "integrations.purge_webhook_log": 24 * 3600.0,
    "catalog.refresh_documents": 60.0,
    "transfer.resume_interrupted": 60.0,
    "stores.expire_holds": 2.0,
    "stores.reconcile_stock": 24 * 3600.0,
    "carts.record_abandoned": 30.0,
    "orders.expire_unpaid": 15.0,
    "orders.poll_payments": 5.0,
    "orders.expire_pickups": 300.0,
    "segments.tick": 20.0,
    "segments.build_due": 60.0,
    "messages.send_due": 5.0,
    "journeys.advance": 2.0,
    "journeys.strike": 20.0,
    "audiences.send_due": 5.0,
    "audiences.tick": 30.0,
    "social.fetch_pictures": 15.0,
    "social.purge": 24 * 3600.0,
    "audiences.purge": 24 * 3600.0,
    "loyalty.activate_due": 60.0,
    "loyalty.expire_due": 300.0,
    "loyalty.reconcile": 24 * 3600.0,
    "loyalty.qualify_referrals": 60.0,
    "messages.run_campaigns": 5.0,
    "messages.release_held": 15.0,
}

BEAT_SCHEDULE = {name: {"task": name, "schedule": seconds} for name, seconds in EVERY_SECONDS.items()}
