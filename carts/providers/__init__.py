"""The built-in answers to the cart's own questions: tax by table, shipping by zone and weight."""
