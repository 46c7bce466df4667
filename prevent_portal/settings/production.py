"""Real data. Everything comes from the environment, and what is missing or unsafe stops the start.

Required: SECRET_KEY, ALLOWED_HOSTS, DATABASE_URL, EMAIL_URL, DEFAULT_FROM_EMAIL. docs/operations.md says the rest.
"""

from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

from .base import *
from .base import DATABASES, env

SHORTEST_SECRET_KEY = 50
"""Characters: what Django's own generator makes."""


def _required(name: str) -> str:
    value = env.str(name, default="").strip()
    if not value:
        raise ImproperlyConfigured(f"Set {name}: production has no default for it.")
    return value


DEBUG = False
DEMONSTRATION_ALLOWED = False

SECRET_KEY = _required("SECRET_KEY")
if len(SECRET_KEY) < SHORTEST_SECRET_KEY or len(set(SECRET_KEY)) < 10 or "insecure" in SECRET_KEY:
    raise ImproperlyConfigured(f"SECRET_KEY has to be random and at least {SHORTEST_SECRET_KEY} characters long.")
# After a change of key: the old ones, so that nobody is signed out.
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])

_required("ALLOWED_HOSTS")
ALLOWED_HOSTS = [host.strip() for host in env.list("ALLOWED_HOSTS")]
if "*" in ALLOWED_HOSTS:
    raise ImproperlyConfigured(
        "ALLOWED_HOSTS has to name the portal's own hosts: * lets anybody forge links in e-mails."
    )
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
if any(urlsplit(origin).scheme != "https" for origin in CSRF_TRUSTED_ORIGINS):
    raise ImproperlyConfigured("CSRF_TRUSTED_ORIGINS are addresses that begin with https://.")

_required("DATABASE_URL")
if not DATABASES["default"]["ENGINE"].endswith("postgresql"):
    raise ImproperlyConfigured("DATABASE_URL has to lead to PostgreSQL: postgres://user:password@host/name")
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True

# For links in e-mails. Most portals have one host, and it is the first.
PORTAL_URL = env.str("PORTAL_URL", default=f"https://{ALLOWED_HOSTS[0].lstrip('.')}").rstrip("/")
if not PORTAL_URL.startswith("https://"):
    raise ImproperlyConfigured("PORTAL_URL is an address that begins with https://.")

# Behind a proxy that ends TLS. Only where it is so: otherwise a visitor could claim both headers.
if env.bool("BEHIND_TLS_PROXY", default=False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
# How many proxies of ours append to X-Forwarded-For; sign-in limits count by the address found that way.
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", default=0)

SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=True)
# A load balancer asks for this page by address and without TLS.
SECURE_REDIRECT_EXEMPT = [r"^health/$"]
SECURE_HSTS_SECONDS = env.int("SECURE_HSTS_SECONDS", default=365 * 24 * 60 * 60)
SECURE_HSTS_INCLUDE_SUBDOMAINS = env.bool("SECURE_HSTS_INCLUDE_SUBDOMAINS", default=True)
# security.W021 wants the preload list, which is for a whole domain and hard to leave: the council's to decide.
SECURE_HSTS_PRELOAD = env.bool("SECURE_HSTS_PRELOAD", default=False)
SILENCED_SYSTEM_CHECKS = ["security.W021"]

# Browsers take a cookie of this prefix from this very host over TLS only, never from a neighbouring one.
SESSION_COOKIE_NAME = "__Host-sessionid"
CSRF_COOKIE_NAME = "__Host-csrftoken"
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
LANGUAGE_COOKIE_SECURE = True
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https"

MFA_REQUIRED_ROLES = env.list(
    "MFA_REQUIRED_ROLES", default=["coordinator", "authority_administrator", "reviewer", "platform_operator"]
)

# Counters of failed sign-ins have to be the same for every process and machine, hence not in memory.
# The table is made by `manage.py createcachetable`.
CACHES = {"default": env.cache_url("CACHE_URL", default="dbcache://portal_cache")}
# With Django's 300, an attacker could push the counters out.
CACHES["default"].setdefault("OPTIONS", {}).setdefault("MAX_ENTRIES", 100_000)

_required("EMAIL_URL")
globals().update(env.email_url("EMAIL_URL"))
EMAIL_TIMEOUT = env.int("EMAIL_TIMEOUT", default=20)
DEFAULT_FROM_EMAIL = _required("DEFAULT_FROM_EMAIL")
SERVER_EMAIL = DEFAULT_FROM_EMAIL

# Collected by `manage.py collectstatic`, under names that change with the content and may be cached for ever.
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = False
