"""Calls at the same moment, each in its own thread and database connection."""

import threading

from django.db import connection

from lms.lib.errors import DomainError


def at_once(*calls):
    """Run all calls at the same moment; what each returned, or the refusal it got."""
    barrier, outcomes = threading.Barrier(len(calls)), []

    def run(call):
        barrier.wait()
        try:
            outcomes.append(call())
        except DomainError as error:
            outcomes.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def refused(outcomes):
    return [one for one in outcomes if isinstance(one, DomainError)]


def stopped_inside(monkeypatch, module, name):
    """Let the function wait, once called, until the other side had its time; returns the events (it began, go on)."""
    began, go_on = threading.Event(), threading.Event()
    real = getattr(module, name)

    def pausing(*args, **given):
        began.set()
        go_on.wait(1)
        return real(*args, **given)

    monkeypatch.setattr(module, name, pausing)
    return began, go_on


def after(event, call, done):
    def run():
        assert event.wait(5)
        outcome = call()
        done.set()
        return outcome

    return run
