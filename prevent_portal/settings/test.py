"""The test suite's settings: fast, and on whichever database DATABASE_URL names."""

from .base import *
from .base import VAR_DIR

SECRET_KEY = "only-for-tests"
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
DEMONSTRATION_ALLOWED = True
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
# Static files come straight from the build; nothing is collected.
STATIC_ROOT = None
# A test that keeps files has a folder of its own; one that forgets must not write among a developer's.
EVIDENCE_DIR = VAR_DIR / "evidence-of-tests"
