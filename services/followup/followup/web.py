"""The WSGI application: `granian --interface wsgi followup.web:app`."""

from qiantai import metrics
from qiantai.application.app import create_app
from qiantai.pace import evenly
from qiantai.settings import settings_of

from followup.bootstrap import service

_settings = settings_of("followup")
app = evenly(create_app(service(), _settings))
metrics.serve(_settings.metrics_port, _settings.metrics_host)
