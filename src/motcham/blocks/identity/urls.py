"""Addresses of sign-in and of one's own account; the names are those that allauth looks for. Nothing else of it is open."""

from django.urls import path

from motcham.blocks.identity import pages, pages_devices, pages_documents, pages_factor, pages_kept, pages_openid, pages_staff

urlpatterns = [
    path("", pages.me, name="account"),
    path("login/", pages.sign_in, name="account_login"),
    path("signup/", pages.sign_up, name="account_signup"),
    path("password/", pages.password, name="account_change_password"),
    path("logout/", pages.sign_out, name="account_logout"),
    path("closed/", pages.closed, name="account_inactive"),
    path("oidc/<slug:provider_id>/login/", pages_openid.begin, name="openid_connect_login"),
    path("oidc/<slug:provider_id>/login/callback/", pages_openid.come_back, name="openid_connect_callback"),
    path("oidc/<slug:provider_id>/link/", pages_openid.link, name="account_link"),
    path("identities/", pages_openid.identities, name="socialaccount_connections"),
    path("identities/<int:linked_id>/unlink/", pages_openid.unlink, name="account_unlink"),
    path("step-up/", pages_openid.step_up, name="account_step_up"),
    path("again/", pages_factor.password_again, name="account_reauthenticate"),
    path("factor/", pages_factor.overview, name="mfa_index"),
    path("factor/check/", pages_factor.give_code, name="mfa_authenticate"),
    path("factor/again/", pages_factor.code_again, name="mfa_reauthenticate"),
    path("factor/app/", pages_factor.set_up, name="mfa_activate_totp"),
    path("factor/off/", pages_factor.turn_off, name="mfa_deactivate_totp"),
    path("factor/codes/", pages_factor.codes, name="mfa_view_recovery_codes"),
    path("factor/codes/new/", pages_factor.new_codes, name="mfa_generate_recovery_codes"),
    path("kept/", pages_kept.give_back, name="account_kept"),
    path("documents/", pages_documents.wallet, name="account_documents"),
    path("documents/<uuid:document_id>/file/", pages_documents.file, name="account_document"),
    path("documents/<uuid:document_id>/share/", pages_documents.share, name="account_share"),
    path("documents/shares/<uuid:share_id>/end/", pages_documents.end_share, name="account_end_share"),
    path("devices/", pages_devices.devices, name="account_devices"),
    path("devices/end/", pages_devices.end, name="account_end_session"),
    path("staff/", pages_staff.staff, name="account_staff"),
    path("staff/post/", pages_staff.give_post, name="account_give_post"),
    path("staff/post/<int:post_id>/end/", pages_staff.end_post, name="account_end_post"),
    path("staff/post/<int:post_id>/token/", pages_staff.issue_token, name="account_issue_token"),
    path("staff/token/<int:token_id>/revoke/", pages_staff.revoke_token, name="account_revoke_token"),
    path("substitutes/", pages_staff.substitutes, name="account_substitutes"),
    path("substitutes/<int:substitution_id>/end/", pages_staff.end_substitute, name="account_end_substitute"),
]
