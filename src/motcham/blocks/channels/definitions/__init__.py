"""The letters of channels itself."""
