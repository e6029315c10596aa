"""A small kit to play a customer's journey: one story, on a stage inside the test or on the running stack."""
