"""The case types of directives."""
