"""Pure functions of orders: shares of money, tenders, sourcing, documents."""
