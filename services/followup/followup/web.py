"""The WSGI application: `granian --interface wsgi followup.web:app`."""

from qiantai.application.app import create_app
from qiantai.pace import evenly
from qiantai.settings import settings_of

from followup.bootstrap import service

app = evenly(create_app(service(), settings_of("followup")))
