"""The WSGI application: `granian --interface wsgi customer.web:app`."""

from qiantai.application.app import create_app
from qiantai.pace import evenly
from qiantai.settings import settings_of
from qiantai.starting import begin

from customer.bootstrap import service

_settings = settings_of("customer")
app = evenly(create_app(service(), _settings))
begin(_settings)
