"""A Redis cache that answers "not there" while Redis is away or full, so that pages and submissions go on without it."""

import structlog
from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import OutOfMemoryError
from redis.exceptions import TimeoutError as RedisTimeoutError

logger = structlog.get_logger(__name__)
AWAY = (RedisConnectionError, RedisTimeoutError, OutOfMemoryError)  # a Redis that still loads is a connection error


class ForgivingRedisCache(RedisCache):
    """Django's Redis cache; a Redis that is gone, full or still loading reads as a miss and drops writes, and is logged."""

    def add(self, key, value, timeout=DEFAULT_TIMEOUT, version=None):
        return self._or(True, super().add, key, value, timeout=timeout, version=version)

    def get(self, key, default=None, version=None):
        return self._or(default, super().get, key, default=default, version=version)

    def set(self, key, value, timeout=DEFAULT_TIMEOUT, version=None):
        return self._or(None, super().set, key, value, timeout=timeout, version=version)

    def delete(self, key, version=None):
        return self._or(False, super().delete, key, version=version)

    def get_many(self, keys, version=None):
        return self._or({}, super().get_many, keys, version=version)

    def _or(self, fallback, operation, *args, **kwargs):
        try:
            return operation(*args, **kwargs)
        except AWAY as error:
            logger.warning("cache_away", operation=operation.__name__, error=str(error))
            return fallback
