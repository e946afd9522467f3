"""Throttles of the API beyond those of DRF."""

import hashlib

from rest_framework.throttling import SimpleRateThrottle


class PerAddressThrottle(SimpleRateThrottle):
    """Tries to sign in with one e-mail address, wherever they come from."""

    scope = "token"

    def get_cache_key(self, request, view):
        address = str(request.data.get("email", "")).strip().lower()
        return f"throttle_address_{hashlib.sha256(address.encode()).hexdigest()}"
