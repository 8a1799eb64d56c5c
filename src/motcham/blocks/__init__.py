"""The deep modules: each is entered by its `define`, `api` and `testing` alone."""
