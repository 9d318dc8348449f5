"""Pairs of submissions by how much they share that neither the course nor many others wrote.

copydetect reads programs as MOSS does: names, comments and layout are left out, and every run of LENGTH characters of
what remains is a fingerprint (Schleimer et al. 2003).
"""

import io
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from itertools import combinations

from copydetect.detector import CodeFingerprint, compare_files
from copydetect.utils import get_token_coverage

LENGTH = 16  # characters: "a=b*c+d" is a run of 7, whatever its names are
COMMON = 10  # what more students than this have is common, and nobody's: the default of MOSS

Marked = list[tuple[str, bool]]  # a text in pieces: is it shared?


@dataclass(frozen=True)
class Shared:
    """What two students have in common in one exercise. amount: characters, names counted as one. share: of what is a
    student's own there, of the one who has less."""

    exercise: str
    amount: int
    share: float
    texts: tuple[Marked, Marked]


@dataclass
class Pair:
    logins: tuple[str, str]
    shared: list[Shared] = field(default_factory=list)

    @property
    def amount(self) -> int:
        return sum(one.amount for one in self.shared)

    @property
    def weight(self) -> float:
        """By which pairs are ranked: one exercise that is shared whole says more than bits of several. It proves nothing,
        so it is shown nowhere."""
        return sum(one.amount * one.share**2 for one in self.shared)


@dataclass(frozen=True)
class Elsewhere:
    """What of a student's answer is as in a right answer to the same exercise on another paper."""

    login: str
    exercise: str
    paper: str
    amount: int
    text: Marked


def runs(texts: Iterable[str]) -> frozenset[int]:
    """All that can be found in some texts, as `ranked` needs it of the course's own."""
    return frozenset(run for text in texts for run in _fingerprint(text).hashes)


def ranked(
    own: Mapping[str, Mapping[str, str]], known: Mapping[str, frozenset[int]], exercises: Sequence[str]
) -> list[Pair]:
    """Every pair that shares anything, most first. own: by login and exercise, what a student wrote. known: by login, the
    `runs` of what the course wrote for the paper that they had."""
    pairs: dict[tuple[str, str], Pair] = {}
    for exercise in exercises:
        read = {login: _fingerprint(texts[exercise]) for login, texts in own.items() if texts.get(exercise)}
        holders = Counter(run for one in read.values() for run in one.hashes)
        common = {run for run, count in holders.items() if count > COMMON}
        for login, one in read.items():
            _leave_out(one, known[login] | common)
        for logins in _who_share(read):
            first, second = (read[login] for login in logins)
            amount, shares, places = compare_files(first, second)
            texts = (_marked(first.raw_code, places[0]), _marked(second.raw_code, places[1]))
            pairs.setdefault(logins, Pair(logins)).shared.append(Shared(exercise, int(amount), max(shares), texts))
    return sorted(pairs.values(), key=lambda pair: (-pair.weight, pair.logins))


def elsewhere(
    own: Mapping[str, Mapping[str, str]],
    known: Mapping[str, frozenset[int]],
    papers: Mapping[str, str],
    right: Mapping[str, Mapping[str, Sequence[str]]],
    exercises: Sequence[str],
) -> list[Elsewhere]:
    """For each answer, the other paper that it fits best, if any; most first. papers: by login. right: by paper and
    exercise, the right answers that are known."""
    found, read = [], {}
    for login, texts in own.items():
        for exercise in exercises:
            if not texts.get(exercise):
                continue
            one = _fingerprint(texts[exercise])
            _leave_out(one, known[login])
            fitting = []
            for paper in right.keys() - {papers[login]}:
                for answer in right[paper].get(exercise, ()):
                    other = read[answer] = read.get(answer) or _fingerprint(answer)
                    if one.hashes & other.hashes:
                        amount, _, places = compare_files(one, other)
                        fitting.append((int(amount), paper, _marked(one.raw_code, places[0])))
            if fitting:
                amount, paper, text = max(fitting)
                found.append(Elsewhere(login, exercise, paper, amount, text))
    return sorted(found, key=lambda one: (-one.amount, one.login, one.exercise))


def _fingerprint(text: str) -> CodeFingerprint:
    return CodeFingerprint("answer.py", LENGTH, 1, fp=io.StringIO(text), language="python")


def _leave_out(one: CodeFingerprint, runs: Set[int]) -> None:
    """copydetect's own way to leave runs out also loses those that a text repeats."""
    one.hashes -= runs
    one.hash_idx = {run: places for run, places in one.hash_idx.items() if run in one.hashes}
    one.token_coverage = get_token_coverage(one.hash_idx, LENGTH, len(one.filtered_code))


def _who_share(read: Mapping[str, CodeFingerprint]) -> list[tuple[str, str]]:
    holders = defaultdict(list)
    for login, one in sorted(read.items()):
        for run in one.hashes:
            holders[run].append(login)
    return sorted({pair for logins in holders.values() for pair in combinations(logins, 2)})


def _marked(text: str, places) -> Marked:
    """places: where shared passages begin and end."""
    pieces, at = [], 0
    for start, end in sorted(zip(*places.tolist(), strict=True)):
        start, end = max(at, int(start)), min(len(text), int(end))
        if start < end:
            pieces += [(text[at:start], False), (text[start:end], True)]
            at = end
    return [(piece, mark) for piece, mark in [*pieces, (text[at:], False)] if piece]
