"""Addresses of the catalogue."""

urlpatterns: list = []
app_name = "procedures"
