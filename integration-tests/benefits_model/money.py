"""Exact sums are fractions of yuan; here they become whole fen, once, at the end of a benefit (article 68)."""

import decimal
import math
from fractions import Fraction

# The least sum, in fen, that a sum is rounded up to after it was rounded to the fen.
UP_TO = {"fen": 1, "up_to_jiao": 10, "up_to_yuan": 100}


def yuan(text: str) -> Fraction:
    """Reads what stands there, exactly. Nothing that is stated here can be below zero."""
    sum_ = Fraction(decimal.Decimal(text))
    if sum_ < 0:
        raise ValueError(f"{text} is less than nothing")
    return sum_


def to_the_fen(exact: Fraction) -> int:
    """Whole fen, half away from zero; no benefit is below zero, so that is upwards."""
    return math.floor(exact * 100 + Fraction(1, 2))


def down_to_the_fen(exact: Fraction) -> int:
    """Whole fen, and what is left over goes nowhere."""
    return math.floor(exact * 100)


def rounded(exact: Fraction, rounding: str) -> int:
    """Whole fen as the area rounds benefits: to the fen, and from there up to the jiao or yuan where it does so."""
    step = UP_TO[rounding]
    return -(-to_the_fen(exact) // step) * step


def shown(fen: int) -> str:
    """Yuan with two decimals."""
    return str(decimal.Decimal(fen).scaleb(-2).quantize(decimal.Decimal("0.01")))
