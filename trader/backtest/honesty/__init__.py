"""How sure a result is: chance, choice among many and the future all flatter it."""
