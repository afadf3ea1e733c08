"""The command `billing`."""

from billing.bootstrap import service
from qiantai.cli import service_command

app = service_command(service)
