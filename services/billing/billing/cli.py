"""The command `billing`."""

from qiantai.cli import service_command

from billing.bootstrap import service

app = service_command(service)
