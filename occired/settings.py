"""Settings of every installation. What differs comes from the environment and fails loudly when missing or unsafe."""

from pathlib import Path

from celery.schedules import crontab
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from occired import environment as env
from occired.vendor import BOOTSTRAP_DIR

BASE_DIR = Path(__file__).resolve().parent.parent

DEMO = env.flag("OCCIRED_DEMO", default=False)
HTTPS = env.flag("OCCIRED_HTTPS", default=True)
DEBUG = False

SECRET_KEY = env.text("OCCIRED_SECRET_KEY")
MIN_SECRET_KEY_CHARACTERS = 50
if len(SECRET_KEY) < MIN_SECRET_KEY_CHARACTERS:
    raise ImproperlyConfigured(f"OCCIRED_SECRET_KEY needs at least {MIN_SECRET_KEY_CHARACTERS} characters.")
SEALING_KEYS = env.sealing_keys("OCCIRED_SEALING_KEYS")

ALLOWED_HOSTS = [name.lower() for name in env.names("OCCIRED_HOSTS")]
STAFF_HOST = env.text("OCCIRED_STAFF_HOST").lower()
TRUSTED_PROXIES = env.networks("OCCIRED_TRUSTED_PROXIES")
DEMO_HOSTS = {"localhost", "127.0.0.1", "[::1]", "testserver"}
if DEMO and not all(host in DEMO_HOSTS or host.endswith(".localhost") for host in ALLOWED_HOSTS):
    raise ImproperlyConfigured("OCCIRED_DEMO=1 refuses to start: OCCIRED_HOSTS names a host that is not this machine.")
if DEMO and (HTTPS or TRUSTED_PROXIES):
    raise ImproperlyConfigured("OCCIRED_DEMO=1 refuses to start with OCCIRED_HTTPS=1 or OCCIRED_TRUSTED_PROXIES set.")
if not DEMO and not HTTPS:
    raise ImproperlyConfigured("OCCIRED_HTTPS=0 is only possible in the demo (OCCIRED_DEMO=1).")
if not DEMO and any("*" in host or host.startswith(".") for host in ALLOWED_HOSTS):
    raise ImproperlyConfigured("OCCIRED_HOSTS must name hosts, without wildcards.")

INSTALLED_APPS = [
    "tenancy",
    "pages",
    "directory",
    "audit",
    "notifications",
    "changes",
    "products",
    "schedules",
    "tokens",
    "limits",
    "rights",
    "accounts",
    "exports",
    "occired",
    "occired.back_office.BackOfficeConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.postgres",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
    "django_otp",
    "csp",
    *(["demo"] if DEMO else []),  # its people and passwords exist nowhere else
]

MIDDLEWARE = [
    "occired.middleware.request_context",
    "occired.middleware.response_headers",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "occired.middleware.utf8_only",
    "occired.middleware.without_database",
    "occired.middleware.patience_with_database",
    "accounts.middleware.PortalOfRequest",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "occired.middleware.language",
    "django.middleware.common.CommonMiddleware",
    "occired.middleware.explained_method",  # within: the length is that of what is sent
    "django.middleware.csrf.CsrfViewMiddleware",
    "accounts.middleware.SignedInUser",
    "django.contrib.messages.middleware.MessageMiddleware",
    "accounts.middleware.entry_rights",
    "accounts.middleware.DefaultDeny",
]

ROOT_URLCONF = "occired.urls"
WSGI_APPLICATION = "occired.wsgi.application"
FORM_RENDERER = "pages.forms.PortalRenderer"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "loaders": [
                (
                    "pages.loaders.Loader",
                    ["django.template.loaders.filesystem.Loader", "django.template.loaders.app_directories.Loader"],
                )
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "occired.context.shell",
            ],
        },
    },
]

# Two roles on one database: `default` is what web and worker use and obeys row-level security; `owner` only migrates,
# for which no time is too long. The server's own limits apply while it lives; the driver's (occired/postgresql)
# also when it does not, and to all statements of a request together.
_CONNECTION = {"CONN_MAX_AGE": 600, "CONN_HEALTH_CHECKS": True}
_LIMITS = "-c lock_timeout=4000 -c statement_timeout=5000 -c idle_in_transaction_session_timeout=30000"
DATABASES = {
    "default": {
        **env.database("OCCIRED_DATABASE_URL"),
        **_CONNECTION,
        "ENGINE": "occired.postgresql",
        "OPTIONS": {
            "connect_timeout": 3,
            "tcp_user_timeout": 5000,
            "application_name": "occired-default",
            "options": _LIMITS,
        },
    }
}
if env.text("OCCIRED_DATABASE_OWNER_URL", ""):
    DATABASES["owner"] = {
        **env.database("OCCIRED_DATABASE_OWNER_URL"),
        **_CONNECTION,
        "OPTIONS": {"connect_timeout": 3, "application_name": "occired-owner"},
    }
DATABASE_ROUTERS = ["tenancy.routers.OwnerMigrates"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "directory.User"
AUTHENTICATION_BACKENDS = ["accounts.backends.PortalBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
LOGIN_URL = "sign-in"
LOGIN_REDIRECT_URL = "home"

DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000  # three amounts for each product and service of a user (limits)
SESSION_ENGINE = "accounts.sessions.store"
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_COOKIE_NAME = "__Host-occired" if HTTPS else "occired"
SESSION_COOKIE_SECURE = HTTPS
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_NAME = "__Host-occired-csrf" if HTTPS else "occired-csrf"
CSRF_COOKIE_SECURE = HTTPS
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "occired.views.csrf_failure"
LANGUAGE_COOKIE_NAME = "__Host-occired-language" if HTTPS else "occired-language"
LANGUAGE_COOKIE_SECURE = HTTPS
TRIES_COOKIE_NAME = "__Host-occired-tries" if HTTPS else "occired-tries"
LANGUAGE_COOKIE_HTTPONLY = True
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

SECURE_SSL_REDIRECT = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    },
}

LANGUAGE_CODE = "es"
LANGUAGES = [("es", _("Spanish")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "occired" / "locale"]
TIME_ZONE = "UTC"
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = env.text("OCCIRED_STATIC_ROOT", str(BASE_DIR / "var" / "static"))
STATICFILES_DIRS = [BASE_DIR / "static", ("vendor/bootstrap", BOOTSTRAP_DIR)]
WHITENOISE_ALLOW_ALL_ORIGINS = False  # no other site's page reads them
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "occired.static_files.PortalStaticFiles"},
}

EMAIL_BACKEND = "notifications.smtp.EmailBackend"
EMAIL_HOST = env.text("OCCIRED_SMTP_HOST")
EMAIL_PORT = env.number("OCCIRED_SMTP_PORT", 25)
EMAIL_HOST_USER = env.text("OCCIRED_SMTP_USER", "")
EMAIL_HOST_PASSWORD = env.text("OCCIRED_SMTP_PASSWORD", "")
_SMTP_TLS = env.choice("OCCIRED_SMTP_TLS", {"none", "starttls", "tls"}, "none" if DEMO else "starttls")
if not DEMO and _SMTP_TLS == "none":
    raise ImproperlyConfigured("OCCIRED_SMTP_TLS=none is only possible in the demo (OCCIRED_DEMO=1).")
if bool(EMAIL_HOST_USER) != bool(EMAIL_HOST_PASSWORD):
    raise ImproperlyConfigured("OCCIRED_SMTP_USER and OCCIRED_SMTP_PASSWORD belong together: give both or neither.")
EMAIL_USE_TLS = _SMTP_TLS == "starttls"
EMAIL_USE_SSL = _SMTP_TLS == "tls"
EMAIL_TIMEOUT = env.number("OCCIRED_SMTP_TIMEOUT_SECONDS", 10)
# What a mail server may take to answer a whole mail (RFC 5321 section 4.5.3.2.6). Each of these outlasts the one
# before it:
# the whole conversation of a dozen replies, the time its mail is nobody else's, the broker's patience with its task.
SMTP_ANSWER_SECONDS = env.number("OCCIRED_SMTP_ANSWER_SECONDS", 10 * 60)
DELIVERY_LIMIT_SECONDS = SMTP_ANSWER_SECONDS + 12 * EMAIL_TIMEOUT
DELIVERY_LEASE_SECONDS = DELIVERY_LIMIT_SECONDS + 2 * EMAIL_TIMEOUT
BROKER_PATIENCE_SECONDS = DELIVERY_LEASE_SECONDS + 2 * EMAIL_TIMEOUT
DEFAULT_FROM_EMAIL = env.text("OCCIRED_MAIL_FROM")

# A dead broker must not hang a request: one attempt, short time-outs; the outbox row is the truth, the sweep sends it.
CELERY_BROKER_URL = env.text("OCCIRED_BROKER_URL")
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "socket_connect_timeout": 1,
    "socket_timeout": 5,
    "visibility_timeout": BROKER_PATIENCE_SECONDS,
    "max_retries": 0,
}
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_TIME_LIMIT = 110  # seconds; a delivery has a limit of its own, which a server that trickles cannot outlast
# Deliveries have their own workers: a mail server that takes minutes keeps no sweep and no expiry waiting. How many
# processes these have is how many conversations it gets at once.
DELIVERIES_QUEUE = "deliveries"
CELERY_TASK_ROUTES = {"notifications.deliver": {"queue": DELIVERIES_QUEUE}}
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TIMEZONE = "UTC"
DELIVERY_SWEEP_SECONDS = env.number("OCCIRED_DELIVERY_SWEEP_SECONDS", 10)
READINESS_LIMIT_SECONDS = 60 * 60  # the nightly comparison reads everybody
CELERY_BEAT_SCHEDULE = {
    "sweep-deliveries": {"task": "notifications.sweep", "schedule": DELIVERY_SWEEP_SECONDS},
    "sweep-exports": {"task": "exports.sweep", "schedule": 60},
    "expire-changes": {"task": "changes.expire", "schedule": 60},
    "sweep-changes": {"task": "changes.sweep", "schedule": 60},
    "forget-drafts": {"task": "changes.forget_drafts", "schedule": 60 * 60},
    "make-passwords": {"task": "accounts.make_passwords", "schedule": 20},
    "sweep-uploads": {"task": "accounts.sweep_uploads", "schedule": 60},
    "clear-expired-sessions": {"task": "accounts.clear_expired_sessions", "schedule": 60 * 60},
    "compare-readiness": {"task": "rights.compare_readiness", "schedule": crontab(hour="8", minute="20")},
}

# Where a lower app calls a higher one: dotted paths, resolved by a system check at start.
CONFIRMATION_METHODS = ["tokens.confirmation.OneTimeCode"]
CHANGES = ["accounts.changes.KINDS", "limits.changes.KINDS", "products.changes.KINDS", "schedules.changes.KINDS"]
CHANGE_GUARDS = ["accounts.guards.EntryGuard"]
READINESS = "rights.services.keep_readiness"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "occired.logs.OneLineFormatter"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
    "loggers": {"django.server": {"handlers": ["stderr"], "propagate": False}, "celery": {"level": "INFO"}},
}
