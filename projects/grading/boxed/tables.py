"""NumPy and pandas values in the wire format: raw bytes with a dtype from an allow-list, tables as columns.

NumPy and pandas are looked up only when a value needs them, so that a notebook without tables never pays for them.
"""

from __future__ import annotations

import importlib
import math
import re
import sys
from typing import TYPE_CHECKING, Any

from .wire import MAX_FRAME, ProtocolError

if TYPE_CHECKING:
    from .codec import Decoder, Encoder

TAGS = frozenset({"ndarray", "scalar", "series", "frame", "index", "multiindex", "timestamp", "missing"})
_DTYPE = re.compile(r"[<>|=]?(b1|[iu][1248]|f[248]|c(8|16)|[mM]8(\[(ns|us|ms|s|m|h|D|W|M|Y)\])?|[US]\d{1,7})")
_PANDAS_DTYPE = re.compile(
    r"object|str|string|boolean|U?Int(8|16|32|64)|Float(32|64)|datetime64\[(s|ms|us|ns)(, [\w/+-]+)?\]"
)
MAX_DIMENSIONS = 16


def is_array_like(value: Any) -> bool:
    """Whether ``value`` may be NumPy's or pandas' (or a subclass of theirs)."""
    return any(base.__module__.partition(".")[0] in ("numpy", "pandas") for base in type(value).__mro__)


def encode(value: Any, encoder: Encoder, depth: int) -> Any:
    """The tagged form of a NumPy or pandas value, or None when it has none."""
    numpy = sys.modules.get("numpy")
    pandas = sys.modules.get("pandas")
    if numpy is not None:
        if isinstance(value, numpy.ndarray):
            return _encode_array(numpy.asarray(value), encoder, depth)
        if isinstance(value, numpy.generic):
            array = numpy.asarray(value)
            if _DTYPE.fullmatch(array.dtype.str):
                return {"t": "scalar", "d": array.dtype.str, "v": encoder.pack(array.tobytes())}
    if pandas is not None:
        return _encode_pandas(pandas, value, encoder, depth)
    return None


def _encode_array(array: Any, encoder: Encoder, depth: int) -> Any:
    if array.dtype.str == "|O":
        values: Any = [encoder.encode(item, depth + 1) for item in array.ravel().tolist()]
        return {"t": "ndarray", "d": "O", "s": list(array.shape), "v": values}
    if not _DTYPE.fullmatch(array.dtype.str):
        return None
    return {"t": "ndarray", "d": array.dtype.str, "s": list(array.shape), "v": encoder.pack(array.tobytes())}


def _encode_pandas(pandas: Any, value: Any, encoder: Encoder, depth: int) -> Any:
    if value is pandas.NA or value is pandas.NaT:
        return {"t": "missing", "v": "NA" if value is pandas.NA else "NaT"}
    if isinstance(value, pandas.Timestamp):
        return {"t": "timestamp", "v": value.isoformat()}
    if isinstance(value, pandas.Index):
        return _encode_index(pandas, value, encoder, depth)
    if isinstance(value, pandas.Series):
        parts = {
            "v": _encode_column(pandas, value.array, encoder, depth),
            "i": _encode_index(pandas, value.index, encoder, depth),
        }
        if None in parts.values():
            return None
        return {"t": "series", "n": encoder.encode(value.name, depth + 1), **parts}
    if isinstance(value, pandas.DataFrame):
        columns = [_encode_column(pandas, value.iloc[:, n].array, encoder, depth) for n in range(value.shape[1])]
        index = _encode_index(pandas, value.index, encoder, depth)
        names = _encode_index(pandas, value.columns, encoder, depth)
        if None in columns or index is None or names is None:
            return None
        return {"t": "frame", "c": names, "i": index, "v": columns}
    return None


def _encode_column(pandas: Any, array: Any, encoder: Encoder, depth: int) -> Any:
    """A column: a plain ndarray, a categorical, or a list of values with a pandas dtype; None when it is neither."""
    if isinstance(array.dtype, pandas.CategoricalDtype):
        categories = _encode_index(pandas, array.categories, encoder, depth)
        codes = _encode_array(array.codes, encoder, depth)
        return categories and {"k": "category", "codes": codes, "cats": categories, "ordered": bool(array.ordered)}
    dtype = array.dtype.numpy_dtype if type(array).__name__ == "NumpyExtensionArray" else array.dtype
    if type(dtype).__module__.startswith("numpy") and _DTYPE.fullmatch(dtype.str):
        return {"k": "array", "v": _encode_array(array.to_numpy(), encoder, depth)}
    name = str(dtype)
    if not _PANDAS_DTYPE.fullmatch(name):
        return None
    return {"k": name, "v": [encoder.encode(item, depth + 2) for item in array.astype(object)]}


def _encode_index(pandas: Any, index: Any, encoder: Encoder, depth: int) -> Any:
    if isinstance(index, pandas.MultiIndex):
        levels = [_encode_column(pandas, index.get_level_values(n).array, encoder, depth) for n in range(index.nlevels)]
        names = [encoder.encode(name, depth + 2) for name in index.names]
        return None if None in levels else {"t": "multiindex", "v": levels, "n": names}
    name = encoder.encode(index.name, depth + 1)
    if isinstance(index, pandas.RangeIndex):
        return {"t": "index", "r": [index.start, index.stop, index.step], "n": name}
    column = _encode_column(pandas, index.array, encoder, depth)
    return None if column is None else {"t": "index", "v": column, "n": name}


def decode(tag: str, data: dict[str, Any], decoder: Decoder, depth: int) -> Any:
    """The value of a tagged array or table. Raises ``ProtocolError`` for anything that does not fit together."""
    try:
        if tag in ("ndarray", "scalar"):
            return _decode_array(tag, data, decoder, depth)
        return _decode_pandas(importlib.import_module("pandas"), tag, data, decoder, depth)
    except ProtocolError:
        raise
    except Exception as error:  # pandas and NumPy raise many kinds on inconsistent parts
        raise ProtocolError(f"a broken {tag}: {type(error).__name__}") from None


def _decode_array(tag: str, data: dict[str, Any], decoder: Decoder, depth: int) -> Any:
    numpy = importlib.import_module("numpy")
    dtype, shape = data.get("d"), data.get("s", [])
    if not isinstance(shape, list) or len(shape) > MAX_DIMENSIONS:
        raise ProtocolError("a broken shape")
    if any(type(size) is not int or not 0 <= size <= MAX_FRAME for size in shape):
        raise ProtocolError("a broken shape")
    if dtype == "O" and tag == "ndarray":
        items = [decoder.decode(item, depth + 1) for item in data["v"]]
        if len(items) != math.prod(shape):
            raise ProtocolError("an array with the wrong number of items")
        array = numpy.empty(len(items), dtype=object)
        for position, item in enumerate(items):
            array[position] = item
        return array.reshape(shape)
    if not isinstance(dtype, str) or not _DTYPE.fullmatch(dtype):
        raise ProtocolError("a dtype that is not allowed")
    raw = decoder.unpack(data.get("v"))
    kind = numpy.dtype(dtype)
    if len(raw) != math.prod(shape) * kind.itemsize:
        raise ProtocolError("an array of the wrong length")
    array = numpy.ndarray(shape, kind, bytearray(raw))
    return array[()] if tag == "scalar" else array


def _decode_pandas(pandas: Any, tag: str, data: dict[str, Any], decoder: Decoder, depth: int) -> Any:
    value = data.get("v")
    if tag == "missing":
        return pandas.NA if value == "NA" else pandas.NaT
    if tag == "timestamp":
        return pandas.Timestamp(value[:64] if isinstance(value, str) else "")
    if tag in ("index", "multiindex"):
        return _decode_index(pandas, data, decoder, depth)
    index = _decode_index(pandas, data["i"], decoder, depth)
    if tag == "series":
        column = _decode_column(pandas, data["v"], decoder, depth)
        return pandas.Series(column, index=index, name=decoder.decode(data.get("n"), depth + 1))
    names = _decode_index(pandas, data["c"], decoder, depth)
    columns = [_decode_column(pandas, part, decoder, depth) for part in data["v"]]
    if len(columns) != len(names) or any(len(column) != len(index) for column in columns):
        raise ProtocolError("a table whose columns do not fit")
    frame = pandas.DataFrame(dict(enumerate(columns)), index=index, columns=range(len(columns)))
    frame.columns = names
    return frame


def _decode_column(pandas: Any, data: dict[str, Any], decoder: Decoder, depth: int) -> Any:
    kind = data["k"]
    if kind == "array":
        return decoder.decode(data["v"], depth + 1)
    if kind == "category":
        categories = _decode_index(pandas, data["cats"], decoder, depth)
        codes = decoder.decode(data["codes"], depth + 1)
        return pandas.Categorical.from_codes(codes, categories=categories, ordered=bool(data["ordered"]))
    if not isinstance(kind, str) or not _PANDAS_DTYPE.fullmatch(kind):
        raise ProtocolError("a column dtype that is not allowed")
    return pandas.array([decoder.decode(item, depth + 2) for item in data["v"]], dtype=kind)


def _decode_index(pandas: Any, data: dict[str, Any], decoder: Decoder, depth: int) -> Any:
    if data.get("t") == "multiindex":
        names = [decoder.decode(name, depth + 2) for name in data["n"]]
        return pandas.MultiIndex.from_arrays(
            [_decode_column(pandas, c, decoder, depth) for c in data["v"]], names=names
        )
    name = decoder.decode(data.get("n"), depth + 1)
    if "r" in data:
        start, stop, step = (part if type(part) is int else 0 for part in data["r"])
        index = pandas.RangeIndex(start, stop, step, name=name)
        if len(index) > MAX_FRAME:
            raise ProtocolError("an index longer than any table")
        return index
    return pandas.Index(_decode_column(pandas, data["v"], decoder, depth), name=name)
