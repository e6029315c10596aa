"""The composition root: the only place that names apps and providers, and it names them by string."""

from pathlib import Path

from omnichannel import environment
from omnichannel.observability.logs import logging_settings
from omnichannel.schedule import BEAT_SCHEDULE

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = Path(environment.text("DATA_DIR") or BASE_DIR / ".data").absolute()
DEBUG = environment.flag("DEBUG", default=False)

# --- Where the servers are -----------------------------------------------------------------------
# manage.py and the supervisor start the built-in servers and say so in the environment; nothing is started
# on import. With DEBUG on, a missing address means those of DATA_DIR; with DEBUG off it is refused below.
DATABASE_URL, REDIS_URL = environment.server_urls(DATA_DIR, fall_back=DEBUG)
PGBOUNCER = environment.flag("PGBOUNCER", default=False)
_prepare_threshold = environment.integer("PREPARE_THRESHOLD", 0 if PGBOUNCER else 1)

DATABASES = {
    "default": environment.postgres_settings(
        DATABASE_URL, pgbouncer=PGBOUNCER, prepare_threshold=_prepare_threshold or None
    )
}
CACHES = {
    "default": {
        "BACKEND": "omnichannel.observability.cache.ResilientRedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "omnichannel",
        # A Redis that hangs must cost a request little: it is only a cache.
        "OPTIONS": {"socket_timeout": 0.5, "socket_connect_timeout": 0.5},
    }
}

# --- Safety --------------------------------------------------------------------------------------
SECRET_KEY = environment.text("SECRET_KEY") or ("development-only" if DEBUG else "")
ENCRYPTION_KEYS = environment.words("ENCRYPTION_KEYS") or [SECRET_KEY]
ALLOWED_HOSTS = environment.words("ALLOWED_HOSTS") or (sorted(environment.LOOPBACK) if DEBUG else [])
CSRF_TRUSTED_ORIGINS = environment.words("CSRF_TRUSTED_ORIGINS")
SITE_URL = environment.text("SITE_URL")
LIVE_URL = environment.text("LIVE_URL")
ALLOW_HTTP = environment.flag("ALLOW_HTTP", default=DEBUG or environment.is_local(ALLOWED_HOSTS))

INSTALLED_APPS = [
    "unfold",
    "unfold.contrib.filters",
    "unfold.contrib.forms",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.admin",
    "allauth",
    "allauth.account",
    "allauth.headless",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_filters",
    "django_celery_beat",
    "anymail",
    "omnichannel.observability",
    "omnichannel.accounts",
    "omnichannel.brand",
    "omnichannel.events",
    "omnichannel.rest",
    "omnichannel.integrations",
    "omnichannel.transfer",
    "catalog",
    "customers",
    "stores",
    "carts",
    "orders",
    "loyalty",
    "campaigns.offers",
    "campaigns.segments",
    "campaigns.messages",
    "campaigns.journeys",
    "campaigns.audiences",
    "campaigns.social",
    "insights",
    "backoffice",
    "demo",
]

MIDDLEWARE = [
    "omnichannel.observability.middleware.observe",
    "omnichannel.rest.cors.allow_origins",
    "django.middleware.security.SecurityMiddleware",
    "omnichannel.rest.direct.answer_directly",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "omnichannel.accounts.middleware.require_second_step",
    "omnichannel.staff.middleware.use_brand_time",
]

ROOT_URLCONF = "omnichannel.urls"
WSGI_APPLICATION = "omnichannel.wsgi.application"
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
            ]
        },
    }
]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "accounts.User"
# The email is unique in lower case, by constraint `user_email_once`.
SILENCED_SYSTEM_CHECKS = ["auth.W004"]
AUTHENTICATION_BACKENDS = [
    # One backend: with two, a wrong password of a known address would cost two hashes, of an unknown one another number.
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
# cached_db: one statement (the user) per signed-in request instead of three.
SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = not ALLOW_HTTP
SESSION_COOKIE_NAME = environment.text("SESSION_COOKIE_NAME", "sessionid")
SECURE_SSL_REDIRECT = not ALLOW_HTTP
SECURE_PROXY_SSL_HEADER = None if ALLOW_HTTP else ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = 0 if ALLOW_HTTP else 31_536_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = not ALLOW_HTTP
X_FRAME_OPTIONS = "DENY"  # the show page lifts it for its own clients (xframe_options_sameorigin)
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_048_576

# --- Signing in (django-allauth, headless) ---------------------------------------------------------
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
# Mandatory, so that sign-up answers the same whether or not the email is known.
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_ADAPTER = "campaigns.messages.adapters.AccountAdapter"
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_ON_PASSWORD_RESET = False
# Only where the sign-up was begun: the session must have it pending.
ACCOUNT_LOGIN_ON_EMAIL_CONFIRMATION = True
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "http" if ALLOW_HTTP else "https"
# Pages of the storefront that the links in account mails lead to; the storefront calls the headless API from there.
ACCOUNT_PAGES_URL = environment.text("ACCOUNT_PAGES_URL") or f"{SITE_URL or 'http://127.0.0.1:8000'}/demo/account"
# Where a mail leads somebody to their order: the storefront reads it with the token over the API.
ORDER_STATUS_PAGE = environment.text("ORDER_STATUS_PAGE") or ACCOUNT_PAGES_URL + "/order/?token={token}"
# Where the QR of a postcard leads: the page that makes its reader a member (`?token=`).
JOIN_PAGE = environment.text("JOIN_PAGE") or f"{SITE_URL or 'http://127.0.0.1:8000'}/demo/join/"
HEADLESS_FRONTEND_URLS = {
    "account_confirm_email": ACCOUNT_PAGES_URL + "/verify-email/?key={key}",
    "account_reset_password": ACCOUNT_PAGES_URL + "/reset-password/",
    "account_reset_password_from_key": ACCOUNT_PAGES_URL + "/reset-password/?key={key}",
    "account_signup": ACCOUNT_PAGES_URL + "/sign-up/",
    "socialaccount_login_error": ACCOUNT_PAGES_URL + "/log-in/?social=error",
}
# Social log-ins: any OpenID Connect provider by configuration. A JSON list of django-allauth apps:
# [{"provider_id": "acme", "name": "Acme", "client_id": "…", "secret": "…", "settings": {"server_url": "https://…"}}]
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {"APPS": environment.json_list("OIDC_PROVIDERS"), "OAUTH_PKCE_ENABLED": True}
}
SOCIALACCOUNT_ADAPTER = "omnichannel.accounts.adapters.SocialAdapter"
# A provider's word for an address is enough to log in to the account that has proven the same one.
SOCIALACCOUNT_EMAIL_AUTHENTICATION = True
SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True
SOCIALACCOUNT_AUTO_SIGNUP = True
STAFF_MFA_REQUIRED = environment.flag("STAFF_MFA_REQUIRED", default=not DEBUG and not ALLOW_HTTP)
HEADLESS_ONLY = True
HEADLESS_CLIENTS = ("app", "browser")
MFA_TOTP_ISSUER = environment.text("MFA_TOTP_ISSUER", "Omnichannel")
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
LOGIN_URL = "/admin/login/"

# --- Language, time, files -------------------------------------------------------------------------
LANGUAGE_CODE = "en"
TIME_ZONE = "UTC"
USE_I18N = True
USE_TZ = True
FORMAT_MODULE_PATH = ["omnichannel.formats"]
STATIC_URL = "/static/"
STATIC_ROOT = Path(environment.text("STATIC_ROOT") or DATA_DIR / "static")
# Hashed and compressed where `collectstatic` has run (the supervisor does so); straight from the sources else.
STATIC_HASHED = environment.flag("STATIC_HASHED", default=False)
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    # Imports and their error files: never served by an address.
    "private": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": DATA_DIR / "private", "base_url": None},
    },
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if STATIC_HASHED
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = not STATIC_HASHED
WHITENOISE_AUTOREFRESH = environment.flag("STATIC_AUTOREFRESH", default=DEBUG)
MEDIA_URL = "/media/"
MEDIA_ROOT = DATA_DIR / "media"

# --- The API ---------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "omnichannel.integrations.api.auth.ApiKeyAuthentication",
        "stores.api.auth.DeviceAuthentication",
        "customers.api.auth.AppTokenAuthentication",
        "carts.api.auth.CartTokenAuthentication",
        "customers.api.auth.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["omnichannel.rest.permissions.CallerAllowed"],
    "DEFAULT_RENDERER_CLASSES": ["omnichannel.rest.wire.OrjsonRenderer"],
    "DEFAULT_PARSER_CLASSES": ["omnichannel.rest.wire.OrjsonParser"],
    "DEFAULT_THROTTLE_CLASSES": ["omnichannel.rest.throttles.PrincipalThrottle"],
    "DEFAULT_SCHEMA_CLASS": "omnichannel.rest.schema.Schema",
    "EXCEPTION_HANDLER": "omnichannel.rest.problems.render_error",
    "UNAUTHENTICATED_USER": "omnichannel.rest.principal.anonymous",
    "UNAUTHENTICATED_TOKEN": None,
}
# Requests a minute of one caller, by kind; see omnichannel/rest/throttles.py.
THROTTLE_PER_MINUTE = {
    "anonymous": environment.integer("THROTTLE_ANONYMOUS", 600),
    "customer": environment.integer("THROTTLE_CUSTOMER", 1_200),
    "guest": environment.integer("THROTTLE_GUEST", 1_200),
    "device": environment.integer("THROTTLE_DEVICE", 3_000),
    "associate": environment.integer("THROTTLE_ASSOCIATE", 3_000),
    "api_key": environment.integer("THROTTLE_API_KEY", 12_000),
    "write_key": environment.integer("THROTTLE_WRITE_KEY", 60_000),
    "staff": environment.integer("THROTTLE_STAFF", 3_000),
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Omnichannel",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "COMPONENT_SPLIT_REQUEST": True,
    "POSTPROCESSING_HOOKS": ["omnichannel.rest.schema.close_inputs", "omnichannel.rest.schema.add_problems"],
    "ENUM_ADD_EXPLICIT_BLANK_NULL_CHOICE": False,
    "SCHEMA_PATH_PREFIX": "/api/v1",
}
IDEMPOTENCY_DAYS = 7
# Origins of browser clients served from elsewhere (`https://shop.example`).
CORS_ORIGINS = environment.words("CORS_ORIGINS")
# How many proxies of ours stand before the web process: that many hops of X-Forwarded-For are believed.
TRUSTED_PROXIES = environment.integer("TRUSTED_PROXIES", 0)

# --- The admin's frame (backoffice) ------------------------------------------------------------------
UNFOLD = {
    "SITE_TITLE": "backoffice.admin.site_title",
    "SITE_HEADER": "backoffice.admin.site_title",
    "SITE_SYMBOL": "waves",
    "SITE_URL": "/demo/",
    "SHOW_VIEW_ON_SITE": False,
    "DASHBOARD_CALLBACK": "backoffice.admin.home",
    "GLOBAL_CALLBACK": "backoffice.admin.frame_context",
    "STYLES": ["backoffice.admin.tokens_css", "backoffice.admin.admin_css"],
    "COLORS": {
        "primary": "backoffice.admin.primary_colours",
        # Paper to ink: the neutral steps of static/brand/tokens.css.
        "base": {
            "50": "rgb(250 249 247)",
            "100": "rgb(246 245 242)",
            "200": "rgb(229 226 220)",
            "300": "rgb(203 199 191)",
            "400": "rgb(162 157 148)",
            "500": "rgb(125 121 114)",
            "600": "rgb(103 99 92)",
            "700": "rgb(74 71 66)",
            "800": "rgb(51 50 47)",
            "900": "rgb(31 31 29)",
            "950": "rgb(22 22 20)",
        },
    },
    "COMMAND": {"search_models": False, "search_callback": "backoffice.admin.search"},
    "SIDEBAR": {"show_search": False, "command_search": True, "navigation": "backoffice.admin.navigation"},
    "TABS": "backoffice.admin.tabs",
}

# --- Work ------------------------------------------------------------------------------------------
CELERY_BROKER_URL = environment.text("CELERY_BROKER_URL") or environment.celery_url(REDIS_URL)
CELERY_BROKER_TRANSPORT_OPTIONS = environment.broker_options(CELERY_BROKER_URL)
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_DEFAULT_QUEUE = "reactions"
CELERY_TASK_QUEUES = environment.queues(CELERY_BROKER_URL)
# By name, so that what the beat sends goes where its app's own work goes.
CELERY_TASK_ROUTES = {
    "integrations.*": {"queue": "webhooks"},
    "messages.*": {"queue": "messages"},
    "journeys.*": {"queue": "messages"},
    "transfer.*": {"queue": "bulk"},
    "segments.tick": {"queue": "reactions"},  # people wait for it; a build may take its time
    "segments.*": {"queue": "bulk"},
    "audiences.send_due": {"queue": "messages"},
    "audiences.*": {"queue": "bulk"},
    "social.*": {"queue": "bulk"},
    "insights.*": {"queue": "bulk"},
}
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULER = "django_celery_beat.schedulers:DatabaseScheduler"
CELERY_BEAT_SCHEDULE = BEAT_SCHEDULE

# --- Mail ------------------------------------------------------------------------------------------
EMAIL_BACKEND = environment.text("EMAIL_BACKEND", "django.core.mail.backends.smtp.EmailBackend")
EMAIL_HOST = environment.text("EMAIL_HOST", "127.0.0.1")
EMAIL_PORT = environment.integer("EMAIL_PORT", 25)
EMAIL_HOST_USER = environment.text("EMAIL_HOST_USER")
EMAIL_HOST_PASSWORD = environment.text("EMAIL_HOST_PASSWORD")
EMAIL_USE_TLS = environment.flag("EMAIL_USE_TLS", default=False)
EMAIL_TIMEOUT = 10
# For django-anymail: keys of the mail service and the secret of its webhooks, `[{"MAILGUN_API_KEY": "…", …}]`.
ANYMAIL: dict[str, object] = {name: value for part in environment.json_list("ANYMAIL") for name, value in part.items()}
SMS_PROVIDER_URL = environment.text("SMS_PROVIDER_URL")
SMS_PROVIDER_TOKEN = environment.text("SMS_PROVIDER_TOKEN")
SMS_SENDER = environment.text("SMS_SENDER")

# --- What the business decides -----------------------------------------------------------------------
CART_ABANDONED_AFTER_MINUTES = environment.integer("CART_ABANDONED_AFTER_MINUTES", 60)
CART_MERGE_STRATEGY = environment.text("CART_MERGE_STRATEGY", "sum")
CART_TAX_PROVIDER = environment.text("CART_TAX_PROVIDER", "table")
CART_SHIPPING_PROVIDER = environment.text("CART_SHIPPING_PROVIDER", "table")
# Tax and shipping are estimated for here until an address is known: "DE", "US-ME"; empty for no estimate.
CART_DEFAULT_DESTINATION = environment.text("CART_DEFAULT_DESTINATION")
ORDER_PAY_WITHIN_MINUTES = environment.integer("ORDER_PAY_WITHIN_MINUTES", 30)
WEBHOOKS_ALLOW_PRIVATE = environment.flag("WEBHOOKS_ALLOW_PRIVATE", default=False)
SANDBOX_GATEWAY_URL = environment.text("SANDBOX_GATEWAY_URL")
SANDBOX_GATEWAY_SECRET = environment.text("SANDBOX_GATEWAY_SECRET")
STRIPE_API_KEY = environment.text("STRIPE_API_KEY")
STRIPE_WEBHOOK_SECRET = environment.text("STRIPE_WEBHOOK_SECRET")
STRIPE_API_BASE = environment.text("STRIPE_API_BASE")
MAILBOX_URL = environment.text("MAILBOX_URL")
# Advertising on Meta: absent, nothing is sent. The base carries the version (https://graph.facebook.com/v23.0).
META_API_BASE = environment.text("META_API_BASE")
META_ACCESS_TOKEN = environment.text("META_ACCESS_TOKEN")
META_PIXEL_ID = environment.text("META_PIXEL_ID")
META_AD_ACCOUNT_ID = environment.text("META_AD_ACCOUNT_ID")
# Signs what social platforms (or the bridge to them) tell us; absent, their webhooks are refused.
SOCIAL_WEBHOOK_SECRET = environment.text("SOCIAL_WEBHOOK_SECRET")
# Posts with one of these are ours; the brand's name in one word when none is named.
SOCIAL_HASHTAGS = environment.words("SOCIAL_HASHTAGS")

# --- What can be seen from outside --------------------------------------------------------------------
LOGGING = logging_settings(
    level=environment.text("LOG_LEVEL", "INFO"), as_json=environment.flag("LOG_JSON", default=not DEBUG)
)
ACCESS_LOG = environment.flag("ACCESS_LOG", default=not DEBUG)
METRICS_TOKEN = environment.text("METRICS_TOKEN")
METRICS_OPEN = environment.is_local(ALLOWED_HOSTS)

if not DEBUG:
    environment.refuse_unsafe(
        {
            "SECRET_KEY": SECRET_KEY,
            "ALLOWED_HOSTS": ALLOWED_HOSTS,
            "DATABASE_URL": DATABASE_URL,
            "REDIS_URL": REDIS_URL,
            "CSRF_TRUSTED_ORIGINS": CSRF_TRUSTED_ORIGINS,
            "SITE_URL": SITE_URL,
            "LIVE_URL": LIVE_URL,
            "ALLOW_HTTP": ALLOW_HTTP,
        }
    )
