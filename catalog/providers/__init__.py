"""The catalogue's answers to ports below it: imports and exports of products."""
