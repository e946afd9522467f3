"""The engine's public face: check an upload, grade it, make what learners download, test a grader version.

Untrusted code runs only in boxes (see :mod:`.box`); this process never imports, evaluates or unpacks it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal

from .archive_run import check_archive, grade_archive
from .bundle import Bundle
from .calls import groups_of, handed_in, limits_of, max_bytes, module_of, public_files
from .checks import archive_points
from .errors import BoxUnavailable, GradingError, NotebookError, Stopped, SystemFault, UploadRefused
from .grade_notebook import files_beside, learner_notebook, observe_notebook
from .limits import MAX_NOTEBOOK_BYTES, NOTEBOOK, PROJECT, Limits
from .plan import answers_of, auto_points
from .probe import BoxReport, probe_box
from .release import release_version
from .result import Group, Result, Usage
from .selftest import SelfTest, run_self_test
from .terms import daily_cap
from .trial import WrongSolution, reference_work

__all__ = [
    "BoxReport",
    "BoxUnavailable",
    "Bundle",
    "GradingError",
    "Group",
    "NotebookError",
    "Result",
    "SelfTest",
    "Stopped",
    "SystemFault",
    "UploadRefused",
    "Usage",
    "WrongSolution",
    "check_upload",
    "daily_cap",
    "declared_points",
    "grade",
    "max_upload",
    "probe_box",
    "reference_work",
    "release_files",
    "self_test",
    "wanted_file",
]


def check_upload(bundle: Bundle, files: Mapping[str, bytes]) -> list[str]:
    """Notices for the learner about ``files`` (name to content), found without running anything.

    Cheap, in process and safe for any bytes. Raises ``UploadRefused`` for input that cannot be graded at all: no
    or several notebooks, a damaged one, one of another exercise, an unsafe archive, files that cannot lie together.
    """
    if bundle.kind == "archive":
        return check_archive(bundle, files)
    try:
        if bundle.kind != "notebook":
            return handed_in(bundle, files)[1]
        notebook = learner_notebook(files)
        files_beside(bundle, files)
        return answers_of(bundle.notebook, notebook)[1]
    except NotebookError as error:
        raise UploadRefused(str(error)) from None


def grade(
    bundle: Bundle,
    files: Mapping[str, bytes],
    *,
    seed: int,
    on_progress: Callable[[str], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
    limits: Limits | None = None,
) -> Result:
    """Grade ``files`` against ``bundle``; the same ``seed`` (0..2**63) draws the same random test inputs.

    A learner's failure of any kind is a ``Result``; so is a failure of the tests themselves (``grader_error``).
    ``on_progress`` gets short texts; ``should_stop`` is asked about 40 times a second.

    Raises:
        UploadRefused: as :func:`check_upload`.
        BoxUnavailable: this machine cannot isolate the run, so nothing was run.
        SystemFault: the engine failed; ``Stopped`` (a kind of it) when ``should_stop`` said so.
    """
    tell, stop = on_progress or _silent, should_stop or _never
    if bundle.kind == "archive":
        return grade_archive(bundle, files, limits=limits or PROJECT, on_progress=tell, should_stop=stop)
    try:
        return observe_notebook(
            bundle, files, seed=seed, limits=limits or _limits(bundle), on_progress=tell, should_stop=stop
        )[0]
    except NotebookError as error:
        raise UploadRefused(str(error)) from None


def wanted_file(bundle: Bundle) -> str | None:
    """The name of the file that a function or model exercise takes; None for notebooks and archives. Needs no files of
    the bundle. Raises ``SpecError``."""
    return module_of(bundle) if bundle.kind in ("function", "model") else None


def max_upload(bundle: Bundle) -> int | None:
    """How many bytes the one file of an exercise may have; None for archives. Needs no files of the bundle."""
    if bundle.kind == "notebook":
        return MAX_NOTEBOOK_BYTES
    return None if bundle.kind == "archive" else max_bytes(module_of(bundle))


def declared_points(bundle: Bundle) -> Decimal:
    """The points that automatic checks can give. Raises ``NotebookError`` for an unreadable bundle."""
    if bundle.kind == "archive":
        return archive_points(bundle.config)
    if bundle.kind == "notebook":
        return auto_points(bundle.notebook)
    return sum((group.points for group in groups_of(bundle)), Decimal(0))


def release_files(bundle: Bundle, name: str = "exercise.ipynb") -> dict[str, bytes]:
    """What a learner downloads: the release version under ``name``, and the files beside it.

    Raises ``NotebookError`` when the instructor's notebook has broken markers.
    """
    if bundle.kind == "archive":
        return dict(bundle.files)
    if bundle.kind != "notebook":
        return public_files(bundle)
    return {name: release_version(bundle.files["source.ipynb"]), **bundle.public_files}


def self_test(
    bundle: Bundle, reference: Mapping[str, bytes] | None = None, wrong: Iterable[WrongSolution] = ()
) -> SelfTest:
    """Try a grader version before it is published: the reference must score everything in five runs, the untouched
    download what is declared, each typical ``wrong`` solution what it must, and attacks nothing. Each test cell is lifted
    where that gives the same score as running it in-kernel. Attacks are tried only when all else is right; points of
    in-kernel cells do not count against them.

    ``reference`` is the solution to test with; by default the author's own. Returns what was found, with the config to
    store beside the bundle's own. Raises ``BoxUnavailable``, ``SystemFault``, ``NotebookError``, ``SpecError``.
    """
    return run_self_test(bundle, reference, wrong)


def _limits(bundle: Bundle) -> Limits:
    return NOTEBOOK if bundle.kind == "notebook" else limits_of(bundle)


def _silent(_: str) -> None:
    return None


def _never() -> bool:
    return False
