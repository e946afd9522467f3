"""`python -m tests.benchmarks [attacks|dates|engine|curriculum|pages|grading|rosters|scale …]`: tables; without a name all.

Curricula, pages, grading and rosters are measured on PostgreSQL, Redis, gunicorn with two workers and Celery, dates and the
engine by themselves.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import urllib.request
from pathlib import Path

import django

from tests.benchmarks import attacks, dates, engine
from tools.processes import PYTHON, ROOT, Postgres, Redis, die_with_parent, free_port, portal_commands, stop, wait_until

RELATE_CELLS, RELATE_CPU = 200 * 11, 933
SECTIONS = ("attacks", "dates", "engine", "curriculum", "pages", "grading", "rosters", "scale")


def main():
    wanted = sys.argv[1:] or SECTIONS
    if set(wanted) - set(SECTIONS):
        sys.exit(f"There is no benchmark of that name; there are: {', '.join(SECTIONS)}.")
    if "attacks" in wanted:
        attacks.show()
    if "dates" in wanted:
        dates.show()
    if "engine" in wanted:
        engine.show()
    if set(wanted) & {"curriculum", "pages", "grading", "rosters", "scale"}:
        measure_portal(wanted)


def measure_portal(wanted):
    folder = Path(tempfile.mkdtemp(prefix="lms-bench-", dir="/tmp"))
    postgres, redis, processes = Postgres().start(), Redis(folder / "redis").start(), []
    try:
        url = f"http://127.0.0.1:{free_port()}"
        configure(folder, postgres, redis, url)
        subprocess.run([PYTHON, "manage.py", "migrate", "--verbosity", "0"], cwd=ROOT, check=True)
        django.setup()
        if (
            "curriculum" in wanted
        ):  # its commands need both cores, of which the portal's processes take seconds to start
            curriculum().show()
        if set(wanted) & {"pages", "grading", "rosters", "scale"}:
            processes = start_portal(url, folder)
            run(url, postgres, processes, wanted)
    finally:
        for process in reversed(processes):
            stop(process)
        redis.remove()
        postgres.remove()
        shutil.rmtree(folder, ignore_errors=True)


def configure(folder, postgres, redis, url):
    os.environ.update(
        DJANGO_SETTINGS_MODULE="tests.benchmarks.settings",
        DATABASE_URL=postgres.url("postgres"),
        REDIS_URL=redis.url(),
        VAR_DIR=str(folder),
        SECRET_KEY="the-benchmark's-own-key",
        BASE_URL=url,
        LOG_LEVEL="ERROR",
        API_RATE_USER="100000/min",
        API_RATE_SUBMIT="100000/min",
    )
    subprocess.run([PYTHON, "manage.py", "collectstatic", "--noinput", "--verbosity", "0"], cwd=ROOT, check=True)


def start_portal(url, folder):
    """Web, worker, notify and beat, as in production, with the bench's settings."""
    commands = portal_commands(url.rpartition(":")[2])
    web = [PYTHON, "-m", "gunicorn", "lms.wsgi", "--workers", "2", "--worker-class", "gthread", "--threads", "2"]
    web += ["--keep-alive", "300"]
    commands["web"] = [*web, "--no-control-socket", "--bind", url.removeprefix("http://"), "--log-level", "error"]
    started = []
    for name, command in commands.items():
        log = folder / f"{name}.log"
        with log.open("wb") as output:
            process = subprocess.Popen(
                [str(part) for part in command],
                cwd=ROOT,
                stdout=output,
                stderr=subprocess.STDOUT,
                preexec_fn=die_with_parent,
            )
        started.append(process)
        if name == "web":
            wait_until(lambda: answers(url), process, name, log, patience=120)
    return started


def answers(url):
    try:
        return urllib.request.urlopen(f"{url}/healthz", timeout=5).status == 200
    except OSError:
        return False


def curriculum():
    """The module that imports models, which need the settings above."""
    from tests.benchmarks import curriculum as module  # noqa: PLC0415

    return module


def run(url, postgres, processes, wanted):
    from tests.benchmarks import rosters  # noqa: PLC0415

    if set(wanted) & {"pages", "grading", "scale"}:
        measure_pages(url, postgres, processes, wanted)
    if "rosters" in wanted:  # last: its e-mails are sent for minutes afterwards
        rosters.show()


def measure_pages(url, postgres, processes, wanted):
    from tests.benchmarks import grading, pages, scale, seed  # noqa: PLC0415

    print("Seeding 200 learners × 40 projects …", file=sys.stderr)
    seed.seed()
    grading.prepare()
    if "pages" in wanted:
        show_pages(pages.measure(url, [processes[0].pid, postgres.process.pid]))
    if "grading" in wanted:
        show_grading(grading, url)
    if "scale" in wanted:
        scale.show(url, [processes[0].pid, postgres.process.pid])


def show_pages(rows):
    print(f"\n{'page, signed in':<26}{'queries':>12}{'size':>9}{'CPU':>10}{'wall':>10}{'× bare':>9}{'limit':>8}")
    for page, queries, size, cpu, wall, ratio in rows:
        limit = f"≤ {page.most_times_bare:g}" if page.most_times_bare else "–"
        allowed = f"{queries} (≤ {page.most_queries})" if page.most_queries else str(queries)
        print(f"{page.name:<26}{allowed:>12}{size:>6.0f} kB{cpu:>7.2f} ms{wall:>7.2f} ms{ratio:>9.2f}{limit:>8}")
        if page.cells:
            rate, theirs = page.cells / cpu, RELATE_CELLS / RELATE_CPU
            print(
                f"  its cells: {rate:.0f} a ms of CPU, {rate / theirs:.0f} × those of RELATE's gradebook (≥ 10), "
                f"which took {RELATE_CPU} ms for {RELATE_CELLS}, as measured on such a machine"
            )


def show_grading(grading, url):
    median, slowest = grading.idle(url)
    print(f"\nsubmit → result through the API, idle: median {median:.2f} s (≤ 0.5), 95 % {slowest:.2f} s (≤ 1.5)")
    for title, mix in grading.mixes().items():
        show_burst(title, grading.bare_rate(mix), grading.burst(url, title, mix), grading.BURST)
    found = grading.regrade_beside(url)
    times = found["slowest"] / slowest
    print(
        f"while {grading.PAST} past submissions are regraded: median {found['median']:.2f} s, 95 % {found['slowest']:.2f} s, "
        f"{times:.1f} × idle (≤ 2); {found['meanwhile']} were regraded meanwhile, {found['done']} in all, "
        f"then {found['alone']:.1f} a second"
    )


def show_burst(title, bare, found, count):
    print(
        f"burst of {count} ({title}): handed in within {found['handed_in']:.1f} s, graded within {found['seconds']:.1f} s, "
        f"{found['lost']} lost, {found['twice']} graded twice, {found['again']} run again"
    )
    whole = count / found["seconds"]
    alone = (count - found["early"]) / (found["seconds"] - found["handed_in"])
    print(
        f"its rate: {alone:.1f} a second once all were handed in, {alone / bare:.0%} of the bare engine's {bare:.1f} (≥ 85 %); "
        f"handing in on the same two cores included {whole:.1f}, {whole / bare:.0%}"
    )
    print(f"a learner's home meanwhile: 95 % within {found['page'] * 1000:.0f} ms (≤ 500)", flush=True)


if __name__ == "__main__":
    main()
