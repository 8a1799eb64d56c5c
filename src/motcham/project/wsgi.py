"""The web process: `granian --interface wsgi motcham.project.wsgi:application`."""

import os

from django.core.wsgi import get_wsgi_application

from motcham.project.slow_bodies import counted

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "motcham.project.settings")
application = counted(get_wsgi_application())
