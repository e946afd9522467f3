# ruff: noqa: E501 -- each case is one row of a table
"""One broken folder per case, and exactly the error that its author sees: file, line, problem."""

import pytest

W = "weeks/01-lines"
WEEK = f"{W}/week.yaml"
QUIZ = f"{W}/quiz.yaml"
RUBRIC = f"{W}/prices/rubric.yaml"
CHECKS = f"{W}/prices/checks.yaml"
EXERCISE = f"{W}/ols/exercise.yaml"
CONCEPT = f"{W}/concept.md"

# what the case shows: (file, what is replaced, by what, line of the error, problem)
REPLACED = {
    "unknown key": ("program.yaml", "outcomes:", "price: 9\noutcomes:", 9, "The key price is unknown here."),
    "missing key": ("program.yaml", "title: A tiny program\n", "", 1, "title is missing."),
    "number where text belongs": ("program.yaml", '"1.0"', "1.0", 4, "version must be text, and is a number (1.0)."),
    "text where a number belongs": ("program.yaml", "weeks: 2", 'weeks: "2"', 5, "weeks must be a whole number, and is text (2)."),
    "list where keys belong": ("program.yaml", "areas: {modelling: Modelling, practice: Professional practice}", "areas: [a]", 8, "areas must hold keys, and is a list."),
    "text where a list belongs": ("program.yaml", "[Fit a line.]", "Fit a line.", 9, "outcomes must be a list, and is text (Fit a line.)."),
    "empty text": ("program.yaml", "What it is about.", "", 7, "summary must be text, and is nothing."),
    "text too long": ("program.yaml", "A tiny program", "x" * 151, 3, "title has 151 characters."),
    "bad slug": ("program.yaml", "slug: tiny", "slug: Tiny_1", 2, "Tiny_1 is not a slug."),
    "unknown schema": ("program.yaml", "schema: 1", "schema: 2", 1, "schema is 2."),
    "unknown prerequisite": ("program.yaml", "[python]", "[cobol]", 10, "There is no skill cobol."),
    "entry exercise that is none": ("program.yaml", "prerequisites:", "entry_exercise: check\nprerequisites:", 10, "There is no exercise check."),
    "empty entry exercise": ("program.yaml", "prerequisites:", "entry_exercise:\nprerequisites:", 10, "entry_exercise must be text, and is nothing."),
    "YAML syntax": ("program.yaml", "title: A tiny", "title: A: tiny", 3, "This is not YAML: mapping values are not allowed here."),
    "double key": ("program.yaml", "weeks: 2", "weeks: 2\nslug: again", 6, "The key slug is here a second time (first in line 2)."),
    "alias": ("program.yaml", "[Fit a line.]", "&a [*a]", 9, "There is an anchor or an alias."),
    "tag": ("program.yaml", "[Fit a line.]", "!!python/object:os.system [x]", 9, "There is a tag (tag:yaml.org,2002:python/object:os.system)."),
    "deep nesting": ("program.yaml", "[Fit a line.]", "[" * 500 + "]" * 500, 9, "The values are nested too deeply."),
    "control character": ("program.yaml", "Fit a line", "Fit \x07 line", 9, "There is a character that YAML does not allow."),
    "escaped NUL": ("program.yaml", "title: A tiny program", 'title: "A\\0x"', 3, "There is the character U+0000."),
    "escaped control character": ("program.yaml", "[Fit a line.]", '["Fit \\x01 line"]', 9, "There is the character U+0001."),
    "escaped half of a pair": ("program.yaml", "What it is about.", '"\\ud800"', 7, "There is the character U+D800."),
    "escaped NUL in a key": ("program.yaml", "{modelling: Modelling", '{"a\\0": A, modelling: Modelling', 8, "There is the character U+0000."),
    "escaped NUL in an answer": (QUIZ, "[precision, positive predictive value]", '["a\\0"]', 16, "There is the character U+0000."),
    "half of a pair in an explanation": (QUIZ, "prompt: Name it.", 'prompt: "\\udfff"', 16, "There is the character U+DFFF."),
    "control character in Markdown": (CONCEPT, "A line", "A \x0c line", 3, "There is the character U+000C."),
    "control character as an entity": (CONCEPT, "A line", "A &#12; line", 1, "There is the character U+000C."),
    "skill of an unknown area": ("skills.yaml", "area: practice", "area: cooking", 3, "There is no area cooking."),
    "skill given twice": ("skills.yaml", "  - {slug: linear-models", "  - {slug: python, title: P, area: practice, summary: S.}\n  - {slug: linear-models", 4, "There is already a skill python, in line 3."),
    "skill that requires an unknown one": ("skills.yaml", "summary: Fits lines.", "summary: Fits lines., requires: [magic]", 4, "There is no skill magic."),
    "skill that requires itself": ("skills.yaml", "summary: Fits lines.", "summary: Fits lines., requires: [linear-models]", 4, "linear-models requires linear-models, which requires linear-models in the end."),
    "week without activities or outline": ("weeks/02-planes/week.yaml", "outline:\n  hours: {modelling: 7.5, practice: 2}\n  topics: [Planes, Hyperplanes]\n", "", 6, "The week has neither activities nor an outline."),
    "outline of an unknown area": ("weeks/02-planes/week.yaml", "practice: 2", "cooking: 2", 8, "There is no area cooking."),
    "outline with text for hours": ("weeks/02-planes/week.yaml", "practice: 2", "practice: many", 8, "practice must be a number, and is text (many)."),
    "week slug taken": ("weeks/02-planes/week.yaml", "slug: planes", "slug: lines", 3, "The slug lines is taken by weeks/01-lines/week.yaml:3."),
    "activity slug taken": (WEEK, "slug: film", "slug: check", 39, "The slug check is taken by weeks/01-lines/week.yaml:17."),
    "unknown skill": (WEEK, "skills: [linear-models]\n    step", "skills: [linear-models, magic]\n    step", 13, "There is no skill magic."),
    "skill named twice": (WEEK, "skills: [linear-models]\n    step", "skills: [linear-models, linear-models]\n    step", 13, "The skill linear-models is named twice."),
    "unknown area": (WEEK, "area: modelling", "area: cooking", 12, "There is no area cooking."),
    "unknown kind": (WEEK, "kind: call", "kind: chat", 47, "chat is not a known kind."),
    "unknown step": (WEEK, "step: concept", "step: dance", 14, "dance is not a known step."),
    "step without algorithm": (WEEK, "    algorithm: linear regression\n", "", 14, "There is a step without algorithm."),
    "algorithm without step": (WEEK, "    step: concept\n", "", 14, "There is an algorithm without step."),
    "no minutes": (WEEK, "minutes: 45", "minutes: 0", 11, "minutes is 0."),
    "octal minutes": (WEEK, "minutes: 45", "minutes: 045", 11, "minutes must be a whole number, and is a number (045)."),
    "yes for true": (WEEK, "required: false", "required: no", 45, "required must be true or false, and is true or false (no)."),
    "due before available": (WEEK, "available_day: 1", "available_day: 7", 30, "It is due on day 6, before it is available on day 7."),
    "until before due": (WEEK, "until_day: 20", "until_day: 5", 31, "Work is accepted until day 5, and due on day 6."),
    "until without due": (WEEK, "    due_day: 6\n    until_day", "    until_day", 30, "There is until_day without due_day."),
    "video without url": (WEEK, "    url: https://video.example/1\n", "", 39, "url is missing."),
    "script for url": (WEEK, "https://video.example/1", "javascript:alert(1)", 44, "javascript:alert(1) is no address of a page."),
    "url of a reading": (WEEK, "source: concept.md", "source: concept.md\n    url: https://a.example", 17, "An activity of kind reading has no url."),
    "reading without source": (WEEK, "    source: concept.md\n", "", 8, "source is missing."),
    "missing source": (WEEK, "source: quiz.yaml", "source: other.yaml", 22, "There is no file other.yaml."),
    "source outside": (WEEK, "source: quiz.yaml", "source: ../02-planes/week.yaml", 22, "../02-planes/week.yaml is not inside the folder of the week."),
    "absolute source": (WEEK, "source: quiz.yaml", "source: /etc/passwd", 22, "/etc/passwd is not inside the folder of the week."),
    "source of another kind": (WEEK, "source: quiz.yaml", "source: images/fit.svg", 22, "The source of a quiz is not images/fit.svg."),
    "missing exercise folder": (WEEK, "source: ols", "source: lost", 28, "There is no folder lost."),
    "folder of another name": (WEEK, "slug: prices", "slug: homes", 37, "The folder prices is not named by the slug homes."),
    "week out of range": (WEEK, "week: 1", "week: 3", 2, "week is 3."),
    "link to an unknown activity": (CONCEPT, "activity:ols", "activity:gone", 3, "There is no activity gone."),
    "link to no slug": (CONCEPT, "activity:ols", "activity:Not_One", 3, "Not_One is not the slug of an activity."),
    "relative link": (CONCEPT, "activity:ols", "other.md", 3, "The link to other.md leads nowhere."),
    "link to no heading": (CONCEPT, "activity:ols", "#nowhere", 3, "There is no heading #nowhere."),
    "link to a heading of another text": (QUIZ, "activity:concept", "#what-a-line-can-know", 13, "There is no heading #what-a-line-can-know."),
    "link of another scheme": (CONCEPT, "activity:ols", "ftp://a.example/x", 3, "The link to ftp://a.example/x leads nowhere."),
    "broken image": (CONCEPT, "images/fit.svg", "images/gone.svg", 5, "There is no image images/gone.svg."),
    "image elsewhere": (CONCEPT, "images/fit.svg", "../../secret.png", 5, "The image ../../secret.png is not a file of this folder."),
    "image of another origin": (CONCEPT, "images/fit.svg", "https://a.example/x.png", 5, "The image https://a.example/x.png is not a file of this folder."),
    "image without alternative text": (CONCEPT, "Points and a line through them", "", 5, "The image images/fit.svg has no alternative text."),
    "bad mathematics": (CONCEPT, "$y = ax + b$", r"$y = \fras{a}$", 3, r"The formula y = \fras{a} cannot be shown: the command \fras is not known."),
    "image that is no picture": (CONCEPT, "images/fit.svg", "quiz.yaml", 5, None),
    "question of unknown kind": (QUIZ, "kind: numeric", "kind: essay", 15, "essay is not a known kind."),
    "question given twice": (QUIZ, "id: q4", "id: q3", 16, "There is already a question q3."),
    "no correct option": (QUIZ, "The slope, correct: true", "The slope", 7, "The question has no correct answer."),
    "two correct options for one answer": (QUIZ, "{text: The intercept}", "{text: The intercept, correct: true}", 7, "A question with one answer has 2 correct options."),
    "one option": (QUIZ, "      - {text: The intercept}\n", "", 7, "A question of this kind has at least two options."),
    "numeric question without answer": (QUIZ, "answer: 0.25, ", "", 15, "answer is missing."),
    "text question without answer": (QUIZ, "accepted: [precision, positive predictive value]", "accepted: []", 16, "The question has no correct answer."),
    "options of a numeric question": (QUIZ, "answer: 0.25", "options: [], answer: 0.25", 15, "The key options is unknown here."),
    "negative tolerance": (QUIZ, "1e-3", "-1", 15, "tolerance is -1."),
    "not a number": (QUIZ, "answer: 0.25", "answer: .nan", 15, "answer must be a number, and is a number (.nan)."),
    "points beyond their column": (QUIZ, "points: 2", "points: 99999999", 14, "points is 99999999."),
    "tolerance beyond its column": (QUIZ, "1e-3", "1e14", 15, "tolerance is 1E+14."),
    "points of a level beyond their column": (RUBRIC, "6.5", "1e20", 10, "points is 1E+20."),
    "free points beyond their column": (EXERCISE, "max_attempts: 20", "max_attempts: 20\nfree_points: 1e9", 3, "free_points is 1E+9."),
    "pass beyond a hundred": (QUIZ, "pass_percent: 70", "pass_percent: 170", 2, "pass_percent is 170."),
    "broken link deep in a quiz": (QUIZ, "activity:concept", "activity:gone", 13, "There is no activity gone."),
    "pool without a number": (QUIZ, "id: q3, ", "id: q3, pool: sums, ", 1, "Nothing says how many questions of the pool sums are drawn."),
    "more drawn than there are": (QUIZ, "questions:\n  - id: q1\n", "draw: {sums: 2}\nquestions:\n  - id: q1\n    pool: sums\n", 3, "The pool sums has 1 questions, and 2 are drawn."),
    "pool of unequal points": (QUIZ, "questions:\n  - id: q1\n", "draw: {sums: 1}\nquestions:\n  - {id: q0, kind: text, points: 3, pool: sums, prompt: Say a., accepted: [a]}\n  - id: q1\n    pool: sums\n", 3, "The questions of the pool sums differ in points."),
    "pool that is none": (QUIZ, "questions:", "draw: {sums: 1}\nquestions:", 3, "The key sums is unknown here."),
    "equal steps": (QUIZ, "kind: text, prompt: Name it., accepted: [precision, positive predictive value]", "kind: ordering, prompt: Sort., order: [One, One]", 16, "Two of the steps are the same."),
    "nothing to put in order": (QUIZ, "kind: text, prompt: Name it., accepted: [precision, positive predictive value]", "kind: ordering, prompt: Sort., order: [Alone]", 16, "Something is put in order only where there are two or more."),
    "levels that do not rise": (RUBRIC, "points: 6.5", "points: 0", 10, "A level of 0 points follows one of 0."),
    "one level": (RUBRIC, "      - {title: Solid, points: 6.5, description: Enough.}\n", "", 8, "A criterion has at least two levels."),
    "criterion of unknown skill": (RUBRIC, "[linear-models]", "[magic]", 7, "There is no skill magic."),
    "points of three decimals": (RUBRIC, "6.5", "6.125", 10, "points has more than 2 decimals."),
    "nothing can be handed in": (CHECKS, "{files: true, link: optional}", "{files: false}", 2, "Nothing can be handed in."),
    "unknown rule for links": (CHECKS, "link: optional", "link: maybe", 2, "maybe is not a known link."),
    "pattern outside": (CHECKS, "[README.md", "[../README.md", 3, "The pattern ../README.md cannot match."),
    "tests outside": (CHECKS, "pytest: tests", "pytest: ../tests", 7, "This is no place in the work."),
    "title of no test cell": (EXERCISE, "test_fit:", "test_gone:", 3, "The notebook has no test cell test_gone."),
}  # fmt: skip


@pytest.mark.parametrize("case", REPLACED)
def test_a_broken_line_is_named(folder, case):
    file, old, new, line, problem = REPLACED[case]
    folder.replace(file, old, new)
    if case == "image that is no picture":
        file, line, problem = QUIZ, None, "This is no kind of image that pages show."
    assert folder.errors() == [(file, line, problem)]


# what the case shows: (file to write, its content or None to remove it, the errors)
WRITTEN = {
    "no program": ("program.yaml", None, [("program.yaml", None, "This file is missing.")]),
    "no skills": ("skills.yaml", None, [("skills.yaml", None, "This file is missing.")]),
    "misnamed coverage": ("coverage.yml", "schema: 1\n", [("coverage.yml", None, "Nothing uses this file.")]),
    "empty YAML": ("skills.yaml", "", [("skills.yaml", 1, "This file holds no keys.")]),
    "two documents": ("skills.yaml", "a: 1\n---\nb: 1\n", [("skills.yaml", 2, "This is not YAML: expected a single document in the stream, but found another document.")]),
    "week without week.yaml": ("weeks/03-more/notes.md", "x", [("weeks/03-more/week.yaml", None, "This file is missing.")]),
    "not UTF-8": (CONCEPT, b"Hello\n\xff\xfe", [(CONCEPT, 2, "This is not UTF-8 text.")]),
    "NUL": (CONCEPT, b"Hello\n\n\0", [(CONCEPT, 3, "There is a NUL character.")]),
    "empty reading": (CONCEPT, "\n", [(CONCEPT, 1, "This text is empty.")]),
    "long reading": (CONCEPT, "x" * 1_100_000, [(CONCEPT, None, "This text is larger than 200 KB.")]),
    "big file": (f"{W}/ols/data/big.bin", b"\0" * (20 * 1024 * 1024 + 1), [(f"{W}/ols/data/big.bin", None, "This file is larger than 20 MB.")]),
    "bad name": (f"{W}/ols/data/a b.csv", "x", [(f"{W}/ols/data/a b.csv", None, "This name cannot be used.")]),
    "names that differ in case": (f"{W}/ols/data/POINTS.csv", "x", [(f"{W}/ols/data/points.csv", None, f"Its name differs from {W}/ols/data/POINTS.csv only in case.")]),
    "unused file of a project": (f"{W}/prices/notes.txt", "x", [(f"{W}/prices/notes.txt", None, "Nothing uses this file.")]),
    "no brief": (f"{W}/prices/brief.md", None, [(f"{W}/prices/brief.md", None, "This file is missing.")]),
    "no rubric": (RUBRIC, None, [(RUBRIC, None, "This file is missing.")]),
    "no checks": (CHECKS, None, [(CHECKS, None, "This file is missing.")]),
    "reserved name": (f"{W}/ols/source.ipynb", "{}", [(f"{W}/ols/source.ipynb", None, "This name is reserved.")]),
    "hidden file beside a notebook": (f"{W}/ols/hidden/y.csv", "y\n1\n", [(f"{W}/ols/hidden/y.csv", None, "Learners get what lies beside a notebook.")]),
    "role of unknown skill": ("roles.yaml", "schema: 1\nroles:\n  - {slug: engineer, title: E, summary: S., skills: [magic]}\n", [("roles.yaml", 3, "There is no skill magic.")]),
    "role given twice": ("roles.yaml", "schema: 1\nroles:\n  - {slug: e, title: E, summary: S., skills: [python]}\n  - {slug: e, title: E, summary: S., skills: [python]}\n", [("roles.yaml", 4, "There is already a role e.")]),
    "topic that nothing teaches": ("coverage.yaml", "schema: 1\ntopics:\n  - {title: Data, activities: []}\n", [("coverage.yaml", 3, "Nothing teaches Data.")]),
    "topic taught by an unknown activity": ("coverage.yaml", "schema: 1\ntopics:\n  - {title: Data, activities: [concept, gone]}\n", [("coverage.yaml", 3, "There is no activity gone.")]),
    "skills that require each other": ("skills.yaml", "schema: 1\nskills:\n  - {slug: python, title: P, area: practice, summary: S., requires: [linear-models]}\n  - {slug: linear-models, title: L, area: modelling, summary: S., requires: [python]}\n", [("skills.yaml", 3, "python requires linear-models, which requires python in the end."), ("skills.yaml", 4, "linear-models requires python, which requires linear-models in the end.")]),
    "folder of no week": ("weeks/draft/week.yaml", None, []),
}  # fmt: skip


@pytest.mark.parametrize("case", [case for case in WRITTEN if case != "folder of no week"])
def test_a_broken_file_is_named(folder, case):
    file, content, errors = WRITTEN[case]
    if content is None:
        (folder.path / file).unlink()
    else:
        folder.write(file, content)
    assert folder.errors() == errors


def test_a_folder_that_says_another_week_is_named(folder):
    (folder.path / "weeks/02-planes").rename(folder.path / "weeks/07-planes")
    assert folder.errors() == [("weeks/07-planes/week.yaml", 2, "week is 2, and the folder says 7.")]


def test_two_folders_of_one_week_are_named(folder):
    folder.write(
        "weeks/02-again/week.yaml",
        (folder.path / "weeks/02-planes/week.yaml").read_text().replace("planes", "again", 1),
    )
    assert folder.errors() == [("weeks/02-planes/week.yaml", 2, "Week 2 is also in weeks/02-again.")]


def test_a_folder_without_a_number_is_named(folder):
    (folder.path / "weeks/02-planes").rename(folder.path / "weeks/planes")
    assert folder.errors() == [("weeks/planes", None, "This is no name of a week.")]


def test_a_missing_week_is_named(folder):
    (folder.path / "weeks/02-planes/week.yaml").unlink()
    assert folder.errors() == [("weeks", None, "There is no folder for week 2.")]


def test_what_is_no_folder_is_named(folder):
    folder.path /= "program.yaml"
    assert folder.errors() == [(".", None, "This is not a folder.")]


def test_an_empty_folder_is_named(folder, tmp_path):
    folder.path = tmp_path / "empty"
    folder.path.mkdir()
    assert (".", None, "The folder holds no files.") in folder.errors()


def test_a_quiz_of_too_many_points_is_named(folder):
    more = "\n".join(f"  - {{id: m{n}, kind: text, points: 9999, prompt: Say a., accepted: [a]}}" for n in range(11))
    folder.write(QUIZ, f"{(folder.path / QUIZ).read_text()}{more}\n")
    assert folder.errors() == [(QUIZ, 3, "There are 109994 points in all.")]


def test_a_rubric_of_too_many_points_is_named(folder):
    criterion = (folder.path / RUBRIC).read_text().partition("criteria:\n")[2].replace("6.5", "9999")
    more = "".join(criterion.replace("slug: method", f"slug: m{n}") for n in range(11))
    folder.write(RUBRIC, f"schema: 1\npass_percent: 60\ncriteria:\n{more}")
    assert folder.errors() == [(RUBRIC, 3, "There are 109989 points in all.")]


def test_too_many_patterns_are_named(folder):
    folder.replace(CHECKS, "[README.md", f"[{'a, ' * 1_000}README.md")
    assert folder.errors() == [(CHECKS, 3, "required_files has 1002 entries.")]


@pytest.mark.parametrize(
    ("file", "content", "error"),
    [
        ("program.yaml", None, ("program.yaml", None, "This file is missing.")),
        ("program.yaml", "", ("program.yaml", 1, "This file holds no keys.")),
        ("skills.yaml", None, ("skills.yaml", None, "This file is missing.")),
    ],
)
def test_what_is_wrong_in_weeks_is_said_along_with_what_is_wrong_before_them(folder, file, content, error):
    folder.replace(QUIZ, "pass_percent: 70", "pass_percent: 170")
    folder.replace(CONCEPT, "activity:ols", "activity:gone")
    (folder.path / file).unlink() if content is None else folder.write(file, content)
    in_weeks = [(CONCEPT, 3, "There is no activity gone."), (QUIZ, 2, "pass_percent is 170.")]
    assert folder.errors() == [error, *in_weeks]
