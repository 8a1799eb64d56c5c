"""Django's PostgreSQL, with a cheaper answer to whether a kept connection still lives."""
