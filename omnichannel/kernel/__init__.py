"""The ground under every app: money, time, ids, errors, locks. No tables, no HTTP."""
