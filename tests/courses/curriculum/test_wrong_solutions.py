"""Typical wrong solutions beside an exercise: read, and kept from learners."""

import pytest

OLS = "weeks/01-lines/ols"
WRONG = "schema: 1\nwhy: It is one off.\nmust_fail: [test_fit]\ncells:\n  fit: answer = 2\n"
EXERCISE = "schema: 1\nkind: function\nmodule: stats.py\ngroups: [{id: mean}]\n"


def project(folder):
    return next(one.project for one in folder.read().modules[0].activities if one.slug == "ols")


def test_they_are_no_files_of_the_exercise(folder):
    before = project(folder)
    folder.write(f"{OLS}/wrong/off-by-one.yaml", WRONG)
    after = project(folder)
    (wrong,) = after.wrong
    assert (wrong.why, wrong.must_fail, wrong.answers) == ("It is one off.", ("test_fit",), {"fit": "answer = 2"})
    assert (after.files, after.config) == (before.files, before.config)


def test_where_a_module_is_handed_in_it_is_the_whole_text(folder):
    (folder.path / OLS / "ols.ipynb").unlink()
    folder.write(f"{OLS}/exercise.yaml", EXERCISE)
    folder.write(f"{OLS}/checks.py", "def check_mean():\n    assert mean([1]) == 1\n")
    folder.write(f"{OLS}/reference.py", "def mean(x):\n    return sum(x) / len(x)\n")
    folder.write(f"{OLS}/wrong/sum.yaml", "schema: 1\nwhy: W.\nmust_fail: [mean]\nanswer: |\n  mean = sum\n")
    assert project(folder).wrong[0].answers == {"answer": "mean = sum"}


@pytest.mark.parametrize(
    ("name", "text", "line", "problem"),
    [
        ("a.py", "mean = sum", None, "This is no wrong solution."),
        ("b/c.yaml", WRONG, None, "This is no wrong solution."),
        ("a.yaml", WRONG.replace("[test_fit]", "[]"), 3, "The wrong solution loses no points."),
        ("a.yaml", WRONG.replace("why: It is one off.\n", ""), 1, "why is missing."),
        ("a.yaml", WRONG.replace("cells:\n  fit", "answer"), 1, "cells is missing."),
        ("a.yaml", f"{WRONG}price: 9\n", 6, "The key price is unknown here."),
    ],
)
def test_a_broken_one_is_an_error(folder, name, text, line, problem):
    folder.write(f"{OLS}/wrong/{name}", text)
    assert (f"{OLS}/wrong/{name}", line, problem) in folder.errors()
