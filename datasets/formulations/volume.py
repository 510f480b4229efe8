"""Volumes of mixtures: additive molar volumes at 25 degC, and what they leave out."""

from dataclasses import dataclass
from functools import lru_cache

from sodalyte.datasets.components.component import Component

TEMPERATURE_C = 25.0

POORLY_KNOWN_RELATIVE_STD = 0.02
"""A liquid less certain than this is named in the assumptions; measured densities
of the catalogue are within 1.5 %, its estimated ones are not within 2.9 %."""

ESTIMATED_VOLUME_RELATIVE_STD = 0.08
"""Scatter of Girolami volumes about measured ones, as a fraction of the volume."""

ESTIMATED_SALT_VOLUME_RELATIVE_STD = 0.25
ANION_VOLUME_FACTOR = 0.85
ORGANIC_CATION_VOLUME_FACTOR = 1.0
"""Apparent molar volumes of salts over Girolami volumes of their ions; a metal
cation adds nothing. Set on the volumes that the catalogue has for sodium salts
and ionic liquids; the standard deviation of the ratio is 0.2 to 0.25."""

_DENSE_GROUPS = ("[OX2H]", "[NX3]C=O", "[NX3;H1,H2;!$(NC=O)]", "[#16]=O")
_CONDENSED_RING = 0.75  # of the 10 % of a ring that stands alone
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
        A liquid of known density adds its molar mass over it; a salt adds its
        apparent molar volume. The molar volume of a liquid without density is an
        estimate, that of the component or else one from its atoms.

    Returns
    -------
    MolarVolume
        ``note`` says so when the volume is an estimate.

    Notes
    -----
    Excess volumes are neglected; between molecular solvents they are below 1 %.
    The apparent molar volume of a salt depends on the solvent (NaPF6: 39 in DME,
    51 in diglyme, 63 mL/mol in PC), so that one value per salt carries a standard
    uncertainty of about 12 mL/mol: 1 % of the density at 1 mol/L.
    """
    value = component.molar_volume_mL_per_mol
    std = component.molar_volume_std_mL_per_mol
    if component.density_g_per_mL is not None and not component.is_ionic:
        value = component.molar_mass_g_per_mol / component.density_g_per_mL
    if value is None:
        return _estimate(component)
    std = 0.0 if std is None else std
    is_poor = not component.is_ionic and std > POORLY_KNOWN_RELATIVE_STD * value
    if is_poor or (component.density_g_per_mL is None and not component.is_ionic):
        return MolarVolume(
            value,
            std,
            f"the density of {component.name} is poorly known: its molar volume is "
            f"taken as {value:.0f} +- {std:.0f} mL/mol",
        )
    return MolarVolume(value, std)


def _estimate(component: Component) -> MolarVolume:
    value = _estimated_volume_mL_per_mol(component)
    relative = ESTIMATED_VOLUME_RELATIVE_STD
    if component.is_ionic:
        relative = ESTIMATED_SALT_VOLUME_RELATIVE_STD
    std = relative * value
    return MolarVolume(
        value,
        std,
        f"the density of {component.name} is not known: its molar volume is estimated "
        f"from its atoms as {value:.0f} +- {std:.0f} mL/mol",
    )


def _estimated_volume_mL_per_mol(component: Component) -> float:
    if not component.is_ionic:
        return girolami_volume_mL_per_mol(component.smiles)
    volume = ANION_VOLUME_FACTOR * girolami_volume_mL_per_mol(
        component.anion_smiles or ""
    )
    if component.metal is None:
        volume += ORGANIC_CATION_VOLUME_FACTOR * girolami_volume_mL_per_mol(
            component.cation_smiles or ""
        )
    return volume


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
        K-Br 5, Rb-I 7.5, Cs-Bi 9), denser by 10 % for each hydroxyl, amide, primary
        or secondary amine group, S=O bond and ring (7.5 % in a condensed system), by
        at most 30 %.

    Raises
    ------
    ValueError
        If the SMILES cannot be read.

    References
    ----------
    .. [1] Girolami, J. Chem. Educ. 1994, 71, 962, 10.1021/ed071p962; volumes and
       corrections checked against their summary in Wikipedia, "Girolami method".
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
    rings = molecule.GetRingInfo()
    dense_groups = sum(
        _CONDENSED_RING if rings.IsRingFused(i) else 1.0
        for i in range(rings.NumRings())
    )
    for smarts in _DENSE_GROUPS:
        dense_groups += len(molecule.GetSubstructMatches(Chem.MolFromSmarts(smarts)))
    return 5.0 * volume / (1.0 + min(0.1 * dense_groups, 0.3))
