"""How often calendar feeds are fetched."""

from rest_framework.throttling import AnonRateThrottle, SimpleRateThrottle


class FeedThrottle(SimpleRateThrottle):
    """One feed, wherever it is fetched from; `view` is the feed."""

    scope = "feed"

    def get_cache_key(self, request, view):
        return f"throttle_feed_{view.pk}"


class UnknownFeedThrottle(AnonRateThrottle):
    """Addresses that lead nowhere, by where the requests come from. Those that lead somewhere are not counted here: calendar
    services fetch the feeds of many people from few hosts.
    """

    scope = "unknown_feed"

    def get_cache_key(self, request, view):
        return f"throttle_unknown_feed_{self.get_ident(request)}"
