"""Pages of the caller's own account: signing in and out, a new account, the password, what one may do."""

from __future__ import annotations

from typing import Any

from allauth.account import views as allauth
from allauth.account.utils import get_next_redirect_url
from allauth.socialaccount.adapter import get_adapter
from django.forms import BaseForm, BoundField
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from motcham.blocks.identity import api, entrance, factors
from motcham.blocks.identity.access import guarded
from motcham.blocks.identity.define import NoPassword, Permission
from motcham.blocks.identity.roles import ROLES
from motcham.kernel.access import public
from motcham.ui.forms import Question

_AUTOCOMPLETE = {
    "code": "one-time-code",
    "login": "username",
    "username": "username",
    "password": "current-password",
    "oldpassword": "current-password",
    "password1": "new-password",
    "password2": "new-password",
}


class Asked:
    """Shows a form of allauth with the questions of this house."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the questions, and what is wrong with the form as a whole."""
        context: dict[str, Any] = super().get_context_data(**kwargs)  # type: ignore[misc]
        form: BaseForm = context["form"]
        context["questions"] = questions(form)
        context["wrong"] = list(form.non_field_errors())
        return context


class SignIn(Asked, allauth.LoginView):  # type: ignore[misc]
    """Offer the electronic identities first; user name and password are the slow path beside them."""

    template_name = "identity/sign_in.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the providers, and whether the slow path stands open: where there is no other, or it was begun."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        providers = get_adapter(self.request).list_providers(self.request)
        by_password = not providers or self.request.method == "POST" or "password" in self.request.GET
        return {
            **context,
            "providers": providers,
            "by_password": by_password,
            "back_to": context.get("redirect_field_value") or "",
        }


class SignUp(Asked, allauth.SignupView):  # type: ignore[misc]
    """Open a citizen's account: a user name and a password, nothing else is asked."""

    template_name = "identity/sign_up.html"


class Password(Asked, allauth.PasswordChangeView):  # type: ignore[misc]
    """Change the password; every other session of the account ends with it."""

    template_name = "identity/password.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Refuse where there is no password: whoever signs in another way must not be given a second way unasked."""
        if not has_password(request):
            raise NoPassword
        return super().dispatch(request, *args, **kwargs)


def questions(form: BaseForm) -> list[Question]:
    """Return the fields of a form as questions of the design system."""
    labels = {
        "login": _("User name"),
        "username": _("User name"),
        "password": _("Password"),
        "oldpassword": _("Your password so far"),
        "password1": _("New password"),
        "password2": _("The new password once more"),
        "code": _("Code"),
    }
    hints = {
        "username": _("You sign in with it; nobody else sees it. Do not use your personal number."),
        "password1": _("At least 10 characters. Three or four words that do not belong together are easy to keep in mind."),
    }
    return [
        Question(
            name=field.html_name,
            label=labels[name],
            widget="password" if "password" in name else "text",
            value="" if "password" in name else field.value() or "",
            hint=hints.get(name, ""),
            error=_wrong(field, labels[name]),
            width=10 if name == "code" else 20,
            inputmode="numeric" if name == "code" else "",
            autocomplete=_AUTOCOMPLETE.get(name, ""),
        )
        for name, field in ((name, form[name]) for name in form.fields if name in labels)
    ]


def _wrong(field: BoundField, label: str) -> str:
    found = field.errors.as_data()
    if found and all(error.code == "required" for error in found):
        return _("Fill this in: %(question)s.") % {"question": label}
    return " ".join(str(error) for error in field.errors)


sign_in = public(reason="Signing in is what strangers do.")(SignIn.as_view())
sign_up = public(reason="Anyone may open a citizen's account.")(SignUp.as_view())
password = guarded(Permission.CASE_FOLLOW)(Password.as_view(success_url="/account/"))


def has_password(request: HttpRequest) -> bool:
    """Tell whether the caller's account can be signed into by a password."""
    return request.user.is_authenticated and request.user.has_usable_password()


@guarded(Permission.CASE_FOLLOW)
@require_safe
def me(request: HttpRequest) -> HttpResponse:
    """Show the caller's posts and what each allows."""
    posts = [
        {"post": post, "agency": api.agency(id=post.agency_id), "role": ROLES.get(post.role)}
        for post in request.actor.posts  # type: ignore[attr-defined]
    ]
    return render(
        request,
        "identity/me.html",
        {
            "posts": posts,
            "has_password": has_password(request),
            "providers": get_adapter(request).list_providers(request),
            "entrance": entrance.of(request),
            "has_factor": factors.is_set_up(entrance.account_id(request)),
            "may_manage": request.actor.may(Permission.STAFF_MANAGE),  # type: ignore[attr-defined]
        },
    )


@public(reason="Ends the caller's own session, or nothing.")
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Sign out and lead to the start page, or where the form says: to signing in with another account."""
    api.sign_out(request)
    asked = get_next_redirect_url(request) or ""
    return HttpResponseRedirect(asked if asked.startswith("/") else "/")


@public(reason="Tells whoever has just proven to own a closed account why it opens no more.")
@require_safe
def closed(request: HttpRequest) -> HttpResponse:
    """Say that the account is closed and who can help."""
    return render(request, "identity/closed.html", status=403)
