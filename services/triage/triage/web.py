"""The WSGI application: `granian --interface wsgi triage.web:app`."""

from qiantai.application.app import create_app
from qiantai.pace import evenly
from qiantai.settings import settings_of
from qiantai.starting import begin

from triage.bootstrap import service

_settings = settings_of("triage")
app = evenly(create_app(service(), _settings))
begin(_settings)
