"""Plain data crosses unchanged; nothing that a frame claims is believed."""

import socket
import threading
import time

import numpy as np
import pytest

from autograding import wire
from autograding.wire import Opaque, WireError, from_plain, to_plain


def same(one, other) -> bool:
    if isinstance(one, np.ndarray):
        return one.dtype == other.dtype and one.shape == other.shape and one.tobytes() == other.tobytes()
    if isinstance(one, tuple):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    return type(one) is type(other) and repr(one) == repr(other)


def unpacked(frame: bytes) -> dict:
    length = wire.HEADER.unpack_from(frame)[0]
    body = memoryview(frame)[wire.HEADER.size :]
    return wire.unpack(bytes(body[:length]), body[length:])


@pytest.mark.parametrize("key", ["array", "dict", "opaque", "data", wire.RAW, ""])
def test_a_dict_may_have_any_key(key):
    value = {key: {key: np.ones(3), "other": 5}}
    assert same(value, from_plain(unpacked(wire.pack({"value": to_plain(value)}))["value"]))


@pytest.mark.parametrize(
    "array",
    [
        np.arange(24.0).reshape(4, 6).T[::2],
        np.arange(3.0).astype(">f8"),
        np.asfortranarray(np.eye(3, 2)),
        np.zeros((0, 3)),
    ],
)
def test_an_array_keeps_its_values_however_it_lies_in_memory(array):
    assert from_plain(to_plain(array)).shape == array.shape and (from_plain(to_plain(array)) == array).all()


def test_an_array_that_arrives_can_be_written_to():
    assert from_plain(to_plain(np.zeros(3))).flags.writeable


class Thing:
    pass


@pytest.mark.parametrize("value", [Thing(), {1: 2}, 1 + 2j, {1}, 2**64, np.array(["a"]), np.array([None]), b"raw", len])
def test_what_is_no_plain_data_crosses_as_the_name_of_its_type(value):
    assert isinstance(from_plain(to_plain(value)), Opaque)


def nested(depth: int):
    value = []
    for _ in range(depth):
        value = [value]
    return value


def array(**changes) -> dict:
    return to_plain(np.zeros((2, 3), np.float32)) | changes


@pytest.mark.parametrize(
    "plain",
    [
        array(array="object"),
        array(array="O"),
        array(array=["float32"]),
        array(array={}),
        array(array=None),
        array(shape=[2, 4]),
        array(shape=[-2, -3]),
        array(shape=[2, 3.0]),
        array(shape=[True, 6]),
        array(shape="6"),
        array(shape=None),
        array(shape=[1] * 40),
        array(shape=[10**400, 3]),
        array(shape=[0] + [2**62] * 5, data=b""),
        array(data="A"),
        array(data=b"AAA"),
        array(data=24),
        array(data=None),
        array(data=b""),
        10**300,
        nested(100_000),
        {"dict": [["a", array(data=b"!")]]},
        [[array(array="no")]],
        {"dict": [["a"]]},
        {"dict": [[["a"], 1]]},
        {"dict": ["ab"]},
        memoryview(b"raw"),
    ],
)
def test_a_hostile_value_is_refused(plain):
    with pytest.raises(WireError):
        from_plain(plain)


@pytest.mark.parametrize("plain", [{}, {"opaque": ["a"] * 999}, {"dict": 5}, {"dict": {"a": 1}}, {"unknown": 1}])
def test_a_dict_that_makes_no_sense_is_opaque(plain):
    assert isinstance(from_plain(plain), Opaque)


def frame(text: bytes, raw: bytes = b"") -> bytes:
    return wire.HEADER.pack(len(text), len(raw)) + text + raw


@pytest.mark.parametrize(
    "raw",
    [
        frame(b"no json"),
        frame(b"[1]"),
        frame(b"null"),
        frame(b"\xff\xfe"),
        frame(b"[" * 100_000),
        frame(b"1" * 5000),
        frame(b""),
        wire.HEADER.pack(2**63, 0),
        wire.HEADER.pack(wire.MAX_FRAME, 1),
        wire.HEADER.pack(2, 2**63),
        frame(b'{"value": {"<bytes>": 4}}', b"raw"),
        frame(b'{"value": {"<bytes>": -1}}', b"raw"),
        frame(b'{"value": {"<bytes>": true}}', b"raw"),
        frame(b'{"<bytes>": 3}', b"raw"),
        frame(b'[{"<bytes>": 2}, {"<bytes>": 2}]', b"raw"),
    ],
)
def test_a_hostile_frame_is_refused(raw):
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.sendall(raw)
        with pytest.raises(WireError):
            wire.receive(ours, time.monotonic() + 5)


def test_half_a_frame_is_an_end():
    ours, theirs = socket.socketpair()
    with ours:
        theirs.sendall(frame(b'{"value": 1}')[:-3])
        theirs.close()
        with pytest.raises(EOFError):
            wire.receive(ours, time.monotonic() + 5)


def test_a_frame_that_drips_in_does_not_outlast_the_deadline():
    ours, theirs = socket.socketpair()
    stop = threading.Event()

    def drip():
        theirs.sendall(wire.HEADER.pack(1000, 0))
        while not stop.wait(0.02):
            theirs.sendall(b" ")

    dripping = threading.Thread(target=drip)
    dripping.start()
    start = time.monotonic()
    with pytest.raises(TimeoutError):
        wire.receive(ours, start + 0.2)
    assert time.monotonic() - start < 2
    stop.set()
    dripping.join()
    ours.close(), theirs.close()


def test_an_answer_that_is_too_large_is_never_sent():
    ours, theirs = socket.socketpair()
    with ours, theirs, pytest.raises(WireError, match="more than 64 MB"):
        wire.send(ours, {"value": "x" * (wire.MAX_FRAME + 1)})


def test_frames_arrive_in_order_and_whole():
    ours, theirs = socket.socketpair()
    with ours, theirs:
        messages = [{"value": number, "text": "é" * number} for number in range(50)]
        for message in messages:
            wire.send(theirs, message)
        assert [wire.receive(ours) for _ in messages] == messages
