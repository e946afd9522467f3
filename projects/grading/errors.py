"""What the engine raises. Every message is fit to be shown to the person it concerns."""


class GradingError(Exception):
    """Base of all errors the engine raises on purpose."""


class BoxUnavailable(GradingError):
    """This machine cannot build a box now, so nothing was run. Submissions should wait, not fail."""

    def __init__(self, reason: str, remedy: str) -> None:
        super().__init__(f"{reason} {remedy}".strip())
        self.reason = reason
        self.remedy = remedy


class SystemFault(GradingError):
    """The engine itself failed; the learner is not to blame and the run may be tried again."""


class Stopped(SystemFault):
    """The caller's ``should_stop`` said so; nothing was graded."""


class NotebookError(GradingError):
    """A notebook cannot be read; the message tells the person who made it what to do."""


class UploadRefused(GradingError):
    """An upload can't be graded at all; the message is for the learner."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message
