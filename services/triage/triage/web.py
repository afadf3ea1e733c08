"""The WSGI application: `granian --interface wsgi triage.web:app`."""

from qiantai.settings import settings_of
from qiantai.web.app import create_app

from triage.bootstrap import service

app = create_app(service(), settings_of("triage"))
