"""Long proofs on the real, running product: `make prove`."""
