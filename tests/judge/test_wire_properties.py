"""Whatever is plain data arrives as it was sent; whatever bytes arrive, they are a message or a WireError."""

import json
from contextlib import suppress

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from autograding import wire

DTYPES = st.sampled_from(sorted(wire.DTYPES)).map(np.dtype)
ARRAYS = DTYPES.flatmap(
    lambda dtype: arrays.arrays(dtype, arrays.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=4))
)
NUMBERS = st.integers(-(2**63) + 1, 2**63 - 1) | st.floats()
PLAIN = st.recursive(
    st.none() | st.booleans() | NUMBERS | st.text() | ARRAYS,
    lambda inner: st.lists(inner, max_size=4).map(tuple) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


def there_and_back(value):
    frame = wire.pack({"value": wire.to_plain(value)})
    lengths = wire.HEADER.unpack(frame[: wire.HEADER.size])
    text, raw = frame[wire.HEADER.size :][: lengths[0]], frame[wire.HEADER.size + lengths[0] :]
    assert len(raw) == lengths[1]
    return wire.from_plain(wire.unpack(text, memoryview(bytearray(raw)))["value"])


def same(one, other) -> bool:
    if isinstance(one, np.ndarray):
        return one.dtype == other.dtype and one.shape == other.shape and one.tobytes() == other.tobytes()
    if isinstance(one, tuple):
        return type(other) is tuple and len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, dict):
        return list(one) == list(other) and all(same(one[key], other[key]) for key in one)
    return type(one) is type(other) and (one == other or one != one and other != other)


@settings(max_examples=150, deadline=None)
@given(PLAIN)
def test_plain_data_arrives_as_it_was_sent(value):
    assert same(value, there_and_back(value))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from([wire.RAW, "array", "shape", "data", "dict", "opaque", "x"]), inner, max_size=4)
    ),
    max_leaves=15,
)


@settings(max_examples=300, deadline=None)
@given(JSON, st.binary(max_size=40))
def test_a_hostile_message_is_a_value_or_refused(message, raw):
    with suppress(wire.WireError):
        wire.from_plain(wire.unpack(json.dumps({"value": message}).encode(), memoryview(bytearray(raw)))["value"])


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=60), st.binary(max_size=20))
def test_hostile_bytes_are_a_message_or_refused(text, raw):
    with suppress(wire.WireError):
        assert isinstance(wire.unpack(text, memoryview(bytearray(raw))), dict)
