"""Pure rules of offers: what is written, what it comes to, and how it reads."""
