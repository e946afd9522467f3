"""A curriculum's outline and texts in memory: it never changes once published, so that pages need not ask for it again.

What is returned is shared by all requests: read it, never change it.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any, TypeVar

from courses.curriculum.spec import ASSET_PREFIX
from courses.models import Activity, Content, Curriculum, Module

MOST_OUTLINES = 16
MOST_TEXTS = 512
IMAGE = re.compile(f'src="{ASSET_PREFIX}([^"?]+)"')
KEPT: list[Any] = []
Id = TypeVar("Id", int, str)
Found = TypeVar("Found")


def kept(most: int) -> Callable[[Callable[[Id], Found]], Callable[[Id], Found]]:
    """What a function reads of a curriculum by an id stays in memory, for `most` ids."""

    def keep(read: Callable[[Id], Found]) -> Callable[[Id], Found]:
        remembering = lru_cache(maxsize=most)(read)
        KEPT.append(remembering)
        return remembering

    return keep


@dataclass(frozen=True)
class Outline:
    """The modules by week, and all activities in order, without their texts."""

    curriculum: Curriculum
    modules: tuple[Module, ...]
    activities: tuple[Activity, ...]

    @cached_property
    def places(self) -> dict[str, int]:
        """Each activity's place in `activities` by its slug."""
        return {activity.slug: place for place, activity in enumerate(self.activities)}

    @cached_property
    def of_week(self) -> dict[int, tuple[Activity, ...]]:
        return {
            module.week: tuple(one for one in self.activities if one.module_id == module.pk) for module in self.modules
        }

    @cached_property
    def ids_of_week(self) -> dict[int, frozenset[int]]:
        return {week: frozenset(one.pk for one in activities) for week, activities in self.of_week.items()}

    @cached_property
    def required(self) -> frozenset[int]:
        """The ids of the activities that count for progress."""
        return frozenset(activity.pk for activity in self.activities if activity.required)

    def find(self, slug: str) -> Activity | None:
        place = self.places.get(slug)
        return None if place is None else self.activities[place]

    def around(self, activity: Activity) -> tuple[Activity | None, Activity | None]:
        """The activities before and after this one."""
        place = self.places[activity.slug]
        padded = (None, *self.activities, None)
        return padded[place], padded[place + 2]


@kept(MOST_OUTLINES)
def outline_of(curriculum_id: int) -> Outline:
    modules = tuple(Module.objects.filter(curriculum=curriculum_id).order_by("week"))
    known = {module.pk: module for module in modules}
    activities = tuple(Activity.objects.filter(curriculum=curriculum_id).order_by("module__week", "position"))
    for activity in activities:
        activity.module = known[activity.module_id]
    return Outline(Curriculum.objects.select_related("program").get(pk=curriculum_id), modules, activities)


@kept(MOST_TEXTS)
def text_of(content_id: str) -> str:
    """The safe HTML of a content, in memory once for all versions that show it."""
    return with_editions(Content.objects.values_list("body_html", flat=True).get(pk=content_id), content_id)


def with_editions(html: str, content_id: str) -> str:
    """A text of this content with the addresses of its images told apart from those of other versions, which browsers keep
    under the same name."""
    return IMAGE.sub(rf'src="{ASSET_PREFIX}\1?v={content_id[:12]}"', html) if ASSET_PREFIX in html else html


def forget() -> None:
    """Read everything again; for tests, which write curricula piece by piece."""
    for read in KEPT:
        read.cache_clear()
