"""Why a recipe was chosen, in one sentence: promise, trade-off, relatives, lesson."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from sodalyte.datasets.formulations.formulation import Formulation
from sodalyte.screen.judging.targets import Target

__all__ = ["difference", "trade_off", "why"]

# how a difference is said, and the words for upwards and downwards
_WORDS = {
    "cycle_life_80": ("{:.0f} {way} cycles to 80 %", "more", "fewer"),
    "specific_energy_cell_Wh_per_kg": ("{:.0f} Wh/kg {way}", "more", "less"),
    "energy_density_cell_Wh_per_L": ("{:.0f} Wh/L {way}", "more", "less"),
    "oxidative_limit_V_vs_Na": ("a limit {:.2f} V {way}", "higher", "lower"),
    "cost_pack_USD_per_kWh": ("{:.0f} USD/kWh {way}", "more", "less"),
    "fluorine_g_per_kWh": ("{:.0f} g of fluorine per kWh {way}", "more", "less"),
    "ce_percent_median": ("{:.2f} points of efficiency {way}", "more", "less"),
    "capacity_retention": ("a retention {:.2f} {way}", "higher", "lower"),
}
_LEAST_GAIN = (
    0.02  # of the desirability scale; below it a difference is not worth words
)


def why(
    choice: Mapping[str, Any],
    recipe: Formulation,
    *,
    targets: Sequence[Target],
    figures: Mapping[str, float],
    reference: Mapping[str, float] | None = None,
    neighbour: Formulation | None = None,
) -> str:
    """Say in one sentence why a recipe is in the batch.

    Parameters
    ----------
    choice : mapping
        Its row of `select_batch`: list, score, score_std, information_gain.
    recipe : Formulation
    targets : sequence of Target
        What was asked for.
    figures, reference : mapping of str to float
        Medians by quantity, of the recipe and of the best measured one.
    neighbour : Formulation or None
        Nearest measured recipe.

    Returns
    -------
    str
        One sentence without figures that were not given.
    """
    bold = choice["list"] == "exploratory"
    opening = (
        f"Exploratory, uncertain by {choice['score_std']:.2f} in score"
        if bold
        else f"Safe, score {choice['score']:.2f} within what was measured"
    )
    parts = [opening]
    if reference is not None:
        exchange = trade_off(targets, figures, reference)
        if exchange:
            parts.append(exchange)
    if neighbour is not None:
        changed = difference(recipe, neighbour)
        parts.append(f"nearest measured is {neighbour.canonical} ({changed})")
        lesson = "measuring it shows what this change does"
    else:
        lesson = "measuring it is a first point in its neighbourhood"
    gain = float(choice.get("information_gain", 0.0))
    if gain >= 0.01:
        lesson += f" and takes {100 * gain:.0f} % off the doubt about all candidates"
    parts.append(lesson)
    return "; ".join(parts) + "."


def trade_off(
    targets: Sequence[Target],
    figures: Mapping[str, float],
    reference: Mapping[str, float],
) -> str:
    """Name the largest gain over the reference and the largest loss for it.

    Returns
    -------
    str
        "" where no target differs by 2 % of its scale.
    """
    gains: list[tuple[float, str]] = []
    for target in targets:
        name = target.quantity
        if name not in figures or name not in reference:
            continue
        values = np.array([figures[name], reference[name]], dtype=np.float64)
        if not np.isfinite(values).all():
            continue
        own, other = target.desirability(values)
        gains.append((float(own - other), _change(name, values[0], values[1])))
    if not gains:
        return ""
    best, worst = max(gains), min(gains)
    gained = best[1] if best[0] >= _LEAST_GAIN else ""
    lost = worst[1] if worst[0] <= -_LEAST_GAIN else ""
    if gained and lost:
        return f"promises {gained}, but {lost}, than the best measured recipe"
    if gained:
        return f"promises {gained} than the best measured recipe, nothing given up"
    if lost:
        return f"promises {lost} than the best measured recipe"
    return "promises as much as the best measured recipe"


def _change(name: str, own: float, other: float) -> str:
    plain = (name.replace("_", " ") + " {way} by {:.3g}", "higher", "lower")
    form, up, down = _WORDS.get(name, plain)
    return form.format(abs(own - other), way=up if own >= other else down)


def difference(recipe: Formulation, other: Formulation) -> str:
    """Say in a few words how a recipe differs from another.

    Examples
    --------
    >>> one = Formulation.from_text("1.5 M NaFSI in DME")
    >>> difference(one, Formulation.from_text("1 M NaPF6 in DME"))
    'NaFSI for NaPF6, 1.5 M instead of 1 M'
    """
    words = []
    new = [n for n in recipe.names if n not in other.names]
    gone = [n for n in other.names if n not in recipe.names]
    if new and gone:
        words.append(f"{' and '.join(new)} for {' and '.join(gone)}")
    elif new:
        words.append(f"{' and '.join(new)} added")
    elif gone:
        words.append(f"{' and '.join(gone)} left out")
    molarities = recipe.salt_molarity_mol_per_L, other.salt_molarity_mol_per_L
    if abs(molarities[0] - molarities[1]) >= 0.05:
        words.append(f"{molarities[0]:.2g} M instead of {molarities[1]:.2g} M")
    if not words:
        own = dict(zip(recipe.names, recipe.volume_fractions, strict=False))
        old = dict(zip(other.names, other.volume_fractions, strict=False))
        most = max(own, key=lambda n: abs(own[n] - old.get(n, 0.0)))
        if abs(own[most] - old[most]) < 0.005:
            return "a replicate"
        words.append(f"{100 * own[most]:.0f} instead of {100 * old[most]:.0f} % {most}")
    return ", ".join(words)
