"""Querysets that are compiled once and run many times.

Building and compiling a queryset costs about twice as much processor time as running it. Pages that everyone opens all
day, and what every check of a burst asks, keep theirs as a `Prepared`: the rule stays a queryset with all its verbs, only
the ids are filled in anew.
"""

import functools
import re
import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.db import connections, router
from django.db.models import Model, QuerySet
from django.db.models.query import get_related_populators

FIRST_STAND_IN = 4_611_686_018_427_000_000  # no row has such an id
TEXT_STAND_IN = "\0"  # no text of a database has this character
NO_ID = 0
PLACE = re.compile("%[%s]")


class Text(str):
    """The name of a parameter that is a text, compared as it is."""


class Prepared:
    """`build(**ids)` makes a queryset; `rows(**ids)` runs it with other ids where that is a `values_list`, `objects(**ids)`
    where it is one of whole objects, with what it selects beside them and without annotations.

    The parameters are ids, used in filters: `Prepared(build, "user")`; a text is named as one, `Text("slug")`. A parameter
    that takes a list of ids is named with how many it takes at most, `Prepared(build, submissions=20)`; fewer are filled
    up with an id that no row has. Nothing else may vary between runs: a moment or a text that `build` reads would stay
    what it was the first time. Safe for threads; what is compiled belongs to one thread's connection.
    """

    def __init__(self, build: Callable[..., QuerySet[Any, Any]], *parameters: str, **lists: int) -> None:
        self.build = build
        self.parameters = parameters
        self.lists = lists
        self._compiled = threading.local()

    def rows(self, **ids: int | str | Sequence[int]) -> list[tuple[Any, ...]]:
        """All rows as tuples, converted as the queryset would."""
        if set(ids) != {*self.parameters, *self.lists}:
            raise TypeError(f"this query takes {(*self.parameters, *self.lists)}, not {tuple(ids)}")
        compiler, sql, template, converters, _ = self._ready()
        given = self._padded(ids) if self.lists else ids
        with compiler.connection.cursor() as cursor:
            cursor.execute(sql, [given[part.name] if type(part) is _Slot else part for part in template])
            found = cursor.fetchall()
        return [tuple(row) for row in compiler.apply_converters(found, converters)] if converters else found

    def row(self, **ids: int | str | Sequence[int]) -> tuple[Any, ...] | None:
        """The first row, or None."""
        found = self.rows(**ids)
        return found[0] if found else None

    def objects(self, **ids: int | str | Sequence[int]) -> list[Any]:
        """All rows as objects of the queryset's model."""
        rows = self.rows(**ids)
        make = self._ready()[-1]
        return [make(row) for row in rows]

    def first(self, **ids: int | str | Sequence[int]) -> Any:
        """The first object, or None."""
        return next(iter(self.objects(**ids)), None)

    def get(self, **ids: int | str | Sequence[int]) -> Any:
        """The first object; raises the model's `DoesNotExist` when there is none."""
        found = self.first(**ids)
        if found is None:
            raise self._ready()[-1].model.DoesNotExist
        return found

    def _ready(self) -> tuple[Any, str, list[Any], Any, Any]:
        known = getattr(self._compiled, "query", None)
        if known is None or connections[known[0].using] is not known[0].connection:
            known = self._compiled.query = self._compile()
        return known

    def _compile(self) -> tuple[Any, str, list[Any], Any, Any]:
        names = [*self.parameters, *(name for one, most in self.lists.items() for name in _names(one, most))]
        stand_ins: dict[str, Any] = {name: FIRST_STAND_IN + number for number, name in enumerate(names)}
        stand_ins |= {name: f"{TEXT_STAND_IN} {name}" for name in names if isinstance(name, Text)}
        slots = {stand_in: _Slot(name) for name, stand_in in stand_ins.items()}
        single = {name: stand_ins[name] for name in self.parameters}
        lists = {one: [stand_ins[name] for name in _names(one, most)] for one, most in self.lists.items()}
        queryset = self.build(**single, **lists)
        compiler = queryset.query.get_compiler(router.db_for_read(queryset.model))
        sql, parameters = compiler.as_sql()
        converters = compiler.get_converters([column for column, _, _ in compiler.select[: compiler.col_count]])
        template = [slots.get(value, value) if type(value) in (int, str) else value for value in parameters]
        if {part.name for part in template if type(part) is _Slot} != set(names):
            raise ValueError("a parameter does not reach the database as it is")
        maker = _Maker(compiler) if compiler.klass_info else None
        return compiler, *_with_constants(compiler.connection, sql, template), converters, maker

    def _padded(self, ids: Mapping[str, Any]) -> dict[str, int]:
        """The ids by the names of their slots, each list filled up."""
        given = {name: ids[name] for name in self.parameters}
        for one, most in self.lists.items():
            if len(ids[one]) > most:
                raise ValueError(f"{one} takes {most} ids at most, not {len(ids[one])}")
            given |= dict.fromkeys(_names(one, most), NO_ID) | dict(zip(_names(one, most), ids[one], strict=False))
        return given


class _Maker:
    """Makes an object of a row, as the queryset would."""

    def __init__(self, compiler: Any) -> None:
        info, select = compiler.klass_info, compiler.select
        self.model: type[Model] = info["model"]
        self._using = compiler.using
        self._columns = slice(info["select_fields"][0], info["select_fields"][-1] + 1)
        self._names = [column.target.attname for column, _, _ in select[self._columns]]
        self._related = get_related_populators(info, select, compiler.using)  # type: ignore[call-arg]  # stubs of Django 6

    def __call__(self, row: tuple[Any, ...]) -> Model:
        made = self.model.from_db(self._using, self._names, row[self._columns])
        for one in self._related:
            one.populate(row, made)
        return made


def _with_constants(connection: Any, sql: str, template: list[Any]) -> tuple[str, list[Any]]:
    """The statement with everything but parameters and moments written into it, and what is left to fill in.

    Only then can the plan that PostgreSQL keeps for it use the partial indexes, so that it need not plan each time.
    """
    quote = connection.schema_editor().quote_value
    parts = iter(template)
    left = []

    def put(place: re.Match[str]) -> str:
        if place[0] == "%%":
            return place[0]
        part = next(parts)
        if isinstance(part, str | int) and "%" not in str(part):
            return str(quote(str(part) if isinstance(part, str) else part))
        left.append(part)
        return place[0]

    return PLACE.sub(put, sql), left


@functools.cache
def _names(one: str, most: int) -> tuple[str, ...]:
    """The names of the slots of a list."""
    return tuple(f"{one} {number}" for number in range(most))


class _Slot:
    """Where an id or a text goes."""

    def __init__(self, name: str) -> None:
        self.name = name
