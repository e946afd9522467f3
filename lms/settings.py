"""Settings of Bootcamp LMS: one file, from the environment only, failing loudly.

Every variable is read here and nowhere else; `docs/operations.md` lists them. DEMO=1 (what `make run` sets) is the only
mode with defaults for secrets, and it refuses to start on a host that is not this machine.
"""

from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import environ
import structlog
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from lms.lib.log_secrets import mask_secrets

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

# Modes
DEBUG = env.bool("DEBUG", default=False)
DEMO = env.bool("DEMO", default=False)
LOOPBACK_HOSTS = {"127.0.0.1", "localhost", "[::1]", "testserver"}
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=sorted(LOOPBACK_HOSTS))
if DEMO and set(ALLOWED_HOSTS) - LOOPBACK_HOSTS:
    raise ImproperlyConfigured(
        "DEMO=1 publishes passwords on the login page and serves loopback hosts only. "
        f"Unset DEMO, or remove {sorted(set(ALLOWED_HOSTS) - LOOPBACK_HOSTS)} from ALLOWED_HOSTS."
    )
BASE_URL = env.str("BASE_URL", default="http://127.0.0.1:8000").rstrip("/")
if DEMO and urlsplit(BASE_URL).hostname not in LOOPBACK_HOSTS:
    raise ImproperlyConfigured(f"DEMO=1 publishes passwords on the login page, and BASE_URL is {BASE_URL}. Unset DEMO.")
SECRET_KEY = env.str("SECRET_KEY", default="demo-only-key-of-a-loopback-portal" if DEMO else environ.Env.NOTSET)
CSRF_TRUSTED_ORIGINS = [BASE_URL]
VAR_DIR = Path(env.str("VAR_DIR", default=str(BASE_DIR / "var")))

# Applications
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.forms",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "rest_framework",
    "knox",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_htmx",
    "django_structlog",
    "lms.accounts",
    "lms.notifications",
    "courses",
    "mentors",
    "projects",
    "lms.portal",
    "lms.api",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "lms.portal.middleware.UnreadableAddressMiddleware",
    "lms.portal.middleware.NotAllowedMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "lms.portal.middleware.SignedInMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_structlog.middlewares.RequestMiddleware",
    "lms.portal.view_as.ViewAsMiddleware",
    "lms.accounts.middleware.ViewerTimezoneMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "lms.portal.middleware.DomainErrorMiddleware",
]
ROOT_URLCONF = "lms.urls"
WSGI_APPLICATION = "lms.wsgi.application"
ASGI_APPLICATION = "lms.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["lms.portal.templatetags.ui", "django.templatetags.static"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "lms.portal.context.portal",
            ],
        },
    }
]

FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# Database, cache and broker: two variables
DATABASES = {"default": env.db_url("DATABASE_URL", default=f"sqlite:///{VAR_DIR / 'lms.sqlite3'}")}
DATABASES["default"]["ATOMIC_REQUESTS"] = False
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"] = {
        "timeout": 20,
        "transaction_mode": "IMMEDIATE",
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
else:
    DATABASES["default"]["CONN_MAX_AGE"] = env.int("DATABASE_CONN_MAX_AGE", default=60)
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
    DATABASES["default"].setdefault("OPTIONS", {}).setdefault("connect_timeout", 5)
    if env.bool("DATABASE_PREPARE", default=True):  # what a connection asks again and again is planned once
        DATABASES["default"]["OPTIONS"] |= {"server_side_binding": True, "prepare_threshold": 5}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
REDIS_URL = env.str("REDIS_URL", default=f"unix://{VAR_DIR / 'redis' / 'redis.sock'}?db=0")
CACHES = {
    "default": {
        "BACKEND": "lms.lib.forgiving_cache.ForgivingRedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "lms",
        "OPTIONS": {"socket_timeout": 2, "socket_connect_timeout": 2},
    }
}
SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"
SESSION_COOKIE_AGE = int(timedelta(days=14).total_seconds())

# Celery: Redis only wakes workers, the database is the queue of record
CELERY_BROKER_URL = REDIS_URL
if REDIS_URL.startswith("unix://"):
    CELERY_BROKER_URL = f"redis+socket://{REDIS_URL.removeprefix('unix://')}".replace("?db=", "?virtual_host=")
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "queue_order_strategy": "sorted",  # a worker of several queues empties grade before heavy before regrade
    "visibility_timeout": 3600,
    "unacked_restore_interval": 2,
    "unacked_restore_throttle": 1,
    "socket_timeout": 5,
    "socket_connect_timeout": 2,
    "socket_keepalive": True,
    "max_retries": 1,
    "interval_start": 0,  # a page never waits for a broker that is away
    "interval_max": 0,
    "retry_on_timeout": False,
}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_TIMEOUT = 2
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = False
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_DEFAULT_QUEUE = "notify"
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 30
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "celerybeat-schedule")
CELERY_BEAT_SCHEDULE = {
    "end-pauses": {"task": "courses.tasks.end_pauses", "schedule": 60.0},
    "begin-pauses": {"task": "projects.tasks.begin_pauses", "schedule": 60.0},
    "reconcile-grading": {"task": "projects.tasks.reconcile_grading", "schedule": 15.0},
    "watch-grading": {"task": "projects.tasks.watch_grading", "schedule": 30.0},
    "reconcile-reviews": {"task": "projects.tasks.reconcile_reviews", "schedule": 60.0},
    "reconcile-regrading": {"task": "projects.tasks.reconcile_regrading", "schedule": 15.0},
    "reconcile-admissions": {"task": "courses.tasks.reconcile_admissions", "schedule": 60.0},
    "reconcile-rosters": {"task": "projects.tasks.reconcile_rosters", "schedule": 15.0},
    "reconcile-deliveries": {"task": "lms.notifications.tasks.reconcile_deliveries", "schedule": 15.0},
    "heartbeat": {"task": "lms.portal.tasks.beat_heartbeat", "schedule": 15.0},
    "probe-box": {"task": "lms.portal.tasks.probe_box", "schedule": 60.0},
}
CELERY_TASK_ROUTES = {  # what repairs and tells the time has a worker that never sends, grades or waits
    "courses.tasks.end_pauses": {"queue": "clock"},
    "projects.tasks.begin_pauses": {"queue": "clock"},
    "projects.tasks.reconcile_grading": {"queue": "clock"},
    "projects.tasks.watch_grading": {"queue": "clock"},
    "projects.tasks.reconcile_reviews": {"queue": "clock"},
    "projects.tasks.reconcile_regrading": {"queue": "clock"},
    "projects.tasks.apply_regrade": {"queue": "clock"},
    "projects.tasks.reconcile_rosters": {"queue": "clock"},
    "projects.tasks.apply_roster": {"queue": "clock"},
    "courses.tasks.reconcile_admissions": {"queue": "clock"},
    "lms.notifications.tasks.reconcile_deliveries": {"queue": "clock"},
    "lms.portal.tasks.beat_heartbeat": {"queue": "clock"},
    "lms.portal.tasks.probe_box": {"queue": "grade"},  # only a grading host can tell whether it can build a box
}
for _entry in CELERY_BEAT_SCHEDULE.values():  # what no worker took in time is not done twice later
    _entry.setdefault("options", {})["expires"] = _entry["schedule"]
CELERY_TIMEZONE = "UTC"

# People
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["lms.portal.backends.PortalBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
ACCOUNT_ADAPTER = "lms.accounts.adapter.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "lms.accounts.sign_in_forms.SignInForm",
    "reset_password": "lms.accounts.sign_in_forms.ForgottenPasswordForm",
}
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_USER_DISPLAY = "lms.accounts.adapter.display_name"
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_LOGIN_ON_EMAIL_CONFIRMATION = True  # in the browser that signed up, and in no other
ACCOUNT_CHANGE_EMAIL = True  # one address a person; a new one replaces it once it is confirmed
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_EMAIL_NOTIFICATIONS = True  # of changes to the account, to the old address too
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_RATE_LIMITS = {"signup": "10/m/ip,100/h/ip"}  # each sends an e-mail to an address that nobody has confirmed
ACCOUNT_SESSION_REMEMBER = True
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", default=0)
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
INVITATION_DAYS = env.int("INVITATION_DAYS", default=14)

# Time and language
LANGUAGE_CODE = "en-gb"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

# Files
STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
TABLER = BASE_DIR / "node_modules" / "@tabler" / "core" / "dist"
STATICFILES_DIRS = [BASE_DIR / "static", *((f"tabler/{kind}", TABLER / kind) for kind in ("css", "js", "img"))]
WHITENOISE_USE_FINDERS = DEMO or DEBUG
MEDIA_ROOT = Path(env.str("MEDIA_ROOT", default=str(VAR_DIR / "media")))
S3_BUCKET = env.str("S3_BUCKET", default="")
STORAGES = {
    "default": {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": S3_BUCKET,
            "endpoint_url": env.str("S3_ENDPOINT_URL", default=None),
            "region_name": env.str("S3_REGION", default=None),
            "default_acl": "private",
            "file_overwrite": True,
        },
    }
    if S3_BUCKET
    else {"BACKEND": "lms.lib.atomic_storage.AtomicFileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEMO or DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 6 * 1024 * 1024
FILE_UPLOAD_HANDLERS = [
    "lms.lib.uploads.BoundedUploadHandler",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
FILE_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FILES = 60
AVATAR_MAX_BYTES = 5 * 1024 * 1024
AVATAR_MAX_PIXELS = 40_000_000
SUBMISSION_MAX_BYTES = 50 * 1024 * 1024

# E-mail
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="Bootcamp LMS <lms@localhost>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
EMAIL_FILE_PATH = VAR_DIR / "mail"
EMAIL_TIMEOUT = 20
if "EMAIL_URL" in env.ENVIRON:
    vars().update(env.email_url("EMAIL_URL"))
elif DEMO:
    EMAIL_BACKEND = "lms.lib.mail_folder.FolderEmailBackend"
else:
    EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"

# Grading and review
GRADING_RUNTIME = env.str("GRADING_RUNTIME", default=str(BASE_DIR / ".runtime"))
GRADING_LANE = env.str("GRADING_LANE", default="warm", choices=["warm", "cold"])
GRADING_LEASE_SECONDS = env.int("GRADING_LEASE_SECONDS", default=90)
GRADING_RENEW_SECONDS = env.int("GRADING_RENEW_SECONDS", default=20)
GRADING_STALL_MINUTES = env.int("GRADING_STALL_MINUTES", default=5)
GRADING_JOB_DEADLINE_SECONDS = env.int("GRADING_JOB_DEADLINE_SECONDS", default=24 * 3600)
REGRADE_REQUEST_DAYS = env.int("REGRADE_REQUEST_DAYS", default=14)
REGRADE_PORTION = env.int("REGRADE_PORTION", default=50)
REGRADES_PER_HOST = env.int("REGRADES_PER_HOST", default=1)
ROSTER_PORTION = env.int("ROSTER_PORTION", default=500)
REVIEW_LEASE_MINUTES = env.int("REVIEW_LEASE_MINUTES", default=120)
REVIEW_UNDO_MINUTES = env.int("REVIEW_UNDO_MINUTES", default=10)
REVIEW_PROMISE_HOURS = env.int("REVIEW_PROMISE_HOURS", default=48)

# Security
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
CSRF_FAILURE_VIEW = "lms.portal.views.errors.csrf_failure"
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
HTTPS = BASE_URL.startswith("https://")
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = env.int("SECURE_HSTS_SECONDS", default=31_536_000 if HTTPS else 0)
if env.bool("TRUST_X_FORWARDED_PROTO", default=False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
if not (HTTPS or DEMO or DEBUG or set(ALLOWED_HOSTS) <= LOOPBACK_HOSTS):
    raise ImproperlyConfigured("BASE_URL must be an https:// address when the portal serves a real host.")

# API
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "lms.api.authentication.ApiTokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_PAGINATION_CLASS": "lms.api.pagination.NewestFirstPagination",
    "PAGE_SIZE": 50,
    "DEFAULT_THROTTLE_CLASSES": [
        "rest_framework.throttling.AnonRateThrottle",
        "rest_framework.throttling.UserRateThrottle",
        "rest_framework.throttling.ScopedRateThrottle",
    ],
    "DEFAULT_THROTTLE_RATES": {
        "anon": env.str("API_RATE_ANON", default="60/min"),
        "user": env.str("API_RATE_USER", default="600/min"),
        "token": env.str("API_RATE_TOKEN", default="10/min"),
        "submit": env.str("API_RATE_SUBMIT", default="60/min"),
        "feed": env.str("FEED_RATE", default="120/hour"),
        "unknown_feed": env.str("FEED_RATE_UNKNOWN", default="30/min"),
    },
    "NUM_PROXIES": ALLAUTH_TRUSTED_PROXY_COUNT,
    "EXCEPTION_HANDLER": "lms.api.errors.handle_exception",
}
REST_KNOX = {"TOKEN_TTL": timedelta(days=30), "AUTO_REFRESH": False}
SPECTACULAR_SETTINGS = {
    "TITLE": "Bootcamp LMS API",
    "DESCRIPTION": "The same actions and visibility as the portal's pages.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "COMPONENT_SPLIT_REQUEST": True,
}

# Logs: one JSON object a line (DEMO: readable lines)
DJANGO_STRUCTLOG_CELERY_ENABLED = True
_shared_processors = [
    structlog.contextvars.merge_contextvars,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
]
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "structured": {
            "()": structlog.stdlib.ProcessorFormatter,
            "foreign_pre_chain": _shared_processors,
            "processors": [
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                structlog.dev.ConsoleRenderer(colors=False) if DEMO else structlog.processors.JSONRenderer(),
                mask_secrets,
            ],
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "structured"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="WARNING" if DEMO else "INFO")},
}
structlog.configure(
    processors=[
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.filter_by_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
    ],
    logger_factory=structlog.stdlib.LoggerFactory(),
    wrapper_class=structlog.stdlib.BoundLogger,
    cache_logger_on_first_use=True,
)
