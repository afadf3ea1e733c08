"""The worker: `python -m billing.worker`."""

from qiantai.settings import settings_of
from qiantai.worker import run_worker

from billing.bootstrap import service

if __name__ == "__main__":
    run_worker(service(), settings_of("billing"))
