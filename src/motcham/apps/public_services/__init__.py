"""Public services: every administrative procedure as the state publishes it, found, explained and filed."""
