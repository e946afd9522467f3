"""A Redis cache that answers "not there" while Redis is away or full, so that pages and submissions go on without it."""

import functools

import structlog
from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.redis import RedisCache, RedisCacheClient
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import OutOfMemoryError
from redis.exceptions import TimeoutError as RedisTimeoutError

logger = structlog.get_logger(__name__)
AWAY = (RedisConnectionError, RedisTimeoutError, OutOfMemoryError)  # a Redis that still loads is a connection error


class OneClient(RedisCacheClient):
    """Django's, which makes a client of the Redis library for every call; that costs more than the call. Here it is kept."""

    def __init__(self, servers, **options):
        super().__init__(servers, **options)
        self._client = functools.cache(self._client)  # type: ignore[has-type]  # the stubs leave it out


class ForgivingRedisCache(RedisCache):
    """Django's Redis cache; a Redis that is gone, full or still loading reads as a miss and drops writes, and is logged."""

    def __init__(self, server, params):
        super().__init__(server, params)
        self._class = OneClient

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
