"""Searching the curriculum."""

from django.core.paginator import Paginator
from django.shortcuts import render

from courses.places import FINISHED_EARLY
from courses.search import find, hits_of, takes_signs, tidy
from courses.views.curricula import place_asked_for

PAGE_SIZE = 10


def search(request):
    place, enrollment, everything = place_asked_for(request)
    if place is None:
        return render(request, "courses/curriculum_none.html", {"enrollment": enrollment})
    words = tidy(request.GET.get("q", ""))
    page = Paginator(find(place, words), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "place": place,
        "others": [one.cohort for one in everything if one.cohort != place.cohort and one.state not in FINISHED_EARLY],
        "words": words,
        "takes_signs": takes_signs(),
        "page": page,
        "hits": hits_of(place, list(page.object_list), words),
    }
    return render(request, "courses/search.html", context)
