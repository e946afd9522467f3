"""gunicorn as `make run` and the tests start it: two workers with threads, one line when the first answers."""

import os

from django.urls import get_resolver

worker_class = "gthread"
workers = 2
threads = 4
preload_app = True
control_socket_disable = True
graceful_timeout = 3
timeout = 60
loglevel = "warning"
worker_tmp_dir = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None


def when_ready(server):
    """Import every view once, before the workers fork, so that the first page is as quick as the next."""
    get_resolver().url_patterns  # noqa: B018 - reading it imports them


def post_worker_init(worker):
    if worker.age == 1:
        people = "learner@, mentor@, admin@ or applicant@example.com, password demo-bootcamp"
        print(f"Portal ready at {os.environ.get('BASE_URL', 'its address')} ({people})", flush=True)
