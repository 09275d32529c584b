"""Settings: everything that differs between machines comes from the environment.

``.env.example`` explains each variable. With nothing set it is a first run on
one machine: SQLite, an embedded Valkey, local addresses, samples allowed.
"""

from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

import environ
from celery.schedules import crontab
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from ducpho_portal import broker

BASE_DIR = Path(__file__).resolve().parent.parent
DEVELOPMENT_SECRET = "development-only-this-secret-is-public-never-use-it-outside-your-own-machine"  # noqa: S105
LOCAL_HOSTS = ["localhost", "127.0.0.1", "[::1]"]


class Env(environ.Env):
    """django-environ, which would take any unknown word for "no", made strict."""

    def bool(self, var, default=environ.Env.NOTSET):
        """Yes or no in one of the usual words; ImproperlyConfigured for any other."""
        said = self.str(var, default="").strip().lower()
        if said and said not in {*self.BOOLEAN_TRUE_STRINGS, "false", "off", "n", "no", "0"}:
            raise ImproperlyConfigured(f"{var}: say true or false, not {said!r}.")
        return super().bool(var, default) if said else default

    def int(self, var, default=environ.Env.NOTSET):
        """A whole number; ImproperlyConfigured for anything else."""
        try:
            return super().int(var, default)
        except ValueError as error:
            raise ImproperlyConfigured(f"{var}: a whole number is wanted here.") from error


env = Env()
Env.read_env(BASE_DIR / ".env")

# -- Where and for whom -------------------------------------------------------
DEBUG = env.bool("DEBUG", default=False)
PORT = env.int("PORT", default=8000)
SITE_URL = env.str("SITE_URL", default=f"http://localhost:{PORT}").rstrip("/")
HTTPS = SITE_URL.startswith("https://")
OWN_HOST = urlsplit(SITE_URL).hostname or "localhost"
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[OWN_HOST] if HTTPS else LOCAL_HOSTS)
PRODUCTION = env.bool("PRODUCTION", default=HTTPS or not set(ALLOWED_HOSTS) <= set(LOCAL_HOSTS))
SECRET_KEY = env.str("SECRET_KEY", default=DEVELOPMENT_SECRET)
VAR_DIR = Path(env.str("VAR_DIR", default=str(BASE_DIR / "var"))).resolve()
with suppress(OSError):  # the command that needs the folder says in words why it cannot have it
    VAR_DIR.mkdir(parents=True, exist_ok=True)
MEDIA_ROOT = Path(env.str("MEDIA_ROOT", default=str(VAR_DIR / "media"))).resolve()

if PRODUCTION:
    if SECRET_KEY.startswith("development") or len(SECRET_KEY) < 50 or len(set(SECRET_KEY)) < 5:
        raise ImproperlyConfigured(
            "SECRET_KEY: production needs a secret of its own, at least 50 characters. Make one: "
            'python3 -c "import secrets; print(secrets.token_urlsafe(50))"'
        )
    if DEBUG:
        raise ImproperlyConfigured("DEBUG: production never runs with DEBUG on.")
    if not HTTPS:
        raise ImproperlyConfigured(f"SITE_URL: production needs an https address, not {SITE_URL}.")
    if "*" in ALLOWED_HOSTS:
        raise ImproperlyConfigured("ALLOWED_HOSTS: name the hosts, * would trust any of them.")

# -- Parts --------------------------------------------------------------------
INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "crispy_forms",
    "csp",
    "django_htmx",
    "template_partials",
    "core",
    "accounts",
    "programme",
    "support_orgs",
    "projects",
    "contests",
    "reports",
]
AUTH_USER_MODEL = "accounts.User"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
ROOT_URLCONF = "ducpho_portal.urls"
WSGI_APPLICATION = "ducpho_portal.wsgi.application"

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "core.middleware.plain_errors",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "core.middleware.chosen_language",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "accounts.middleware.official_access",
    "core.middleware.private_pages",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "core.context.portal",
                "accounts.context.office",
            ],
            "builtins": ["core.templatetags.portal", "django.templatetags.i18n"],
        },
    }
]
FORM_RENDERER = "core.renderers.PortalRenderer"
CRISPY_TEMPLATE_PACK = "ducpho"
CRISPY_ALLOWED_TEMPLATE_PACKS = ["ducpho"]
CRISPY_FAIL_SILENTLY = False

# -- Data ---------------------------------------------------------------------
DATABASES = {"default": env.db_url("DATABASE_URL", default=f"sqlite:///{VAR_DIR / 'db.sqlite3'}")}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # Readers never wait for the writer, writers queue up instead of failing.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": (
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-20000;"
        ),
    }
else:
    DATABASES["default"].setdefault("OPTIONS", {})
    # Our statements take milliseconds; compiling them first would often take longer than running.
    DATABASES["default"]["OPTIONS"].setdefault("options", "-c jit=off")
    DATABASES["default"]["OPTIONS"]["pool"] = {
        "min_size": 1,
        "max_size": env.int("DATABASE_POOL", default=8),
        "timeout": 10,
    }
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True

REDIS_URL = env.str("REDIS_URL", default="")
if broker.has_server(REDIS_URL):
    CACHES = {
        "default": {
            "BACKEND": "django_redis.cache.RedisCache",
            "LOCATION": broker.cache_url(VAR_DIR, REDIS_URL),
            "OPTIONS": {"SOCKET_CONNECT_TIMEOUT": 1, "SOCKET_TIMEOUT": 2},
            "KEY_PREFIX": "ducpho",
        }
    }
else:  # no Valkey for this platform: rate limits still need a cache that processes share
    CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
            "LOCATION": VAR_DIR / "cache",
        }
    }
DJANGO_REDIS_IGNORE_EXCEPTIONS = True  # the portal works while the broker is away
DJANGO_REDIS_LOG_IGNORED_EXCEPTIONS = False  # /healthz tells; a trace a page helps nobody

# -- Jobs ---------------------------------------------------------------------
CELERY_BROKER_URL = broker.broker_url(VAR_DIR, REDIS_URL)
CELERY_BROKER_TRANSPORT_OPTIONS = broker.transport_options(VAR_DIR, REDIS_URL)
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_IGNORE_RESULT = True  # every job has a row of its own that tells how it went
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_TIME_LIMIT = 900
CELERY_TASK_DEFAULT_QUEUE = "default"
CELERY_TASK_ROUTES = {
    "core.tasks.deliver": {"queue": "mail"},
    "core.tasks.run_job": {"queue": "reports"},
}
CELERY_TIMEZONE = "Asia/Ho_Chi_Minh"
CELERY_BEAT_SCHEDULE = {
    "sweep": {"task": "core.tasks.sweep", "schedule": 30.0},
    "seal the journal": {"task": "core.tasks.seal_journal", "schedule": 300.0},
    "sweep exports": {"task": "projects.tasks.sweep_exports", "schedule": crontab(minute="20")},
    "tell of overdue ideas": {
        "task": "projects.tasks.escalate_overdue",
        "schedule": crontab(hour="7", minute="15"),
    },
    "open the quarter": {
        "task": "reports.tasks.open_due_quarters",
        "schedule": crontab(minute="10,40"),
    },
    "remind of certificates": {
        "task": "projects.tasks.remind_of_certificates",
        "schedule": crontab(hour=7, minute=5),
    },
    "open the check-ins": {
        "task": "projects.tasks.open_check_ins",
        "schedule": crontab(hour=7, minute=25),
    },
    "ask those who turned 18": {
        "task": "accounts.tasks.ask_the_grown_up",
        "schedule": crontab(hour="6", minute="20"),
    },
}

# -- Language, place, time ----------------------------------------------------
LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", "Tiếng Việt"), ("en", "English")]
LANGUAGE_COOKIE_NAME = "ngon_ngu"
LOCALE_PATHS = [BASE_DIR / "locale", BASE_DIR / "locale" / "third_party"]
FORMAT_MODULE_PATH = ["core.formats"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Ho_Chi_Minh"

# -- Votes --------------------------------------------------------------------
POLL_MEMORY_SECONDS = 2  # how long a process takes an announced poll to be as it was

# -- Files --------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": str(MEDIA_ROOT), "base_url": None},
    },
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
UPLOAD_LIMIT = 20 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700

# -- Mail ---------------------------------------------------------------------
# A first run writes mails into files instead of sending them.
vars().update(env.email_url("EMAIL_URL", default="filemail://"))
if EMAIL_BACKEND.endswith("filebased.EmailBackend"):  # noqa: F821
    EMAIL_FILE_PATH = str(VAR_DIR / "mail")
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default=f"khong-tra-loi@{OWN_HOST}")
SERVER_EMAIL = DEFAULT_FROM_EMAIL

# -- Accounts -----------------------------------------------------------------
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 14},  # TCVN 14423:2026, level 2
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/viec-cua-toi/"
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_PASSWORD_RESET_BY_CODE_ENABLED = True
ACCOUNT_PASSWORD_RESET_BY_CODE_TIMEOUT = 900  # mail may take minutes
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_TIMEOUT = 900
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXIES", default=0)
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if HTTPS else "http"
ACCOUNT_RATE_LIMITS = {"login_failed": "30/m/ip,5/15m/key"}  # five wrong tries lock for 15 minutes
MFA_ADAPTER = "accounts.adapter.MFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HTTPS
# Official roles take effect only behind a second factor. A demo on one's own machine may skip it.
MFA_REQUIRED = env.bool("MFA_REQUIRED", default=PRODUCTION)
SESSION_COOKIE_AGE = 14 * 24 * 3600
IDLE_MINUTES = {  # TCVN 14423:2026, level 2
    "user": env.int("IDLE_MINUTES", default=15),
    "administrator": env.int("IDLE_MINUTES_ADMINISTRATOR", default=5),
}

# -- Security -----------------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],  # the TOTP set-up draws its QR code as a data: image
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
PERMISSIONS_POLICY = {
    name: []
    for name in (
        "accelerometer",
        "autoplay",
        "camera",
        "display-capture",
        "encrypted-media",
        "fullscreen",
        "geolocation",
        "gyroscope",
        "magnetometer",
        "microphone",
        "midi",
        "payment",
        "usb",
    )
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_HTTPONLY = True
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "core.views.csrf_failure"
if HTTPS:
    SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 365 * 24 * 3600
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-phien", "__Host-csrf"
    LANGUAGE_COOKIE_SECURE = True
CSRF_TRUSTED_ORIGINS = [SITE_URL]

# -- Logs ---------------------------------------------------------------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"},
    },
    "handlers": {"stdout": {"class": "logging.StreamHandler", "formatter": "line"}},
    # A line for each letter sent would drown what matters.
    "loggers": {"celery.app.trace": {"level": "WARNING"}},
    "root": {"handlers": ["stdout"], "level": env.str("LOG_LEVEL", default="INFO")},
}
