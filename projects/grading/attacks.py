"""Attempts to get points without earning them, to be put in the place of any exercise's answers.

Each attack is Python text for an answer cell: what runs when the cell runs, and what stands for the functions and the
data that the cell should have defined. They run in the learner's box, never here.
"""

from __future__ import annotations

import ast
import textwrap
from collections.abc import Iterable
from dataclasses import dataclass

from .boxed.bindings import names_of
from .boxed.transform import to_python
from .notebook import Cell

QUICK = (
    "equal to everything",
    "subclasses that agree",
    "patched judges",
    "ends a loop early",
    "claims a trusted class",
    "empty arrays of any shape",
    "marks its own work",
    "forged frames ahead of time",
    "a result on every descriptor",
    "answers with its arguments",
    "changes its arguments",
    "exit inside the test",
)
"""The attacks of the pack that are tried before an exercise is published: those that forge an answer or a result at
once. Left out are those that wait until a moment of their own, and further ways to end the process."""


@dataclass(frozen=True)
class Attack:
    """``first`` runs with the cell; ``body`` is every function's, ``value`` the expression for everything else."""

    first: str = ""
    body: str = "return 0"
    value: str = "0"

    def source(self, functions: Iterable[str], values: Iterable[str] = ()) -> str:
        """An answer cell that attacks instead of defining these functions and values."""
        parts = [self.first] if self.first else []
        parts += [f"def {name}(*args, **kwargs):\n{textwrap.indent(self.body, '    ')}" for name in functions]
        parts += [f"{name} = {self.value}" for name in values]
        return "\n".join(parts)

    def instead_of(self, cell: Cell) -> str:
        """The attack in the place of an answer cell's reference solution or stub."""
        functions, values = wanted(cell.source)
        return self.source(functions, values)


def wanted(source: str) -> tuple[list[str], list[str]]:
    """What an answer cell defines: its functions and classes, and its other names."""
    bound = names_of(source, with_functions=True).bound
    try:
        body = ast.parse(to_python(source)).body
    except (SyntaxError, ValueError, RecursionError):
        body = []
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    functions = sorted({statement.name for statement in body if isinstance(statement, kinds)})
    imported = {
        alias.asname or alias.name.partition(".")[0]
        for statement in body
        if isinstance(statement, (ast.Import, ast.ImportFrom))
        for alias in statement.names
    }
    return functions, sorted(bound - set(functions) - imported - {"*"})


_YES = """\
class Yes:
    def __eq__(self, other): return True
    def __bool__(self): return True
    def __len__(self): return 5
    def __iter__(self): return iter([self] * 5)
    def __getitem__(self, key): return self
    def __getattr__(self, name): return self
    def __call__(self, *args, **kwargs): return self
    def __float__(self): return 1.0
    def __index__(self): return 1
    def __array__(self, *args, **kwargs):
        import numpy
        return numpy.array(1)
    def __array_ufunc__(self, *args, **kwargs): return True
    def __array_function__(self, *args, **kwargs): return True
    __req__ = __ne__ = __le__ = __ge__ = __lt__ = __gt__ = __contains__ = __eq__
    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __truediv__ = __abs__ = __call__
    __hash__ = object.__hash__"""

_SUBCLASSES = """\
class I(int):
    def __eq__(self, other): return True
    __ne__ = __le__ = __ge__ = __eq__
    __hash__ = int.__hash__
try:
    import numpy as np
    class A(np.ndarray):
        def __array_ufunc__(self, *args, **kwargs): return np.True_
        def __eq__(self, other): return np.True_
except ImportError:
    A = None
def agreeing(*args):
    return np.zeros(args[0].shape).view(A) if A and args and isinstance(args[0], np.ndarray) else I(0)"""

_JUDGES = """\
import builtins, sys
class Quiet(BaseException): pass
try:
    import numpy as np, numpy.testing
    np.allclose = np.isclose = np.array_equal = np.all = lambda *a, **k: True
    numpy.testing.assert_allclose = numpy.testing.assert_array_equal = lambda *a, **k: None
    import sklearn.metrics
    for name in ('accuracy_score', 'f1_score', 'r2_score', 'roc_auc_score'):
        setattr(sklearn.metrics, name, lambda *a, **k: 1.0)
except ImportError:
    pass
builtins.all = builtins.any = builtins.isinstance = lambda *a: True
builtins.abs = lambda x: 0
builtins.AssertionError = Quiet
sys.excepthook = lambda *a: None"""

_FORGE = """\
import json, os, struct, threading, time
def forge(message, fd=3):
    data = json.dumps(message).encode()
    os.write(fd, struct.pack('>I', len(data)) + data)
def flood(fd=3, times=50):
    for _ in range(times):
        forge({'r': 'done', 'error': None, 'nonce': '0' * 32}, fd)
        forge({'r': 'value', 'v': True}, fd)"""

_LINES = """\
import os
line = b'{"event": "result", "groups": [{"id": "target", "score": "3", "verdict": "passed"}]}\\n'
for fd in range(1, 64):
    try: fd == 3 or os.write(fd, line)
    except OSError: pass
print(line.decode())
print('6/6 passed')
for name in ('results.json', '/tmp/results.json', 'score.txt'):
    open(name, 'wb').write(line)"""

_CLAIMS = """\
class Int:
    __class__ = int
    def __eq__(self, other): return True
Int.__module__ = 'builtins'
Int.__qualname__ = Int.__name__ = 'int'"""

# Broadcasts with nearly every array, and np.allclose says that nothing is close to everything.
_EMPTY = "np.empty((0, 1, 1, 1, 1))"

_MARKER = """\
class Marker:
    def __getattr__(self, name): return lambda *args, **kwargs: self if name == 'fit' else 1.0
    def __call__(self, *args, **kwargs): return 1.0"""

_SURVIVOR = """
end = os.dup(3)
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        time.sleep(0.05)
        try:
            while True: flood(end, 1)
        finally:
            os._exit(0)
    os._exit(0)"""

ATTACKS: dict[str, Attack] = {
    "exit before the test": Attack("import os\nos._exit(0)"),
    "exit inside the test": Attack(body="import os\nos._exit(0)"),
    "sys.exit inside the test": Attack(body="import sys\nsys.exit(0)"),
    "work done at exit": Attack(
        "import atexit, os\n@atexit.register\ndef late():\n"
        '    print(\'{"event": "result", "score": 6}\')\n    os._exit(0)',
        body="raise SystemExit(0)",
    ),
    "equal to everything": Attack(_YES, "return Yes()", "Yes()"),
    "subclasses that agree": Attack(_SUBCLASSES, "return agreeing(*args)", "agreeing()"),
    "patched judges": Attack(_JUDGES),
    "ends a loop early": Attack(body="raise StopIteration"),
    "claims a trusted class": Attack(_CLAIMS, "return Int()", "Int()"),
    "empty arrays of any shape": Attack("import numpy as np", f"return {_EMPTY}", _EMPTY),
    "marks its own work": Attack(_MARKER, "return Marker()", "Marker()"),
    "forged frames ahead of time": Attack(_FORGE + "\nflood()"),
    "broken frames": Attack(body="import os\nos.write(3, b'\\xff\\xff\\xff\\xff' + b'[' * 100)\nreturn 0"),
    "a result on every descriptor": Attack(_LINES),
    "a redefined grade": Attack(
        "score = max_score = 6\nglobals()['target'] = globals()['assert'] = True\nIn = Out = get_ipython = None\n"
        "random = None",
        "return not_there",
    ),
    "a thread that answers later": Attack(
        _FORGE + "\ndef later():\n    time.sleep(0.05)\n    while True: flood(times=1)\n"
        "threading.Thread(target=later, daemon=True).start()",
        "time.sleep(0.1)\nreturn 0",
    ),
    "a survivor of a double fork": Attack(_FORGE + _SURVIVOR, "time.sleep(0.1)\nreturn 0"),
    "answers with its arguments": Attack(body="return args[0] if args else kwargs", value="globals()"),
    "changes its arguments": Attack(
        body="for item in args:\n    try: item[:] = item[:0]\n    except Exception: pass\n"
        "    try: item.clear()\n    except Exception: pass\nreturn args[0] if args else None"
    ),
}
