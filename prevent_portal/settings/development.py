"""A developer's machine and the demonstration: embedded database, e-mails as files, no secrets worth the name."""

from .base import *
from .base import VAR_DIR, env

SECRET_KEY = "insecure-for-development-and-demonstration-only"
DEBUG = env.bool("DEBUG", default=False)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
DEMONSTRATION_ALLOWED = True
# E-mails become files, unless a server is named: smtp://user:password@host:port, or consolemail:// for the terminal.
EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = VAR_DIR / "mail"
if env.str("EMAIL_URL", default=""):
    globals().update(env.email_url("EMAIL_URL"))
# Static files come straight from the build; nothing is collected.
STATIC_ROOT = None
# For this user alone: the embedded database holds what people typed in.
VAR_DIR.mkdir(mode=0o700, parents=True, exist_ok=True)
