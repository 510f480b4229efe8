"""Show a formulation in a notebook."""

from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sodalyte.datasets.formulations.formulation import Formulation

_COLUMNS = (
    "component",
    "role",
    "mole_fraction",
    "mass_fraction",
    "volume_fraction",
    "mol_per_L",
)


def html_view(formulation: "Formulation") -> str:
    """Give a table of the components, the density and the assumptions as HTML.

    Parameters
    ----------
    formulation : Formulation

    Returns
    -------
    str
        All names and notes are escaped.
    """
    f = formulation
    rows = "".join(
        f"<tr><td>{escape(component.name)}</td><td>{component.role}</td>"
        f"<td>{x:.4f}</td><td>{w:.4f}</td><td>{v:.4f}</td><td>{c:.3f}</td></tr>"
        for component, x, w, v, c in zip(
            f.components,
            f.mole_fractions,
            f.mass_fractions,
            f.volume_fractions,
            f.molarity_mol_per_L,
            strict=True,
        )
    )
    head = "".join(f"<th>{name}</th>" for name in _COLUMNS)
    notes = "".join(f"<li>{escape(note)}</li>" for note in f.assumptions)
    return (
        f"<p><b>{escape(f.canonical)}</b>, {f.density_g_per_mL:.3f} &plusmn; "
        f"{f.density_std_g_per_mL:.3f} g/mL</p><table><tr>{head}</tr>{rows}</table>"
        f"<ul>{notes}</ul>"
    )
