"""The command `customer`."""

from customer.bootstrap import service
from qiantai.cli import service_command

app = service_command(service)
