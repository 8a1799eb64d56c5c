"""Addresses of the register of dossiers and of the codes of agencies."""

from django.urls import path

from motcham.apps.public_services.dossiers import pages, register

app_name = "dossiers"
urlpatterns = [
    path("register/", register.page, name="register"),
    path("register.xlsx", register.export, name="register_xlsx"),
    path("codes/", pages.codes, name="codes"),
]
