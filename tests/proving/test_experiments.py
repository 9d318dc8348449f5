"""A sentence and the table behind it are compared: each way in which they can part is a fault."""

import pytest

from genweek.course.day import Day
from genweek.experiments import EXPERIMENTS, Claim, Experiment, Table
from genweek.experiments.nb3_sampling import mistakes_of_the_sampler

TEXT = "# All of it.\nWarm-up   wakes\nthe layer."
CLAIM = Claim("Warm-up wakes the layer.", lambda table: all(table.of("nats", warm_up=15) > table.of("nats", warm_up=0)))


def runs(nats_with: float = 5.0, seeds=(0, 1, 2)) -> Table:
    return Table([{"warm_up": w, "seed": s, "nats": n} for s in seeds for w, n in ((0, 2.0), (15, nats_with))])


def experiment(claim: Claim = CLAIM, seeds=(0, 1, 2)) -> Experiment:
    return Experiment("nb9.warm_up", seeds, lambda notebook, seed: [], [claim])


def test_what_the_table_bears_out_has_no_fault():
    assert experiment().faults(TEXT, runs()) == []


@pytest.mark.parametrize(
    ("one", "text", "table", "said"),
    [
        (experiment(), TEXT, runs(nats_with=1.9), "its table does not bear out “Warm-up wakes the layer.”"),
        (experiment(), "Warm-up does nothing.", runs(), "no notebook says “Warm-up wakes the layer.”"),
        (experiment(), TEXT, runs(seeds=(0, 1)), "no row of seed 2"),
        (experiment(), TEXT, Table([]), "no row of seed 0"),
        (experiment(seeds=(0, 1)), TEXT, runs(), "2 seeds, and a sentence needs 3"),
        (experiment(Claim(CLAIM.words, lambda table: table.of("nats", warm_up=7) > 0)), TEXT, runs(), "does not bear out"),
    ],
)
def test_what_has_parted_is_said(one, text, table, said):
    assert any(said in fault for fault in one.faults(text, table))


def test_a_table_is_read_as_it_was_written(tmp_path):
    path = tmp_path / "table.csv"
    path.write_text(Table([{"arrow": "q(z2|x)", "seed": 3, "nats": 0.123456}]).text)
    assert Table.read(path).rows == [{"arrow": "q(z2|x)", "seed": 3, "nats": 0.1235}]


def test_every_experiment_backs_something():
    assert [one.name for one in EXPERIMENTS.values() if not one.claims] == []


def test_every_known_mistake_of_the_sampler_has_been_measured():
    """Notebook 3 says which of them its figures cannot see."""
    table = Table.read(EXPERIMENTS["nb3.sampler_mistakes"].table_in(Day.load("day2_diffusion")))
    assert {row["mistake"] for row in table.rows} == {"none", *mistakes_of_the_sampler()}
