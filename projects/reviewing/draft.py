"""What a reviewer has filled in so far, from the form or from the row, and how it compares with the rubric."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from lms.lib.ids import id_in
from projects.models import Criterion, Review, ReviewScore
from projects.models.reviews import Verdict


@dataclass(frozen=True)
class Draft:
    """Levels by criterion id, the comment and the decision; empty values where nothing is chosen. `project` is the id of
    the one whose rubric the form showed, where it says so.
    """

    levels: Mapping[int, int] = field(default_factory=dict)
    comment: str = ""
    verdict: str = ""
    project: int | None = None

    @classmethod
    def typed(cls, data: Mapping[str, str], criteria: Iterable[Criterion]) -> "Draft":
        """What a form sent: `level-<criterion>`, `comment`, `verdict`, `project`; values that are no choice are left out."""
        chosen = {criterion.pk: id_in(data.get(f"level-{criterion.pk}", "")) for criterion in criteria}
        verdict = data.get("verdict", "")
        return cls(
            levels={criterion: level for criterion, level in chosen.items() if level is not None},
            comment=data.get("comment", "").replace("\r\n", "\n").replace("\0", ""),
            verdict=verdict if verdict in Verdict.values else "",
            project=id_in(data.get("project", "")),
        )

    @classmethod
    def of(cls, review: Review) -> "Draft":
        """What is stored, in one query."""
        scores = ReviewScore.objects.filter(review=review).values_list("criterion", "level")
        return cls(levels=dict(scores), comment=review.comment, verdict=review.verdict)

    @property
    def is_empty(self) -> bool:
        return not (self.levels or self.comment.strip() or self.verdict)


@dataclass(frozen=True)
class Tally:
    """Points of the chosen levels against the rubric: `enough` is what its pass percentage asks for."""

    points: Decimal
    maximum: Decimal
    enough: Decimal
    pass_percent: int
    complete: bool

    @classmethod
    def of(cls, draft: Draft, criteria: list[Criterion], pass_percent: int) -> "Tally":
        """Expects criteria with their levels prefetched."""
        levels = {level.pk: level.points for criterion in criteria for level in criterion.levels.all()}
        maximum = sum(
            (max((level.points for level in c.levels.all()), default=Decimal(0)) for c in criteria), Decimal(0)
        )
        points = sum((levels.get(level, Decimal(0)) for level in draft.levels.values()), Decimal(0))
        complete = all(criterion.pk in draft.levels for criterion in criteria)
        return cls(points, maximum, maximum * pass_percent / 100, pass_percent, complete)

    @property
    def words(self) -> tuple[str, str, str]:
        """Points, maximum and what is enough, as people write them."""
        return plain(self.points), plain(self.maximum), plain(self.enough)

    def advice(self, verdict: str) -> str:
        """A warning about a decision that the points do not support; never a refusal."""
        if not self.complete or not verdict:
            return ""
        reached = f"{plain(self.points)} of {plain(self.maximum)} points"
        rule = f"this rubric passes from {plain(self.enough)} ({self.pass_percent} %)"
        if verdict == Verdict.PASSED and self.points < self.enough:
            return f"You chose Passed with {reached}; {rule}."
        if verdict == Verdict.NEEDS_MORE_WORK and self.points >= self.enough:
            return f"You chose Needs more work with {reached}; {rule}."
        return ""


def plain(number: Decimal) -> str:
    """A number of points without trailing zeros."""
    return f"{number:.2f}".rstrip("0").rstrip(".")
