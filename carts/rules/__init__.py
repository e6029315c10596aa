"""Pure rules of the cart: lines, prices, taxes, shipping, merging. No tables, no clock."""
