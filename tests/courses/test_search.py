"""Search over the learner's curriculum: the same on both databases, but for what only PostgreSQL knows of words."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from courses.search_words import store_words
from tests import world

TEXT = "<p>Least squares picks the line whose squared residuals are smallest.</p>"


@pytest.fixture
def page(learner, as_user):
    return as_user(learner)


@pytest.fixture
def write(curriculum):
    """A function that makes an activity with a text which can be found."""

    def write_it(slug, text=TEXT, **fields):
        into, kind = fields.pop("curriculum", curriculum), fields.pop("kind", "reading")
        made = world.make_activity(into, kind, slug, body_html=text, **fields)
        store_words(made.curriculum_id)
        return made

    return write_it


def search(client, words, **more):
    answer = client.get(reverse("search"), {"q": words, **more})
    assert answer.status_code == 200
    return answer.text


def titles(body):
    return [part.partition("</a>")[0].partition(">")[2] for part in body.split('<h2 class="hit-title"><a ')[1:]]


def test_words_of_texts_and_titles_are_found_and_marked(page, cohort, write):
    line = write("a-line", title="What a line can know")
    write("trees", "<p>Trees ask questions.</p>", title="Trees")
    body = search(page, "squares LINE")
    assert titles(body) == ["What a line can know"]
    assert reverse("activity_detail", args=[cohort.slug, line.slug]) in body
    assert "<mark>squares</mark>" in body
    assert "<mark>line</mark>" in body
    assert titles(search(page, "questions residuals")) == []


def test_an_exercise_is_found_by_its_algorithm(page, write):
    write("by-hand", title="By hand", kind="exercise", algorithm="backpropagation")
    assert titles(search(page, "backpropagation")) == ["By hand"]


def test_a_word_of_the_title_counts_more_than_one_of_the_text(page, write):
    write("first", "<p>Some say entropy in passing, among much else that is said.</p>", title="Splits")
    write("second", "<p>Disorder, measured.</p>", title="Entropy")
    assert titles(search(page, "entropy")) == ["Entropy", "Splits"]


def test_what_is_locked_is_found_by_its_title_and_only_title_and_date_are_told(page, as_user, mentor, cohort, write):
    write("later", "<p>The secret of week three is patience.</p>", week=3, title="Late trees")
    for words in ["secret", "late secret", "late patience", '"secret of week three"']:
        assert titles(search(page, words)) == []
    body = search(page, "late trees")
    assert titles(body) == ["Late trees"]
    assert "opens" in body
    assert "week three" not in body
    assert "<mark>patience</mark>" in search(as_user(mentor), "patience", cohort=cohort.slug)


def test_nothing_of_another_curriculum_is_found(page, as_user, outsider, cohort, write):
    write("elsewhere", "<p>Least squares, in another version.</p>", curriculum=world.make_curriculum())
    assert titles(search(page, "squares")) == []
    assert as_user(outsider).get(reverse("search"), {"q": "squares", "cohort": cohort.slug}).status_code == 404
    assert "You have no place in a cohort yet" in search(as_user(outsider), "squares")


def test_who_learns_in_two_cohorts_searches_either(page, learner, cohort, write):
    other = world.make_cohort(world.make_curriculum())
    world.make_enrollment(other, learner)
    write("here", title="Squares here")
    write("there", title="Squares there", curriculum=other.curriculum)
    for one, another, title in [(cohort, other, "Squares here"), (other, cohort, "Squares there")]:
        body = search(page, "squares", cohort=one.slug)
        assert titles(body) == [title]
        assert f'<input type="hidden" name="cohort" value="{one.slug}">' in body
        assert f'href="?cohort={another.slug}&amp;q=squares"' in body


def test_an_excerpt_is_text(page, write):
    write("evil", "<p>If a &lt; b, &lt;script&gt;alert(1)&lt;/script&gt; and \ue000 squares \ue001 are text.</p>")
    (excerpt,) = re.findall(r'<p class="hit-text">(.*?)</p>', search(page, "squares"), re.DOTALL)
    assert "<mark>squares</mark>" in excerpt
    assert "<" not in excerpt.replace("<mark>", "").replace("</mark>", "")


@pytest.mark.parametrize(
    "words", ["", "  ", "%", "_", "\\", "'", '"', "a & | ! b:*", "(", "-squares", "the", "<b>", "x" * 5000]
)
def test_whatever_is_asked_is_answered(page, write, words):
    write("a-line")
    assert "<b>" not in search(page, words)


def test_an_answer_without_hits_says_what_to_do(page, enrollment):
    assert "Nothing found" in search(page, "zebra")
    body = search(page, "")
    assert "Search the titles and texts of all weeks" in body
    assert ("a minus before a word" in body) == (connection.vendor == "postgresql")


def test_hits_come_in_pages_and_cost_the_same_however_many(page, write):
    for n in range(2):
        write(f"few-{n}")

    def queries():
        search(page, "squares")
        with CaptureQueriesContext(connection) as captured:
            search(page, "squares")
        return len(captured)

    few = queries()
    for n in range(12):
        write(f"more-{n}", week=n % 4 + 1, title=f"Squares {n}")
    assert queries() == few
    assert few <= 8
    body = search(page, "squares")
    assert len(titles(body)) == 10
    assert "14 activities found" in body
    assert len(titles(search(page, "squares", page="2"))) == 4
    assert len(titles(search(page, "squares", page="99"))) == 4


def test_only_learners_have_the_box_in_the_header(page, as_user, admin, enrollment):
    assert 'class="topbar-search"' in page.get(reverse("home")).text
    assert 'class="topbar-search"' not in as_user(admin).get(reverse("home")).text


@pytest.mark.postgres
def test_postgresql_knows_forms_of_words_quotes_and_what_to_leave_out(page, write):
    write("a-line", title="Lines")
    write("trees", "<p>The smallest squares picked by trees.</p>", title="Trees")
    assert titles(search(page, "square residual")) == ["Lines"]
    assert titles(search(page, '"least squares"')) == ["Lines"]
    assert titles(search(page, "squares -residuals")) == ["Trees"]
    assert sorted(titles(search(page, "trees or residuals"))) == ["Lines", "Trees"]


@pytest.mark.postgres
def test_of_what_is_locked_no_word_of_the_text_is_left_out_or_ranked_by(page, write):
    write("later", "<p>Trees, squares and patience.</p>", week=3, title="Entropy of trees")
    write("other", "<p>Nothing of them.</p>", week=2, title="Entropy of lines")
    assert len(titles(search(page, "entropy -patience"))) == 2
    assert titles(search(page, "entropy or patience")) == ["Entropy of lines", "Entropy of trees"]
    assert titles(search(page, "entropy -trees")) == ["Entropy of lines"]


@pytest.mark.postgres
def test_what_is_searched_by_is_stored_and_indexed(db):
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexdef FROM pg_indexes WHERE indexname = 'activities_by_words'")
        assert "USING gin (words)" in cursor.fetchone()[0]
