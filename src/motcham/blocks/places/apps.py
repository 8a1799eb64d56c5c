"""The Django app of the block."""

from django.apps import AppConfig


class PlacesConfig(AppConfig):
    name = "motcham.blocks.places"
    label = "places"
    verbose_name = "Places"
