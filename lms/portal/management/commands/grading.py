import json
import sys
import time

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from lms.lib.errors import DomainError
from lms.portal.grading_facts import grading_state
from projects.actions.halting import pause_grading, resume_grading
from projects.models import GradingJob

LOOK_EVERY = 1.0
QUIET_LOOKS = 2  # a lease that was being taken while the pause began is seen by the second look


class Command(BaseCommand):
    help = (
        "Say how grading does. `drain` pauses it for maintenance and waits until nothing runs (exit 1 when something "
        "still does); `resume` ends the pause."
    )

    def add_arguments(self, parser):
        parser.add_argument("do", nargs="?", choices=["status", "drain", "resume"], default="status")
        parser.add_argument("--json", action="store_true", help="print the facts as one JSON object")
        parser.add_argument("--wait", type=float, default=150, metavar="SECONDS", help="how long `drain` waits (150)")
        parser.add_argument("--note", default="", help="why, for the office and the audit")

    def handle(self, *args, do, **options):
        if do == "drain":
            self.drain(options["wait"], options["note"])
        elif do == "resume":
            self.resume()
        else:
            state = grading_state(GradingJob.objects.all())
            self.stdout.write(json.dumps(state.as_json(), indent=2) if options["json"] else as_text(state))

    def drain(self, patience, note):
        pause_grading(by=None, note=note)
        until, quiet = time.monotonic() + patience, 0
        while quiet < QUIET_LOOKS and time.monotonic() < until:
            running = GradingJob.objects.held().count()
            quiet = 0 if running else quiet + 1
            time.sleep(LOOK_EVERY if quiet < QUIET_LOOKS else 0)
        running, waiting = GradingJob.objects.held().count(), GradingJob.objects.waiting().count()
        self.stdout.write(f"Checks are paused: {running} still run, {waiting} wait until `manage.py grading resume`.")
        if running or quiet < QUIET_LOOKS:
            sys.exit(1)

    def resume(self):
        try:
            waiting = resume_grading(by=None)
        except DomainError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"Checks are taken again; {waiting} waited.")


def as_text(state):
    """The facts in lines for people."""
    lines = [f"Grading at {state.at:%Y-%m-%d %H:%M:%S} UTC"]
    lines += [f"PAUSED since {state.pause.began_at:%Y-%m-%d %H:%M} UTC {state.pause.note}"] if state.pause else []
    lines += [f"STALLED since {state.stall.began_at:%Y-%m-%d %H:%M} UTC: {state.stall.note}"] if state.stall else []
    lines += ["", f"{'queue':10}{'waiting':>8}{'running':>8}  oldest"]
    for queue in state.queues:
        lines.append(f"{queue.name:10}{queue.waiting:8}{queue.running:8}  {age(queue.oldest)}")
    lines += ["", f"done       {state.speed_text}; {state.done} in 24 hours"]
    lines += [f"waited     {state.speed.waiting.text}", f"ran        {state.speed.running.text}"]
    lines += [f"failed     {cause}: {count} in 24 hours" for cause, count in state.failures]
    lines += [f"put back   {one.cause}: {one.count}  {one.example.error[:100]}" for one in state.held_up]
    lines += ["", *(running_line(job) for job in state.running), ""]
    lines += [f"worker     {one.name} takes {one.queues_text}; heard {one.age:.0f} s ago" for one in state.workers]
    for one in state.graders:
        lines.append(f"grader     {one.report.process}: {one.parents_text}, {one.memory_text}, {one.cold_text}")
    lines += [f"TROUBLE    {part.name}: {part.detail} {part.remedy}" for part in state.troubles]
    return "\n".join(lines)


def running_line(job):
    return (
        f"running    job {job.pk} on {job.worker}, {age(job.started_at)}, {job.stage or 'starting'}, try {job.attempt}"
    )


def age(since):
    return f"{(timezone.now() - since).total_seconds():.0f} s" if since else "-"
