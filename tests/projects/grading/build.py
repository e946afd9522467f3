"""Notebooks for tests, built cell by cell."""

import json

from projects.grading.engine import Bundle


def notebook(*cells, **extra):
    """The bytes of an .ipynb file with ``cells``."""
    document = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": list(cells), **extra}
    return json.dumps(document).encode()


def code(source, grade_id="", **metadata):
    """A code cell; with a ``grade_id``, nbgrader's metadata."""
    cell = {"cell_type": "code", "source": source, "metadata": {}, "outputs": [], "execution_count": None}
    if grade_id:
        roles = {"grade": False, "solution": False, "locked": False, "task": False, "schema_version": 3}
        cell["metadata"]["nbgrader"] = {**roles, "grade_id": grade_id, **metadata}
    return cell


def answer(grade_id, source):
    """A solution cell."""
    return code(source, grade_id, solution=True)


def check(grade_id, source, points=1):
    """An autograder-tests cell."""
    return code(source, grade_id, grade=True, locked=True, points=points)


def hidden(source):
    """``source`` between hidden-test markers."""
    return f"### BEGIN HIDDEN TESTS\n{source}\n### END HIDDEN TESTS"


def bundle(*cells, config=None, **files):
    """A notebook bundle of ``cells``; further files by keyword, ``__`` standing for the dot in their names."""
    beside = {name.replace("__", "."): data for name, data in files.items()}
    return Bundle("notebook", {"source.ipynb": notebook(*cells), **beside}, config or {})


def work(**answers):
    """A learner's upload with these answers by grade_id."""
    return {"work.ipynb": notebook(*(answer(name, source) for name, source in answers.items()))}


def by_id(result):
    """A result's groups by id."""
    return {group.id: group for group in result.groups}
