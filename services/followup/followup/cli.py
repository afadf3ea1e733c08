"""The command `followup`."""

from qiantai.cli import service_command

from followup.bootstrap import service

app = service_command(service)
