"""Checks what a city publishes about itself, trusting nothing but arithmetic and two public keys."""
