"""Throttles of the API beyond those of DRF."""

import hashlib

from rest_framework.throttling import SimpleRateThrottle


class PerAddressThrottle(SimpleRateThrottle):
    """Tries to sign in with one e-mail address, wherever they come from."""

    scope = "token"

    def get_cache_key(self, request, view):
        said = request.data.get("email", "") if isinstance(request.data, dict) else ""
        address = str(said).strip().lower().encode("utf-8", "replace")
        return f"throttle_address_{hashlib.sha256(address).hexdigest()}"
