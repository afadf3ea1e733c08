"""The ASGI application: `granian --interface asgi device_gateway.web:app`."""

from qiantai.application.app import create_app
from qiantai.pace import evenly
from qiantai.settings import settings_of
from qiantai.starting import begin

from device_gateway.bootstrap import service
from device_gateway.config import stream_limits
from device_gateway.streams.app import compose
from device_gateway.streams.stream import Streams

_settings = settings_of("device-gateway")
app = evenly(compose(create_app(service(), _settings), Streams(_settings, *stream_limits())))
begin(_settings)
