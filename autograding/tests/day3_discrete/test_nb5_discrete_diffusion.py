"""What NB5 asks for, as tests. Inputs come from `rng`; the module-level functions below run beside the student's code.

Nothing is trained. Random answers are judged by statistics of raw draws that the judge makes itself, with tolerances of
6 standard errors or more: a right answer is rejected less than once in a million submissions. No test knows in which
order random numbers are drawn. What a model was asked decides what is expected: a loss is compared with the cross-entropy
of the tokens that the model saw masked, however they came to be masked. An exercise that builds on another one is judged
with given parts, too (`either`), so that a mistake in a part costs the points of that part alone.
"""

import numpy as np

from autograding import assert_same, assert_same_either, assert_shape, task, torch
from autograding.checks.coins import WIDE, alike, assert_all, assert_coins, assert_unrelated, six_errors_of_share
from autograding.checks.given_parts import known_weights, module_of
from autograding.checks.gradients import pulls


def either(judge):
    """Passes when judge(given=False) or judge(given=True) has no complaint."""
    assert_same_either(*(lambda given=given: (judge(given), None) for given in (False, True)))


def tokens(got, *shape):
    """Passes for int64 tokens of this shape, and hands them on."""
    values = assert_shape(got, *shape)
    assert_same(str(got.dtype), "int64", what="the dtype of the tokens")
    return values.astype(int)


def one(rng, low, high):
    """An integer in [low, high)."""
    return int(rng.integers(low, high))


def permuted(rng, *values):
    """The values in an order that depends on the seed."""
    return np.array(values)[np.argsort(rng.uniform(len(values)), kind="stable")]


# ---- A model for tests: it looks at every token, at the place and at the step ----


def toy_numbers(num_tokens, length):
    """The weights of the toy: per token seen (K+1, K), and per place (L, K)."""
    table = 1.2 * np.sin(1.0 + 2.3 * np.arange((num_tokens + 1) * num_tokens)).reshape(num_tokens + 1, num_tokens)
    places = np.cos(0.5 + 1.7 * np.arange(length * num_tokens)).reshape(length, num_tokens)
    return table, places


def toy_model(num_tokens, length):
    """The toy as a module, which remembers what it was asked."""

    def forward(self, x_t, t):
        t = torch.as_tensor(t)
        self.shapes.append(str(tuple(t.shape)))
        t = t if tuple(t.shape) == (len(x_t),) else t.flatten()[:1].expand(len(x_t))
        self.inputs.append(x_t.detach().clone())
        self.times.append(t.detach().double())
        here = self.weights[: num_tokens + 1][x_t]
        places = self.weights[num_tokens + 1 :]
        return here + places * torch.cos(t.to(here.dtype))[:, None, None] + 2 * here.mean(1, keepdim=True)

    model = module_of(forward, torch.cat([torch.tensor(part).float() for part in toy_numbers(num_tokens, length)]))
    model.inputs, model.times, model.shapes = [], [], []
    return model


def toy_probabilities(x_t, t, num_tokens):
    """What the toy believes (B, L, K), worked out by the judge."""
    table, places = toy_numbers(num_tokens, x_t.shape[1])
    here = table[x_t]
    logits = here + places * np.cos(t)[:, None, None] + 2 * here.mean(1, keepdims=True)
    odds = np.exp(logits - logits.max(-1, keepdims=True))
    return odds / odds.sum(-1, keepdims=True)


# ---- The probability of being hit ----


def probabilities(student, t, T):
    """One probability for each t, after a look at whether equal steps have equal ones."""
    many = np.repeat(t, 500)
    found = assert_shape(student.mask_probability(many, T), len(many)).reshape(len(t), 500)
    spread = "the spread of the probabilities of sequences with the same t"
    assert_same(found.std(1), np.zeros(len(t)), rtol=0, atol=0.2, what=spread)
    return found[:, 0]


@task("nb5.mask_probability", points=5)
def test_every_sequence_has_the_probability_of_its_own_step(student, reference, rng):
    """t/T, one per sequence, also where T is larger than every t of the batch."""
    t, T = permuted(rng, 3, 1, 7, 20, 7, 12), one(rng, 30, 60)
    assert_same(probabilities(student, t, T), reference.mask_probability(t, T))


@task("nb5.mask_probability", points=3)
def test_the_probability_grows_from_0_to_1(student, reference, rng):
    """It is 0 at t = 0 and 1 at t = T, and grows in proportion to t."""
    T = one(rng, 6, 15)
    t = np.arange(T + 1)
    assert_same(probabilities(student, t, T), reference.mask_probability(t, T))


# ---- Corruption ----


def corrupted(ns, given, x0, t, steps, num_tokens, kind):
    """Two calls of the same, and x0 afterwards. given: with another law in the place of mask_probability."""
    if given:
        ns.mask_probability = lambda t, T: (t / T) ** 2
    keyword = {} if kind is None else {"kind": kind}
    first = ns.q_sample_discrete(x0, t, steps, num_tokens, **keyword)
    return first, ns.q_sample_discrete(x0, t, steps, num_tokens, **keyword), x0


def law(share, given):
    """The probability of being hit at t/T = share: what `corrupted` puts in place of mask_probability, or the real one."""
    return share**2 if given else share


@task("nb5.q_sample_discrete", points=4)
def test_tokens_are_masked_at_the_rate_of_their_step(student, rng):
    """By default, a token becomes MASK with the probability of its sequence's own step, and stays otherwise."""
    K, T = 5, one(rng, 18, 24)
    x0, steps = rng.integers(0, K, *WIDE), permuted(rng, 4, 10, 16)
    t = np.tile(steps, 80)

    def judge(given):
        x_t = tokens(student.run(corrupted, given, x0, t, T, K, None)[0], *WIDE)
        changed = x_t[x_t != x0]
        became = [(changed == token).mean() if changed.size else 0.0 for token in range(K + 1)]
        assert_same(became, [0.0] * K + [1.0], rtol=0, atol=0.05, what="what changed tokens become: the shares of 0 to K")
        hit = x_t == K
        got, expected = [hit[t == step].mean() for step in steps], [law(step / T, given) for step in steps]
        assert_same(got, expected, rtol=0, atol=0.15, what="the share of MASK at three different t")
        agreed = list(np.mean([alike(hit[t == step]) for step in steps], axis=0))
        chance = np.mean([p**2 + (1 - p) ** 2 for p in expected])
        together = "how often two neighbours of the same t, in a column and in a row, agree about being masked"
        assert_same(agreed, [chance] * 2, rtol=0, atol=0.06, what=together)
        assert_same(got, expected, rtol=0, atol=six_errors_of_share(20_000), what="the share of MASK at three different t")
        assert_all((x_t == x0)[~hit].mean() if (~hit).any() else 1.0, "tokens without MASK that are as before")

    either(judge)


@task("nb5.q_sample_discrete", points=4)
def test_every_token_throws_its_own_coin(student, rng):
    """Whether a token is masked has nothing to do with other positions, other sequences, or the last call."""
    K, T, t = 5, 20, one(rng, 9, 12)
    x0 = rng.integers(0, K, *WIDE)

    def judge(given):
        p = law(t / T, given)
        first, second, _ = student.run(corrupted, given, x0, np.full(WIDE[0], t), T, K, None)
        hit, again = (tokens(x_t, *WIDE) == K for x_t in (first, second))
        repeated = "how often two calls agree about masking a token"
        assert_coins(hit, p, "masked")
        assert_unrelated((hit - p) / np.sqrt(p * (1 - p)), "being masked")
        assert_same((hit == again).mean(), p**2 + (1 - p) ** 2, rtol=0, atol=six_errors_of_share(60_000), what=repeated)

    either(judge)


@task("nb5.q_sample_discrete", points=3)
def test_nothing_is_hit_at_0_and_everything_at_the_end(student, rng):
    """At t = 0 the tokens are x0, at t = T all are hit; x0 itself is not changed."""
    T, K, n, L = one(rng, 7, 12), one(rng, 4, 8), 600, 6
    x0, t = rng.integers(0, K, n, L), np.tile([0, T], n // 2)

    def judge(given):
        x_t, _, after = student.run(corrupted, given, x0, t, T, K, "absorbing")
        x_t = tokens(x_t, n, L)
        assert_all((after == x0).mean(), "x0 that is unchanged after the call")
        assert_all((x_t[1::2] == K).mean(), "MASK at t = T")
        assert_all((x_t[::2] == x0[::2]).mean(), "unchanged tokens at t = 0")
        assert_same(x_t[:40:2], x0[:40:2], what="x_t at t = 0")
        x_t = tokens(student.run(corrupted, given, x0, t, T, K, "uniform")[0], n, L)
        assert_all((x_t[::2] == x0[::2]).mean(), "unchanged tokens at t = 0")

    either(judge)


def skewed(rng, num_tokens, *shape):
    """Tokens among which 0 is as frequent as all others together."""
    return rng.integers(0, num_tokens, *shape) * rng.integers(0, 2, *shape)


def equal_among_changed(x_t, x0):
    """How often two tokens that were equal, and have both changed, are equal again: in one row, and in neighbouring rows."""
    pairs = [(x_t[:, 1:], x0[:, 1:], x_t[:, :-1], x0[:, :-1]), (x_t[1:], x0[1:], x_t[:-1], x0[:-1])]
    both = [(old == other_old) & (new != old) & (other != old) for new, old, other, other_old in pairs]
    return [
        (new == other)[where].mean() if where.any() else 0.0 for where, (new, _, other, _) in zip(both, pairs, strict=True)
    ]


@task("nb5.q_sample_discrete", points=4)
def test_uniform_corruption_draws_from_the_whole_vocabulary(student, rng):
    """With kind="uniform" a hit token becomes any of the K tokens, equally often, the old one included."""
    K, T, t = 5, 20, one(rng, 12, 15)
    x0 = skewed(rng, K, *WIDE)

    def judge(given):
        p = law(t / T, given)
        x_t = tokens(student.run(corrupted, given, x0, np.full(WIDE[0], t), T, K, "uniform")[0], *WIDE)
        range_of = "the share of MASK and the largest token for kind='uniform'"
        assert_same([(x_t == K).mean(), float(x_t.max())], [0.0, K - 1.0], rtol=0, atol=0.02, what=range_of)
        equal = equal_among_changed(x_t, x0)
        assert_same(equal, [1 / (K - 1)] * 2, rtol=0, atol=0.05, what="how often two changed tokens of a kind are equal")
        agreed = "how often two neighbours, in a column and in a row, agree about being changed"
        chance = (p - p / K) ** 2 + (1 - p + p / K) ** 2
        assert_same(alike(x_t != x0), [chance] * 2, rtol=0, atol=0.06, what=agreed)
        became = np.array([[(x_t[x0 == old] == new).mean() for new in range(K + 1)] for old in range(K)])
        expected = (1 - p) * np.eye(K, K + 1) + p / K * np.append(np.ones((K, K)), np.zeros((K, 1)), axis=1)
        assert_same(became, expected, rtol=0, atol=0.05, what="the table: how often each token becomes each other")

    either(judge)


@task("nb5.q_sample_discrete", points=2)
def test_uniform_corruption_draws_anew_for_every_token(student, rng):
    """With kind="uniform" every token has its own coin and its own replacement."""
    K, T, t = 5, 20, one(rng, 12, 15)
    x0 = rng.integers(0, K, *WIDE)

    def judge(given):
        p = law(t / T, given)
        x_t = tokens(student.run(corrupted, given, x0, np.full(WIDE[0], t), T, K, "uniform")[0], *WIDE)
        range_of = "the share of MASK and the largest token for kind='uniform'"
        assert_same([(x_t == K).mean(), float(x_t.max())], [0.0, K - 1.0], rtol=0, atol=0.02, what=range_of)
        agreed = "how often two neighbours, in a column and in a row, agree about being changed"
        chance = (p - p / K) ** 2 + (1 - p + p / K) ** 2
        assert_same(alike(x_t != x0), [chance] * 2, rtol=0, atol=0.06, what=agreed)
        equal = equal_among_changed(x_t, x0)
        assert_same(equal, [1 / (K - 1)] * 2, rtol=0, atol=0.05, what="how often two changed tokens of a kind are equal")
        mean = (1 - p) * x0 + p * (K - 1) / 2
        variance = (1 - p) * x0**2 + p * (np.arange(K) ** 2).mean() - mean**2
        assert_unrelated((x_t - mean) / np.sqrt(variance), "the replacements")

    either(judge)


# ---- The network ----


LAYERS = ("token", "position", "time", "blocks", "norm", "to_logits")


def denoiser(ns, uses_time, training):
    """A small network with known weights."""
    model = ns.Denoiser(5, 6, 9, dim=8, num_layers=1, uses_time=uses_time)
    return known_weights(model, LAYERS, scale=1.5).train(training)


def logits_of_denoiser(ns, x_t, t):
    """With time and while training; with time and not training; without time."""
    return [denoiser(ns, *how)(x_t, t) for how in ((True, True), (True, False), (False, True))]


def logits_of_single_rows(ns, x_t, t):
    model = denoiser(ns, True, False)
    parts = [model(x_t[k : k + 1], t[k : k + 1]) for k in range(len(x_t))]
    return torch.cat(parts) if all(torch.is_tensor(part) for part in parts) else parts[0]


def change_by_one_token(ns, x_t, t, place):
    """How the logits of each position change when the token at one place becomes another."""
    model, other = denoiser(ns, True, False), x_t.clone()
    other[:, place] = (other[:, place] + 1) % 6
    one, two = model(x_t, t), model(other, t)
    return one - two if torch.is_tensor(one) and torch.is_tensor(two) else one


def pull_on_parameters(ns, x_t, t):
    """How strongly the logits pull at each parameter."""
    model = denoiser(ns, True, True)
    return pulls(model(x_t, t), list(model.parameters()))


def sequences(rng):
    """Sequences of 6 tokens, 0 to 5, and steps of 1 to 9: 7 of each."""
    return rng.integers(0, 6, 7, 6), rng.integers(1, 10, 7)


@task("nb5.Denoiser.forward", points=5)
def test_the_network_sums_its_embeddings_and_answers_with_logits(student, reference, rng):
    """Token, position and time are added; blocks, norm and output layer follow: logits (B, L, K)."""
    arguments = sequences(rng)
    got = student.run(logits_of_denoiser, *arguments)
    assert_shape(got[0], 7, 6, 5)
    assert_same(got, reference.run(logits_of_denoiser, *arguments), what="the logits, with the time embedding and without")


@task("nb5.Denoiser.forward", points=3)
def test_every_part_of_the_network_learns(student, reference, rng):
    """A gradient reaches every embedding and every layer."""
    arguments = sequences(rng)
    got, expected = (np.array(who.run(pull_on_parameters, *arguments)) for who in (student, reference))
    assert_same(got, expected, rtol=1e-3, atol=0, what="the sizes of the gradients")


@task("nb5.Denoiser.forward", points=2)
def test_a_sequence_does_not_see_the_others_of_its_batch(student, reference, rng):
    """Alone, a sequence has the same logits as in a batch."""
    arguments = sequences(rng)
    got = student.run(logits_of_single_rows, *arguments)
    assert_same(got, reference.run(logits_of_denoiser, *arguments)[1], what="the logits of sequences that come alone")


@task("nb5.Denoiser.forward", points=2)
def test_every_position_sees_the_whole_sequence(student, reference, rng):
    """A token, MASK included, matters for all positions, before it and after it."""
    arguments = (*sequences(rng), one(rng, 2, 5))
    got, expected = (who.run(change_by_one_token, *arguments) for who in (student, reference))
    assert_same(got, expected, what="how the logits change with one token")


# ---- The loss ----


def patterned(calls):
    """Not random corruption, but as good for a test: which tokens are masked follows from the tokens, the step and the
    number of the call; rows have different numbers of masks, from 1 to L."""

    def q_sample_discrete(x0, t, T, K, kind="absorbing"):
        calls.append(t.clone())
        length = x0.shape[1]
        number = 1 + (x0.sum(1) + 5 * t) % length
        place = (torch.arange(length) * 5 + 2 * x0[:, :1] + t[:, None] + 3 * len(calls)) % length
        return torch.where(place < number[:, None], K if kind == "absorbing" else (x0 + 1) % K, x0)

    return q_sample_discrete


def loss_and_gradient(ns, x0, t, steps, num_tokens):
    """The loss for given t, what the model saw, and the gradient at the weights of the places."""
    calls = []
    ns.q_sample_discrete = patterned(calls)
    model = toy_model(num_tokens, x0.shape[1])
    loss = ns.discrete_diffusion_loss(model, x0, t, T=steps, K=num_tokens)
    gradient = torch.zeros(())
    if torch.is_tensor(loss) and loss.requires_grad and loss.numel() == 1:
        loss.sum().backward()
        gradient = model.weights.grad[num_tokens + 1 :]
    number = loss.double().reshape(()) if torch.is_tensor(loss) and loss.numel() == 1 else loss
    corrupted_by = (torch.cat(calls)[: len(t)] == t).double().mean().item() if calls else 1.0
    return number, torch.cat(model.inputs), torch.cat(model.times), gradient, corrupted_by


def measured_loss(student, rng):
    """The loss, and what it should be: (loss, probabilities, x0, masked, t, gradient) of what the model has seen."""
    K, T, n, L = 5, 9, 600, 6
    x0, t = rng.integers(0, K, n, L), rng.integers(1, T + 1, n)
    loss, seen, times, gradient, corrupted_by = student.run(loss_and_gradient, x0, t, T, K)
    seen, times = tokens(seen, n, L), assert_shape(times, n)
    assert_same((times == t).mean(), 1.0, rtol=0, atol=0.03, what="the share of the given t that reached the model")
    assert_same(corrupted_by, 1.0, rtol=0, atol=0.1, what="the share of sequences that were masked by the given t")
    changed = seen != x0
    masks = [float(changed.any()), (seen == K)[changed].mean() if changed.any() else 0.0]
    assert_same(masks, [1.0, 1.0], what="whether the model sees corrupted tokens, and the share of MASK among them")
    return loss, toy_probabilities(seen, times, K), x0, seen == K, times, gradient


@task("nb5.discrete_diffusion_loss", points=6)
def test_the_loss_is_the_mean_cross_entropy_of_the_masked_tokens(student, rng):
    """For given t: the mean of -log p(original token) over all tokens of the batch that the model saw masked."""
    loss, probability, x0, masked, *_ = measured_loss(student, rng)
    expected = -np.log(np.take_along_axis(probability, x0[..., None], -1))[masked].mean()
    assert_same(loss, expected, what="the loss")


@task("nb5.discrete_diffusion_loss", points=3)
def test_the_loss_teaches_the_model(student, rng):
    """The gradient of the loss reaches the model: at each masked token, probabilities minus the truth."""
    _, probability, x0, masked, times, gradient = measured_loss(student, rng)
    error = (probability - np.eye(5)[x0]) * np.cos(times)[:, None, None] * masked[..., None] / masked.sum()
    assert_same(assert_shape(gradient, 6, 5), error.sum(0), what="the gradient of the loss")


def loss_of_a_copier(ns, x0, steps, num_tokens):
    """Of a model that repeats the tokens that it sees and knows nothing about the others; t is drawn by the loss."""
    ns.q_sample_discrete = patterned([])

    def forward(self, x_t, t):
        return self.weights * torch.nn.functional.one_hot(x_t, num_tokens + 1)[..., :num_tokens].float()

    copier = module_of(forward, torch.tensor(30.0))
    loss = ns.discrete_diffusion_loss(copier, x0, torch.arange(len(x0)) % steps + 1, T=steps, K=num_tokens)
    return loss.double().reshape(()) if torch.is_tensor(loss) and loss.numel() == 1 else loss


@task("nb5.discrete_diffusion_loss", points=3)
def test_a_model_that_copies_what_it_sees_pays_log_k(student, rng):
    """Visible tokens earn nothing: a model that only repeats them has the loss of knowing nothing."""
    K = one(rng, 4, 9)
    assert_same(
        student.run(loss_of_a_copier, rng.integers(0, K, 300, 6), 9, K), np.log(K), what="the loss of a copying model"
    )


def drawn_by_the_loss(ns, given, x0, steps, num_tokens):
    """The t and the x_t that the model sees, and for given corruption the share of its t that the model got."""
    calls = []
    if given:
        ns.q_sample_discrete = patterned(calls)
    model = toy_model(num_tokens, x0.shape[1])
    with torch.no_grad():
        ns.discrete_diffusion_loss(model, x0, T=steps, K=num_tokens)
    same = bool(calls) and (torch.cat(calls)[: len(x0)].double() == torch.cat(model.times)).double().mean().item()
    return torch.cat(model.times), torch.cat(model.inputs), float(same)


@task("nb5.discrete_diffusion_loss", points=5)
def test_every_sequence_draws_its_own_step(student, rng):
    """Without a given t, each sequence draws one from 1 to T, all alike, and is masked at its rate."""
    n, L, K, T = 12_000, 6, 5, one(rng, 7, 25)
    x0 = rng.integers(0, K, n, L)

    def judge(given):
        t, x_t, same = student.run(drawn_by_the_loss, given, x0, T, K)
        t, x_t = assert_shape(t, n), tokens(x_t, n, L)
        got = np.array([(t == step).mean() for step in range(T + 2)])
        assert_same(got.max(), 1 / T, rtol=0, atol=0.3, what="the share of the most frequent step")
        even = np.array([0] + [1 / T] * T + [0])
        assert_same(got, even, rtol=0, atol=six_errors_of_share(n, 1 / T), what="the share of each step, 0 to T+1")
        if given:
            told = "the share of sequences that were masked by the step that the model was told"
            assert_same(same, 1.0, rtol=0, atol=0.1, what=told)
            return
        steps = (2, T // 2 + 1, T - 1)
        masked = [(x_t[t == step] == K).mean() for step in steps]
        shares = [step / T for step in steps]
        assert_same(
            masked, shares, rtol=0, atol=six_errors_of_share(n * L / (2 * T)), what="the share of MASK at three different t"
        )

    either(judge)


# ---- One reverse step ----


def stepped_back(ns, x_t, steps, num_tokens):
    """x_{t-1} for several t, x_t afterwards, and the steps that the model was told, in both of its modes."""
    model = toy_model(num_tokens, x_t.shape[1])
    results = [ns.reverse_step(model.train(k % 2 == 0), x_t, t, num_tokens) for k, t in enumerate(steps)]
    return results, x_t, model.shapes, [sorted(set(times.tolist())) for times in model.times]


@task("nb5.reverse_step", points=3)
def test_visible_tokens_are_final(student, rng):
    """What is visible stays, at every t, also where nothing is masked; the result is a new tensor, x_t is not changed."""
    K, steps = 5, [3, 1, one(rng, 4, 9)]
    x_t = rng.integers(0, K + 1, 600, 6)
    visible = x_t < K
    results, after, *_ = student.run(stepped_back, x_t, steps, K)
    results = [tokens(result, 600, 6) for result in results]
    kept = [(result == x_t)[visible].mean() for result in results]
    assert_same((after == x_t).mean(), 1.0, rtol=0, atol=0.05, what="the share of x_t that is unchanged after the calls")
    assert_same(kept, [1.0] * 3, rtol=0, atol=0.04, what="the share of visible tokens that are kept, at three t")
    (same,) = student.run(stepped_back, x_t % K, [2], K)[0]
    assert_all((tokens(same, 600, 6) == x_t % K).mean(), "tokens that are kept where nothing is masked")
    for result in results:
        assert_same(np.where(visible, result, -1)[:20], np.where(visible, x_t, -1)[:20], what="the visible tokens")


@task("nb5.reverse_step", points=4)
def test_a_masked_token_is_revealed_with_probability_1_over_t(student, rng):
    """At t = 1 every masked token is revealed, at t = 2 half of them, and so on, each by a coin of its own."""
    K, steps = 5, [1, one(rng, 2, 4), one(rng, 4, 8), one(rng, 15, 26)]
    results = student.run(stepped_back, np.full(WIDE, K), steps, K)[0]
    revealed = [tokens(result, *WIDE) < K for result in results]
    share = [hit.mean() for hit in revealed]
    assert_same(share, [1 / t for t in steps], rtol=0, atol=0.1, what=f"the share of revealed tokens at t = {steps}")
    for hit, t in zip(revealed[1:], steps[1:], strict=True):
        assert_coins(hit, 1 / t, f"revealed at t = {t}")
    p = 1 / steps[1]
    assert_unrelated((revealed[1] - p) / np.sqrt(p * (1 - p)), f"being revealed at t = {steps[1]}")
    assert_all(share[0], "revealed tokens at t = 1")


@task("nb5.reverse_step", points=4)
def test_revealed_tokens_are_drawn_from_the_model(student, rng):
    """Each position of each sequence has a distribution of its own: the softmax of the model's logits there."""
    n, L, K = 4000, 6, 5
    contexts = rng.integers(0, K, 3, L)
    contexts[:, [0, 3, 5]] = K
    x_t = np.repeat(contexts, n, axis=0)
    (result,) = student.run(stepped_back, x_t, [1], K)[0]
    result = tokens(result, 3 * n, L).reshape(3, n, L)[..., [0, 3, 5]]
    expected = toy_probabilities(contexts, np.ones(3), K)[:, [0, 3, 5]]
    surplus = (result[:, 1:] == result[:, :-1]).mean() - (expected**2).sum(-1).mean()
    repeated = "by how much two sequences of the same context agree more often than they should"
    assert_same(max(surplus, 0.0), 0.0, rtol=0, atol=0.15, what=repeated)
    share = np.stack([(result == token).mean(1) for token in range(K + 1)], axis=-1)  # (3 contexts, 3 places, K+1)
    expected = np.append(expected, np.zeros((3, 3, 1)), axis=-1)
    assert_same(
        share, expected, rtol=0, atol=six_errors_of_share(n), what="how often each token is drawn, by sequence and position"
    )


@task("nb5.reverse_step", points=4)
def test_every_revealed_token_is_drawn_for_itself(student, rng):
    """The draws have nothing to do with each other, in any two positions or sequences."""
    K, context = 5, one(rng, 0, 5)
    x_t = np.full(WIDE, K)
    x_t[:, 0] = context
    (draws,) = student.run(stepped_back, x_t, [1], K)[0]
    draws = tokens(draws, *WIDE)[:, 1:]
    assert_all((draws < K).mean(), "tokens that are revealed at t = 1")
    probability = toy_probabilities(x_t[:1], np.ones(1), K)[0, 1:]
    chance = [(probability**2).sum(1).mean(), (probability[1:] * probability[:-1]).sum(1).mean()]
    equal = "how often two neighbours, in a column and in a row, get the same token"
    assert_same(alike(draws), chance, rtol=0, atol=0.05, what=equal)
    mean, square = probability @ np.arange(K), probability @ np.arange(K) ** 2
    off = "how far the mean of the drawn token numbers is off at the worst position"
    assert_same(np.abs(draws.mean(0) - mean).max(), 0.0, rtol=0, atol=1.0, what=off)
    assert_unrelated((draws - mean) / np.sqrt(square - mean**2), "the draws")


@task("nb5.reverse_step", points=2)
def test_the_model_is_told_the_step_of_every_sequence(student, rng):
    """The model gets t as a tensor (B,) that holds the step."""
    t = one(rng, 3, 40)
    _, _, shapes, times = student.run(stepped_back, np.full((500, 6), 5), [t], 5)
    assert_same(shapes[0], "(500,)", what="the shape of the t that the model got")
    assert_same(times[0], [float(t)], what="the values of the t that the model got")


# ---- The whole way back ----


def forced_step(x_t, t, num_tokens):
    """Not a reverse step, but as good for a test: position p of a row is revealed at a step that is known, the last at
    t = 1, and as a token that follows from position, row and t."""
    rows, places = torch.arange(len(x_t))[:, None], torch.arange(x_t.shape[1])
    due = (places >= t - 1) if t > 1 else torch.ones_like(places, dtype=torch.bool)
    return torch.where((x_t == num_tokens) & due, (rows + 3 * places + 2 * t) % num_tokens, x_t)


def walked(ns, given, n, length, steps, num_tokens):
    """The result of `sample`; and of its steps the t, the inputs and the outputs. given: with `forced_step`."""
    times, inputs, outputs, model = [], [], [], toy_model(num_tokens, length)

    def step(model, x_t, t, K):
        times.append(float(t))
        inputs.append(x_t.clone())
        outputs.append(forced_step(x_t, int(t), K))
        return outputs[-1].clone()

    if given:
        ns.reverse_step = step
    result = ns.sample(model, n, length, steps, num_tokens)
    if not given:
        times = [time.mean().item() for time in model.times]
        inputs = model.inputs
    links = [bool(torch.equal(one, other)) for one, other in zip(inputs[1:], outputs, strict=False)]
    return result, times, inputs[:1], float(all(links))


def expected_walk(n, length, steps, num_tokens):
    """What `forced_step` makes of masks through the steps T, ..., 1."""
    x, rows, places = np.full((n, length), num_tokens), np.arange(n)[:, None], np.arange(length)
    for t in range(steps, 0, -1):
        due = (places >= t - 1) if t > 1 else np.ones(length, bool)
        x = np.where((x == num_tokens) & due, (rows + 3 * places + 2 * t) % num_tokens, x)
    return x


def sizes(rng):
    """n, L, T and K of a sampler's test; L < T, so that something is left for t = 1."""
    return 60, one(rng, 4, 6), one(rng, 8, 40), one(rng, 5, 8)


def without_repeats(values):
    return [value for k, value in enumerate(values) if k == 0 or value != values[k - 1]]


@task("nb5.sample", points=3)
def test_the_sampler_takes_the_steps_from_the_last_to_1(student, rng):
    """The steps are T, T-1, ..., 1."""
    n, L, T, K = sizes(rng)

    def judge(given):
        visited = student.run(walked, given, n, L, T, K)[1]
        visited = np.array(visited if given else without_repeats(visited), dtype=float)
        assert_same(visited, np.arange(T, 0, -1).astype(float), what="the steps, in the order of the visits")

    either(judge)


@task("nb5.sample", points=2)
def test_the_sampler_starts_from_masks(student, rng):
    """The first x_t holds MASK everywhere, as int64 tokens (n, L)."""
    n, L, T, K = sizes(rng)

    def judge(given):
        start = student.run(walked, given, n, L, T, K)[2]
        assert_same(len(start), 1, what="whether a step was taken at all")
        start = tokens(start[0], n, L)
        assert_same(
            [float(start.min()), float(start.max())],
            [float(K)] * 2,
            what="the smallest and the largest token of the first x_t",
        )
        assert_same(start, np.full((n, L), K), what="the first x_t")

    either(judge)


@task("nb5.sample", points=2)
def test_each_step_goes_on_where_the_last_one_ended(student, rng):
    """A step's input is the last step's output, and the last step's output is returned."""
    n, L, T, K = sizes(rng)

    def judge(given):
        result, _, _, linked = student.run(walked, given, n, L, T, K)
        result = tokens(result, n, L)
        assert_same(float((result == K).any()), 0.0, what="whether a MASK is left in the end")
        assert_same(linked, 1.0, what="whether every step's input is the output of the step before")
        if given:
            assert_all((result == expected_walk(n, L, T, K)).mean(), "tokens that are what given steps make of them")
            assert_same(result, expected_walk(n, L, T, K), what="the result of given steps")

    either(judge)


def samples_of_four_strings(ns, strings, weights, n, steps):
    """n samples with the exact posterior of a language of four strings (4, L), of these frequencies, and K = 5."""

    def forward(self, x_t, t):
        fits = ((x_t[:, None] == strings) | (x_t[:, None] == 5)).all(-1).double() * weights.double()
        shares = fits / fits.sum(1, keepdim=True).clamp_min(1e-9)
        one_hot = torch.nn.functional.one_hot(strings, 5).double()
        return self.weights * (torch.einsum("bn,nlk->blk", shares, one_hot) + 1e-9).log().float()

    return ns.sample(module_of(forward, torch.ones(())), n, strings.shape[1], steps, 5)


@task("nb5.sample", points=2)
def test_samples_have_the_distribution_of_the_language(student, rng):
    """With the exact model of four strings, at T = 60, nearly all samples are such strings, each as often as it should."""
    names, weights = permuted(rng, *range(5)), permuted(rng, 0.4, 0.3, 0.2, 0.1)
    strings, n, numbers = names[np.array([[0, 1, 2, 3], [3, 2, 1, 0], [0, 0, 4, 4], [1, 3, 1, 3]])], 2000, sizes(rng)

    def judge(given):
        if given:
            result = tokens(student.run(walked, given, *numbers)[0], *numbers[:2])
            assert_all((result == expected_walk(*numbers)).mean(), "tokens that are what given steps make of them")
            return
        result = tokens(student.run(samples_of_four_strings, strings, weights, n, 60), n, 4)
        hit = (result[:, None] == strings).all(-1)
        equal = "how often two samples in a row are the same string"
        assert_same((result[1:] == result[:-1]).all(1).mean(), 0.29, rtol=0, atol=0.08, what=equal)
        assert_same(hit.any(1).mean(), 0.979, rtol=0, atol=0.045, what="the share of samples that are strings")
        assert_same(
            hit.mean(0), 0.979 * weights, rtol=0, atol=six_errors_of_share(n, 0.4) + 0.012, what="the share of each string"
        )

    either(judge)


# ---- Extensions: checked, not graded ----


def sure_model(num_tokens, length):
    """A model that is nearly certain everywhere, to a degree that differs from place to place and from row to row."""

    def forward(self, x_t, t):
        places = torch.arange(length)
        answer = (places + x_t[:, :1]) % num_tokens
        degree = 25 + (5 * places + 3 * x_t[:, :1]) % length
        return self.weights * degree[..., None] * torch.nn.functional.one_hot(answer, num_tokens).double()

    return module_of(forward, torch.ones((), dtype=torch.float64))


def surest_steps(ns, x_t, numbers, num_tokens):
    model = sure_model(num_tokens, x_t.shape[1])
    return [ns.surest_first_step(model, x_t, number, num_tokens) for number in numbers], x_t


@task("nb5.surest_first_step", points=0)
def test_the_surest_guesses_are_revealed(student, reference, rng):
    """In every row, as many tokens as asked for, and those of which the model is surest; x_t is not changed."""
    x_t = rng.integers(0, 6, 40, 7)
    x_t[:, 0] = rng.integers(0, 5, 40)  # the model's answers depend on it
    x_t[:, 1:5] = 5
    got, after = student.run(surest_steps, x_t, [1, 2, 4], 5)
    results = [tokens(result, 40, 7) for result in got]
    assert_same(results, list(reference.run(surest_steps, x_t, [1, 2, 4], 5)[0]), what="x after steps of 1, 2 and 4 tokens")
    assert_same(after, x_t, what="x_t after the calls")


@task("nb5.surest_first_step", points=0)
def test_where_fewer_are_masked_all_are_revealed(student, reference, rng):
    """A step never touches a visible token, also when more tokens are asked for than are masked."""
    x_t = rng.integers(0, 5, 30, 6)
    x_t[:, 3] = 5
    x_t[::2, 4] = 5
    got, _ = student.run(surest_steps, x_t, [2, 6], 5)
    results = [tokens(result, 30, 6) for result in got]
    assert_same(results, list(reference.run(surest_steps, x_t, [2, 6], 5)[0]), what="x after steps of 2 and 6 tokens")


def filled_in(ns, given, known, steps, num_tokens):
    """The result of `infill`, the steps it took, and what it was given as it is afterwards."""
    times, model = [], toy_model(num_tokens, known.shape[1])

    def step(model, x_t, t, K):
        times.append(float(t))
        return forced_step(x_t, int(t), K)

    if given:
        ns.reverse_step = step
    result = ns.infill(model, known, steps, num_tokens)
    return result, times if given else [time.mean().item() for time in model.times], known


@task("nb5.infill", points=0)
def test_filling_in_keeps_what_is_known(student, rng):
    """Known tokens stay, all others are filled by the steps T, ..., 1; what was passed in is not changed."""
    K, T = 6, one(rng, 7, 25)
    known = rng.integers(0, K + 1, 50, 5)
    known[:, 2] = known[0, 0] = K

    def judge(given):
        result, visited, after = student.run(filled_in, given, known, T, K)
        result = tokens(result, 50, 5)
        visited = np.array(visited if given else without_repeats(visited), dtype=float)
        assert_same(float((result == K).any()), 0.0, what="whether a MASK is left in the end")
        assert_same(visited, np.arange(T, 0, -1).astype(float), what="the steps, in the order of the visits")
        assert_all((result == known)[known < K].mean(), "known tokens that are kept")
        assert_same(np.where(known < K, result, -1), np.where(known < K, known, -1), what="the known tokens")
        assert_same(after, known, what="the known tokens after the call")

    either(judge)


def bounds_of_a_place_model(ns, x0, steps, num_tokens):
    """Of a model that looks at the place alone, so that the expected bound does not depend on the masks."""
    places = torch.tensor(toy_numbers(num_tokens, x0.shape[1])[1]).float()
    model = module_of(lambda self, x_t, t: self.weights.expand(len(x_t), -1, -1), places)
    found = [ns.bound(model, x0, count, num_tokens) for count in steps]
    return [value.double().reshape(()) if torch.is_tensor(value) and value.numel() == 1 else value for value in found]


@task("nb5.bound", points=0)
def test_the_bound_weighs_each_step(student, rng):
    """For T = 1 everything is masked: the sum of all cross-entropies; for T = 8 their expectation is the same for a model
    that looks at the place alone."""
    K, L, n = 5, 6, 6000
    x0 = rng.integers(0, K, n, L)
    got = student.run(bounds_of_a_place_model, x0, [1, 8], K)
    places = toy_numbers(K, L)[1]
    log_p = places - np.log(np.exp(places).sum(1, keepdims=True))
    nats = -np.take_along_axis(log_p[None], x0[..., None], -1).sum((1, 2)).mean()
    assert_same(got[0], nats, what="the bound for T = 1")
    assert_same(got[1], nats, rtol=0.12, atol=0, what="the bound for T = 8, estimated from 6,000 sequences")
