"""Which questions of a quiz a learner gets, and in which order: pure functions of a seed that the attempt keeps."""

import hashlib
import random
from collections.abc import Iterable

from courses.models.quizzes import Question, QuestionKind, Quiz


def is_drawn(quiz: Quiz) -> bool:
    """Whether learners get questions, or an order, of their own."""
    return quiz.shuffle or bool(quiz.draw)


def seed_of(quiz: Quiz, enrollment_id: int, number: int) -> int:
    """The seed of a learner's attempt of this number, 0 where nothing is drawn: the same whenever it is asked for."""
    if not is_drawn(quiz):
        return 0
    digest = hashlib.sha256(f"{quiz.activity.slug}-{enrollment_id}-{number}".encode()).digest()
    return 1 + int.from_bytes(digest[:6], "big")


def draw(quiz: Quiz, questions: Iterable[Question], seed: int) -> list[Question]:
    """The questions that come with this seed, of those of the quiz in their own order; all of them with seed 0."""
    every = list(questions)
    if not seed:
        return every
    chance = random.Random(seed)
    drawn = {
        one.pk
        for pool, number in sorted(quiz.draw.items())
        for one in _sample(chance, [one for one in every if one.pool == pool], number)
    }
    kept = [one for one in every if not one.pool or one.pk in drawn]
    if quiz.shuffle:
        chance.shuffle(kept)
    return kept


def order_of_options(quiz: Quiz, question: Question, seed: int) -> list[int]:
    """The indexes of a question's options as they are shown. What is to be put in order never comes in order."""
    order = list(range(len(question.options)))
    is_ordering = question.kind == QuestionKind.ORDERING
    if not (is_ordering or (quiz.shuffle and seed)):
        return order
    shown = list(order)
    random.Random(f"{seed}-{question.slug}").shuffle(shown)
    return shown if shown != order or not is_ordering else [*order[1:], *order[:1]]


def _sample(chance: random.Random, members: list[Question], number: int) -> list[Question]:
    return chance.sample(members, min(number, len(members)))
