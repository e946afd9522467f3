"""Pages go on while the cache is away, full or loading."""

import pytest
from redis import Redis as Client
from redis.exceptions import BusyLoadingError
from redis.exceptions import ConnectionError as RedisConnectionError

from lms.lib.forgiving_cache import ForgivingRedisCache
from tools.processes import Redis


@pytest.fixture
def redis(tmp_path):
    server = Redis(tmp_path / "redis", durable=False).start()
    yield server
    server.remove()


def test_a_full_cache_keeps_what_it_has_and_drops_what_is_new(redis):
    cache = ForgivingRedisCache(redis.url(), {})
    cache.set("old", 1)
    with Client(unix_socket_path=str(redis.socket)) as client:
        client.config_set("maxmemory", 1)
    cache.set("new", 2)
    assert cache.add("another", 3) is True
    assert (cache.get("old"), cache.get("new", "missing")) == (1, "missing")
    cache.close()


@pytest.mark.parametrize("error", [BusyLoadingError, RedisConnectionError])
def test_a_cache_that_does_not_answer_reads_as_a_miss(error, monkeypatch):
    cache = ForgivingRedisCache("redis://nowhere.invalid/0", {})

    def refuse(*args, **kwargs):
        raise error("LOADING Redis is loading the dataset in memory")

    monkeypatch.setattr(type(cache._cache), "get", refuse)
    assert cache.get("key", "missing") == "missing"
