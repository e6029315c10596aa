"""Ways to pay that come with the product."""
