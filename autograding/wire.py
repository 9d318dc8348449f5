"""Plain data between the judge and a worker: frames of JSON, followed by the raw bytes of the arrays in it.

Nothing here can run code on arrival. There is no pickle, and every claim that a frame makes about itself
(length, dtype, shape) is checked before it is believed.
"""

import json
import math
import socket
import struct
import time
from dataclasses import dataclass
from typing import Any

import numpy as np

MAX_FRAME = 64 * 2**20  # bytes; more than two notebooks
MAX_REPLY = 16 * 2**20  # bytes; ten times the largest honest answer, and still cheap to take apart
MAX_REPLY_TEXT = 2 * 2**20  # bytes of JSON in it: arrays are not in there, and what is takes a multiple as objects
TEXT_WEIGHT = 32  # bytes of objects that a byte of JSON can become ("0," is a number and a place in a list)
DTYPES = {"float64", "float32", "float16", "int64", "int32", "int16", "int8", "uint8", "bool", "complex64", "complex128"}
HEADER = struct.Struct(">QQ")  # the lengths of the JSON and of the bytes that follow it
ALIGNED = 16  # bytes: every array begins at a multiple, so that it can be used where it lies
RAW = "<bytes>"  # the only key of what stands for bytes in the JSON; no name of a parameter, an exercise or a field


class WireError(Exception):
    """The other side sent something that is not a frame."""


@dataclass(frozen=True)
class Opaque:
    """Stands for a value that is no plain data; only the name of its type crosses."""

    type_name: str


def to_plain(value: Any) -> Any:
    """None, bool, int, float, str, arrays, and sequences and string-keyed dicts of these, as JSON with raw bytes in it."""
    if isinstance(value, np.generic):
        value = value.item()
    if value is None or type(value) in (bool, str):
        return value
    if type(value) is int:
        return value if abs(value) < 2**63 else {"opaque": "int of more than 64 bits"}
    if type(value) is float:
        return value
    if type(value) is np.ndarray and value.dtype.name in DTYPES:
        data = np.ascontiguousarray(value, value.dtype.name).reshape(-1).view(np.uint8).data
        return {"array": value.dtype.name, "shape": list(value.shape), "data": data}
    if isinstance(value, (list, tuple)):
        return [to_plain(item) for item in value]
    if isinstance(value, dict) and all(type(key) is str for key in value):
        return {"dict": [[key, to_plain(item)] for key, item in value.items()]}
    if isinstance(value, Opaque):
        return {"opaque": value.type_name}
    return {"opaque": type(value).__name__}


def from_plain(plain: Any) -> Any:
    """The inverse of `to_plain`; sequences come back as tuples. Raises WireError."""
    try:
        return _value(plain)
    except RecursionError:
        raise WireError("a value that is nested too deeply") from None


def _value(plain: Any) -> Any:
    if isinstance(plain, list):
        return tuple(_value(item) for item in plain)
    if type(plain) is int and abs(plain) >= 2**63:
        raise WireError("a whole number of more than 64 bits")
    if isinstance(plain, memoryview):
        raise WireError("bytes that are no array's")
    if not isinstance(plain, dict):
        return plain
    if "array" in plain:
        return _array(plain)
    if isinstance(pairs := plain.get("dict"), list):
        if not all(isinstance(pair, list) and len(pair) == 2 and isinstance(pair[0], str) for pair in pairs):
            raise WireError("a dict of an impossible form")
        return {key: _value(item) for key, item in pairs}
    return Opaque(str(plain.get("opaque"))[:80])


def _array(plain: dict) -> np.ndarray:
    dtype, shape, data = plain["array"], plain.get("shape"), plain.get("data")
    if not isinstance(dtype, str) or dtype not in DTYPES or not isinstance(shape, list):
        raise WireError("an array with an unknown dtype or shape")
    if len(shape) > 16 or not all(type(size) is int and size >= 0 for size in shape):
        raise WireError("an array with an impossible shape")
    if not isinstance(data, (bytes, bytearray, memoryview)) or len(data) != math.prod(shape) * np.dtype(dtype).itemsize:
        raise WireError("an array whose bytes do not fit its shape")
    try:
        return np.frombuffer(data, dtype).reshape(shape)
    except ValueError:  # more dimensions than numpy can count
        raise WireError("an array with an impossible shape") from None


def pack(message: dict, most: int = MAX_FRAME, most_text: int = MAX_FRAME) -> bytes:
    """One frame. `message` is a dict in the form of `to_plain`. Raises WireError when it is too long."""
    raw: list[memoryview | bytes] = []

    def set_aside(data: memoryview) -> dict:
        raw.extend((data, bytes(-len(data) % ALIGNED)))
        return {RAW: len(data)}

    text = json.dumps(message, default=set_aside).encode()
    lengths = len(text), sum(map(len, raw))
    if sum(lengths) > most:
        raise WireError(f"a message of {sum(lengths) / 2**20:.0f} MB, more than {most // 2**20} MB")
    if lengths[0] > most_text:
        raise WireError(f"lists and numbers of {lengths[0] / 2**20:.0f} MB in text, more than {most_text // 2**20} MB")
    return b"".join([HEADER.pack(*lengths), text, *raw])


def unpack(text: bytes, raw: memoryview) -> dict:
    """The message of a frame's two parts. Raises WireError."""

    def put_back(found: dict) -> Any:
        nonlocal raw
        if found.keys() != {RAW}:
            return found
        if type(length := found[RAW]) is not int or not 0 <= length <= len(raw):
            raise WireError("an array without its bytes")
        data, raw = raw[:length], raw[length + -length % ALIGNED :]
        return data

    try:
        message = json.loads(text, object_hook=put_back)
    except (ValueError, RecursionError) as error:
        raise WireError("a frame that is not JSON") from error
    if not isinstance(message, dict):
        raise WireError("a frame that is not a message")
    return message


def send(channel: socket.socket, message: dict, most: int = MAX_FRAME, most_text: int = MAX_FRAME) -> None:
    channel.sendall(pack(message, most, most_text))


def receive(channel: socket.socket, deadline: float | None = None, most: int = MAX_FRAME) -> dict:
    """Receive one frame. `deadline` is a time.monotonic(). Raises TimeoutError, EOFError or WireError."""
    return receive_weighed(channel, deadline, most, most)[0]


def receive_weighed(channel: socket.socket, deadline: float | None, most: int, most_text: int) -> tuple[dict, int]:
    """One frame, and the bytes of memory that it takes at most, for who keeps many."""
    lengths = HEADER.unpack(_read(channel, HEADER.size, deadline))
    if sum(lengths) > most or lengths[0] > most_text:
        raise WireError("a frame longer than allowed")
    text, raw = (_read(channel, length, deadline) for length in lengths)
    return unpack(bytes(text), raw), TEXT_WEIGHT * lengths[0] + lengths[1]


def _read(channel: socket.socket, length: int, deadline: float | None) -> memoryview:
    whole = memoryview(np.empty(length, np.uint8).data)  # which takes no memory before the bytes are there
    left = whole
    while left:
        if deadline is not None:
            channel.settimeout(max(deadline - time.monotonic(), 0.001))
            if time.monotonic() > deadline:
                raise TimeoutError
        count = channel.recv_into(left)
        if not count:
            raise EOFError("the other side is gone")
        left = left[count:]
    return whole
