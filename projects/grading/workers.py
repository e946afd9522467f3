"""Grading several submissions at once: threads that each keep boxes of their own ready."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import AbstractContextManager
from queue import SimpleQueue
from typing import Generic, Literal, TypeVar

from . import lanes

Lane = Literal["warm", "cold"]
Task = TypeVar("Task")
Answer = TypeVar("Answer")


class Once(Generic[Answer]):
    """Something made when it is first asked for, by whichever thread asks; the others wait for it."""

    def __init__(self, make: Callable[[], Answer]) -> None:
        self._make = make
        self._lock = threading.Lock()
        self._made: list[Answer] = []

    def get(self) -> Answer:
        """The thing itself. Raises what making it raises."""
        with self._lock:
            if not self._made:
                self._made.append(self._make())
        return self._made[0]


def lane_of(name: Lane) -> AbstractContextManager[object]:
    """Boxes of this thread are forked from warm parents while the block runs, or each started anew."""
    return lanes.warm() if name == "warm" else lanes.use(None)


def in_order(
    work: Callable[[Task], Answer],
    tasks: Sequence[Task],
    *,
    jobs: int,
    lane: Lane,
    on_done: Callable[[], None] = lambda: None,
) -> Iterator[Answer]:
    """What ``work`` makes of each task, in the order of the tasks, ``jobs`` of them (1 or more) at a time.

    With one job all runs in the calling thread and in the lane that it has already. Otherwise each thread lives as
    long as its lane, because a warm parent ends with the thread that started it. ``on_done`` is called, from any
    thread, for each task that is done. What ``work`` raises is raised here.
    """
    if jobs == 1 or len(tasks) < 2:
        for task in tasks:
            yield _done(work(task), on_done)
        return
    waiting: SimpleQueue[tuple[Task, Future[Answer]] | None] = SimpleQueue()
    answers: list[Future[Answer]] = [Future() for _ in tasks]
    for pair in zip(tasks, answers, strict=True):
        waiting.put(pair)
    threads = [
        threading.Thread(target=_serve, args=(work, waiting, lane, on_done), name=f"grading-{number}", daemon=True)
        for number in range(min(jobs, len(tasks)))
    ]
    for thread in threads:
        waiting.put(None)
        thread.start()
    for answer in answers:
        yield answer.result()
    for thread in threads:
        thread.join()


def _serve(
    work: Callable[[Task], Answer],
    waiting: SimpleQueue[tuple[Task, Future[Answer]] | None],
    lane: Lane,
    on_done: Callable[[], None],
) -> None:
    with lane_of(lane):
        while (given := waiting.get()) is not None:
            task, answer = given
            try:
                answer.set_result(_done(work(task), on_done))
            except BaseException as error:  # raised again where the answer is asked for
                answer.set_exception(error)


def _done(answer: Answer, on_done: Callable[[], None]) -> Answer:
    on_done()
    return answer
