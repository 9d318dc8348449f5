"""Plain data between the judge and a worker: JSON frames, arrays as raw bytes with dtype and shape.

Nothing here can run code on arrival. There is no pickle, and every claim that a frame makes about itself
(length, dtype, shape) is checked before it is believed. The same form stores recorded answers on disk.
"""

import base64
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
DTYPES = {"float64", "float32", "float16", "int64", "int32", "int16", "int8", "uint8", "bool", "complex64", "complex128"}


class WireError(Exception):
    """The other side sent something that is not a frame."""


@dataclass(frozen=True)
class Opaque:
    """Stands for a value that is no plain data; only the name of its type crosses."""

    type_name: str


def to_plain(value: Any) -> Any:
    """A JSON-ready form of None, bool, int, float, str, arrays, and sequences and string-keyed dicts of these."""
    if isinstance(value, np.generic):
        value = value.item()
    if value is None or type(value) in (bool, str):
        return value
    if type(value) is int:
        return value if abs(value) < 2**63 else {"opaque": "int of more than 64 bits"}
    if type(value) is float:
        return value
    if type(value) is np.ndarray and value.dtype.name in DTYPES:
        data = base64.b64encode(np.ascontiguousarray(value).tobytes()).decode("ascii")
        return {"array": value.dtype.name, "shape": list(value.shape), "data": data}
    if isinstance(value, (list, tuple)):
        return [to_plain(item) for item in value]
    if isinstance(value, dict) and all(type(key) is str for key in value):
        return {"dict": {key: to_plain(item) for key, item in value.items()}}
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
    if not isinstance(plain, dict):
        return plain
    if "array" in plain:
        return _array(plain)
    if isinstance(plain.get("dict"), dict):
        return {key: _value(item) for key, item in plain["dict"].items()}
    return Opaque(str(plain.get("opaque"))[:80])


def _array(plain: dict) -> np.ndarray:
    dtype, shape, data = plain["array"], plain.get("shape"), plain.get("data")
    if not isinstance(dtype, str) or dtype not in DTYPES or not isinstance(shape, list) or not isinstance(data, str):
        raise WireError("an array with an unknown dtype or shape")
    if len(shape) > 16 or not all(type(size) is int and size >= 0 for size in shape):
        raise WireError("an array with an impossible shape")
    try:
        raw = base64.b64decode(data, validate=True)
        if len(raw) == math.prod(shape) * np.dtype(dtype).itemsize:
            return np.frombuffer(bytearray(raw), dtype).reshape(shape)
    except ValueError:  # no base64, or more dimensions than numpy can count
        pass
    raise WireError("an array whose bytes do not fit its shape")


def send(channel: socket.socket, message: dict, most: int = MAX_FRAME) -> None:
    """Send one frame. `message` is a dict in the form of `to_plain`."""
    body = json.dumps(message).encode()
    if len(body) > most:
        raise WireError(f"a message of {len(body) / 2**20:.0f} MB, more than {most // 2**20} MB")
    channel.sendall(struct.pack(">Q", len(body)) + body)


def receive(channel: socket.socket, deadline: float | None = None, most: int = MAX_FRAME) -> dict:
    """Receive one frame. `deadline` is a time.monotonic(). Raises TimeoutError, EOFError or WireError."""
    (length,) = struct.unpack(">Q", _read(channel, 8, deadline))
    if length > most:
        raise WireError("a frame longer than allowed")
    try:
        message = json.loads(_read(channel, length, deadline))
    except (ValueError, RecursionError) as error:
        raise WireError("a frame that is not JSON") from error
    if not isinstance(message, dict):
        raise WireError("a frame that is not a message")
    return message


def _read(channel: socket.socket, length: int, deadline: float | None) -> bytes:
    chunks = bytearray()
    while len(chunks) < length:
        if deadline is not None:
            channel.settimeout(max(deadline - time.monotonic(), 0.001))
            if time.monotonic() > deadline:
                raise TimeoutError
        chunk = channel.recv(min(length - len(chunks), 2**20))
        if not chunk:
            raise EOFError("the other side is gone")
        chunks += chunk
    return bytes(chunks)
