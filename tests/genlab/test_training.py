"""A training loop that somebody stops still has figures to show."""

from genlab.training import train


def test_a_run_that_is_stopped_has_the_figures_of_its_last_step_and_no_nan():
    losses = iter([1.0, 2.0, 3.0])

    def step(_batch) -> float:
        try:
            return next(losses)
        except StopIteration:
            raise KeyboardInterrupt from None

    history = train(step, [0] * 100, epochs=1, evaluate=lambda: {"KL": 3.5})
    assert history.stopped and history.curves == {"loss": ([3], [2.0]), "KL": ([3], [3.5])}
