"""What who applies has handed in at the entry exercise, as pages show it beside the application."""

from dataclasses import dataclass

from courses.models import Activity, Application, EntryAttempt


@dataclass(frozen=True)
class EntryWork:
    """Slug and title of the exercise, "" where the cohort's version has none now, and the attempts, newest first; those at
    an exercise that another version named are among them, and do not count.
    """

    exercise: str
    title: str
    attempts: list[EntryAttempt]

    @property
    def counted(self) -> list[EntryAttempt]:
        """The attempts at this exercise; where there is none now, at the one that was handed in last."""
        exercise = self.exercise or self.attempts[0].exercise if self.attempts else ""
        return [one for one in self.attempts if one.exercise == exercise]

    @property
    def best(self) -> EntryAttempt | None:
        """Of those that count the one with the largest share of its points, the earliest of equals; None before any was
        checked."""
        checked = [one for one in reversed(self.counted) if one.share is not None]
        return max(checked, key=lambda one: one.share, default=None)


def entry_work_of(application: Application) -> EntryWork | None:
    """Two queries; None where nothing may be handed in and nothing was."""
    curriculum = application.cohort.curriculum
    slug: str = curriculum.entry_exercise
    exercise = Activity.objects.filter(curriculum=curriculum, slug=slug)
    title = exercise.values_list("title", flat=True).first() if slug else None
    attempts = list(application.entry_attempts.defer("content"))
    return EntryWork(slug, title or "", attempts) if title or attempts else None
