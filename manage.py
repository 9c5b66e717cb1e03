#!/usr/bin/env python
"""The command line of GroupCare: `manage.py help` lists what it can do."""

import os
import sys

from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.umask(0o077)  # what it writes is for this user alone
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "groupcare.settings")
    execute_from_command_line(sys.argv)
