"""What a chemist wants from an electrolyte, as one number between 0 and 1 and apart."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

__all__ = ["Target", "desirability", "objectives"]

Array = np.ndarray[Any, np.dtype[Any]]

_DIRECTIONS = ("maximise", "minimise", "at_least", "at_most")


@dataclass(frozen=True)
class Target:
    """One wish: a quantity, which way, how much it counts and what is enough.

    Parameters
    ----------
    quantity : str
        Name with unit of a cell figure or property: "cycle_life_80",
        "specific_energy_Wh_per_kg", "oxidative_limit_V_vs_Na".
    direction : {"maximise", "minimise", "at_least", "at_most"}
        The last two are thresholds: met or not, nothing gained beyond.
    low, high : float or None
        Ends of the scale for "maximise" and "minimise": desirability runs from 0 to 1
        between them, straight in the quantity, or in its logarithm if `is_log`.
    threshold : float or None
        Needed for "at_least" and "at_most"; for the others an extra demand.
    weight : float
        Exponent share in the geometric mean, > 0.
    is_log : bool
        Scale in the logarithm; for quantities over decades such as cycle life.

    Raises
    ------
    ValueError
        If the direction is unknown or the numbers it needs are missing.
    """

    quantity: str
    direction: str
    low: float | None = None
    high: float | None = None
    threshold: float | None = None
    weight: float = 1.0
    is_log: bool = False

    def __post_init__(self) -> None:
        """Check direction, scale and weight."""
        if self.direction not in _DIRECTIONS:
            raise ValueError(
                f"A direction is one of {', '.join(_DIRECTIONS)}; target "
                f"{self.quantity!r} has {self.direction!r}."
            )
        if not self.weight > 0:
            raise ValueError(
                f"A weight must be > 0; target {self.quantity!r} has {self.weight}. "
                "Leave the target out to ignore it."
            )
        if self.is_threshold:
            if self.threshold is None:
                raise ValueError(
                    f"Target {self.quantity!r} {self.direction} needs a threshold."
                )
            return
        if self.low is None or self.high is None or not self.low < self.high:
            raise ValueError(
                f"Target {self.quantity!r} {self.direction} needs low < high, the ends "
                f"of its scale; came {self.low} and {self.high}."
            )
        if self.is_log and self.low <= 0:
            raise ValueError(
                f"A logarithmic scale needs low > 0; target {self.quantity!r} has "
                f"{self.low}."
            )

    @property
    def is_threshold(self) -> bool:
        """Whether only meeting the threshold counts."""
        return self.direction in ("at_least", "at_most")

    @property
    def is_up(self) -> bool:
        """Whether more is better."""
        return self.direction in ("maximise", "at_least")

    def met(self, values: Array) -> Array:
        """Tell which values meet the threshold; all do where there is none."""
        if self.threshold is None:
            return np.ones(np.shape(values), dtype=bool)
        if self.is_up:
            return np.asarray(values >= self.threshold)
        return np.asarray(values <= self.threshold)

    def desirability(self, values: Array) -> Array:
        """Scale values to [0, 1]: 0 useless, 1 all that was asked for.

        Parameters
        ----------
        values : ndarray
            Any shape; NaN is refused, infinity is allowed.

        Returns
        -------
        ndarray
            Same shape; a value that misses the threshold counts a tenth of what it
            would (thresholds alone: 0.1 or 1), so that a near miss still ranks above
            a far one and no product becomes zero by a single bad draw.

        References
        ----------
        .. [1] Derringer, Suich, J. Qual. Technol. 1980, 12, 214, eqs. 1 and 2
           (linear one-sided desirability).
        """
        values = np.asarray(values, dtype=np.float64)
        if np.isnan(values).any():
            raise ValueError(
                f"Desirability of {self.quantity!r} needs numbers; "
                f"{int(np.isnan(values).sum())} of {values.size} are NaN. Leave those "
                "rows out."
            )
        met = np.where(self.met(values), 1.0, 0.1)
        if self.is_threshold:
            return np.asarray(met)
        low, high = float(self.low or 0.0), float(self.high or 0.0)
        if self.is_log:
            low, high = np.log(low), np.log(high)
            with np.errstate(divide="ignore"):
                values = np.log(np.maximum(values, 0.0))
        ramp = np.clip((values - low) / (high - low), 0.0, 1.0)
        return np.asarray((ramp if self.is_up else 1.0 - ramp) * met)


def desirability(targets: Sequence[Target], figures: Mapping[str, Array]) -> Array:
    """Join targets to one score: the weighted geometric mean of desirabilities.

    Parameters
    ----------
    targets : sequence of Target
        At least one.
    figures : mapping of str to ndarray
        Values by quantity, of one common shape: (n,) for medians, (n, n_draws) for
        draws, which carry the uncertainty of the surrogates through.

    Returns
    -------
    ndarray
        Same shape, in [0, 1]. The mean over draws is the expected desirability, not
        the desirability of the mean.

    Raises
    ------
    KeyError
        If a quantity is missing; names those at hand.

    References
    ----------
    .. [1] Derringer, Suich, J. Qual. Technol. 1980, 12, 214 (geometric mean).
    """
    if not targets:
        raise ValueError("A score needs at least one target; came none.")
    total = sum(target.weight for target in targets)
    score: Array | None = None
    for target in targets:
        part = target.desirability(_values(target, figures)) ** (target.weight / total)
        score = part if score is None else score * part
    return np.asarray(score)


def objectives(targets: Sequence[Target], figures: Mapping[str, Array]) -> Array:
    """Stack the scaled targets, larger is better, for a Pareto front.

    Returns
    -------
    ndarray of shape (n, n_targets)
        Thresholds count as objectives of 0.1 or 1.
    """
    parts = [target.desirability(_values(target, figures)) for target in targets]
    return np.stack(parts, axis=1)


def _values(target: Target, figures: Mapping[str, Array]) -> Array:
    try:
        return np.asarray(figures[target.quantity], dtype=np.float64)
    except KeyError:
        raise KeyError(
            f"A target needs its figure; {target.quantity!r} is not among "
            f"{', '.join(sorted(map(str, figures)))}."
        ) from None
