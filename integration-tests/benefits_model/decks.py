"""Chance that leaves nothing out."""

import random
from collections.abc import Iterable


class Decks(random.Random):
    """Dice, and decks of cards by name: every card of a deck is dealt as often as any other, whatever the seed. A
    deck whose name says what was dealt before makes each of its cards meet each of those."""

    def __init__(self, seed: str):
        super().__init__(f"benefits/{seed}")
        self._left: dict[str, list] = {}

    def deal(self, name: str, cards: Iterable):
        """The next card of the deck; one that is used up is shuffled anew."""
        if not self._left.get(name):
            self._left[name] = list(cards)
            self.shuffle(self._left[name])
        return self._left[name].pop()
