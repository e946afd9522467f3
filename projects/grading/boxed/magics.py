"""IPython's magics, as far as they can change a score: those that matter run, the rest does nothing or says why not.

A magic that IPython does not know ends the cell, as it does there.
"""

from __future__ import annotations

import contextlib
import importlib
import importlib.util
import io
import os
import types
from collections.abc import Callable, MutableMapping
from typing import Any

_QUIET = frozenset(
    "alias alias_magic aimport autoawait autocall automagic autosave bookmark cat clear colors config connect_info cp "
    "debug dhist dirs doctest_mode ed edit gui hist history killbgscripts ldir less lf lk ll load loadpy logoff logon "
    "logstart logstate logstop ls lsmagic lx macro magic man matplotlib mkdir more mv notebook page pastebin pdb pdef "
    "pdoc pfile pinfo pinfo2 popd pprint precision prun psearch psource pushd pycat qtconsole quickref recall rehashx "
    "rep rerun rm rmdir save sc store tb unalias unload_ext who whos xdel xmode reset_selective".split()
)
_INSTALLS = frozenset({"pip", "conda", "mamba", "micromamba", "uv"})
_SHELLS = frozenset({"bash", "sh", "script", "system", "sx", "!", "perl", "ruby", "cmd", "pypy"})
_SHOWN = frozenset({"html", "HTML", "markdown", "latex", "javascript", "js", "svg", "SVG"})


class UsageError(Exception):
    """There is no such magic."""


class Magics:
    """The magics of one shell. ``run`` runs source and raises what it raises."""

    def __init__(self, names: MutableMapping[str, Any], run: Callable[[str], Any]) -> None:
        self._names = names
        self._run = run
        self._loaded = False

    def line(self, name: str, line: str) -> Any:
        """The value of a line magic. Raises ``UsageError`` for an unknown one."""
        found = getattr(self, f"_line_{name}", None)
        if found is not None:
            return found(line.strip())
        if name in _INSTALLS:
            print("Packages cannot be installed while grading; the course's packages are already there.")
        elif name in _SHELLS:
            return refuse_shell(line)
        elif name not in _QUIET and not self._loaded:
            raise UsageError(f"Line magic function `%{name}` not found.")
        return None

    def cell(self, name: str, line: str, body: str) -> Any:
        """The value of a cell magic. Raises ``UsageError`` for an unknown one."""
        if name in ("writefile", "file"):
            words = line.split()
            with open(words[-1].strip("'\""), "a" if "-a" in words else "w", encoding="utf-8") as stream:
                stream.write(body)
        elif name == "capture":
            self._capture(line, body)
        elif name in ("timeit", "python", "python3"):
            exec(compile(body, "<magic>", "exec"), dict(self._names) if name == "timeit" else {"__name__": "__main__"})
        elif name in _SHELLS:
            refuse_shell(f"%%{name}")
        elif name not in _SHOWN and not self._loaded:
            raise UsageError(f"Cell magic `%%{name}` not found.")

    def _capture(self, line: str, body: str) -> None:
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            self._run(body)
        for word in line.split():
            if word.isidentifier():
                self._names[word] = types.SimpleNamespace(
                    stdout=out.getvalue(), stderr=err.getvalue(), outputs=[], show=lambda: None
                )

    def _line_cd(self, line: str) -> str:
        if line:
            os.chdir(os.path.expanduser(line.strip("'\"")))
        return os.getcwd()

    def _line_pwd(self, _: str) -> str:
        return os.getcwd()

    def _line_run(self, line: str) -> None:
        name = next((word for word in line.split() if not word.startswith("-")), "")
        with open(name, encoding="utf-8") as stream:
            self._run(stream.read())

    def _line_time(self, line: str) -> Any:
        return self._run(line)

    def _line_timeit(self, line: str) -> None:
        words = line.split(" ")
        while words and words[0].startswith("-"):
            words = words[1:] if len(words[0]) > 2 else words[2:]
        self._run(" ".join(words))

    def _line_env(self, line: str) -> Any:
        name, is_set, value = line.partition("=")
        if is_set:
            os.environ[name.strip()] = value.strip()
            return None
        return os.environ[name] if name else dict(os.environ)

    def _line_set_env(self, line: str) -> None:
        name, _, value = line.partition("=" if "=" in line else " ")
        os.environ[name.strip()] = value.strip()

    def _line_load_ext(self, line: str) -> None:
        """Raises ``ModuleNotFoundError``, as IPython does."""
        if importlib.util.find_spec(f"IPython.extensions.{line}") is None:
            importlib.import_module(line)
            self._loaded = True

    def _line_reload_ext(self, line: str) -> None:
        self._line_load_ext(line)

    def _line_autoreload(self, _: str) -> None:
        return None

    def _line_pylab(self, _: str) -> None:
        self._run("import numpy\nimport numpy as np\nimport matplotlib.pyplot as plt\nfrom pylab import *")

    def _line_who_ls(self, _: str) -> list[str]:
        return sorted(name for name in self._names if not name.startswith("_"))

    def _line_reset(self, _: str) -> None:
        for name in self._line_who_ls(""):
            if name not in ("get_ipython", "display", "In", "Out"):
                del self._names[name]


def refuse_shell(command: str) -> list[str]:
    """Shell lines are not run: there is no shell in the box."""
    print(f"Shell commands are not run while grading: {command.strip()[:80]}")
    return []
