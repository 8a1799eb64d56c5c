"""The tags and filters that pages load as `ui`."""
