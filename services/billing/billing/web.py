"""The WSGI application: `granian --interface wsgi billing.web:app`."""

from qiantai.settings import settings_of
from qiantai.web.app import create_app

from billing.bootstrap import service

app = create_app(service(), settings_of("billing"))
