"""What a test may import and call without leaving anything that other code could notice; see :mod:`.second_run`.

Lists of what is allowed: anything else counts as noticeable.
"""

from __future__ import annotations

import re

HARMLESS_BUILTINS = frozenset(
    "abs all any bool callable complex dict divmod enumerate float frozenset int isinstance issubclass len list max min "
    "print range repr reversed round set sorted str sum tuple type zip".split()
)
REACHES_ALL = frozenset(
    "globals locals vars dir eval exec compile __main__ __dict__ __globals__ __builtins__ f_globals f_locals _getframe "
    "currentframe inspect gc modules get_ipython unittest doctest".split()
)
"""Words with which a text may read names that it does not mention."""

_MODULES = re.compile(
    r"(numpy|math|statistics|itertools|collections|operator|fractions|decimal|string|re|json|datetime|copy|typing|pandas"
    r"|scipy|sklearn)(\.(?!experimental)\w+)*"
)
_WRITING_KEYWORDS = frozenset({None, "out", "inplace", "file", "copy", "where"})
_METRICS = re.compile(r"sklearn\.metrics\.(confusion_matrix|\w+_(score|error|loss))")
_VALUES = re.compile(r"(numpy|math)\.(pi|e|nan|inf|newaxis|bool_|u?int\d*|float\d*|ndarray|integer|floating|number)")
_FUNCTIONS = {
    "numpy": (
        "abs absolute exp log log2 log10 log1p expm1 sqrt square sign sin cos tan tanh floor ceil isnan isfinite isinf "
        "negative ndim unique diag trace transpose asarray all any max min sum mean std var median prod argmax argmin "
        "argsort sort cumsum count_nonzero linalg.norm linalg.det linalg.inv",
        "array shape size reshape round zeros ones empty zeros_like ones_like full full_like eye identity arange "
        "column_stack hstack vstack stack concatenate array_equal isin append maximum minimum add subtract multiply "
        "divide power dot matmul",
        "allclose isclose linspace testing.assert_allclose testing.assert_array_equal testing.assert_almost_equal "
        "testing.assert_equal testing.assert_array_almost_equal",
    ),
    "pandas": (
        "",
        "DataFrame Series Index isna isnull notna concat testing.assert_frame_equal testing.assert_series_equal",
        "",
    ),
}
"""By module, the functions that change nothing when they get at most one, two, three arguments without a name: with NumPy
the next one may be ``out``."""
_MOST = {
    f"{module}.{name}": most
    for module, lists in _FUNCTIONS.items()
    for most, names in enumerate(lists, 1)
    for name in names.split()
}
_METHODS = {
    name: most
    for most, names in enumerate(
        (
            "keys values items lower upper title strip lstrip rstrip split splitlines join endswith isdigit is_integer "
            "index count copy sum mean std var min max all any tolist to_list astype flatten ravel argmax argmin round "
            "equals isna isnull notna dropna head tail to_numpy to_dict nunique unique value_counts median isin "
            "duplicated idxmax idxmin abs groupby sort_values sort_index reset_index item dot predict predict_proba "
            "decision_function",
            "get replace reshape startswith score",
        ),
        1,
    )
    for name in names.split()
}
"""Methods that change nothing of the data they belong to, in the same way. Those of objects run in the learner's box."""


def is_harmless_import(module: str) -> bool:
    return _MODULES.fullmatch(module) is not None


def is_value(path: str) -> bool:
    """Whether a dotted name is a constant or class, which can be passed on."""
    return _VALUES.fullmatch(path) is not None


def writes(keyword: str | None) -> bool:
    """Whether an argument of that name may be written to; None is ``**``."""
    return keyword in _WRITING_KEYWORDS


def most_unnamed(path: str) -> int:
    """How many arguments without a name a function may get, by dotted name; -1 when it may not be called."""
    if path.startswith("math.") or _METRICS.fullmatch(path):
        return 3
    return _MOST.get(path, -1)


def most_unnamed_of_method(name: str) -> int:
    """As :func:`most_unnamed`, for a method of anything."""
    return _METHODS.get(name, -1)
