"""The command `customer`."""

from qiantai.cli import service_command

from customer.bootstrap import service

app = service_command(service)
