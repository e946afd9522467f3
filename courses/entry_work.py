"""What who applies has handed in at the entry exercise, as pages show it beside the application."""

from dataclasses import dataclass

from courses.models import Activity, Application, EntryAttempt


@dataclass(frozen=True)
class EntryWork:
    """The title of the exercise, "" where the cohort's version has none now, and the attempts, newest first."""

    title: str
    attempts: list[EntryAttempt]

    @property
    def best(self) -> EntryAttempt | None:
        """The attempt with the largest share of its points, the earliest of equals; None before any was checked."""
        checked = [one for one in reversed(self.attempts) if one.share is not None]
        return max(checked, key=lambda one: one.share, default=None)


def entry_work_of(application: Application) -> EntryWork | None:
    """Two queries; None where nothing may be handed in and nothing was."""
    curriculum = application.cohort.curriculum
    exercise = Activity.objects.filter(curriculum=curriculum, slug=curriculum.entry_exercise)
    title = exercise.values_list("title", flat=True).first() if curriculum.entry_exercise else None
    attempts = list(application.entry_attempts.defer("content"))
    return EntryWork(title or "", attempts) if title or attempts else None
