"""Addresses of sign-in and of one's own account. Of allauth only the pages that the city uses are opened."""

from allauth.account import views as allauth
from django.urls import path

from motcham.blocks.identity import pages
from motcham.blocks.identity.access import guarded
from motcham.blocks.identity.define import Permission
from motcham.kernel.access import public

urlpatterns = [
    path("", pages.me, name="account"),
    path("login/", public(reason="Signing in is what strangers do.")(allauth.login), name="account_login"),
    path("signup/", public(reason="Anyone may open a citizen's account.")(allauth.signup), name="account_signup"),
    path(
        "inactive/",
        public(reason="Tells a closed account why it cannot sign in.")(allauth.account_inactive),
        name="account_inactive",
    ),
    path("password/", guarded(Permission.CASE_FOLLOW)(allauth.password_change), name="account_change_password"),
    path("logout/", pages.logout, name="account_logout"),
    path("language/", pages.language, name="language"),
]
