"""Search over the activities of one curriculum: PostgreSQL's full text (`search_words`), or on SQLite the words as they are.

What is found is what the viewer's place shows: an activity that has not opened yet is searched by its title alone, and of it
only title and date are told.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice, takewhile

from django.db import connection
from django.db.models import Q
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from courses.entries import Entry, entry_of
from courses.models import Activity
from courses.places import Place

LONGEST = 200
MOST_WORDS = 12
MOST_PLACES = 100
NEAR, BEFORE, PIECE = 200, 60, 360
"""In characters: how near each other words count as one place; how much is shown before it, and in all."""
BEGIN, END = "\ue000", "\ue001"
MARKED = re.compile(f"{BEGIN}([^{BEGIN}{END}]*){END}")
WORD = re.compile(r"\w+")

RANKED = """
    WITH asked AS (SELECT websearch_to_tsquery('english', %s) AS query), found AS (
        SELECT id, available_offset, words FROM courses_activity, asked
        WHERE curriculum_id = %s AND words @@ query AND id <> ALL(%s)
        UNION ALL
        SELECT id, available_offset, ts_filter(words, '{a}') FROM courses_activity, asked
        WHERE id = ANY(%s) AND ts_filter(words, '{a}') @@ query
    )
    SELECT id FROM found, asked ORDER BY ts_rank(words, query, 1) DESC, available_offset, id
"""
STEMS = "SELECT unnest(tsvector_to_array(to_tsvector('english', %s)))"
HEADLINES = """
    SELECT id, ts_headline('english', piece, websearch_to_tsquery('english', %s), %s)
    FROM unnest(%s::bigint[], %s::text[]) AS pieces (id, piece)
"""
HEADLINE = f'StartSel="{BEGIN}", StopSel="{END}", MaxFragments=2, MaxWords=24, MinWords=10, FragmentDelimiter=" … "'


@dataclass(frozen=True)
class Hit:
    """One activity that was found; `excerpt` is safe HTML with the words marked, empty while it is locked."""

    entry: Entry
    excerpt: SafeString


def tidy(words: str) -> str:
    """What was asked for, as it is searched."""
    return " ".join(words.replace("\0", "").split())[:LONGEST]


def takes_signs() -> bool:
    """Whether quotes and minus signs mean something."""
    return connection.vendor == "postgresql"


def find(place: Place, words: str) -> list[int]:
    """The ids of the activities of the place's curriculum that hold all the words, a locked one in its title, the best first;
    one query.

    Words as search engines take them: "in quotes" stand together, -not excludes, or means either (PostgreSQL only).
    """
    if not words:
        return []
    locked = [one.pk for one in place.outline.activities if place.is_locked(place.dates(one))]
    return (_ranked if connection.vendor == "postgresql" else _holding)(place.cohort.curriculum_id, locked, words)


def hits_of(place: Place, ids: Sequence[int], words: str) -> list[Hit]:
    """These activities as the viewer may see them, in the same order; three queries, or none where all are locked."""
    known = {one.pk: one for one in place.outline.activities}
    entries = [entry_of(place, known[pk]) for pk in ids if pk in known]
    is_open = [entry.activity.pk for entry in entries if not entry.is_locked]
    texts = dict(Activity.objects.filter(pk__in=is_open).values_list("pk", "content__plain_text"))
    excerpts = (_headlines if connection.vendor == "postgresql" else _surroundings)(texts, words) if texts else {}
    return [Hit(entry, excerpts.get(entry.activity.pk, SafeString())) for entry in entries]


def _ranked(curriculum_id: int, locked: list[int], words: str) -> list[int]:
    """What is locked is also left out and ranked by its title alone, so that nothing of its text can be asked for."""
    with connection.cursor() as cursor:
        cursor.execute(RANKED, [words, curriculum_id, locked, locked])
        return [pk for (pk,) in cursor.fetchall()]


def _headlines(texts: dict[int, str], words: str) -> dict[int, SafeString]:
    """Only the best piece of each text is parsed: a headline of the whole costs ten times as much."""
    with connection.cursor() as cursor:
        cursor.execute(STEMS, [words])
        stems = [stem for (stem,) in cursor.fetchall()]
        pieces = {pk: piece_of(text, stems) for pk, text in texts.items()}
        cursor.execute(HEADLINES, [words, HEADLINE, list(pieces), list(pieces.values())])
        return {pk: _marked(text) for pk, text in cursor.fetchall()}


def _holding(curriculum_id: int, locked: list[int], words: str) -> list[int]:
    terms = WORD.findall(words)[:MOST_WORDS]
    titled, anywhere = Q(), ~Q(pk__in=locked)
    for term in terms:
        titled &= Q(title__icontains=term)
        anywhere &= Q(title__icontains=term) | Q(algorithm__icontains=term) | Q(content__plain_text__icontains=term)
    found = Activity.objects.filter(titled | anywhere, curriculum=curriculum_id)
    rows = found.order_by("available_offset", "pk").values_list("pk", "title") if terms else []
    held = {pk: sum(term.lower() in title.lower() for term in terms) for pk, title in rows}
    return sorted(held, key=lambda pk: -held[pk])


def _surroundings(texts: dict[int, str], words: str) -> dict[int, SafeString]:
    terms = WORD.findall(words)[:MOST_WORDS]
    wanted = re.compile("|".join(map(re.escape, terms)), re.IGNORECASE)
    pieces = {pk: piece_of(text, terms) for pk, text in texts.items()}
    return {pk: _marked(wanted.sub(rf"{BEGIN}\g<0>{END}", piece)) for pk, piece in pieces.items()}


def piece_of(text: str, terms: Sequence[str]) -> str:
    """The piece of the text in which most of the terms begin a word, from a little before them; its beginning without any."""
    wanted = re.compile(rf"\b(?:{'|'.join(map(re.escape, terms))})", re.IGNORECASE) if terms else None
    found = [(one.start(), one[0].lower()) for one in islice(wanted.finditer(text), MOST_PLACES)] if wanted else []
    best, most = 0, 0
    for rank, (at, _) in enumerate(found):
        near = takewhile(lambda one, at=at: one[0] - at < NEAR, found[rank:])
        count = len({term for _, term in near})
        if count > most:
            best, most = at, count
    begin = text.rfind(" ", 0, best - BEFORE) + 1 if best > BEFORE else 0
    if begin + PIECE >= len(text):
        return f"{'… ' if begin else ''}{text[begin:]}"
    return f"{'… ' if begin else ''}{text[begin : begin + PIECE].rpartition(' ')[0]} …"


def _marked(text: str) -> SafeString:
    """The text as safe HTML, with what stands between the signs marked."""
    html = MARKED.sub(r"<mark>\1</mark>", escape(text))
    return mark_safe(html.replace(BEGIN, "").replace(END, ""))
