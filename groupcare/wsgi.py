"""The door for gunicorn. It stays shut while a system check refuses a setting."""

import io
import os

from django.core.management import call_command
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "groupcare.settings")
os.umask(0o077)  # what it writes is for this user alone
application = get_wsgi_application()
call_command("check", fail_level="ERROR", stdout=io.StringIO())
