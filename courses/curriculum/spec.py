"""What a curriculum folder says, once it has been read and found right: plain, frozen values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal

ActivityKind = Literal["reading", "video", "quiz", "exercise", "mini-project", "milestone", "call", "live-session"]
Step = Literal["concept", "mathematics", "implement", "train-and-test"]
QuestionKind = Literal["single", "multiple", "numeric", "text", "ordering"]
ProjectKind = Literal["exercise", "mini-project", "milestone"]
BundleKind = Literal["notebook", "function", "model", "archive"]
LinkRule = Literal["none", "optional", "required"]

NOTEBOOK_NAME = "source.ipynb"
"""The name of an exercise's instructor notebook in `ProjectSpec.files`."""

ASSET_PREFIX = "asset/"
"""Images in `ActivitySpec.body_html` have `src="asset/<key of ActivitySpec.images>"`,
relative to the activity's page.
"""


@dataclass(frozen=True)
class SkillSpec:
    """Something an employer asks for; `area` is a key of `CurriculumSpec.areas`, `requires` are skills learned before."""

    slug: str
    title: str
    area: str
    summary: str
    requires: tuple[str, ...] = ()


@dataclass(frozen=True)
class RoleSpec:
    """A job that the program leads to, and the skills that it needs."""

    slug: str
    title: str
    summary: str
    skills: tuple[str, ...]


@dataclass(frozen=True)
class TopicSpec:
    """Something that the program must teach, and the activities that do."""

    title: str
    activities: tuple[str, ...]


@dataclass(frozen=True)
class ImageSpec:
    """One image of a reading, a brief or a quiz; its bytes are of the type that `content_type` says."""

    name: str
    content_type: str
    data: bytes


@dataclass(frozen=True)
class OptionSpec:
    """One choice of a `single` or `multiple` question."""

    text_html: str
    correct: bool
    feedback_html: str


@dataclass(frozen=True)
class QuestionSpec:
    """One question. `answer` and `tolerance` belong to `numeric`, `accepted` to `text`, `options` to the others: of
    `ordering`, in the right order. `pool` is "" for a question that every learner gets.
    """

    id: str
    kind: QuestionKind
    prompt_html: str
    points: Decimal
    options: tuple[OptionSpec, ...]
    answer: Decimal | None
    tolerance: Decimal
    accepted: tuple[str, ...]
    explanation_html: str
    pool: str = ""


@dataclass(frozen=True)
class QuizSpec:
    """A quiz; `pass_percent` is 0..100 of all points. `draw` says how many questions of each pool a learner gets."""

    pass_percent: int
    questions: tuple[QuestionSpec, ...]
    shuffle: bool = False
    draw: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class LevelSpec:
    """One level of a criterion."""

    title: str
    points: Decimal
    description: str


@dataclass(frozen=True)
class CriterionSpec:
    """One thing that a mentor judges; `levels` run from the fewest points to the most."""

    slug: str
    title: str
    description: str
    skills: tuple[str, ...]
    levels: tuple[LevelSpec, ...]


@dataclass(frozen=True)
class RubricSpec:
    """How a mentor judges a project; `pass_percent` is 0..100 of all points."""

    pass_percent: int
    criteria: tuple[CriterionSpec, ...]


@dataclass(frozen=True)
class WrongSpec:
    """A typical wrong solution of an exercise, tried whenever the exercise is checked: exactly the groups `must_fail` may
    lose points. `answers` are the sources that differ from the reference, by grade_id; where a module or a file of
    predictions is handed in, it is the text under "answer".
    """

    file: str
    why: str
    must_fail: tuple[str, ...]
    answers: Mapping[str, str]


@dataclass(frozen=True)
class ProjectSpec:
    """Anything handed in.

    An exercise: `bundle_kind` is "notebook", `files` holds the instructor notebook under `NOTEBOOK_NAME` and whatever
    is laid beside the learner's notebook by relative path, `config` is `{"titles": {grade_id: title}}`, no rubric.
    Or it is "function" or "model": `files` are the folder's, `config` is what the engine takes for that kind, with
    `titles` by group. Each may say `daily_cap` (int) and `free_points` (a number as text) too.
    A mini-project or milestone: `bundle_kind` is "archive", `files` is empty, `config` holds `required_files`,
    `forbidden_files` (lists of patterns), `python_syntax` (bool) and `max_files` (int or None),
    `pytest` (a path) if there is one, and there is a rubric.
    """

    kind: ProjectKind
    bundle_kind: BundleKind
    files: Mapping[str, bytes]
    config: Mapping[str, Any]
    max_attempts: int | None
    accepts_files: bool
    accepts_link: LinkRule
    rubric: RubricSpec | None
    wrong: tuple[WrongSpec, ...] = ()


@dataclass(frozen=True)
class ActivitySpec:
    """One thing in a week.

    Days count from the week's first day (0). `step` and `algorithm` are "" when absent, and so is `url`. `body_html` is
    safe HTML (a reading, a brief, or ""); images in it and in a quiz are `asset/<path>` with `<path>` a key of
    `images`, and links to other activities are `../<slug>/`.
    """

    slug: str
    kind: ActivityKind
    title: str
    minutes: int
    area: str
    skills: tuple[str, ...]
    step: Step | Literal[""]
    algorithm: str
    available_day: int
    due_day: int | None
    until_day: int | None
    required: bool
    body_html: str
    url: str
    images: Mapping[str, ImageSpec]
    quiz: QuizSpec | None
    project: ProjectSpec | None


@dataclass(frozen=True)
class ModuleSpec:
    """One week; `outline_hours` (area to hours) and `outline_topics` say what a week without activities will hold."""

    week: int
    slug: str
    title: str
    summary: str
    skills: tuple[str, ...]
    activities: tuple[ActivitySpec, ...]
    outline_hours: Mapping[str, Decimal]
    outline_topics: tuple[str, ...]


@dataclass(frozen=True)
class CurriculumSpec:
    """A whole program at one version; `files` are all of its folder, by path, and `digest` is a SHA-256 over their names
    and bytes. `entry_exercise` is the slug of the exercise that who applies may hand in, or "".
    """

    slug: str
    title: str
    version: str
    weeks: int
    hours_per_week: int
    summary: str
    areas: Mapping[str, str]
    outcomes: tuple[str, ...]
    prerequisites: tuple[str, ...]
    skills: tuple[SkillSpec, ...]
    modules: tuple[ModuleSpec, ...]
    digest: str
    entry_exercise: str = ""
    roles: tuple[RoleSpec, ...] = ()
    coverage: tuple[TopicSpec, ...] = ()
    files: Mapping[str, bytes] = field(default_factory=dict, repr=False)
