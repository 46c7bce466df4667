"""The door for a web server such as gunicorn; DJANGO_SETTINGS_MODULE has to name the settings."""

from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()
