"""Querysets that are compiled once and run many times.

Building and compiling a queryset costs about twice as much processor time as running it. Pages that everyone opens all
day keep theirs as a `Prepared`: the rule stays a queryset with all its verbs, only the ids are filled in anew.
"""

import threading
from collections.abc import Callable
from typing import Any

from django.db import connections, router
from django.db.models import QuerySet

FIRST_STAND_IN = 4_611_686_018_427_000_000  # no row has such an id


class Prepared:
    """`build(**ids)` makes a `values_list` queryset; `rows(**ids)` runs it with other ids.

    The parameters are ids, used in filters. Nothing else may vary between runs: a moment or a text that `build` reads would
    stay what it was the first time. Safe for threads; what is compiled belongs to one thread's connection.
    """

    def __init__(self, build: Callable[..., QuerySet[Any, Any]], *parameters: str) -> None:
        self.build = build
        self.parameters = parameters
        self._compiled = threading.local()

    def rows(self, **ids: int) -> list[tuple[Any, ...]]:
        """All rows as tuples, converted as the queryset would."""
        if set(ids) != set(self.parameters):
            raise TypeError(f"this query takes {self.parameters}, not {tuple(ids)}")
        compiler, sql, template, converters = self._ready()
        with compiler.connection.cursor() as cursor:
            cursor.execute(sql, [ids[part.name] if type(part) is _Slot else part for part in template])
            found = cursor.fetchall()
        return [tuple(row) for row in compiler.apply_converters(found, converters)] if converters else found

    def row(self, **ids: int) -> tuple[Any, ...] | None:
        """The first row, or None."""
        found = self.rows(**ids)
        return found[0] if found else None

    def _ready(self) -> tuple[Any, str, list[Any], Any]:
        known = getattr(self._compiled, "query", None)
        if known is None or connections[known[0].using] is not known[0].connection:
            known = self._compiled.query = self._compile()
        return known

    def _compile(self) -> tuple[Any, str, list[Any], Any]:
        slots = {FIRST_STAND_IN + number: _Slot(name) for number, name in enumerate(self.parameters)}
        queryset = self.build(**{slot.name: stand_in for stand_in, slot in slots.items()})
        compiler = queryset.query.get_compiler(router.db_for_read(queryset.model))
        sql, parameters = compiler.as_sql()
        converters = compiler.get_converters([column for column, _, _ in compiler.select[: compiler.col_count]])
        template = [slots.get(value, value) if type(value) is int else value for value in parameters]
        if {part.name for part in template if type(part) is _Slot} != set(self.parameters):
            raise ValueError("a parameter does not reach the database as an id")
        return compiler, sql, template, converters


class _Slot:
    """Where an id goes."""

    def __init__(self, name: str) -> None:
        self.name = name
