"""The Celery application: `celery -A lms worker` and `celery -A lms beat`."""

import os
import sys
from typing import Any

from celery import Celery, Task
from celery.signals import task_postrun, task_prerun
from django.db import close_old_connections
from django_structlog.celery.steps import DjangoStructLogInitStep

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lms.settings")

app = Celery("lms")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.CELERY_DB_REUSE_MAX = sys.maxsize  # by itself Celery opens a connection for each task; see below
app.steps["worker"].add(DjangoStructLogInitStep)
app.autodiscover_tasks()


@task_prerun.connect
@task_postrun.connect
def keep_connections_as_django_does(sender: Task, **kwargs: Any) -> None:
    """A worker's connection lives as long as CONN_MAX_AGE says, and is tried before a task uses it."""
    if not sender.request.is_eager:
        close_old_connections()
