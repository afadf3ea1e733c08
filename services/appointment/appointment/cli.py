"""The command `appointment`."""

from qiantai.cli import service_command

from appointment.bootstrap import service

app = service_command(service)
