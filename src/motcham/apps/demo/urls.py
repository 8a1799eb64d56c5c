"""Addresses of the demo; mounted only where the app is installed."""

from django.urls import path

from motcham.apps.demo import pages

app_name = "demo"
urlpatterns = [path("sign-in/<slug:role>/", pages.sign_in, name="sign_in")]
