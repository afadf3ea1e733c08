"""The worker of the centre: `python -m device_gateway.worker`."""

from qiantai.settings import settings_of
from qiantai.worker import run_worker

from device_gateway.bootstrap import service

if __name__ == "__main__":
    run_worker(service(), settings_of("device-gateway"))
