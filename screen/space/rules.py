"""What a search space allows, as plain frozen data."""

from dataclasses import dataclass
from functools import cached_property

__all__ = ["Amounts", "Limits", "RoleRule"]


@dataclass(frozen=True)
class Amounts:
    """Bounds of one component where it is present, in the unit of its role."""

    name: str
    low: float
    high: float


@dataclass(frozen=True)
class RoleRule:
    """Which components may play a role, how many at once and in what amounts.

    Parameters
    ----------
    role : {"salt", "solvent", "diluent", "additive"}
    count : tuple of int
        Fewest and most components of the role in one recipe.
    step : float
        Lab step: mol/L of a salt, vol% of a solvent or diluent, wt% of an additive.
    amounts : tuple of Amounts
        Allowed components; a component that is present has at least its low and at
        least one step.
    total : tuple of float or None
        Bounds of the sum over the role, in the unit of the step.

    Raises
    ------
    ValueError
        If counts or amounts contradict each other.
    """

    role: str
    count: tuple[int, int]
    step: float
    amounts: tuple[Amounts, ...]
    total: tuple[float, float] | None = None

    def __post_init__(self) -> None:
        """Check counts, names and bounds."""
        low, high = self.count
        if not 0 <= low <= high:
            raise ValueError(
                f"count of {self.role} must be 0 <= low <= high, not {self.count}"
            )
        names = [a.name for a in self.amounts]
        doubled = sorted({n for n in names if names.count(n) > 1})
        if doubled:
            raise ValueError(f"{self.role} names {', '.join(doubled)} twice")
        empty = [a.name for a in self.amounts if self.high_steps(a) < 1]
        if empty:
            raise ValueError(
                f"{self.role} {', '.join(empty)} has a highest amount below one step "
                f"of {self.step:g}"
            )

    def low_steps(self, amounts: Amounts) -> int:
        """Fewest steps of a component that is present: at least one."""
        return max(1, -int(-(amounts.low / self.step - 1e-9) // 1))

    def high_steps(self, amounts: Amounts) -> int:
        """Most steps of a component."""
        return int((amounts.high / self.step + 1e-9) // 1)

    def steps_of(self, name: str) -> tuple[int, int]:
        """Return the fewest and most steps of a component where it is present."""
        amounts = next(a for a in self.amounts if a.name == name)
        return self.low_steps(amounts), self.high_steps(amounts)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Names of the allowed components."""
        return tuple(a.name for a in self.amounts)


@dataclass(frozen=True)
class Limits:
    """Rules that cross roles; None switches a rule off.

    Parameters
    ----------
    temperature_C : float
        Lowest use temperature: what is in the bottle must be liquid and dissolved.
    liquid_at_use_temperature : bool
        Keep solvents below the share at which they would freeze out.
    flash_point_min_C, boiling_point_min_C : float or None
        For every solvent and diluent on its own, the cautious mixture rule.
    solubility : bool
        Keep salts at or below what the best solvent of the recipe is known to
        dissolve at 25 degC; combinations that no source speaks of pass.
    miscibility : bool
        Keep liquids apart that a source calls immiscible.
    solvent_per_salt, solvent_per_salt_with_diluent : tuple of float or None
        Moles of coordinating solvent per mole of salt, low and high.
    fluorine_mass_fraction_max : float or None
    exclude_pfas : bool
    price_max_USD_per_kg : float or None
        Of the ingredients in a kilogram of electrolyte.
    forbidden_pairs, immiscible_pairs : tuple of pairs of names
    shelf : tuple of str or None
        The bottles at hand; None means everything allowed.
    """

    temperature_C: float = 25.0
    liquid_at_use_temperature: bool = True
    flash_point_min_C: float | None = None
    boiling_point_min_C: float | None = None
    solubility: bool = True
    miscibility: bool = True
    solvent_per_salt: tuple[float, float] | None = None
    solvent_per_salt_with_diluent: tuple[float, float] | None = None
    fluorine_mass_fraction_max: float | None = None
    exclude_pfas: bool = False
    price_max_USD_per_kg: float | None = None
    forbidden_pairs: tuple[tuple[str, str], ...] = ()
    immiscible_pairs: tuple[tuple[str, str], ...] = ()
    shelf: tuple[str, ...] | None = None
