"""The WSGI application: `granian --interface wsgi triage.web:app`."""

from qiantai.application.app import create_app
from qiantai.pace import evenly
from qiantai.settings import settings_of

from triage.bootstrap import service

app = evenly(create_app(service(), settings_of("triage")))
