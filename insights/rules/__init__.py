"""Pure rules of measurement: what counts as a touch, and how an order is shared out over touches."""
