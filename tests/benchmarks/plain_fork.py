"""The limit of any grader: fork a warm interpreter, run a notebook's cells and tests in it, no box and no pipe.

Run by the learners' Python: `python plain_fork.py ENGINE_PARENT`; notebooks as JSON lists of cells come on stdin, a line
each, and the seconds that each took go to stdout.
"""

import gc
import importlib
import json
import os
import sys
import time
import types


def run(cells, shell_class):
    module = types.ModuleType("__main__")
    sys.modules["__main__"] = module
    shell = shell_class(module.__dict__)
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 1)
    for number, source in enumerate(cells):
        shell.run(source, f"<cell {number}>")
    os._exit(0)


def main():
    sys.path.append(sys.argv[1])
    warm = importlib.import_module("grading.boxed.warm")
    shell_class = importlib.import_module("grading.boxed.shell").Shell
    for name in warm.PACKAGES:
        importlib.import_module(name)
    gc.collect()
    gc.freeze()
    for line in sys.stdin:
        cells = json.loads(line)
        started = time.perf_counter()
        pid = os.fork()
        if pid == 0:
            run(cells, shell_class)
        os.waitpid(pid, 0)
        print(time.perf_counter() - started, flush=True)


if __name__ == "__main__":
    main()
