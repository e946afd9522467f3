"""A right folder is read as it says."""

import os
import signal
from decimal import Decimal

import pytest

from courses.curriculum import pages
from courses.curriculum.reader import CurriculumErrors, read_curriculum
from tests.generated import write_generated


def by_slug(curriculum):
    return {activity.slug: activity for module in curriculum.modules for activity in module.activities}


def test_a_right_folder_is_read_whole(folder):
    curriculum = folder.read()
    assert (curriculum.slug, curriculum.version, curriculum.weeks) == ("tiny", "1.0", 2)
    assert curriculum.areas == {"modelling": "Modelling", "practice": "Professional practice"}
    assert [skill.slug for skill in curriculum.skills] == ["python", "linear-models"]
    assert [module.week for module in curriculum.modules] == [1, 2]
    assert list(by_slug(curriculum)) == ["concept", "check", "ols", "prices", "film", "first-call"]


def test_an_outlined_week_says_what_it_will_hold(folder):
    week = folder.read().modules[1]
    assert week.activities == ()
    assert week.outline_hours == {"modelling": Decimal("7.5"), "practice": Decimal(2)}
    assert week.outline_topics == ("Planes", "Hyperplanes")


def test_a_reading_becomes_html_with_its_images_and_links(folder):
    concept = by_slug(folder.read())["concept"]
    assert '<h2 id="h-what-a-line-can-know">' in concept.body_html
    assert "<math" in concept.body_html
    assert '<a href="../ols/">the exercise</a>' in concept.body_html
    assert '<img src="asset/images/fit.svg" alt="Points and a line through them">' in concept.body_html
    image = concept.images["images/fit.svg"]
    assert (image.name, image.content_type) == ("images/fit.svg", "image/svg+xml")
    assert (concept.step, concept.algorithm) == ("concept", "linear regression")


def test_a_quiz_keeps_numbers_exact(folder):
    quiz = by_slug(folder.read())["check"].quiz
    first, second, third, fourth = quiz.questions
    assert [option.correct for option in first.options] == [True, False]
    assert '<a href="../concept/">' in first.explanation_html
    assert second.points == 2
    assert (third.answer, third.tolerance) == (Decimal("0.25"), Decimal("0.001"))
    assert fourth.accepted == ("precision", "positive predictive value")


def test_an_exercise_holds_its_notebook_and_what_lies_beside_it(folder):
    activity = by_slug(folder.read())["ols"]
    assert set(activity.project.files) == {"source.ipynb", "data/points.csv"}
    assert activity.project.config == {"titles": {"test_fit": "The fit"}}
    assert activity.project.max_attempts == 20
    assert (activity.available_day, activity.due_day, activity.until_day) == (1, 6, 20)
    assert activity.body_html == ""


def test_the_brief_of_an_exercise_is_its_page(folder):
    folder.write("weeks/01-lines/ols/brief.md", "Do it.")
    activity = by_slug(folder.read())["ols"]
    assert activity.body_html == "<p>Do it.</p>\n"
    assert "brief.md" not in activity.project.files


def test_an_entry_exercise_is_named_by_its_slug_and_leads_nowhere_else(folder):
    assert folder.read().entry_exercise == ""
    folder.replace("program.yaml", "prerequisites:", "entry_exercise: ols\nprerequisites:")
    folder.write("weeks/01-lines/ols/brief.md", "Do it.")
    assert folder.read().entry_exercise == "ols"
    folder.write("weeks/01-lines/ols/brief.md", "Read [this](activity:concept), then do it.")
    problem = "The brief of ols links to other activities, which who applies cannot open."
    assert folder.errors() == [("program.yaml", 10, problem)]


def test_a_mini_project_holds_its_rubric_and_checks(folder):
    project = by_slug(folder.read())["prices"].project
    assert (project.kind, project.bundle_kind) == ("mini-project", "archive")
    assert (project.accepts_files, project.accepts_link) == (True, "optional")
    assert project.config == {
        "required_files": ["README.md", "*.py"],
        "forbidden_files": ["*.pyc", ".env"],
        "python_syntax": True,
        "max_files": 50,
        "pytest": "tests",
    }
    assert [level.points for level in project.rubric.criteria[0].levels] == [Decimal(0), Decimal("6.5")]


def test_the_digest_follows_every_byte_and_name_and_no_hidden_file(folder):
    first = folder.read().digest
    folder.write(".git/HEAD", "ref")
    folder.write("weeks/01-lines/ols/.ipynb_checkpoints/ols-checkpoint.ipynb", "{}")
    assert folder.read().digest == first
    folder.write("weeks/01-lines/ols/data/points.csv", "x,y\n1,3\n")
    assert folder.read().digest != first


def test_all_errors_come_at_once_and_read_well(folder):
    folder.replace("program.yaml", "weeks: 2", "weeks: two")
    folder.replace("skills.yaml", "area: modelling", "area: cooking")
    folder.replace("weeks/01-lines/concept.md", "activity:ols", "activity:nothing")
    with pytest.raises(CurriculumErrors) as caught:
        folder.read()
    lines = str(caught.value).splitlines()
    assert "program.yaml:5: weeks must be a whole number, and is text (two). Write digits without quotes." in lines
    assert "skills.yaml:4: There is no area cooking. Use one of: modelling, practice." in lines
    assert "weeks/01-lines/concept.md:3: There is no activity nothing. Link to the slug of an activity." in lines


def test_links_to_headings_of_the_same_text_are_read(folder):
    text = "# Über uns\n\n[a](#über-uns) [b](#again-1) [c](#the-code)\n\n## Again\n\n## Again\n\n> ## The `code`"
    folder.write("weeks/01-lines/concept.md", text)
    html = folder.read().modules[0].activities[0].body_html
    assert 'href="#h-%C3%BCber-uns"' in html
    assert 'id="h-über-uns"' in html
    assert 'id="h-again-1"' in html


def test_many_texts_rendered_side_by_side_are_what_each_is_alone(tmp_path, monkeypatch):
    folder = write_generated(tmp_path / "many", weeks=1, readings=pages.MANY + 1)
    many = read_curriculum(folder)
    monkeypatch.setattr(pages, "MANY", 1000)
    assert read_curriculum(folder) == many
    assert len({activity.body_html for activity in many.modules[0].activities}) > 40  # each has its own


def test_texts_are_read_although_a_process_that_renders_them_is_killed(tmp_path, monkeypatch):
    folder = write_generated(tmp_path / "many", weeks=1, readings=pages.MANY + 1)
    whole, here, document = read_curriculum(folder), os.getpid(), pages.Document

    def killed_elsewhere(*text, **options):
        if os.getpid() != here:
            os.kill(os.getpid(), signal.SIGKILL)
        return document(*text, **options)

    monkeypatch.setattr(pages, "Document", killed_elsewhere)
    assert read_curriculum(folder) == whole


def test_what_is_wrong_in_one_of_many_texts_is_said_with_its_line(tmp_path):
    folder = write_generated(tmp_path / "many", weeks=1, readings=pages.MANY + 1)
    text = folder / "weeks" / "01-week" / "reading-1-7.md"
    text.write_text(f"{text.read_text()}\n\n[nowhere](#not-there)\n")
    with pytest.raises(CurriculumErrors) as raised:
        read_curriculum(folder)
    line = text.read_text().count("\n")
    assert [(error.file, error.line) for error in raised.value.errors] == [("weeks/01-week/reading-1-7.md", line)]
