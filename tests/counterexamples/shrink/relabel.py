"""Instances under other names and in another order."""

from itertools import permutations, product

from alignproof.counterexamples.shrink.select import Selection, everything, select


def shuffled(instance, random):
    """All index sets in a random order; an entrant stays last."""
    every = everything(instance)

    def mixed(items):
        return tuple(random.sample(items, len(items)))

    old = len(instance.game.users)
    return select(
        instance,
        Selection(
            mixed(every.users[:old]) + every.users[old:],
            mixed(every.providers),
            mixed(every.states),
            tuple(map(mixed, every.actions)),
            mixed(every.messages),
            tuple(map(mixed, every.user_features)),
            tuple(map(mixed, every.provider_features)),
        ),
    )


def every_order(instance):
    """The instance in every order of all index sets."""
    every = everything(instance)
    old = len(instance.game.users)
    choices = (
        [(*order, *every.users[old:]) for order in permutations(every.users[:old])],
        permutations(every.providers),
        permutations(every.states),
        product(*map(permutations, every.actions)),
        permutations(every.messages),
        product(*map(permutations, every.user_features)),
        product(*map(permutations, every.provider_features)),
    )
    for chosen in product(*choices):
        yield select(instance, Selection(*chosen))
