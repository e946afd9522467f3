"""Many learners at once, by the real actions, in a process of its own: `manage.py shell -c` beside the live stack.

Learner `n` solves the exercise wholly (4 points) when `n` is even, else by half (2 points); in the second
round the other way round. Who is in `slow` sleeps for `SLEEPS` seconds while graded.
"""

from courses.models import Enrollment
from lms.accounts.models import User
from projects.actions.submissions import submit_work
from projects.models import GradingJob, Project
from projects.outbox import TASK, current_app
from tests import world
from tests.exercises import HALF_SOLVED, SOLVED, make_real_exercise, notebook

SLEEPS = 4
SLUG = "crowded"


def enrol(count):
    """A cohort of so many learners with one exercise."""
    curriculum = world.make_curriculum("crowd")
    make_real_exercise(curriculum, SLUG)
    cohort = world.make_cohort(curriculum, "Crowd", seats=count)
    people = [User(email=f"crowd{n:03}@example.org", name=f"Learner {n}", password="!") for n in range(count)]
    places = [Enrollment(cohort=cohort, user=person) for person in User.objects.bulk_create(people)]
    Enrollment.objects.bulk_create(places)
    cohort.seats_taken = count
    cohort.save(update_fields=["seats_taken"])


def submit(first, last, round_number=1, slow=()):
    """Learners `first` to `last` hand in."""
    project = Project.objects.get(slug=SLUG)
    places = Enrollment.objects.filter(cohort__name="Crowd").select_related("cohort__curriculum", "user")
    for number, place in list(enumerate(places.order_by("user__email")))[first:last]:
        answer = SOLVED if (number + round_number) % 2 else HALF_SOLVED
        pause = f"import time\ntime.sleep({SLEEPS})\n" if number in slow else ""
        files = {"work.ipynb": notebook(f"{pause}{answer}\n# round {round_number}")}
        submit_work(project=project, enrollment=place, files=files, by=place.user)


def ring(times=1):
    """Send the messages of all jobs, so many times each, the same one right after the other."""
    for job in GradingJob.objects.filter(submission__project__slug=SLUG).order_by("pk"):
        for _ in range(times):
            current_app.send_task(TASK, args=[job.pk], queue=job.queue)
