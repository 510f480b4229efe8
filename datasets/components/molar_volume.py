"""Estimated molar volumes of liquids and salts without measured ones."""

import csv
import math
import tomllib
from collections.abc import Sequence
from functools import lru_cache
from importlib.resources import files
from typing import Any

VAN_DER_WAALS_SEED = 7
"""Seed of the conformer whose van der Waals volume counts."""


def estimate_liquid_volume_mL_per_mol(smiles: str) -> tuple[float, float]:
    """Estimate the molar volume of an organic liquid at 25 degC.

    Parameters
    ----------
    smiles : str
        One neutral molecule.

    Returns
    -------
    tuple of (float, float)
        Value and standard uncertainty, mL/mol.

    Raises
    ------
    ValueError
        If RDKit cannot read the SMILES.

    Notes
    -----
    Sum of the atom and group increments of
    ``tables/molar_volume_increments.csv``, fitted (least relative squares) to
    the liquids of the catalogue with a density that is not estimated; the
    relative uncertainty is the leave-one-out error, larger where an element is
    not in the fit. For a solid it is the volume of the supercooled liquid, as
    it counts in a solution. Gases, metals and polymers are outside the fit.
    """
    counts = _group_counts(smiles)
    increments, is_fitted = _increments()
    value = sum(counts[group] * increments[group] for group in counts)
    in_fit = all(is_fitted[group] for group, n in counts.items() if n)
    model = _model()["liquid"]
    key = "relative_std" if in_fit else "relative_std_outside_fit"
    return value, float(model[key]) * value


def estimate_salt_volume_mL_per_mol(
    cations: Sequence[str], anion_volumes_A3: Sequence[float], charge: int = 1
) -> tuple[float, float]:
    """Estimate the apparent molar volume of a salt in an aprotic solvent.

    Parameters
    ----------
    cations : sequence of str
        Names of the cations of the formula unit, such as ["Na+"]; one without
        a tabulated shift counts as Na+.
    anion_volumes_A3 : sequence of float
        Van der Waals volume of each anion of the formula unit, A^3, > 0.
    charge : int
        Sum of the charges of the cations, >= 1.

    Returns
    -------
    tuple of (float, float)
        Value and standard uncertainty, mL/mol; both include that one salt has
        different volumes in different solvents.

    Notes
    -----
    A straight line through the apparent molar volumes of NaPF6, NaOTf and
    NaTFSI (mean over DME, diglyme, tetraglyme and PC; densities of Kumar et
    al. 2026, arXiv:2603.20183, Table S1) against the van der Waals volume of
    the anion; the intercept, the contraction by one charge, counts once per
    positive charge. The shift between metals follows the ionic volume (Shannon
    radii), scaled to the one measured pair, KPF6 and NaPF6 in DME.
    """
    model = _model()["salt"]
    value = (
        model["slope_mL_per_mol_per_A3"] * sum(anion_volumes_A3)
        + model["intercept_mL_per_mol"] * charge
        + sum(model["cation_shift_mL_per_mol"].get(cation, 0.0) for cation in cations)
    )
    key = "std_mL_per_mol" if charge == 1 else "std_multivalent_mL_per_mol"
    return max(value, model["least_mL_per_mol"]), float(model[key])


def estimate_ionic_liquid_volume_mL_per_mol(
    ion_volumes_A3: Sequence[float],
) -> tuple[float, float]:
    """Estimate the molar volume of an ionic liquid or ammonium salt.

    Parameters
    ----------
    ion_volumes_A3 : sequence of float
        Van der Waals volume of each ion, A^3.

    Returns
    -------
    tuple of (float, float)
        Value and standard uncertainty, mL/mol.

    Notes
    -----
    The slope of the salts without their contraction: a bulky cation does not
    draw the solvent together. Not checked against densities of ionic liquids.
    """
    model = _model()["salt"]
    value = model["slope_mL_per_mol_per_A3"] * sum(ion_volumes_A3)
    return value, float(model["ionic_liquid_relative_std"]) * value


@lru_cache(maxsize=1024)
def van_der_waals_volume_A3(smiles: str) -> float:
    """Compute the van der Waals volume of one molecule or ion.

    Parameters
    ----------
    smiles : str
        A single fragment.

    Returns
    -------
    float
        A^3; for a single atom the sphere of its van der Waals radius.

    Raises
    ------
    ValueError
        If RDKit cannot read or embed the SMILES.
    """
    from rdkit import Chem
    from rdkit.Chem import AllChem, rdDistGeom

    molecule = Chem.AddHs(_read(smiles))
    if molecule.GetNumAtoms() == 1:
        radius = Chem.GetPeriodicTable().GetRvdw(molecule.GetAtomWithIdx(0).GetSymbol())
        return 4.0 / 3.0 * math.pi * float(radius) ** 3
    parameters: Any = rdDistGeom.ETKDGv3()
    parameters.randomSeed = VAN_DER_WAALS_SEED
    for use_random_coordinates in (False, True):
        parameters.useRandomCoords = use_random_coordinates
        if rdDistGeom.EmbedMolecule(molecule, parameters) == 0:
            return float(AllChem.ComputeMolVolume(molecule, gridSpacing=0.1))
    raise ValueError(
        f"A van der Waals volume needs a three-dimensional structure; RDKit cannot "
        f"embed {smiles!r}. Give the molar volume of the component yourself."
    )


def _read(smiles: str) -> Any:
    from rdkit import Chem, rdBase

    with rdBase.BlockLogs():
        molecule = Chem.MolFromSmiles(smiles)
    if molecule is None:
        raise ValueError(
            f"SMILES must be readable by RDKit; {smiles!r} is not. "
            "Check brackets, charges and ring numbers."
        )
    return molecule


def _group_counts(smiles: str) -> dict[str, int]:
    from rdkit import Chem

    molecule = Chem.AddHs(_read(smiles))
    counts: dict[str, int] = {}
    for group, smarts in _patterns():
        if group == "constant":
            counts[group] = 1
        elif group == "ring":
            counts[group] = molecule.GetRingInfo().NumRings()
        else:
            found = molecule.GetSubstructMatches(
                Chem.MolFromSmarts(smarts), maxMatches=10_000
            )
            counts[group] = len(found)
    return counts


@lru_cache(maxsize=1)
def _table() -> tuple[dict[str, str], ...]:
    path = files("sodalyte.datasets") / "tables" / "molar_volume_increments.csv"
    return tuple(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))


@lru_cache(maxsize=1)
def _patterns() -> tuple[tuple[str, str], ...]:
    return tuple((row["group"], row["smarts"]) for row in _table())


@lru_cache(maxsize=1)
def _increments() -> tuple[dict[str, float], dict[str, bool]]:
    values = {row["group"]: float(row["increment_mL_per_mol"]) for row in _table()}
    return values, {row["group"]: row["basis"] == "fitted" for row in _table()}


@lru_cache(maxsize=1)
def _model() -> dict[str, Any]:
    path = files("sodalyte.datasets") / "tables" / "molar_volume_model.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))
