"""The WSGI application: `granian --interface wsgi customer.web:app`."""

from customer.bootstrap import service
from qiantai.settings import settings_of
from qiantai.web.app import create_app

app = create_app(service(), settings_of("customer"))
