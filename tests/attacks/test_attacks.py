"""Every attack is graded by a real lane, in the real sandbox: it gains nothing, learns nothing, touches nothing, leaves
nothing running, and the next student gets the points that are due."""

import importlib
import pkgutil
import shutil

import pytest

import attacks
from attacks.arena import CANARIES, HONEST, SOLVED, Arena, Attack

HELPERS = {"arena", "conftest", "target", "target_unseen"}


def _all() -> dict[str, Attack]:
    modules = {module.name for module in pkgutil.iter_modules(attacks.__path__)}
    families = sorted(name for name in modules - HELPERS if not name.startswith("test_"))
    return {
        f"{family}-{attack.name}": attack
        for family in families
        for attack in importlib.import_module(f"attacks.{family}").ATTACKS
    }


ATTACKS = _all()
pytestmark = pytest.mark.skipif(not shutil.which("bwrap"), reason="the sandbox needs bubblewrap")


@pytest.fixture(scope="module")
def arena(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GENWEEK_SECRET", "CANARY-OF-THE-ENVIRONMENT")
        patch.setenv("GITHUB_TOKEN", "CANARY-OF-THE-ENVIRONMENT")
        arena = Arena(tmp_path_factory.mktemp("arena"))
        yield arena
        arena.close()


@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_gains_nothing_and_leaves_nothing(arena, name, record_property):
    attack = ATTACKS[name]
    verdict = arena.attack(attack)
    record_property("attack", (name.partition("-")[0], verdict.score - HONEST))
    assert verdict.score <= HONEST and verdict.scores["max_score"] == 100, attack.tries
    assert verdict.says(attack.sign), verdict.everything
    assert not [canary for canary in CANARIES if canary in verdict.everything]
    assert not arena.survivors()
    assert arena.outside() == arena.before and arena.knocks() == 0
    assert arena.grade("honest", SOLVED).score == 100


def test_there_are_enough_attacks_and_each_says_what_it_tries():
    assert len(ATTACKS) >= 60 and all(attack.tries for attack in ATTACKS.values())


def test_what_an_attacker_has_solved_is_worth_the_points_that_are_honest(arena):
    assert arena.attack(Attack("nothing", "")).score == HONEST
