"""Addresses of sign-in and of one's own account; the names are those that allauth looks for. Nothing else of it is open."""

from django.urls import path

from motcham.blocks.identity import pages

urlpatterns = [
    path("", pages.me, name="account"),
    path("login/", pages.sign_in, name="account_login"),
    path("signup/", pages.sign_up, name="account_signup"),
    path("password/", pages.password, name="account_change_password"),
    path("logout/", pages.sign_out, name="account_logout"),
    path("closed/", pages.closed, name="account_inactive"),
]
