"""Publishing a curriculum that was read from its folder: all of it or nothing, and never again changed."""

from django.db import transaction

from courses.curriculum.spec import ActivitySpec, CurriculumSpec, ModuleSpec, QuizSpec
from courses.models import Activity, ActivityImage, Curriculum, Module, Program, Question, Quiz, Skill
from courses.schedule import offset_of
from lms.accounts import audit
from lms.accounts.models import User
from lms.lib.errors import DomainError


class PublishRefused(DomainError):
    code = "publish_refused"


def published(spec: CurriculumSpec) -> Curriculum | None:
    """The curriculum that was already published from this very content, if any.

    Raises `PublishRefused` when the version was published with other content.
    """
    curriculum = Curriculum.objects.filter(program__slug=spec.slug, version=spec.version).first()
    if curriculum and curriculum.digest != spec.digest:
        raise PublishRefused(
            f"Version {spec.version} of {spec.title} was published with other content and is never changed. "
            "Give the folder a new version in program.yaml."
        )
    return curriculum


@transaction.atomic
def publish_content(*, spec: CurriculumSpec, by: User | None) -> Curriculum:
    """Write program, curriculum, skills, modules, activities and quizzes; the projects app adds what is handed in."""
    program, _ = Program.objects.update_or_create(
        slug=spec.slug, defaults={"title": spec.title, "summary": spec.summary}
    )
    curriculum = Curriculum.objects.create(
        program=program,
        version=spec.version,
        digest=spec.digest,
        weeks=spec.weeks,
        hours_per_week=spec.hours_per_week,
        areas=dict(spec.areas),
        outcomes=list(spec.outcomes),
    )
    skills = {
        skill.slug: Skill(
            curriculum=curriculum, slug=skill.slug, title=skill.title, area=skill.area, summary=skill.summary
        )
        for skill in spec.skills
    }
    Skill.objects.bulk_create(skills.values())
    for module in spec.modules:
        _write_module(curriculum, module, skills)
    audit.record("publish_curriculum", by=by, target=curriculum, after={"version": spec.version, "digest": spec.digest})
    return curriculum


def _write_module(curriculum: Curriculum, spec: ModuleSpec, skills: dict[str, Skill]) -> None:
    module = Module.objects.create(
        curriculum=curriculum,
        week=spec.week,
        slug=spec.slug,
        title=spec.title,
        summary=spec.summary,
        hours={area: str(hours) for area, hours in spec.outline_hours.items()},
        topics=list(spec.outline_topics),
    )
    module.skills.set([skills[slug] for slug in spec.skills])
    for position, activity in enumerate(spec.activities):
        _write_activity(module, position, activity, skills)


def _write_activity(module: Module, position: int, spec: ActivitySpec, skills: dict[str, Skill]) -> None:
    def offset(day: int | None) -> int | None:
        return None if day is None else opening + day

    opening = offset_of(week=module.week, day=0)
    activity = Activity.objects.create(
        curriculum=module.curriculum,
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
        body_html=spec.body_html,
    )
    activity.skills.set([skills[slug] for slug in spec.skills])
    ActivityImage.objects.bulk_create(
        [
            ActivityImage(activity=activity, name=name, content_type=image.content_type, data=image.data)
            for name, image in spec.images.items()
        ]
    )
    if spec.quiz:
        _write_quiz(activity, spec.quiz)


def _write_quiz(activity: Activity, spec: QuizSpec) -> None:
    quiz = Quiz.objects.create(activity=activity, pass_percent=spec.pass_percent)
    Question.objects.bulk_create(
        [
            Question(
                quiz=quiz,
                position=position,
                slug=question.id,
                kind=question.kind,
                prompt_html=question.prompt_html,
                points=question.points,
                options=[
                    {"text_html": one.text_html, "correct": one.correct, "feedback_html": one.feedback_html}
                    for one in question.options
                ],
                accepted=[str(question.answer)] if question.answer is not None else list(question.accepted),
                tolerance=question.tolerance,
                explanation_html=question.explanation_html,
            )
            for position, question in enumerate(spec.questions)
        ]
    )
