"""Settings, all of them from the environment; `docs/reference/settings.md` lists them."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from django.utils.translation import gettext_lazy as _

MODE = os.environ.get("MOTCHAM_MODE", "production")
if MODE not in {"production", "demo", "test"}:
    raise SystemExit(
        f"MOTCHAM_MODE là '{MODE}'; chỉ có thể là production, demo hay test. / MOTCHAM_MODE is '{MODE}'; it can be production, demo or test."
    )
DEMO = MODE in {"demo", "test"}
HOME = Path(os.environ.get("MOTCHAM_HOME", Path.home() / ".local/share/motcham")).expanduser()
PACKAGE = Path(__file__).resolve().parents[1]
DEBUG = False


def number(name: str, default: int) -> int:
    """Read a number from the environment."""
    value = os.environ.get(name, "")
    if value and not value.isdecimal():
        raise SystemExit(f"{name} là '{value}'; cần một số. / {name} is '{value}'; a number is needed.")
    return int(value or default)


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
    threshold = options.pop("prepare_threshold", "5")
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
        # A prepared statement needs a session of its own: behind PgBouncer before 1.21, say `prepare_threshold=none`.
        "OPTIONS": {"connect_timeout": 5, "prepare_threshold": int(threshold) if threshold.isdigit() else None, **options},
    }


def oidc_addresses(env: Mapping[str, str]) -> list[str]:
    """Return every address that signing in may lead to: the issuers, and where a provider shows its page elsewhere, MOTCHAM_OIDC_PAGES."""
    issuers = [value for name, value in env.items() if name.startswith("MOTCHAM_OIDC_") and name.endswith("_ISSUER")]
    return [each for each in [*issuers, *env.get("MOTCHAM_OIDC_PAGES", "").split(",")] if each]


def sign_in_providers(env: Mapping[str, str]) -> list[dict[str, object]]:
    """Read the OpenID Connect providers: MOTCHAM_OIDC_ISSUER and so on, more of them as MOTCHAM_OIDC_2_ISSUER, _3_."""
    found: list[dict[str, object]] = []
    for number in range(1, 10):
        prefix = "MOTCHAM_OIDC_" if number == 1 else f"MOTCHAM_OIDC_{number}_"
        issuer = env.get(f"{prefix}ISSUER", "").rstrip("/")
        if not issuer:
            continue
        levels = {level: [each for each in env.get(f"{prefix}ACR_{level}", level).split(",") if each] for level in ("1", "2")}
        found.append(
            {
                "provider_id": env.get(f"{prefix}ID", f"oidc-{number}"),
                "name": env.get(f"{prefix}NAME", "VNeID"),
                "client_id": env.get(f"{prefix}CLIENT_ID", ""),
                "secret": env.get(f"{prefix}CLIENT_SECRET", ""),
                "settings": {"server_url": issuer, "levels": levels},
            }
        )
    return found


SECRET_KEY = secret("secret_key")
DATABASES = {"default": database(os.environ.get("DATABASE_URL", "postgresql:///motcham"))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

BLOCKS = ["ledger", "documents", "places", "identity", "channels", "payments", "cases", "indicators"]
APPS = [
    "feedback_1022",
    "feedback_1022.open311",
    "operations_centre",
    "directives",
    "complaints",
    "open_data",
    "public_services",
    "public_services.counter",
    "public_services.dossiers",
    "public_services.national_portal",
]
DEMO_APPS = ["demo"] if DEMO else []
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "motcham.ui",
    *(f"motcham.blocks.{name}" for name in BLOCKS if (PACKAGE / "blocks" / name / "apps.py").exists()),
    *(
        f"motcham.apps.{name}"
        for name in [*APPS, *DEMO_APPS]
        if (PACKAGE / "apps" / name.replace(".", "/") / "__init__.py").exists()
    ),
    "motcham.project",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "motcham.project.middleware.Compressed",
    "motcham.project.middleware.ContentSecurityPolicy",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "motcham.blocks.identity.middleware.ActorMiddleware",
    "motcham.blocks.identity.middleware.LanguageMiddleware",
    "motcham.project.middleware.Bounds",
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
# Wrong answers are counted in the database by `blocks.identity.lockout`, for all processes together.
ACCOUNT_RATE_LIMITS = {"login": None, "login_failed": None, "reauthenticate": None}
ACCOUNT_REAUTHENTICATION_TIMEOUT = 900
MFA_ADAPTER = "motcham.blocks.identity.factors.FactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Một Chạm"
MFA_TOTP_TOLERANCE = 1
SOCIALACCOUNT_ADAPTER = "motcham.blocks.identity.openid.SocialAdapter"
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_LOGIN_ON_GET = False
SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": sign_in_providers(os.environ), "OAUTH_PKCE_ENABLED": True}}
SIGN_IN_ORIGINS = sorted({f"{part.scheme}://{part.netloc}" for part in map(urlsplit, oidc_addresses(os.environ))})
OFFICER_IDLE_MINUTES = number("MOTCHAM_OFFICER_IDLE_MINUTES", 30)
ALLAUTH_TRUSTED_PROXY_COUNT = number("MOTCHAM_PROXIES", 0)
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
# The time-stamp authority (RFC 3161) that is asked when a result is signed; its certificate lies in keys/time-stamps.
TIME_STAMP_URL = os.environ.get("MOTCHAM_TIME_STAMP_URL", "")
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
# As many photos as a form takes, each as large as may be; the nginx that is shipped refuses what is larger as well.
REQUEST_MOST_BYTES = 110 * 1024 * 1024

# How mail leaves (starttls://user:password@host:587), from whom, and the address under which the house is reached from outside.
SMTP_URL = os.environ.get("MOTCHAM_SMTP_URL", "")
MAIL_FROM = os.environ.get("MOTCHAM_MAIL_FROM", "Một Chạm <no-reply@motcham.invalid>" if MODE == "demo" else "")
PUBLIC_URL = os.environ.get("MOTCHAM_PUBLIC_URL", f"http://127.0.0.1:{os.environ.get('PORT', '8000')}" if MODE == "demo" else "")

# GeoReport v2: the first jurisdiction_id is ours, others are accepted as well; whether anybody may report without a key; how
# often a program may, in a minute and process; and the private networks that may be called (10.0.0.0/8), besides public ones.
GEOREPORT_JURISDICTIONS = os.environ.get("MOTCHAM_GEOREPORT_JURISDICTION", "hochiminhcity.gov.vn").lower().split(",")
GEOREPORT_OPEN = os.environ.get("MOTCHAM_GEOREPORT_OPEN", "1" if DEMO else "0") == "1"
GEOREPORT_PER_MINUTE = number("MOTCHAM_GEOREPORT_PER_MINUTE", 1200)
OUTGOING_NETWORKS = [network for network in os.environ.get("MOTCHAM_OUTGOING_NETWORKS", "").split(",") if network]

# The payment gateway (payOS, docs/adr/0021): its address, what it gave us for taking money and for paying back, and the account
# (BIN:number) that is shown for a transfer by hand where there is no gateway. The demo has a made-up gateway of its own.
PAYOS_URL = os.environ.get("MOTCHAM_PAYOS_URL", "demo" if MODE == "demo" else "https://api-merchant.payos.vn").rstrip("/")
PAYOS_KEYS = (
    ("demo-client", "demo-api-key", "demo-checksum-key")
    if PAYOS_URL == "demo" and DEMO
    else (
        os.environ.get("MOTCHAM_PAYOS_CLIENT_ID", ""),
        os.environ.get("MOTCHAM_PAYOS_API_KEY", ""),
        os.environ.get("MOTCHAM_PAYOS_CHECKSUM_KEY", ""),
    )
)
PAYOUT_KEYS = (
    os.environ.get("MOTCHAM_PAYOUT_CLIENT_ID", ""),
    os.environ.get("MOTCHAM_PAYOUT_API_KEY", ""),
    os.environ.get("MOTCHAM_PAYOUT_CHECKSUM_KEY", ""),
)
PAYMENT_ACCOUNT = os.environ.get("MOTCHAM_PAYMENT_ACCOUNT", "")

# The national portal: its address and our key to it; nothing is sent without the address. The demo has a made-up one of its own.
NATIONAL_PORTAL_URL = os.environ.get("MOTCHAM_NATIONAL_PORTAL_URL", "demo" if MODE == "demo" else "").rstrip("/")
NATIONAL_PORTAL_KEY = os.environ.get("MOTCHAM_NATIONAL_PORTAL_KEY", "demo" if MODE == "demo" else "")
# Its codes for the databases that dossiers were settled with (population=…,land=…): no source gives them, the connection does.
NATIONAL_PORTAL_SOURCES = [each for each in os.environ.get("MOTCHAM_NATIONAL_PORTAL_SOURCES", "").split(",") if each.strip()]

CITY_NAME = "Thành phố Hồ Chí Minh"
CSRF_FAILURE_VIEW = "motcham.project.pages.csrf_failure"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(levelname)s %(name)s: %(message)s"}},
    "filters": {"routes": {"()": "motcham.project.logs.Routes"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["routes"]}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {"motcham": {"level": "INFO"}},
}
