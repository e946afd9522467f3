"""The one base class of refusals that a person may read."""


class DomainError(Exception):
    """Something that the rules refuse; `str(error)` tells the person what was wrong and what was kept.

    Pages show it as a message, the API as 409 with `code`.
    """

    code = "refused"

    def __init__(self, message: str, *, code: str | None = None) -> None:
        super().__init__(message)
        if code:
            self.code = code


class InvalidInput(DomainError):
    """Input that cannot be taken as it is; the API answers 400."""

    code = "invalid"
