"""How lists of the API are paged."""

from rest_framework.pagination import CursorPagination


class NewestFirstPagination(CursorPagination):
    """Pages by primary key, newest first, so that new rows never shift a page."""

    ordering = "-pk"
    page_size = 50
