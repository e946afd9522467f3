"""Searching the curriculum."""

from django.core.paginator import Paginator
from django.shortcuts import render

from courses.search import find, hits_of, tidy
from courses.views.curricula import place_asked_for

PAGE_SIZE = 10


def search(request):
    place, enrollment, _ = place_asked_for(request)
    if place is None:
        return render(request, "courses/curriculum_none.html", {"enrollment": enrollment})
    words = tidy(request.GET.get("q", ""))
    page = Paginator(find(place, words), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {"place": place, "words": words, "page": page, "hits": hits_of(place, list(page.object_list), words)}
    return render(request, "courses/search.html", context)
