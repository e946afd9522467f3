"""Publishing a curriculum that was read from its folder: all of it or nothing, and never again changed."""

from collections.abc import Iterable, Mapping, Sequence

from django.db import transaction

from courses.curriculum.spec import ActivitySpec, CurriculumSpec, QuestionSpec
from courses.models import Activity, Content, Curriculum, Module, Program, Question, Quiz, Skill
from courses.schedule import offset_of
from courses.search_words import store_words
from lms.accounts import audit
from lms.accounts.models import User
from lms.lib.errors import DomainError


class PublishRefused(DomainError):
    code = "publish_refused"


def published(*, slug: str, version: str, digest: str) -> Curriculum | None:
    """The curriculum that was already published as this version of the program, from this very content, if any.

    Raises `PublishRefused` when the version was published with other content.
    """
    curriculum = Curriculum.objects.select_related("program").filter(program__slug=slug, version=version).first()
    if curriculum and curriculum.digest != digest:
        raise PublishRefused(
            f"Version {version} of {curriculum.program} was published with other content and is never changed; nothing "
            "was published. Write a new version into program.yaml, or give one with --version."
        )
    return curriculum


@transaction.atomic
def publish_content(*, spec: CurriculumSpec, by: User | None) -> tuple[Curriculum, bool]:
    """Write program, curriculum, skills, modules, activities and quizzes; the projects app adds what is handed in.

    What an activity shows is stored once for all versions. However large the program is, the queries are the same. The
    second value is False when somebody else published this meanwhile: the program's row is held, so that one waits.
    """
    program, _ = Program.objects.update_or_create(
        slug=spec.slug, defaults={"title": spec.title, "summary": spec.summary}
    )
    if before := published(slug=spec.slug, version=spec.version, digest=spec.digest):
        return before, False
    curriculum = Curriculum.objects.create(
        program=program,
        version=spec.version,
        digest=spec.digest,
        weeks=spec.weeks,
        hours_per_week=spec.hours_per_week,
        areas=dict(spec.areas),
        outcomes=list(spec.outcomes),
        entry_exercise=spec.entry_exercise,
    )
    skills = _write_skills(curriculum, spec)
    modules = _write_modules(curriculum, spec, skills)
    activities = _write_activities(modules, spec, skills)
    _write_quizzes(activities)
    store_words(curriculum.pk)
    audit.record("publish_curriculum", by=by, target=curriculum, after={"version": spec.version, "digest": spec.digest})
    return curriculum, True


def _write_skills(curriculum: Curriculum, spec: CurriculumSpec) -> dict[str, Skill]:
    rows = [
        Skill(
            curriculum=curriculum,
            slug=one.slug,
            title=one.title,
            area=one.area,
            summary=one.summary,
            is_prerequisite=one.slug in spec.prerequisites,
        )
        for one in spec.skills
    ]
    return {skill.slug: skill for skill in Skill.objects.bulk_create(rows)}


def _write_modules(curriculum: Curriculum, spec: CurriculumSpec, skills: Mapping[str, Skill]) -> list[Module]:
    """The modules, in the order of the specs."""
    modules = Module.objects.bulk_create(
        [
            Module(
                curriculum=curriculum,
                week=one.week,
                slug=one.slug,
                title=one.title,
                summary=one.summary,
                hours={area: str(hours) for area, hours in one.outline_hours.items()},
                topics=list(one.outline_topics),
            )
            for one in spec.modules
        ]
    )
    teaches = Module.skills.through
    teaches.objects.bulk_create(
        teaches(module=module, skill=skills[slug])
        for module, one in zip(modules, spec.modules, strict=True)
        for slug in dict.fromkeys(one.skills)
    )
    return modules


def _write_activities(
    modules: Sequence[Module], spec: CurriculumSpec, skills: Mapping[str, Skill]
) -> list[tuple[Activity, ActivitySpec]]:
    """The activities, each with its spec, in order."""
    specs = [one for module in spec.modules for one in module.activities]
    contents = iter(Content.objects.keep([(one.body_html, one.images) for one in specs]))
    rows = [
        _activity(module, position, one, next(contents))
        for module, of_module in zip(modules, spec.modules, strict=True)
        for position, one in enumerate(of_module.activities)
    ]
    made = list(zip(Activity.objects.bulk_create(rows), specs, strict=True))
    teaches = Activity.skills.through
    teaches.objects.bulk_create(
        teaches(activity=activity, skill=skills[slug]) for activity, one in made for slug in dict.fromkeys(one.skills)
    )
    return made


def _activity(module: Module, position: int, spec: ActivitySpec, content: str) -> Activity:
    def offset(day: int | None) -> int | None:
        return None if day is None else opening + day

    opening = offset_of(week=module.week, day=0)
    return Activity(
        curriculum_id=module.curriculum_id,
        module=module,
        position=position,
        slug=spec.slug,
        kind=spec.kind,
        title=spec.title,
        minutes=spec.minutes,
        area=spec.area,
        step=spec.step,
        algorithm=spec.algorithm,
        required=spec.required,
        available_offset=opening + spec.available_day,
        due_offset=offset(spec.due_day),
        until_offset=offset(spec.until_day),
        url=spec.url,
        content_id=content,
    )


def _write_quizzes(activities: Iterable[tuple[Activity, ActivitySpec]]) -> None:
    specs = [(activity, one.quiz) for activity, one in activities if one.quiz]
    quizzes = Quiz.objects.bulk_create(
        Quiz(activity=activity, pass_percent=quiz.pass_percent, shuffle=quiz.shuffle, draw=dict(quiz.draw))
        for activity, quiz in specs
    )
    Question.objects.bulk_create(
        _question(quiz, position, question)
        for quiz, (_, one) in zip(quizzes, specs, strict=True)
        for position, question in enumerate(one.questions)
    )


def _question(quiz: Quiz, position: int, spec: QuestionSpec) -> Question:
    return Question(
        quiz=quiz,
        position=position,
        slug=spec.id,
        kind=spec.kind,
        prompt_html=spec.prompt_html,
        points=spec.points,
        options=[
            {"text_html": one.text_html, "correct": one.correct, "feedback_html": one.feedback_html}
            for one in spec.options
        ],
        accepted=[str(spec.answer)] if spec.answer is not None else list(spec.accepted),
        tolerance=spec.tolerance,
        explanation_html=spec.explanation_html,
        pool=spec.pool,
    )
