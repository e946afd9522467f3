"""A curriculum as a Common Cartridge keeps the rules of the specification, and gives away no solution."""

import re
import zipfile
from decimal import Decimal
from xml.etree import ElementTree

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from courses.models import Curriculum, Question
from courses.models.quizzes import QuestionKind
from projects.actions.publishing import publish_curriculum
from projects.exports.cartridge.package import export_cartridge
from projects.exports.cartridge.profile import PROFILES
from projects.exports.cartridge.quizzes import texts_of, weights_of
from tests.cartridge_rules import problems_of
from tests.exercises import FUNCTION
from tests.generated import SVG, write_generated

QUIZ = """\
schema: 1
pass_percent: 70
shuffle: true
draw: {terms: 1}
questions:
  - id: one
    kind: single
    prompt: "What does ![a drawing](images/quiz.svg) show of $x$?"
    points: 2
    options: [{text: This, correct: true, feedback: "Yes & no."}, {text: That, feedback: No.}, {text: None}]
    explanation: See [the reading](activity:reading-1-0).
  - {id: of-two, kind: single, prompt: "Or?", options: [{text: This, correct: true}, {text: That}]}
  - {id: several, kind: multiple, prompt: "Which?", options: [{text: A, correct: true}, {text: B, correct: true}, {text: C}]}
  - {id: exactly, kind: numeric, prompt: "How many?", answer: 0.25}
  - {id: nearly, kind: numeric, points: 1.5, prompt: "About?", answer: 3.14, tolerance: 0.01, explanation: Measure it.}
  - {id: in-words, kind: text, pool: terms, prompt: Name it., accepted: [recall, sensitivity]}
  - {id: not-drawn, kind: text, pool: terms, prompt: Name another., accepted: [precision]}
  - {id: in-order, kind: ordering, prompt: In which order?, order: [Ask., Build., Count.]}
"""
CALLS = """\
  - {slug: film, kind: video, title: A film, minutes: 8, area: modelling, url: https://video.example/1, source: film.md}
  - {slug: talk, kind: live-session, title: A talk, minutes: 60, area: modelling, url: https://talk.example/}
  - {slug: first-call, kind: call, title: "Meet <your> mentor", minutes: 30, area: modelling}
"""


@pytest.fixture
def folder(tmp_path):
    made = write_generated(tmp_path / "generated", weeks=2)
    week = made / "weeks" / "01-week"
    (week / "quiz-1-1.yaml").write_text(QUIZ)
    (week / "images" / "quiz.svg").write_text(SVG.format(number=7))
    (week / "film.md").write_text("Watch it, then [hand in](activity:exercise-1-2) and [check](activity:quiz-1-1).\n")
    (week / "week.yaml").write_text((week / "week.yaml").read_text() + CALLS)
    return made


@pytest.fixture
def curriculum(db, folder):
    return publish_curriculum(folder=folder, by=None, tested=False)[0]


def texts_in(path):
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


@pytest.fixture(params=PROFILES)
def cartridge(request, curriculum, tmp_path):
    path = tmp_path / "out.imscc"
    call_command("export_curriculum", "generated", "1", common_cartridge=path, profile=request.param)
    return path


def test_a_cartridge_keeps_the_rules(cartridge):
    assert problems_of(cartridge) == []


def test_it_has_a_tree_by_weeks_with_everything_in_order(curriculum, tmp_path):
    export_cartridge(curriculum, tmp_path / "out.imscc")
    root = ElementTree.fromstring(texts_in(tmp_path / "out.imscc")["imsmanifest.xml"])
    first, second = root.iterfind("{*}organizations/{*}organization/{*}item/{*}item")
    assert [first.findtext("{*}title"), second.findtext("{*}title")] == ["Week 1: Week 1", "Week 2: Week 2"]
    assert [one.findtext("{*}title") for one in first.iterfind("{*}item")] == [
        "About this week",
        "Activity reading-1-0",
        "Activity quiz-1-1",
        "Activity exercise-1-2",
        "Activity mini-project-1-3",
        "A film",
        "A film (notes)",
        "A talk",
        "Meet <your> mentor",
    ]
    kinds = {one.get("identifier"): one.get("type") for one in root.iterfind("{*}resources/{*}resource")}
    assert kinds["activity-quiz-1-1-quiz"] == "imsqti_xmlv1p2/imscc_xmlv1p3/assessment"
    assert kinds["activity-film-link"] == "imswl_xmlv1p3"
    assert kinds["activity-exercise-1-2-assignment"] == "assignment_xmlv1p0"


def test_learners_get_what_is_theirs_and_nothing_else(cartridge):
    texts = texts_in(cartridge)
    assert texts["activities/exercise-1-2/files/stats.py"] == FUNCTION["stats.py"]
    everything = "\n".join(texts.values())
    assert "total += one" not in everything
    assert "check_mean" not in everything
    page = texts["activities/mini-project-1-3/page.html"]
    assert "Solid (6): Enough." in page
    assert "Do what mini-project-1-3 asks for." in page


def test_links_lead_to_pages_and_images_to_files(curriculum, tmp_path):
    export_cartridge(curriculum, tmp_path / "out.imscc")
    texts = texts_in(tmp_path / "out.imscc")
    film = texts["activities/film/page.html"]
    assert '<a href="../exercise-1-2/page.html">hand in</a>' in film
    assert "and check." in film
    quiz = texts["activities/quiz-1-1/quiz.xml"]
    assert 'src="$IMS-CC-FILEBASE$/activities/quiz-1-1/asset/images/quiz.svg"' in quiz.replace("&quot;", '"')
    assert texts["activities/reading-1-0/asset/images/reading-1-0.svg"] == SVG.format(number=1000)


def test_each_question_is_of_a_kind_that_the_profile_has(curriculum, tmp_path):
    export_cartridge(curriculum, tmp_path / "out.imscc")
    root = ElementTree.fromstring(texts_in(tmp_path / "out.imscc")["activities/quiz-1-1/quiz.xml"])
    items = root.iterfind("{*}assessment/{*}section/{*}item")
    fields = [[entry.text for entry in item.iterfind("{*}itemmetadata//{*}fieldentry")][:2] for item in items]
    assert fields == [
        ["cc.multiple_choice.v0p1", "4"],
        ["cc.multiple_response.v0p1", "2"],
        ["cc.multiple_response.v0p1", "2"],
        ["cc.fib.v0p1", "2"],
        ["cc.essay.v0p1", "3"],
        ["cc.fib.v0p1", "2"],
        ["cc.essay.v0p1", "2"],
    ]
    said = "".join(root.itertext())
    assert "3.14, at most 0.01 more or less." in said
    asked, right = (re.findall("Ask|Build|Count", one) for one in re.findall("<[uo]l>.*?</[uo]l>", said, re.DOTALL))
    assert sorted(asked) == right != asked
    assert {one.get("shuffle") for one in root.iter() if one.tag.endswith("render_choice")} == {"Yes"}


@pytest.mark.parametrize(
    ("points", "weights"),
    [(["1", "2"], [1, 2]), (["0.5", "2"], [1, 4]), (["0.01", "500"], [1, 99]), (["0.33", "1"], [33, 99]), ([], [])],
)
def test_weights_are_whole_numbers_in_the_ratio_of_the_points(points, weights):
    assert weights_of([Decimal(one) for one in points]) == weights


def test_a_number_may_be_typed_in_its_usual_ways():
    question = Question(kind=QuestionKind.NUMERIC, accepted=["0.250"])
    assert texts_of(question) == ["0.25", "0.250", ".25"]
    assert texts_of(Question(kind=QuestionKind.NUMERIC, accepted=["-3"])) == ["-3"]


@pytest.mark.parametrize(
    ("name", "old", "new", "words"),
    [
        ("imsmanifest.xml", "<schemaversion>1.3.0", "<schemaversion>1.4.0", "unknown type"),
        ("imsmanifest.xml", 'identifierref="activity-film-link"', 'identifierref="nowhere"', "no resource nowhere"),
        ("imsmanifest.xml", 'structure="rooted-hierarchy"', 'structure="flat"', "no rooted hierarchy"),
        ("imsmanifest.xml", '<file href="activities/talk/link.xml" />', "", "0 files"),
        ("imsmanifest.xml", "<title>A film</title>", "", "has no title"),
        ("activities/quiz-1-1/quiz.xml", "cc.fib.v0p1", "cc.number.v0p1", "cc_profile is cc.number"),
        ("activities/quiz-1-1/quiz.xml", ">option1</varequal>", ">option9</varequal>", "on no option"),
        ("activities/quiz-1-1/quiz.xml", 'linkrefid="general_fb"', 'linkrefid="other_fb"', "feedback differs"),
        ("activities/quiz-1-1/quiz.xml", "<conditionvar><other /></conditionvar>", "", "respcondition holds"),
        ("activities/quiz-1-1/quiz.xml", 'ident="of-two"', 'ident="one"', "one ident"),
        ("activities/talk/link.xml", "<title>A talk</title>", "", "webLink holds"),
        ("activities/film/page.html", "../exercise-1-2/page.html", "../exercise-1-2/", "there is no ../exercise-1-2/"),
        ("activities/exercise-1-2/assignment.xml", 'type="file"', 'type="paper"', "format paper"),
    ],
)
def test_the_rules_find_what_is_broken(curriculum, tmp_path, name, old, new, words):
    export_cartridge(curriculum, tmp_path / "right.imscc")
    texts = texts_in(tmp_path / "right.imscc")
    assert old in texts[name]
    texts[name] = texts[name].replace(old, new)
    with zipfile.ZipFile(tmp_path / "broken.imscc", "w") as archive:
        for one, text in texts.items():
            archive.writestr(one, text)
    assert words in " ".join(problems_of(tmp_path / "broken.imscc"))


def test_the_same_curriculum_makes_the_same_bytes_and_nothing_is_overwritten(curriculum, tmp_path):
    one, two = tmp_path / "one.imscc", tmp_path / "two.imscc"
    for path in (one, two):
        call_command("export_curriculum", "generated", "1", common_cartridge=path)
    assert one.read_bytes() == two.read_bytes()
    with pytest.raises(CommandError, match="exists already"):
        call_command("export_curriculum", "generated", "1", common_cartridge=one)
    with pytest.raises(CommandError, match="Name a folder to write to, or a file"):
        call_command("export_curriculum", "generated", "1")


def test_a_cartridge_takes_as_many_queries_for_a_large_program_as_for_a_small_one(db, tmp_path):
    counts = set()
    for weeks in (1, 5):
        Curriculum.objects.all().delete()
        folder = write_generated(tmp_path / str(weeks), weeks=weeks)
        curriculum, _ = publish_curriculum(folder=folder, by=None, tested=False)
        with CaptureQueriesContext(connection) as queries:
            export_cartridge(curriculum, tmp_path / f"{weeks}.imscc")
        counts.add(len(queries))
    assert len(counts) == 1
