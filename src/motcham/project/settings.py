"""Settings, all of them from the environment; `docs/reference/settings.md` lists them."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from django.utils.translation import gettext_lazy as _

MODE = os.environ.get("MOTCHAM_MODE", "production")
if MODE not in {"production", "demo", "test"}:
    raise SystemExit(f"MOTCHAM_MODE is '{MODE}'; it can be production, demo or test.")
DEMO = MODE in {"demo", "test"}
HOME = Path(os.environ.get("MOTCHAM_HOME", Path.home() / ".local/share/motcham")).expanduser()
PACKAGE = Path(__file__).resolve().parents[1]
DEBUG = False


def secret(name: str) -> str:
    """Read a secret from the environment, else from the keys folder, where the first process to start writes it."""
    if value := os.environ.get(f"MOTCHAM_{name.upper()}"):
        return value
    path = HOME / "keys" / f"{name}.txt"
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(os.urandom(40).hex())
    except FileExistsError:
        pass
    return path.read_text()


def database(url: str) -> dict[str, object]:
    """Turn a `postgresql://user:password@host:port/name?option=value` address into Django's form."""
    parts = urlsplit(url)
    options = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "motcham.project.database",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", None) or parts.hostname or "",
        "PORT": str(parts.port or options.pop("port", "")),
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        "DISABLE_SERVER_SIDE_CURSORS": True,
        # A server-side statement needs a session of its own, which PgBouncer before 1.21 does not give.
        "OPTIONS": {"connect_timeout": 5, "prepare_threshold": None, **options},
    }


SECRET_KEY = secret("secret_key")
DATABASES = {"default": database(os.environ.get("DATABASE_URL", "postgresql:///motcham"))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

BLOCKS = ["ledger", "documents", "places", "identity", "channels", "cases", "indicators"]
APPS = ["feedback_1022", "operations_centre", "directives", "complaints", "open_data"]
DEMO_APPS = ["demo"] if DEMO else []
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "motcham.ui",
    *(f"motcham.blocks.{name}" for name in BLOCKS if (PACKAGE / "blocks" / name / "apps.py").exists()),
    *(f"motcham.apps.{name}" for name in [*APPS, *DEMO_APPS] if (PACKAGE / "apps" / name / "__init__.py").exists()),
    "motcham.project",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "motcham.project.middleware.ContentSecurityPolicy",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "motcham.blocks.identity.middleware.ActorMiddleware",
    "motcham.blocks.identity.middleware.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "motcham.project.middleware.Problems",
]
ROOT_URLCONF = "motcham.project.urls"
WSGI_APPLICATION = "motcham.project.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PACKAGE / "project" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.messages.context_processors.messages",
                "motcham.ui.context.layout",
                "motcham.project.context.house",
            ],
        },
    },
]

AUTH_USER_MODEL = "identity.Account"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_ADAPTER = "motcham.blocks.identity.adapter.Adapter"
ACCOUNT_SESSION_REMEMBER = False
ALLAUTH_TRUSTED_PROXY_COUNT = int(os.environ.get("MOTCHAM_PROXIES", "0"))
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ["username"]},
    },
]
SESSION_ENGINE = "motcham.blocks.identity.sessions"
SESSION_COOKIE_AGE = 12 * 3600

LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", _("Vietnamese")), ("en", _("English"))]
LOCALE_PATHS = [PACKAGE / "locale"]
LANGUAGE_COOKIE_NAME = "language"
TIME_ZONE = "Asia/Ho_Chi_Minh"
USE_TZ = True

STATIC_URL = "/static/"
# A command that reads a file from its standard input: 0 is clean, 1 is infected (for instance "clamdscan --no-summary -").
DOCUMENT_SCANNER = os.environ.get("MOTCHAM_DOCUMENT_SCANNER", "")
STATIC_ROOT = HOME / "static"
STORAGES = {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}

ALLOWED_HOSTS = os.environ.get("MOTCHAM_HOSTS", "127.0.0.1,localhost,[::1],testserver").split(",")
CSRF_TRUSTED_ORIGINS = [origin for origin in os.environ.get("MOTCHAM_ORIGINS", "").split(",") if origin]
SECURE_TLS = MODE == "production" and os.environ.get("MOTCHAM_TLS", "1") == "1"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = SECURE_TLS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
SECURE_HSTS_SECONDS = 31_536_000 if SECURE_TLS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SECURE_TLS else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 12 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500
FILE_UPLOAD_MAX_MEMORY_SIZE = 12 * 1024 * 1024

CITY_NAME = "Thành phố Hồ Chí Minh"
REPLAY_SPEED = float(os.environ.get("MOTCHAM_REPLAY_SPEED", "60"))
CSRF_FAILURE_VIEW = "motcham.project.pages.csrf_failure"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(levelname)s %(name)s: %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {"motcham": {"level": "INFO"}},
}
