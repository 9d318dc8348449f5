"""Talking on the channel to the judge in the worker's place."""
# ruff: noqa: E501 (the lines of an attack stay together)

from .arena import Attack

GRAB = """
import json, os, socket, struct, sys, time
def frame_of(message, raw=bytes(48)):
    text = message if isinstance(message, bytes) else json.dumps(message).encode()
    return struct.pack(">QQ", len(text), len(raw)) + text + raw
def grab():
    frame = sys._getframe()
    while "channel" not in frame.f_locals or "request" not in frame.f_locals: frame = frame.f_back
    return frame.f_locals["channel"], frame.f_locals["request"].get("nonce")
ZEROS = {"array": "float32", "shape": [4, 3], "data": {"<bytes>": 48}}
"""


def says(raw: str, then: str = "return x") -> str:
    return f"{GRAB}\ndef scale(x):\n    channel, nonce = grab()\n    {raw}\n    {then}\n"


ATTACKS = [
    Attack(
        "answers_twice",
        "sends a second answer that would serve the next question",
        says("channel.sendall(frame_of({'nonce': nonce, 'value': ZEROS}) * 5)"),
        "a question that was not asked",
    ),
    Attack(
        "answers_ahead",
        "sends answers to questions that nobody has asked yet",
        says("channel.sendall(b''.join(frame_of({'nonce': f'{n:016x}', 'value': ZEROS}) for n in range(500)))"),
        "a question that was not asked",
    ),
    Attack(
        "thread_keeps_talking",
        "leaves a thread that answers everything from now on",
        f"""{GRAB}
import _thread
def talk(channel, nonce):
    while True:
        channel.sendall(frame_of({{"nonce": nonce, "value": ZEROS}}))
        time.sleep(0.002)
def scale(x):
    _thread.start_new_thread(talk, grab())
    return x
""",
    ),
    Attack(
        "fork_keeps_talking",
        "leaves a child that answers everything from now on",
        f"""{GRAB}
def scale(x):
    channel, nonce = grab()
    if os.fork() == 0:
        os.setsid()
        while True:
            channel.sendall(frame_of({{"nonce": nonce, "value": ZEROS}}))
            time.sleep(0.002)
    return x
""",
    ),
    Attack(
        "reads_the_questions",
        "reads the next questions in the worker's place and answers them itself",
        f"""{GRAB}
def scale(x):
    channel, nonce = grab()
    while True:
        channel.sendall(frame_of({{"nonce": nonce, "value": ZEROS}}))
        length, more = struct.unpack(">QQ", channel.recv(16, socket.MSG_WAITALL))
        nonce = json.loads(channel.recv(length + more, socket.MSG_WAITALL)[:length])["nonce"]
""",
        "entries are wrong",
    ),
    Attack(
        "threads_uncounted",
        "hides its threads from the worker",
        f"""{GRAB}
import threading
def scale(x):
    threading.active_count = lambda: 1
    threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
    return x
""",
    ),
    Attack(
        "longer_than_memory",
        "announces a frame of 16 exabytes",
        says("channel.sendall(b'\\xff' * 16)"),
        "longer than allowed",
    ),
    Attack(
        "longer_than_a_reply",
        "announces a frame that only a question may have",
        says("channel.sendall(struct.pack('>QQ', 40 * 2**20, 0))"),
        "longer than allowed",
    ),
    Attack(
        "more_bytes_than_a_reply",
        "announces more raw bytes than an answer may have",
        says("channel.sendall(struct.pack('>QQ', 2, 40 * 2**20))"),
        "longer than allowed",
    ),
    Attack(
        "no_json",
        "sends something that is no JSON",
        says("channel.sendall(frame_of(b'\\x80\\x04pickle.'))"),
        "not JSON",
    ),
    Attack("deep_json", "sends 200,000 brackets", says("channel.sendall(frame_of(b'[' * 200_000))"), "not JSON"),
    Attack(
        "barely_nested",
        "nests as deeply as the parser allows",
        says(
            "channel.sendall(frame_of(b'{\"nonce\": \"' + nonce.encode() + b'\", \"value\": ' + b'[' * 900 + b']' * 900 + b'}'))"
        ),
    ),
    Attack(
        "nested_error",
        "describes its error with a tower of lists",
        says(
            "channel.sendall(frame_of(b'{\"nonce\": \"' + nonce.encode() + b'\", \"error\": {\"type\": ' + b'[' * 900 + b']' * 900 + b'}}'))"
        ),
    ),
    Attack("no_message", "sends a list", says("channel.sendall(frame_of([100]))"), "not a message"),
    Attack(
        "nan_nonce",
        "sends a nonce that is unlike itself",
        says("channel.sendall(frame_of({'nonce': float('nan'), 'value': ZEROS}))"),
        "a question that was not asked",
    ),
    Attack(
        "half_a_frame",
        "sends half a frame and waits",
        says("channel.sendall(frame_of({'nonce': nonce})[:-3]); time.sleep(99)"),
        "did not return",
        limit=1.5,
    ),
    Attack(
        "drop_by_drop",
        "sends a byte now and then",
        says("channel.sendall(struct.pack('>QQ', 1000, 0))\n    while True: channel.sendall(b' '); time.sleep(0.05)"),
        "did not return",
        limit=1.5,
    ),
    Attack("flood", "sends as much as it can", says("while True: channel.sendall(b'[' * 2**20)"), "longer than allowed"),
    Attack(
        "hangs_up",
        "hangs up and goes on working",
        says("channel.shutdown(2); time.sleep(0.5)"),
        "ended the Python process",
    ),
    Attack(
        "answers_and_stops_reading",
        "answers in time, then never reads again",
        says("channel.sendall(frame_of({'nonce': nonce, 'value': ZEROS})); time.sleep(60)"),
        "did not return",
        limit=1.5,
    ),
    Attack(
        "object_dtype",
        "sends an array of objects",
        says(
            "channel.sendall(frame_of({'nonce': nonce, 'value': {'array': 'object', 'shape': [1], 'data': {'<bytes>': 8}}}))"
        ),
        "unknown dtype",
    ),
    Attack(
        "negative_shape",
        "sends an array of negative shape",
        says(
            "channel.sendall(frame_of({'nonce': nonce, 'value': {'array': 'float32', 'shape': [-4, -3], 'data': ZEROS['data']}}))"
        ),
        "impossible shape",
    ),
    Attack(
        "empty_and_endless",
        "sends an array of no bytes and a shape beyond counting",
        says(
            "channel.sendall(frame_of({'nonce': nonce, 'value': {'array': 'float32', 'shape': [0] + [2**62] * 9, 'data': {'<bytes>': 0}}}))"
        ),
        "impossible shape",
    ),
    Attack(
        "bytes_twice",
        "lets two arrays share the bytes of one",
        says("channel.sendall(frame_of({'nonce': nonce, 'value': [ZEROS, ZEROS]}))"),
        "without its bytes",
    ),
    Attack(
        "bytes_alone",
        "sends bytes that have no dtype",
        says("channel.sendall(frame_of({'nonce': nonce, 'value': ZEROS['data']}))"),
        "no array's",
    ),
    Attack(
        "list_bomb",
        "sends two million empty lists",
        says(
            "channel.sendall(frame_of(b'{\"nonce\": \"' + nonce.encode() + b'\", \"value\": [' + b'[],' * 2_000_000 + b'1]}'))"
        ),
    ),
    Attack(
        "bytes_bomb",
        "sends a million times no bytes",
        says(
            "channel.sendall(frame_of(b'{\"nonce\": \"' + nonce.encode() + b'\", \"value\": [' + b'{\"<bytes>\":0},' * 1_000_000 + b'1]}'))"
        ),
        "longer than allowed",
    ),
    Attack(
        "huge_error",
        "describes its error in 15 MB",
        says(
            "channel.sendall(frame_of({'nonce': nonce, 'error': {'type': 'A' * 10**6, 'text': 'x' * 14 * 10**6, 'where': [1] * 10**4}, 'printed': 5}))"
        ),
    ),
    Attack(
        "forged_warnings",
        "puts words into the report of the notebook",
        says(
            "channel.sendall(frame_of({'nonce': nonce, 'missing': {}, 'warnings': ['Graded by hand: 100 points'] * 10**5}))"
        ),
        '"warnings": []',
    ),
    Attack(
        "control_socket",
        "looks for the socket with which the judge commands the parent",
        f"""{GRAB}
def scale(x):
    found = []
    for fd in range(3, 256):
        try: found.append(os.readlink(f"/proc/self/fd/{{fd}}"))
        except OSError: pass
    raise ValueError(f"{{len([one for one in found if one.startswith('socket')])}} socket")
""",
        "1 socket",
    ),
]
