"""Django's settings. What differs between installations comes from the environment.

EQUIPOISE_HOME (data and secrets), EQUIPOISE_STUDY (the study's folder), DATABASE_URL (PostgreSQL;
else SQLite in the home), EQUIPOISE_HOSTS (names it answers to), EQUIPOISE_HTTPS=1 behind TLS,
EQUIPOISE_PROXY (the proxy's addresses, where it stands on another machine),
EQUIPOISE_DEMO=1 for the demonstration's sign-in list, EQUIPOISE_ACCESS_DAYS (how long the access
log is kept).
"""

import os
from contextlib import suppress
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from csp.constants import NONE, SELF
from django.conf.locale import LANG_INFO
from django.core.exceptions import ImproperlyConfigured

from equipoise.study.catalogue import spoken
from equipoise.web import home
from equipoise.web.backup import in_place
from equipoise.web.hosting import in_use
from equipoise.web.hosting.static_digest import digest_of, folders
from equipoise.web.hosting.statics import for_ever
from equipoise.web.sqlite_queue.standing import make_empty

WEB = Path(__file__).parent
HOME = home.folder()
home.make_private()
in_use.share(HOME)
in_place.finish(HOME)

SECRET_KEY = home.secret("web-key").hex()
DEBUG = False
DEMO = os.environ.get("EQUIPOISE_DEMO") == "1"
HTTPS = os.environ.get("EQUIPOISE_HTTPS") == "1"
# Who may say for whom it asks: the proxy, on this machine unless `serve --proxy` names another.
PROXIES = ["127.0.0.1", "::1", *filter(None, os.environ.get("EQUIPOISE_PROXY", "").split(","))]
# Two years: no guideline names a number; who counts the log among the essential records sets more.
ACCESS_DAYS = int(os.environ.get("EQUIPOISE_ACCESS_DAYS", "730"))
ALLOWED_HOSTS = os.environ.get("EQUIPOISE_HOSTS", "127.0.0.1,localhost,[::1]").split(",")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "csp",
    "equipoise.web",
]

MIDDLEWARE = [
    "equipoise.web.middleware.only_a_proxy_speaks_for_others",
    "equipoise.web.middleware.asks_little_of_the_browser",
    "csp.middleware.CSPMiddleware",
    "equipoise.web.hosting.soundness.answered",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "equipoise.web.middleware.kept_nowhere",
    "equipoise.web.hosting.outdated.answered",
    "equipoise.web.adopted.while_reading",
    "equipoise.web.middleware.SessionIfItCanBe",
    "django.middleware.locale.LocaleMiddleware",
    "equipoise.web.address_language.in_the_language_of_the_address",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "equipoise.web.middleware.signed_out_when_idle",
    "equipoise.web.strangers_share.within_their_share",
    "equipoise.web.live.answered_in_place",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "equipoise.web.middleware.without_nul",
]

ROOT_URLCONF = "equipoise.web.urls"
WSGI_APPLICATION = "equipoise.web.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [WEB / "pages"],
        "OPTIONS": {"environment": "equipoise.web.jinja.environment"},
    },
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [WEB / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "equipoise.web.views.sign_in_frame.frame_of_sign_in",
            ]
        },
    },
]


def _database(url: str) -> dict[str, object]:
    if not url:
        # SQLite gives what it writes beside a database the database's own mode.
        make_empty(HOME / "equipoise.sqlite3")
        return {
            "ENGINE": "equipoise.web.sqlite_queue",
            "NAME": HOME / "equipoise.sqlite3",
            "CONN_MAX_AGE": None,
            "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 30},
            "TEST": {"NAME": HOME / f"test-{os.getpid()}.sqlite3"},
        }
    parts = urlsplit(url)
    try:
        port = parts.port
    except ValueError:
        port = -1
    if parts.scheme not in ("postgres", "postgresql") or port == -1:
        raise ImproperlyConfigured(
            "DATABASE_URL is no address of a PostgreSQL database; it looks like "
            "postgresql://user:password@host:5432/name. Without it SQLite in the home is used"
        )
    query = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.pop("host", parts.hostname or ""),
        "PORT": str(port or ""),
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": query,
    }


DATABASES = {"default": _database(os.environ.get("DATABASE_URL", ""))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "web_cache",
        # The limits on sign-in are counted here; a flood of names must not push them out.
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}

AUTH_USER_MODEL = "web.Account"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "equipoise.web.passwords.LongEnough"},
    {"NAME": "equipoise.web.passwords.UnlikeNames"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
ACCOUNT_ADAPTER = "equipoise.web.accounts.sign_in.NobodySignsUp"
ACCOUNT_FORMS = {
    "login": "equipoise.web.accounts.sign_in_form.SignIn",
    "change_password": "equipoise.web.accounts.sign_in_form.OtherPassword",
}
SOCIALACCOUNT_ADAPTER = "equipoise.web.identity.arrival.Arrivals"
MFA_ADAPTER = "equipoise.web.accounts.sign_in.SealedSecrets"
MFA_FORMS = {
    "authenticate": "equipoise.web.accounts.second_factor_form.SignInCode",
    "reauthenticate": "equipoise.web.accounts.second_factor_form.CodeAgain",
    "activate_totp": "equipoise.web.accounts.second_factor_form.FirstCode",
    "authenticate_webauthn": "equipoise.web.accounts.second_factor_form.SignInKey",
    "add_webauthn": "equipoise.web.accounts.second_factor_form.AddKey",
    "edit_webauthn": "equipoise.web.accounts.second_factor_form.NameKey",
}
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_USER_MODEL_USERNAME_FIELD = "person_id"
ACCOUNT_LOGOUT_ON_GET = False
# Who tries passwords is counted by `throttle`, which locks nobody out for others; `login` would
# stop a whole hospital behind one address. What is left counts codes, once a password was right.
ACCOUNT_RATE_LIMITS = {"login": None, "login_failed": "5/300s/key"}
# Behind the proxy all come from one address; who tries passwords is told apart by its last word.
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if HTTPS else 0
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
PASSWORD_RESET_TIMEOUT = 2 * 3600
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "today"
LOGOUT_REDIRECT_URL = "public"

LANGUAGE_CODE = "en"
LANGUAGES = [(code, LANG_INFO[code]["name_local"]) for code in spoken()]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_DIGEST = digest_of(folders())
STATIC_URL = f"static/{STATIC_DIGEST}/"
STATIC_ROOT = HOME / "static" / STATIC_DIGEST
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedStaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
with suppress(OSError):  # a home that can not be written is served from where the files stand
    STATIC_ROOT.mkdir(parents=True, exist_ok=True)
WHITENOISE_IMMUTABLE_FILE_TEST = for_ever

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = HTTPS
if HTTPS:
    # No other server under the same domain can set a cookie of this name.
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-sessionid", "__Host-csrftoken"
SESSION_COOKIE_AGE = 8 * 3600
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "equipoise.web.views.error_pages.forged"
X_FRAME_OPTIONS = "DENY"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"()": "equipoise.web.log_format.WithoutPersons"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "django": {"handlers": [], "level": "WARNING"},
        "django.request": {"level": "ERROR"},  # a page that is not there is nobody's error
    },
}
