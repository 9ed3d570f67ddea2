"""The web server's way in. The pages are read before the first request, not during it."""

import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "equipoise.web.settings")
application = get_wsgi_application()
_ = get_resolver().url_patterns
