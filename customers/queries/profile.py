"""A customer whole: what they are known by, what they allowed, how they are marked, and the panels of apps above."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import orjson
from django.db import connection

from customers.models import Customer
from customers.ports import profile_panels
from customers.queries.preferences import permissions_of
from customers.queries.timeline import list_activity

ACTIVITY_DAYS = 60

# One statement for all that hangs on a customer's row.
PARTS = """
SELECT jsonb_build_object(
  'identities', (
    SELECT coalesce(jsonb_agg(jsonb_build_object(
             'id', i.id, 'kind', i.kind, 'value', i.value, 'verified_at', i.verified_at, 'created_at', i.created_at,
             'joined_at', i.joined_at, 'joined_how', i.joined_how, 'is_blocked', i.blocked_at IS NOT NULL,
             'first_touch', t.first, 'first_touch_at', t.first_at, 'last_touch', t.last, 'last_touch_at', t.last_at
           ) ORDER BY i.kind, i.created_at, i.id), '[]')
      FROM customers_identity AS i LEFT JOIN customers_touch AS t ON t.identity_id = i.id
     WHERE i.customer_id = %(id)s),
  'consents', (
    SELECT coalesce(jsonb_agg(to_jsonb(c) ORDER BY c.channel, c.purpose), '[]')
      FROM (SELECT DISTINCT ON (channel, purpose) channel, purpose, state, wording, source, proof, at
              FROM customers_consent WHERE customer_id = %(id)s AND at <= %(at)s
             ORDER BY channel, purpose, at DESC, id DESC) AS c),
  'suppressions', (
    SELECT coalesce(jsonb_agg(jsonb_build_object('channel', channel, 'reason', reason, 'since', created_at)), '[]')
      FROM customers_suppression
     WHERE (channel = 'email' AND address = %(email)s AND address <> '')
        OR (channel = 'sms' AND address = %(phone)s AND address <> '')),
  'labels', (
    SELECT coalesce(jsonb_agg(jsonb_build_object(
             'kind', kind, 'key', key, 'value', value, 'since', valid_from, 'reason', reason
           ) ORDER BY kind, key), '[]')
      FROM customers_label WHERE customer_id = %(id)s AND valid_until IS NULL),
  'addresses', (
    SELECT coalesce(jsonb_agg(jsonb_build_object(
             'id', id, 'name', name, 'line1', line1, 'line2', line2, 'city', city, 'region', region,
             'postal_code', postal_code, 'country', country, 'is_default', is_default
           ) ORDER BY is_default DESC, id), '[]')
      FROM customers_address WHERE customer_id = %(id)s),
  'merges', (
    SELECT coalesce(jsonb_agg(jsonb_build_object(
             'id', m.id, 'customer_id', f.id, 'number', f.number, 'name', trim(f.first_name || ' ' || f.last_name),
             'email', f.email, 'source', f.source, 'reason', m.reason, 'actor', m.actor, 'at', m.at
           ) ORDER BY m.at DESC), '[]')
      FROM customers_merge AS m JOIN customers_customer AS f ON f.id = m.from_customer_id
     WHERE m.to_customer_id = %(id)s AND m.undone_at IS NULL),
  'may_be_same', (
    SELECT coalesce(jsonb_agg(jsonb_build_object(
             'id', o.id, 'number', o.number, 'name', trim(o.first_name || ' ' || o.last_name), 'email', o.email,
             'same', CASE WHEN o.email = %(email)s AND o.email <> '' THEN 'email' ELSE 'phone' END
           ) ORDER BY o.id), '[]')
      FROM (SELECT * FROM customers_customer
             WHERE merged_into_id IS NULL AND id <> %(id)s
               AND ((email = %(email)s AND email <> '') OR (phone = %(phone)s AND phone <> ''))
             ORDER BY id LIMIT 3) AS o)
)::text
"""


def read_parts(customer: Customer, *, at: datetime) -> dict[str, Any]:
    """Identities with their touches, standing consents, suppressions, open labels, addresses, merges. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(PARTS, {"id": customer.pk, "email": customer.email, "phone": customer.phone, "at": at})
        parts: dict[str, Any] = orjson.loads(cursor.fetchone()[0])
    parts["permissions"] = permissions_of(
        parts["consents"], parts["suppressions"], email=customer.email, phone=customer.phone
    )
    parts["touch"] = touch_of(parts["identities"])
    return parts


def touch_of(identities: list[dict[str, Any]]) -> dict[str, Any]:
    """The campaign that led the person here first and last, over all they are known by."""
    touched = [row for row in identities if row["first_touch_at"]]
    first = min(touched, key=lambda row: _moment(row["first_touch_at"]), default=None)
    last = max(touched, key=lambda row: _moment(row["last_touch_at"]), default=None)
    return {
        "first": first and {"at": first["first_touch_at"], "campaign": first["first_touch"]},
        "last": last and {"at": last["last_touch_at"], "campaign": last["last_touch"]},
    }


def read_panels(customer_id: UUID, *, at: datetime) -> list[dict[str, Any]]:
    """The panels of the apps above, in their order; at most two statements each, by the port's word."""
    panels = []
    for name in profile_panels.names():
        found = profile_panels.get(name).panel(customer_id=customer_id, at=at)
        if found is not None:
            panels.append({"name": name, **found})
    return panels


def read_activity(identities: list[dict[str, Any]], *, at: datetime) -> list[dict[str, Any]]:
    """The last 60 days, for the strip above the timeline."""
    return list_activity([UUID(row["id"]) for row in identities], since=at - timedelta(days=ACTIVITY_DAYS))


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
