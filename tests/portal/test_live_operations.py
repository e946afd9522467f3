"""The real product tells when one of its parts is gone, and comes back by itself; `tests/faults` kills its worker."""

import json
import urllib.error
import urllib.request


def missing_parts(live_stack):
    try:
        with urllib.request.urlopen(f"{live_stack.url}/readyz", timeout=20) as response:
            body = json.load(response)
    except urllib.error.HTTPError as error:
        with error:
            body = json.load(error)
    return [name for name, part in body["parts"].items() if not part["ok"]]


def test_the_whole_product_is_ready(live_stack):
    assert missing_parts(live_stack) == []
    assert "MISSING" not in live_stack.manage("doctor")


def test_it_names_a_stopped_redis_and_is_ready_again_when_it_returns(live_stack):
    live_stack.stop_redis()
    assert missing_parts(live_stack) == ["broker"]
    live_stack.start_redis()
    live_stack.wait_for(lambda: missing_parts(live_stack) == [], "ready after Redis came back", patience=60)
