"""Volumes of mixtures: additive molar volumes at 25 degC, and what they leave out."""

from dataclasses import dataclass
from functools import lru_cache

from sodalyte.datasets.component import Component

TEMPERATURE_C = 25.0

ESTIMATED_VOLUME_RELATIVE_STD = 0.08
"""Scatter of Girolami volumes about measured ones, as a fraction of the volume."""

_GIROLAMI_ROWS = ((2, 1.0), (10, 2.0), (18, 4.0), (36, 5.0), (54, 7.5), (86, 9.0))


@dataclass(frozen=True, slots=True)
class MolarVolume:
    """Volume that one mole adds to a solution.

    Parameters
    ----------
    value_mL_per_mol, std_mL_per_mol : float
        Value and standard uncertainty at 25 degC.
    note : str
        Empty for a value of the catalogue; otherwise the assumption made.
    """

    value_mL_per_mol: float
    std_mL_per_mol: float
    note: str = ""


@lru_cache(maxsize=4096)
def molar_volume(component: Component) -> MolarVolume:
    """Give the molar volume of a component, estimated where it is not known.

    Parameters
    ----------
    component : Component
        Its own molar volume is used first, then molar mass over density, then
        the estimate of `girolami_volume_mL_per_mol`.

    Returns
    -------
    MolarVolume
        ``note`` says so when the volume is an estimate.
    """
    value = component.molar_volume_mL_per_mol
    if value is None and component.density_g_per_mL is not None:
        value = component.molar_mass_g_per_mol / component.density_g_per_mL
    if value is not None:
        std = component.molar_volume_std_mL_per_mol
        return MolarVolume(value, 0.0 if std is None else std)
    value = girolami_volume_mL_per_mol(component.smiles)
    std = ESTIMATED_VOLUME_RELATIVE_STD * value
    return MolarVolume(
        value,
        std,
        f"no density of {component.name} is known: its molar volume is estimated "
        f"from its atoms as {value:.0f} +- {std:.0f} mL/mol",
    )


def girolami_volume_mL_per_mol(smiles: str) -> float:
    """Estimate a molar volume from the atoms alone.

    Parameters
    ----------
    smiles : str
        Any SMILES that RDKit reads.

    Returns
    -------
    float
        Five times the sum of relative atomic volumes (H 1, Li-F 2, Na-Cl 4,
        K-Br 5, Rb-I 7.5, Cs-Bi 9), less 10 % for each hydroxyl, acid, amide
        or sulfone group and each ring, at most 30 %.

    Raises
    ------
    ValueError
        If the SMILES cannot be read.

    References
    ----------
    .. [1] Girolami, J. Chem. Educ. 1994, 71, 962, 10.1021/ed071p962, Table 1.
    """
    from rdkit import Chem

    molecule = Chem.MolFromSmiles(smiles)
    if molecule is None:
        raise ValueError(
            f"A volume estimate needs a SMILES that RDKit reads; {smiles!r} is none. "
            "Correct the SMILES or give the component a density."
        )
    volume = 0.0
    for atom in Chem.AddHs(molecule).GetAtoms():
        number = atom.GetAtomicNum()
        volume += next(size for last, size in _GIROLAMI_ROWS if number <= last)
    dense_groups = molecule.GetRingInfo().NumRings()
    for smarts in ("[OX2H]", "[NX3;H1,H2]C=O", "S(=O)(=O)", "S=O"):
        dense_groups += len(
            molecule.GetSubstructMatches(Chem.MolFromSmarts(smarts), uniquify=True)
        )
    return 5.0 * volume / (1.0 + min(0.1 * dense_groups, 0.3))
