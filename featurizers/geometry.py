"""Make starting geometries: a SMILES in, distinct conformers out."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["Conformers", "canonical_smiles", "embed_conformers", "read_smiles"]

MINIMUM_CONFORMERS = 10
CONFORMERS_PER_ROTATABLE_BOND = 4
MAXIMUM_CONFORMERS = 40
LARGEST_SAMPLED = 50
FORCE_FIELD_STEPS = 500
EMBEDDING_TRIES = 100


@dataclass(frozen=True)
class Conformers:
    """Starting geometries of one species.

    Attributes
    ----------
    smiles : str
        Canonical SMILES.
    charge : int
        Total charge in units of the elementary charge.
    numbers : ndarray of shape (n_atoms,)
        Atomic numbers.
    positions_angstrom : ndarray of shape (n_conformers, n_atoms, 3)
        One geometry per conformer, lowest force-field energy first.
    force_field : str
        ``"MMFF94"``, ``"UFF"`` (no MMFF94 parameters, e.g. PF6-) or ``"none"``
        (a single atom, or no parameters at all): the starting point only; every
        energy downstream comes from a GFN2-xTB optimised geometry.
    """

    smiles: str
    charge: int
    numbers: NDArray[np.int64]
    positions_angstrom: NDArray[np.float64]
    force_field: str


def read_smiles(smiles: str) -> Any:
    """Read one species, with hydrogens, or say what is wrong with it.

    Parameters
    ----------
    smiles : str
        One molecule or one ion; not a salt.

    Returns
    -------
    rdkit.Chem.Mol
        With explicit hydrogens.

    Raises
    ------
    ValueError
        If the text is no SMILES or holds more than one species.
    """
    from rdkit import Chem, rdBase

    with rdBase.BlockLogs():
        molecule = Chem.MolFromSmiles(smiles) if smiles.strip() else None
    if molecule is None:
        raise ValueError(
            "a species must be a valid SMILES. Stage 'read SMILES' failed for "
            f"{smiles!r}: RDKit cannot read it. Check brackets, ring closures, charges "
            "and valences; write a fluoro-anion with its charge, 'F[B-](F)(F)F'."
        )
    if "." in Chem.MolToSmiles(molecule):
        raise ValueError(
            "a species must be one molecule or one ion. Stage 'read SMILES' failed for "
            f"{smiles!r}: it holds {len(Chem.GetMolFrags(molecule))} fragments. Split "
            "a salt into its cation and its anion."
        )
    return Chem.AddHs(molecule)


def canonical_smiles(smiles: str) -> str:
    """Write the canonical RDKit SMILES of a species.

    Examples
    --------
    >>> canonical_smiles("C(OC)COC")
    'COCCOC'
    """
    from rdkit import Chem

    read_smiles(smiles)
    return str(Chem.CanonSmiles(smiles))


def embed_conformers(
    smiles: str, *, n_conformers: int | None = None, random_state: int = 7
) -> Conformers:
    """Embed conformers with ETKDGv3 and relax them in a force field.

    Parameters
    ----------
    smiles : str
        One molecule or one ion.
    n_conformers : int, optional
        How many to embed; by default 10 plus 4 per rotatable bond, at most 40, and
        10 above 50 atoms.
    random_state : int, default=7
        Seed of the embedding; the same seed gives the same geometries.

    Returns
    -------
    Conformers
        All embedded geometries, sorted by force-field energy.

    Raises
    ------
    ValueError
        If the SMILES cannot be read, or if no geometry can be embedded even from
        random coordinates; names molecule and stage.

    References
    ----------
    .. [1] Wang, Witek, Landrum, Riniker, J. Chem. Inf. Model. 2020, 60, 2044,
       10.1021/acs.jcim.0c00025 (ETKDGv3).
    .. [2] Halgren, J. Comput. Chem. 1996, 17, 490 (MMFF94).
    .. [3] Rappe et al., J. Am. Chem. Soc. 1992, 114, 10024, 10.1021/ja00051a040 (UFF).
    """
    from rdkit import Chem, rdBase
    from rdkit.Chem import rdForceFieldHelpers, rdMolDescriptors

    canonical = canonical_smiles(smiles)
    molecule = read_smiles(canonical)  # so that the spelling changes nothing
    if n_conformers is None:
        rotatable = rdMolDescriptors.CalcNumRotatableBonds(molecule)
        n_conformers = min(
            MINIMUM_CONFORMERS + CONFORMERS_PER_ROTATABLE_BOND * rotatable,
            MAXIMUM_CONFORMERS,
        )
        if molecule.GetNumAtoms() > LARGEST_SAMPLED:
            n_conformers = MINIMUM_CONFORMERS
    with rdBase.BlockLogs():
        ids = _embed(molecule, n_conformers, random_state)
        if not ids:
            raise ValueError(
                "a species must have a three-dimensional geometry. Stage 'embed "
                f"conformers' failed for {canonical!r}: ETKDGv3 placed none of "
                f"{n_conformers} conformers, from distances or from random coordinates."
                " Check the stereochemistry and the ring sizes."
            )
        if molecule.GetNumAtoms() == 1:
            force_field, energies = "none", [0.0] * len(ids)
        elif rdForceFieldHelpers.MMFFHasAllMoleculeParams(molecule):
            results = rdForceFieldHelpers.MMFFOptimizeMoleculeConfs(
                molecule, maxIters=FORCE_FIELD_STEPS
            )
            force_field, energies = "MMFF94", [energy for _, energy in results]
        elif rdForceFieldHelpers.UFFHasAllMoleculeParams(molecule):
            results = rdForceFieldHelpers.UFFOptimizeMoleculeConfs(
                molecule, maxIters=FORCE_FIELD_STEPS
            )
            force_field, energies = "UFF", [energy for _, energy in results]
        else:
            force_field, energies = "none", [0.0] * len(ids)
    positions = np.array([molecule.GetConformer(i).GetPositions() for i in ids])
    order = np.argsort(np.array(energies), kind="stable")
    return Conformers(
        smiles=canonical,
        charge=int(Chem.GetFormalCharge(molecule)),
        numbers=np.array([atom.GetAtomicNum() for atom in molecule.GetAtoms()]),
        positions_angstrom=positions[order],
        force_field=force_field,
    )


def _embed(molecule: Any, n_conformers: int, random_state: int) -> list[int]:
    """Embed from distance bounds; where that gives few, from random coordinates.

    PF6- does not embed from distance bounds in some RDKit versions (issue 5145), of
    forty conformers of a crowded aluminate six do.
    """
    from rdkit.Chem import rdDistGeom

    parameters: Any = rdDistGeom.ETKDGv3()
    parameters.randomSeed = random_state
    parameters.numThreads = 1
    parameters.maxIterations = EMBEDDING_TRIES
    ids = list(rdDistGeom.EmbedMultipleConfs(molecule, n_conformers, parameters))
    if len(ids) < min(n_conformers, MINIMUM_CONFORMERS):
        parameters.useRandomCoords = True
        ids = list(rdDistGeom.EmbedMultipleConfs(molecule, n_conformers, parameters))
    return ids
