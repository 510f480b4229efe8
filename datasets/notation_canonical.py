"""Print the one canonical text of a formulation."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sodalyte.datasets.formulation import Formulation


def canonical_text(formulation: "Formulation") -> str:
    """Give the shortest text that reads back to an equal formulation.

    Parameters
    ----------
    formulation : Formulation
        Of components that the catalogue knows.

    Returns
    -------
    str
        By exact mole ratio.
    """
    return _exact(formulation)


def _exact(formulation: "Formulation") -> str:
    catalogue_names = [f"{c.name}[{c.role}]" for c in formulation.components]
    amounts = ":".join(repr(x) for x in formulation.mole_fractions)
    text = f"{' : '.join(catalogue_names)} {amounts} mol"
    if formulation.water_ppm is not None:
        text += f" (water {formulation.water_ppm!r} ppm)"
    return text
