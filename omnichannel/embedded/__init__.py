"""PostgreSQL and Redis for a machine that has neither, and the supervisor that runs the whole stack.

Nothing here imports Django: it runs before the settings are read, and the supervisor stays small.
"""
