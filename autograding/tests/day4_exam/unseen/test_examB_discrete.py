"""What Exam B is graded with in the end. Every expectation is the reference's, on whatever paper.

Each function is judged with the student's own parts, and where these are not right with given ones, so that an error in one
task costs the points of that task alone. The paper's constants, and how its network answers, come from the reference.

Random answers are judged by the law of every two positions, beside many more draws of the reference: six standard errors,
and twelve counts more because small counts are skewed. Coarse numbers come first, by which a mistake can be named. No test
has more than 6,000 rows: who writes a loop over the rows is right, too.
"""

import numpy as np

from autograding import assert_same, assert_shape, task, torch
from autograding.checks.compare import Mismatch
from autograding.checks.exams import are_right, either
from autograding.checks.given_parts import module_of
from autograding.checks.observed import observing
from autograding.judge.faults import StudentFault

ROWS, MANY = 6_000, 60_000  # of a student, and of the reference
IDS = 12  # more than any paper has


def probability_of_all(ns):
    return ns.corruption_probability(torch.arange(ns.T + 1))


def with_any_schedule(student, reference, judge):
    """judge(given): with the student's own schedule, and where that is wrong with a given one."""
    right = are_right(student, reference, probability_of_all)
    either(lambda: judge(False), lambda: judge(True), parts_are_right=right)


def with_any_parts(student, reference, paper, rng, judge):
    """The same of the step back, which may use the corruption, too."""
    row = paper.row(rng)
    right = are_right(student, reference, probability_of_all) and corrupts_rightly(student, reference, paper, row)
    either(lambda: judge(False), lambda: judge(True), parts_are_right=right)


# ---- What the paper gives ----


def facts(ns):
    """The paper's constants and strings, and how its network answers: (constants, strings, order of the axes, kind)."""
    constants = {}
    for name in ("T", "K", "FIRST", "BLANK", "FREQUENCY", "SHARE"):
        try:
            constants[name] = getattr(ns, name)
        except Exception:  # not on this paper
            continue
    answer = ns.as_returned(torch.zeros(11, 13, ns.K))
    axes = {11: 0, 13: 1, ns.K: 2}
    kind = "logits" if bool((answer == 0).all()) else "probabilities"
    return constants, ns.STRINGS, [axes[size] for size in answer.shape], kind


class Paper:
    """The facts, by name."""

    def __init__(self, reference):
        self.constants, strings, order, kind = reference.run(facts)
        self.strings, self.answer = np.asarray(strings).astype(np.int64), (list(order), kind)
        self.T, self.K, self.FIRST = (int(self.constants[name]) for name in ("T", "K", "FIRST"))
        tokens = set(range(self.FIRST, self.FIRST + self.K))
        self.ids = tokens | ({int(self.constants["BLANK"])} if "BLANK" in self.constants else set())

    def row(self, rng, length=None):
        """A clean row of tokens, in which every token is as likely."""
        return rng.integers(self.FIRST, self.FIRST + self.K, length or self.strings.shape[1])

    def others(self, row):
        """A row that differs from another one at every position."""
        return (row - self.FIRST + 1) % self.K + self.FIRST


def use_given(ns, given, constants, *parts, by_leaps=False):
    """With `given`, puts the paper's constants and, for the named parts, others in the place of the student's: a token
    becomes any, by a schedule that is neither the lab's nor a paper's (with t/T, the lab's reverse step would be right).

    by_leaps: one that tells the steps 11, 12, 16, 29 and 30 well apart, which other schedules hardly do."""
    T, K, first = (int(constants[name]) for name in ("T", "K", "FIRST"))

    def corruption_probability(t):
        if by_leaps:
            return 0.15 * (t >= 1) + 0.2 * (t >= 12) + 0.25 * (t >= 17) + 0.3 * (t >= 30) + 0.1 * (t >= T)
        return 1 - (1 - t / T) ** 2

    def q_sample_discrete(x0, t):
        hit = torch.rand(x0.shape) < corruption_probability(t)[:, None]
        return torch.where(hit, torch.randint(first, first + K, x0.shape), x0)

    known = {"corruption_probability": corruption_probability, "q_sample_discrete": q_sample_discrete}
    for name, part in {**constants, **{name: known[name] for name in parts}}.items() if given else ():
        setattr(ns, name, part)


def arranged(logits, order, kind):
    """Logits (B, L, K) as the paper's network returns them."""
    answer = logits if kind == "logits" else logits.softmax(-1).clamp_min(1e-8)
    return answer.permute(*order)


def toy_network(order, kind, num_tokens):
    """A network that looks at the token, the place and the step, and remembers what it was asked. It takes the step as
    (B,), as one number for all, or as an integer, so that one slip costs one test."""

    def forward(self, x_t, t):
        self.shapes.append(str(tuple(torch.as_tensor(t).shape)))
        t = torch.as_tensor(t).float().expand(len(x_t))
        self.times.append(t.detach().clone())
        self.inputs.append(x_t.detach().clone())
        places = torch.cos(0.5 + 1.7 * torch.arange(x_t.shape[1] * num_tokens)).view(-1, num_tokens)
        logits = self.weights[x_t.clamp(0, len(self.weights) - 1)] + places + torch.sin(t)[:, None, None] * places.flip(0)
        return arranged(logits, order, kind)

    table = 1.2 * torch.sin(1.0 + 2.3 * torch.arange(12 * num_tokens)).view(12, num_tokens)
    model = module_of(forward, table)
    model.times, model.inputs, model.shapes = [], [], []
    return model


# ---- Laws of tokens ----


def counts_of(x):
    """How often every two ids stand at every two positions of x (N, L): (L, L, IDS, IDS)."""
    length = x.shape[1]
    seen = np.eye(IDS)[x.clip(0, IDS - 1)].reshape(len(x), -1)
    return (seen.T @ seen).reshape(length, IDS, length, IDS).swapaxes(1, 2)


def mean_ids(counts):
    """The mean id at every position."""
    return np.stack([np.diag(counts[k, k]) for k in range(len(counts))]) @ np.arange(IDS) / counts[0, 0].sum()


def within(counts, expected):
    """Do counts of some draws fit those of more draws of the same law?"""
    n, many = counts.sum((-2, -1), keepdims=True), expected.sum((-2, -1), keepdims=True)
    share = expected / many
    error = np.sqrt(np.maximum(share, 1 / many) * (1 - share) * (1 / n + 1 / many))
    return bool((np.abs(counts / n - share) <= 6 * error + 12 / n).all())


def outline(counts, row):
    """Coarse numbers of a law, where `row` is what nothing happens to: how many tokens are still those of the row; how
    often two neighbours agree about it, in the pairs (1, 2), (3, 4), … and between them; and the share of each id."""
    n, places = counts[0, 0].sum(), np.arange(len(row))
    same = counts[places, places, row, row] / n
    agree = 1 - same[1:] - same[:-1] + 2 * counts[places[1:], places[:-1], row[1:], row[:-1]] / n
    ids = sum(np.diag(counts[place, place]) for place in places) / (n * len(row))
    return [same.mean(), agree[::2].mean(), agree[1::2].mean()], ids


def assert_laws(parts, expected, row, what):
    """Passes for tokens, parts of (N, L), of the laws of which `expected` counts many draws each."""
    counts = [counts_of(part) for part in parts]
    (seen, ids), (due, due_ids) = (
        [np.array(both) for both in zip(*(outline(law, row) for law in laws), strict=True)] for laws in (counts, expected)
    )
    coarse = "how many tokens are unchanged, and how often neighbours agree about it"
    assert_same(seen, due, rtol=0, atol=0.05, what=f"{what}: {coarse}")
    assert_same(ids, due_ids, rtol=0, atol=0.04, what=f"{what}: the share of each id from 0 on")
    fits = [within(one, law) for one, law in zip(counts, expected, strict=True)]
    assert_same(all(fits), True, what=f"{what}: whether every two positions have the right law")


def assert_tokens(got, ids, *shape):
    """Passes for int64 tokens of this shape that are among the ids, and hands them on."""
    values = assert_shape(got, *shape)
    assert_same(str(got.dtype), "int64", what="the dtype of the tokens")
    values = values.astype(int)
    strange = np.mean([value not in ids for value in values[: len(values) // 3].ravel()] + [bool((values < 0).any())])
    assert_same(strange, 0.0, rtol=0, atol=0.03, what="the share of ids that do not exist on this paper")
    assert_same(bool(set(np.unique(values).tolist()) <= ids), True, what="whether all ids exist on this paper")
    return values


def agreement_of_rows(parts, expected, row):
    """Of neighbouring rows of x, parts of (N, L): how often tokens that changed in both became the same, how often the rows
    agree about a token being unchanged in each part; and the same of independent rows."""
    agree, alike, due_agree, due_alike = [], [], [], []
    for part, law in zip(parts, expected, strict=True):
        hit, marginal = part != row, np.stack([np.diag(law[k, k]) for k in range(len(row))]) / law[0, 0].sum()
        agree.append((hit[1:] == hit[:-1]).mean())
        both = hit[1:] & hit[:-1]
        alike.append([(both & (part[1:] == part[:-1])).sum(), both.sum()])
        changed = np.where(np.arange(IDS) == row[:, None], 0, marginal)
        share = changed.sum(1)
        due_agree.append((share**2 + (1 - share) ** 2).mean())
        due_alike.append([(changed**2).sum(), (share**2).sum()])
    (same, pairs), (due, of) = np.sum(alike, axis=0), np.sum(due_alike, axis=0)
    return (same / max(pairs, 1), agree), (due / of, due_agree)


def assert_corruption(parts, expected, row, what):
    """Passes for tokens, parts of (N, L), of the laws of which `expected` counts many draws each, when neighbouring rows
    throw their own coins and draw their own replacements."""
    (same, agree), (due_same, due_agree) = agreement_of_rows(parts, expected, row)
    always = "whether what changed in two neighbouring rows always became the same"
    assert_same(bool(same > 0.95), bool(due_same > 0.95), what=always)
    agreed = "how often neighbouring rows of one step agree about a token being unchanged"
    assert_same(agree, due_agree, rtol=0, atol=0.1, what=agreed)
    ids, due_ids = ([outline(law, row)[1] for law in laws] for laws in (map(counts_of, parts), expected))
    roughly = f"{what}: the share of each id from 0 on, roughly"  # tells apart what as many tokens became
    assert_same(np.array(ids), np.array(due_ids), rtol=0, atol=0.1, what=roughly)
    assert_laws(parts, expected, row, what)
    often = "how often tokens that changed in two neighbouring rows became the same"
    assert_same(same, due_same, rtol=0, atol=0.09, what=often)


# ---- Task 1 ----


@task("examB.corruption_probability", points=2)
def test_the_probability_of_every_step(student, reference, rng):
    """p_t has the right value at every step."""
    T = Paper(reference).T
    t = np.arange(1, T)[np.argsort(rng.uniform(T - 1), kind="stable")]
    assert_same(student.corruption_probability(t), reference.corruption_probability(t), what="p_t at every step")


def probability_and_steps(ns, t):
    """p_t, and t afterwards."""
    return ns.corruption_probability(t), t


@task("examB.corruption_probability", points=2)
def test_every_sequence_has_its_own_step(student, reference, rng):
    """One probability for each sequence, whatever the others' steps; t is left as it was."""
    t = np.append(rng.integers(3, 25, 6), [0, 9])
    (got, after), (due, _) = (who.run(probability_and_steps, t) for who in (student, reference))
    assert_same(got, due, what="p_t of sequences with steps of their own, none of them T")
    assert_same(after, t, what="t after the call")


# ---- Task 2 ----


def corrupted(ns, given, constants, x0, t):
    """x_t, and x0 afterwards."""
    use_given(ns, given, constants, "corruption_probability")
    return ns.q_sample_discrete(x0, t), x0


def law_of_corruption(ns, given, constants, row, steps, many):
    """For each step, the counts (see `counts_of`) of many draws."""
    use_given(ns, given, constants, "corruption_probability")
    found = []
    for t in steps:
        x_t = ns.q_sample_discrete(row.expand(many, -1), torch.full((many,), t))
        seen = torch.eye(12)[x_t].flatten(1)
        found.append((seen.T @ seen).view(len(row), 12, len(row), 12).transpose(1, 2))
    return torch.stack(found)


def corrupts_rightly(student, reference, paper, row) -> bool:
    """Do tokens have the right law, by the student's own corruption? Nothing of it is kept for naming."""
    t = 20
    expected = np.asarray(reference.run(law_of_corruption, False, paper.constants, row, [t], MANY), float)[0]
    with observing():
        try:
            x_t = student.run(corrupted, False, paper.constants, np.tile(row, (ROWS, 1)), np.full(ROWS, t))[0]
            return within(counts_of(assert_tokens(x_t, paper.ids, ROWS, len(row))), expected)
        except (Mismatch, StudentFault):
            return False


@task("examB.q_sample_discrete", points=5)
def test_tokens_have_the_law_of_their_step(student, reference, rng):
    """Sequences with three different steps in one batch: what becomes of every token, and of every two together."""
    paper = Paper(reference)
    row, steps = paper.row(rng), [10, 18, 26]
    x0, t = np.tile(row, (ROWS, 1)), np.repeat(steps, ROWS // 3)

    def judge(given):
        expected = reference.run(law_of_corruption, given, paper.constants, row, steps, MANY)
        x_t = assert_tokens(student.run(corrupted, given, paper.constants, x0, t)[0], paper.ids, *x0.shape)
        parts, expected = x_t.reshape(3, -1, len(row)), np.asarray(expected, float)
        assert_corruption(parts, expected, row, f"at t = {steps}")

    with_any_schedule(student, reference, judge)


@task("examB.q_sample_discrete", points=3)
def test_another_length_and_nothing_shared_between_sequences(student, reference, rng):
    """Sequences of another length, all with one step: the law of every two positions, and of neighbouring sequences."""
    paper = Paper(reference)
    row = paper.row(rng, 10)
    x0 = np.tile(row, (ROWS, 1))

    def judge(given):
        expected = np.asarray(reference.run(law_of_corruption, given, paper.constants, row, [20], MANY), float)
        got = student.run(corrupted, given, paper.constants, x0, np.full(ROWS, 20))[0]
        x_t = assert_tokens(got, paper.ids, *x0.shape)
        assert_corruption([x_t], expected, row, "at t = 20")
        single = np.stack([np.diag(expected[0, place, place]) for place in range(10)])
        apart = np.stack([counts_of(np.stack([x_t[:-1, k], x_t[1:, k]], 1))[0, 1] for k in range(10)])
        fits = within(apart, single[:, :, None] * single[:, None] / MANY)
        assert_same(fits, True, what="whether neighbouring sequences know nothing of each other")
        assert_same(x_t.mean(0), mean_ids(expected[0]), rtol=0, atol=0.2, what="the mean of the ids at each position")

    with_any_schedule(student, reference, judge)


@task("examB.q_sample_discrete", points=2)
def test_both_ends(student, reference, rng):
    """At t = 0 nothing changes, at t = T the law is right; x0 is left as it was, and the tokens are int64."""
    paper = Paper(reference)
    row = paper.row(rng)
    x0, t = np.tile(row, (ROWS, 1)), np.tile([0, paper.T], ROWS // 2)

    def judge(given):
        expected = np.asarray(reference.run(law_of_corruption, given, paper.constants, row, [paper.T], MANY), float)
        x_t, after = student.run(corrupted, given, paper.constants, x0, t)
        x_t = assert_tokens(x_t, paper.ids, *x0.shape)
        assert_same((after == x0).mean(), 1.0, rtol=0, atol=0.05, what="the share of x0 that is as before")
        assert_same(bool((after == x0).all()), True, what="whether x0 is left as it was")
        assert_same((x_t[::2] == row).mean(), 1.0, rtol=0, atol=0.05, what="the share of tokens that stay at t = 0")
        assert_same(bool((x_t[::2] == row).all()), True, what="whether all tokens stay at t = 0")
        assert_corruption([x_t[1::2]], expected, row, "at t = T")
        due = (row + mean_ids(expected[0])) / 2
        assert_same(x_t.mean(0), due, rtol=0, atol=0.2, what="the mean of the ids at each position, of both ends together")

    with_any_schedule(student, reference, judge)


# ---- Task 3 ----


def patterned(constants, calls):
    """A corruption without chance, with another number of hits in each row: blanks, if there are any, and other tokens."""
    K, first, blank = (int(constants.get(name, -1)) for name in ("K", "FIRST", "BLANK"))

    def q_sample_discrete(x0, t):
        calls.append(torch.as_tensor(t).detach().clone().float().expand(len(x0)))
        step = torch.as_tensor(t).long().expand(len(x0))[:, None]
        place = torch.arange(x0.numel()).view(x0.shape)
        hit = (7 * place + 5 * step + 3 * len(calls)) % 11 < 1 + step % 9
        other = (x0 - first + 1) % K + first
        new = other if blank < 0 else torch.where((place + x0) % 2 == 0, blank, other)
        return torch.where(hit, new, x0)

    return q_sample_discrete


def loss_and_gradient(ns, given, constants, order, kind, x0, t):
    """The loss at given steps, its gradient, and what the network was told and saw."""
    use_given(ns, given, constants, "corruption_probability")
    ns.q_sample_discrete = patterned(constants, [])
    model = toy_network(order, kind, int(constants["K"]))
    loss = ns.denoising_loss(model, x0, t)
    number = loss.double().reshape(()) if torch.is_tensor(loss) and loss.numel() == 1 else loss
    gradient = torch.zeros(())
    if torch.is_tensor(loss) and loss.requires_grad and loss.numel() == 1:
        loss.sum().backward()
        gradient = model.weights.grad
    return number, gradient, model.times[0], model.inputs[0]


def batch(paper, rng, rows):
    """Clean sequences and steps of their own."""
    x0 = rng.integers(paper.FIRST, paper.FIRST + paper.K, rows, paper.strings.shape[1])
    return x0, rng.integers(1, paper.T + 1, rows)


def assert_told(times, t):
    """Passes for a model that is told the given steps."""
    times = assert_shape(times, len(t))
    what = "the share of sequences for which the model is told the given step, and whether it is told steps above 1"
    assert_same([(times == t).mean(), float(times.max() > 1.01)], [1.0, 1.0], rtol=0, atol=0.2, what=what)
    assert_same(times, t.astype(float), what="the steps that the model is told")


@task("examB.denoising_loss", points=6)
def test_the_value_of_the_loss(student, reference, rng):
    """For given steps and a given corruption: the loss, and what the model is told and sees."""
    paper = Paper(reference)
    x0, t = batch(paper, rng, 60)

    def judge(given):
        arguments = (given, paper.constants, *paper.answer, x0, t)
        got, _, times, seen = student.run(loss_and_gradient, *arguments)
        due, _, _, true_seen = reference.run(loss_and_gradient, *arguments)
        assert_told(times, t)
        assert_same(seen, true_seen, what="the tokens that the model sees")
        assert_same(got, due, what="the loss")

    with_any_schedule(student, reference, judge)


@task("examB.denoising_loss", points=2)
def test_the_gradient_of_the_loss(student, reference, rng):
    """The gradient that reaches the model."""
    paper = Paper(reference)
    x0, t = batch(paper, rng, 50)

    def judge(given):
        arguments = (given, paper.constants, *paper.answer, x0, t)
        _, got, times, _ = student.run(loss_and_gradient, *arguments)
        _, due, _, _ = reference.run(loss_and_gradient, *arguments)
        assert_told(times, t)
        assert_same(got, due, what="the gradient at the model's weights")

    with_any_schedule(student, reference, judge)


def drawn_by_the_loss(ns, given, constants, order, kind, x0):
    """The steps that the model is told where none are given, those that the corruption was called with, and the mean of
    what the model sees at each position."""
    use_given(ns, given, constants, "corruption_probability")
    calls = []
    ns.q_sample_discrete = patterned(constants, calls)
    model = toy_network(order, kind, int(constants["K"]))
    try:
        with torch.no_grad():
            ns.denoising_loss(model, x0)
    except Exception:
        if not model.times or not calls:  # what comes after the model's answer is another test's concern
            raise
    return model.times[0], calls[0], model.inputs[0].double().mean(0)


def seen_at(ns, constants, x0, t):
    """What one corruption without chance makes of the sequences, on average."""
    return patterned(constants, [])(x0, t).double().mean(0)


@task("examB.denoising_loss", points=2)
def test_every_sequence_draws_its_own_step(student, reference, rng):
    """Without given steps, each sequence draws one from 1 to T; it is corrupted by it, and the model is told it."""
    paper = Paper(reference)
    x0 = np.tile(paper.row(rng), (ROWS, 1))

    def judge(given):
        told, used, seen = student.run(drawn_by_the_loss, given, paper.constants, *paper.answer, x0)
        told, used = assert_shape(told, ROWS), assert_shape(used, ROWS)
        share = np.array([(told == step).mean() for step in range(paper.T + 2)])
        assert_same(float(share.max()), 1 / paper.T, rtol=0, atol=0.3, what="the share of the most frequent step")
        edges = [bool(share[step] > 0) for step in (0, 1, paper.T, paper.T + 1)]
        assert_same(edges, [False, True, True, False], what="whether the steps 0, 1, T and T + 1 are drawn")
        even = np.array([0] + [1 / paper.T] * paper.T + [0])
        off = 6 * (even * (1 - even) / ROWS) ** 0.5 + 12 / ROWS
        assert_same(bool((np.abs(share - even) <= off).all()), True, what="whether all steps from 1 to T are drawn alike")
        same = "the share of sequences that are corrupted by the step that the model is told"
        assert_same((told == used).mean(), 1.0, rtol=0, atol=1e-6, what=same)
        due = reference.run(seen_at, paper.constants, x0, told.astype(np.int64))
        what = "the mean of the ids that the model sees at each position"
        assert_same(assert_shape(seen, x0.shape[1]), due, rtol=0, atol=0.15, what=what)

    with_any_schedule(student, reference, judge)


# ---- Task 4 ----


def sure_network(order, kind, num_tokens, first, row):
    """A network that has no doubt that the clean row is `row`; it remembers what it was told."""

    def forward(self, x_t, t):
        self.shapes.append(str(tuple(torch.as_tensor(t).shape)))
        self.times.append(torch.as_tensor(t).float().mean())
        logits = 60.0 * (torch.nn.functional.one_hot(row - first, num_tokens) - 1)
        return arranged(self.weights * logits.expand(len(x_t), -1, -1), order, kind)

    model = module_of(forward, torch.ones(()))
    model.times, model.shapes = [], []
    return model


def stepped(ns, given, constants, order, kind, x_t, t, s, row=None):
    """x_s, x_t afterwards, and the step that the model was told. row: the clean row of which the model has no doubt."""
    use_given(ns, given, constants, "corruption_probability", "q_sample_discrete", by_leaps=True)
    K, first = int(constants["K"]), int(constants["FIRST"])
    model = toy_network(order, kind, K) if row is None else sure_network(order, kind, K, first, row)
    x_s = ns.reverse_step(model, x_t, t, s)
    return x_s, x_t, model.shapes[0], float(model.times[0].mean())


def law_of_step(ns, given, constants, order, kind, x_t, t, s, many, row=None):
    """For each row of x_t, the counts of many steps from it."""
    use_given(ns, given, constants, "corruption_probability", "q_sample_discrete", by_leaps=True)
    K, first, found = int(constants["K"]), int(constants["FIRST"]), []
    model = toy_network(order, kind, K) if row is None else sure_network(order, kind, K, first, row)
    for one in x_t:
        x_s = ns.reverse_step(model, one.expand(many, -1), t, s)
        seen = torch.eye(12)[x_s].flatten(1)
        found.append((seen.T @ seen).view(len(one), 12, len(one), 12).transpose(1, 2))
    return torch.stack(found)


@task("examB.reverse_step", points=3)
def test_guesses_are_drawn_from_the_model(student, reference, rng):
    """In a step to s = 0: every position has the model's probabilities there, which depend on the sequence."""
    paper = Paper(reference)
    contexts = np.stack([paper.row(rng), paper.row(rng)])
    if "BLANK" in paper.constants:
        contexts[1, : contexts.shape[1] // 2] = paper.constants["BLANK"]
    x_t = np.repeat(contexts, ROWS // 2, axis=0)

    def judge(given):
        common = (given, paper.constants, *paper.answer)
        laws = np.asarray(reference.run(law_of_step, *common, contexts, 10, 0, MANY), float)
        x_s = assert_tokens(student.run(stepped, *common, x_t, 10, 0)[0], paper.ids, *x_t.shape)
        for part, law, context in zip(x_s.reshape(2, -1, x_t.shape[1]), laws, contexts, strict=True):
            assert_laws([part], [law], context, "the guesses")

    with_any_parts(student, reference, paper, rng, judge)


@task("examB.reverse_step", points=3)
def test_the_law_after_a_step(student, reference, rng):
    """With a model that has no doubt, steps of two sizes: how many tokens are the guess, and what the others are."""
    paper = Paper(reference)
    row = paper.row(rng)
    before = paper.others(row)[None]
    x_t = np.repeat(before, ROWS, axis=0)

    def judge(given):
        common = (given, paper.constants, *paper.answer)
        parts, laws = [], []
        for t, s in ((30, 16), (12, 11)):
            laws += list(np.asarray(reference.run(law_of_step, *common, before, t, s, MANY, row=row), float))
            parts.append(assert_tokens(student.run(stepped, *common, x_t, t, s, row=row)[0], paper.ids, *x_t.shape))
        assert_laws(parts, laws, row, "from t = 30 to s = 16, and from 12 to 11")
        means, due = np.array([part.mean(0) for part in parts]), np.array([mean_ids(law) for law in laws])
        assert_same(means, due, rtol=0, atol=0.2, what="the mean of the ids at each position after the two steps")

    with_any_parts(student, reference, paper, rng, judge)


@task("examB.reverse_step", points=1)
def test_what_the_model_is_told(student, reference, rng):
    """The model gets the step t of every sequence, as a tensor (B,); x_t is left as it was; at s = 0 all is the guess."""
    paper = Paper(reference)
    row, t = paper.row(rng), int(rng.integers(paper.T // 2, paper.T))
    earlier = t // 3  # neither t - s nor t / s is t, as at s = 0
    x_t = rng.integers(paper.FIRST, paper.FIRST + paper.K, 40, len(row))

    def judge(given):
        common = (given, paper.constants, *paper.answer, x_t, t)
        _, _, shape, time = student.run(stepped, *common, earlier, row=row)
        assert_same(shape, "(40,)", what="the shape of the steps that the model is told")
        assert_same(time, float(t), what="the step that the model is told")
        got, after, _, _ = student.run(stepped, *common, 0, row=row)
        x_s = assert_tokens(got, paper.ids, *x_t.shape)
        assert_same(bool((after == x_t).all()), True, what="whether x_t is left as it was")
        result = "the share of guesses in the result at s = 0, with a model that has no doubt"
        assert_same((x_s == row).mean(), 1.0, rtol=0, atol=0.1, what=result)
        assert_same(bool((x_s == row).all()), True, what="whether the result at s = 0 is the guess everywhere")

    with_any_parts(student, reference, paper, rng, judge)


def what_hit_tokens_become(ns, length, many):
    """p_t of all steps, the law (2, K, IDS) at the last step of each token in both halves, and starts of chains."""
    T, K, first = ns.T, ns.K, ns.FIRST
    p = ns.corruption_probability(torch.arange(T + 1))
    tokens = torch.arange(K).repeat_interleave(many)
    x_t = ns.q_sample_discrete((tokens + first)[:, None].expand(-1, length), torch.full((len(tokens),), T))
    seen = torch.eye(12)[x_t].view(K, many, 2, length // 2, 12)
    return p, seen.mean((1, 3)).transpose(0, 1), x_t[torch.randperm(len(x_t))[:2000]]


def chain(ns, given, constants, order, kind, strings, logs, start):
    """The end of a chain of 20 steps with the exact posterior: logs (T + 1, 2, K, IDS) are the laws of each token."""
    use_given(ns, given, constants, "corruption_probability", "q_sample_discrete")
    T, K, first = (int(constants[name]) for name in ("T", "K", "FIRST"))
    half = (torch.arange(strings.shape[1]) >= strings.shape[1] // 2).long()
    clean = torch.nn.functional.one_hot(strings - first, K).float()

    def forward(self, x_t, t):
        table = logs[int(torch.as_tensor(t).flatten()[0])]
        likelihood = torch.eye(12)[x_t].flatten(1) @ table[half, strings - first].flatten(1).T
        belief = torch.einsum("bn,nlk->blk", likelihood.softmax(1), clean)
        return arranged(self.weights * (belief + 1e-9).log(), order, kind)

    model, x = module_of(forward, torch.ones(())), start
    for t in range(T, 0, -2):
        x = ns.reverse_step(model, x, t, t - 2)
    return x


@task("examB.reverse_step", points=1, leans=True)
def test_a_chain_ends_in_strings_of_the_language(student, reference, rng):
    """Twenty steps with the best possible model: nearly all sequences end as strings of the language."""
    paper = Paper(reference)
    length, clean = paper.strings.shape[1], np.eye(IDS)[paper.FIRST : paper.FIRST + paper.K]
    p, last, start = (np.asarray(part) for part in reference.run(what_hit_tokens_become, length, 20_000))
    strings = {tuple(string) for string in paper.strings.tolist()}

    def share(x):
        return float(np.mean([tuple(string) in strings for string in x.tolist()]))

    def judge(given):
        hit, new, begin = p[:, None, None, None], ((last - (1 - p[-1]) * clean) / p[-1]).clip(0), start
        if given:
            schedule = 1 - (1 - np.arange(paper.T + 1) / paper.T) ** 2
            hit, new = schedule[:, None, None, None], np.tile(clean.mean(0), (2, paper.K, 1))
            begin = rng.integers(paper.FIRST, paper.FIRST + paper.K, 2000, length)
        logs = np.log((hit * new + (1 - hit) * clean).clip(1e-9)).astype(np.float32)
        arguments = (given, paper.constants, *paper.answer, paper.strings, logs, begin.astype(np.int64))
        got = assert_tokens(student.run(chain, *arguments), paper.ids, 2000, length)
        due = share(np.asarray(reference.run(chain, *arguments)).astype(int))
        found = share(got)
        assert_same(min(found, due), due, rtol=0, atol=0.05, what="the share of sequences that end as strings")

    with_any_parts(student, reference, paper, rng, judge)
