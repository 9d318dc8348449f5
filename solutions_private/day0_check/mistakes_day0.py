"""Wrong answers to the rehearsal, each with the sentence a tutor would say."""

from genweek.making.variants import mistake


@mistake("day0.doubled", "That is the square: multiply by 2, not by x.")
def squared(x):
    return x**2


@mistake("day0.doubled", "That adds 2: multiply by it.")
def plus_two(x):
    return x + 2


@mistake("day0.doubled", "That is x as it came: multiply it by 2.")
def as_it_is(x):
    return x
