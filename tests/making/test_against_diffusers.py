"""NB3's reference solutions agree with diffusers, an implementation that nobody here wrote (dev-only dependency)."""

from types import ModuleType

import pytest
import torch

from genlab.diffusion import Schedule, cosine_betas, cosine_schedule, linear_betas
from genweek.course.day import ROOT
from genweek.making.masters import Master, script_text

diffusers = pytest.importorskip("diffusers")

T = 100
SCHEDULES = {"linear": linear_betas(T), "cosine": cosine_betas(T)}


@pytest.fixture(scope="module")
def nb3() -> ModuleType:
    """The solved notebook as a module."""
    solved = Master(ROOT / "solutions_private/day2_diffusion/nb3_toy_ddpm.py").solved
    module = ModuleType("nb3_toy_ddpm")
    exec(compile(script_text(solved), "nb3_toy_ddpm.py", "exec"), vars(module))
    return module


@pytest.fixture(params=SCHEDULES)
def betas(request) -> torch.Tensor:
    return SCHEDULES[request.param]


def scheduler(kind: str, betas: torch.Tensor, **options):
    made = getattr(diffusers, kind)(T, trained_betas=betas.tolist(), clip_sample=False, **options)
    made.set_timesteps(T)
    return made


def points(*shape: int, seed: int = 0) -> torch.Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed))


def answers(values: torch.Tensor):
    """A model that always answers the same."""
    return lambda x_t, t: values


@pytest.mark.parametrize("steps", [10, 100, 1000])
def test_the_cosine_schedule_is_theirs(steps):
    theirs = diffusers.DDPMScheduler(steps, beta_schedule="squaredcos_cap_v2")
    torch.testing.assert_close(cosine_betas(steps), theirs.betas)
    torch.testing.assert_close(cosine_schedule(steps).alpha_bar, theirs.alphas_cumprod, rtol=1e-4, atol=1e-9)


def test_the_linear_schedule_is_theirs_at_a_thousand_steps():
    theirs = diffusers.DDPMScheduler(1000, beta_schedule="linear", beta_start=1e-4, beta_end=0.02)
    torch.testing.assert_close(linear_betas(1000), theirs.betas)


def test_alpha_bar_is_theirs(nb3, betas):
    torch.testing.assert_close(nb3.compute_alpha_cumprod(betas), scheduler("DDPMScheduler", betas).alphas_cumprod)


@pytest.mark.parametrize("shape", [(6, 2), (6, 1, 4, 5)])
def test_q_sample_is_their_add_noise(nb3, betas, shape):
    x0, noise, t = points(*shape), points(*shape, seed=1), torch.tensor([0, 1, 17, 50, 98, 99])
    theirs = scheduler("DDPMScheduler", betas).add_noise(x0, noise, t)
    torch.testing.assert_close(nb3.q_sample(x0, t, noise, nb3.make_schedule(betas)), theirs)


@pytest.mark.parametrize("t", [0, 1, 2, 40, 99])
def test_p_sample_is_their_step_with_the_large_variance(nb3, betas, t):
    x_t, eps = points(5, 2), points(5, 2, seed=1)
    theirs = scheduler("DDPMScheduler", betas, variance_type="fixed_large")
    expected = theirs.step(eps, t, x_t, generator=torch.Generator().manual_seed(7)).prev_sample
    got = nb3.p_sample(answers(eps), x_t, t, nb3.make_schedule(betas), noise=points(5, 2, seed=7))
    torch.testing.assert_close(got, expected, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("t", [1, 2, 40, 99])
def test_the_accepted_posterior_variance_is_their_small_variance(nb3, betas, t):
    x_t, eps = points(5, 2), points(5, 2, seed=1)
    expected = scheduler("DDPMScheduler", betas, variance_type="fixed_small").step(
        eps, t, x_t, generator=torch.Generator().manual_seed(7)
    )
    schedule: Schedule = nb3.make_schedule(betas)
    before, left = schedule.alpha_bar[t - 1], schedule.alpha_bar[t]
    sigma = (betas[t] * (1 - before) / (1 - left)).sqrt()
    mean = nb3.p_sample(answers(eps), x_t, t, schedule, noise=torch.zeros(5, 2))
    torch.testing.assert_close(mean + sigma * points(5, 2, seed=7), expected.prev_sample, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize(("steps", "t"), [(100, 0), (100, 60), (20, 0), (20, 45)])
def test_ddim_step_is_their_ddim(nb3, betas, steps, t):
    x_t, eps = points(5, 2), points(5, 2, seed=1)
    theirs = scheduler("DDIMScheduler", betas)
    theirs.set_timesteps(steps)
    expected = theirs.step(eps, t, x_t, eta=0.0).prev_sample
    got = nb3.ddim_step(answers(eps), x_t, t, max(t - T // steps, -1), nb3.make_schedule(betas))
    torch.testing.assert_close(got, expected, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize(("target", "theirs"), [("eps", "epsilon"), ("x0", "sample"), ("v", "v_prediction")])
def test_every_target_leads_to_their_step(nb3, betas, target, theirs):
    x_t, prediction, t = points(5, 2), points(5, 2, seed=1), 30
    schedule = nb3.make_schedule(betas)
    expected = scheduler("DDPMScheduler", betas, variance_type="fixed_large", prediction_type=theirs).step(
        prediction, t, x_t, generator=torch.Generator().manual_seed(7)
    )
    model = nb3.AsNoisePredictor(answers(prediction), schedule, target)
    got = nb3.p_sample(model, x_t, t, schedule, noise=points(5, 2, seed=7))
    torch.testing.assert_close(got, expected.prev_sample, rtol=1e-4, atol=1e-4)
