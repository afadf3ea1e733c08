"""The worker: `python -m appointment.worker`."""

from qiantai.settings import settings_of
from qiantai.worker import run_worker

from appointment.bootstrap import service

if __name__ == "__main__":
    run_worker(service(), settings_of("appointment"))
