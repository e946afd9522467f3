"""A client of the running portal's API, as a learner's script would use it."""

import json
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid

SETTLED = {"checks_passed", "checks_failed", "could_not_run", "waiting_for_review", "needs_more_work", "passed"}


class ApiClient:
    """Calls with one person's token. An answer of 400 and above raises `urllib.error.HTTPError`."""

    def __init__(self, url, token):
        self.url = url
        self.headers = {"Authorization": f"Token {token}"}

    @classmethod
    def signed_in(cls, url, email, password):
        body = json.dumps({"email": email, "password": password}).encode()
        answer = _call(f"{url}/api/v1/auth/token/", {"Content-Type": "application/json"}, body)
        return cls(url, answer["token"])

    def get(self, path):
        return _call(f"{self.url}/api/v1/{path}", self.headers)

    def submit(self, slug, files, **fields):
        """Hand in files (name to bytes); returns the submission."""
        boundary = uuid.uuid4().hex
        parts = [
            f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
            for name, value in fields.items()
        ]
        for name, data in files.items():
            head = f'--{boundary}\r\nContent-Disposition: form-data; name="files"; filename="{name}"\r\n\r\n'
            parts.append(head.encode() + data + b"\r\n")
        body = b"".join([*parts, f"--{boundary}--\r\n".encode()])
        headers = {**self.headers, "Content-Type": f"multipart/form-data; boundary={boundary}"}
        return _call(f"{self.url}/api/v1/projects/{slug}/submissions/", headers, body)

    def submission(self, pk):
        return self.get(f"submissions/{pk}/")

    def wait_until_settled(self, pk, patience=120, pause=0.3):
        """Poll until the checks are over; returns the submission."""
        until = time.monotonic() + patience
        while time.monotonic() < until:
            found = self.submission(pk)
            if found["state"] in SETTLED:
                return found
            time.sleep(pause)
        raise TimeoutError(f"submission {pk} is still {found['state']} after {patience} s")


def _call(url, headers, body=None):
    with urllib.request.urlopen(urllib.request.Request(url, data=body, headers=headers), timeout=60) as answer:
        return json.load(answer)
