"""The rows of the table of addresses, one module an app; each has a list `ROWS`."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Row:
    """One address. `allowed` personas get "ok", `forbidden` ones 403, nobody the sign-in page, everyone else 404.

    `kwargs` values may be functions of the world (a dict of fixtures by name, see `access_world` in
    `tests/access_world.py`). `everyone`: all who are signed in; `public`: nobody too.
    """

    name: str
    kwargs: dict = field(default_factory=dict)
    allowed: tuple = ()
    forbidden: tuple = ()
    everyone: bool = False
    public: bool = False
    method: str = "get"
    query: str = ""
    nobody: object = "sign-in"

    @property
    def id(self):
        return f"{self.method} {self.name}{self.query}"

    def expected(self, persona):
        if self.public:
            return "ok"
        if persona == "nobody":
            return self.nobody
        if self.everyone or persona in self.allowed:
            return "ok"
        return 403 if persona in self.forbidden else 404
