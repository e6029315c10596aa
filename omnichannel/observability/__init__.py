"""Health, metrics and logs. Apps above register what they know; nothing here knows their tables."""
