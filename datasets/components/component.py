"""One ingredient of an electrolyte: a salt, solvent, diluent or additive."""

import math
import re
from dataclasses import dataclass
from functools import lru_cache

ROLES = ("salt", "solvent", "diluent", "additive")

_FLUORINE = re.compile(r"F(?![a-z])")
_METAL_CATION = re.compile(r"\[([A-Z][a-z]?)\+\d?\]")


@dataclass(frozen=True, slots=True)
class Component:
    """A pure ingredient with the numbers that unit conversion needs.

    Parameters
    ----------
    name : str
        Short name as chemists write it: "NaPF6", "G2", "DME", "FEC".
    smiles : str
        SMILES; a salt is cation and anion with a dot between them.
    role : {"salt", "solvent", "diluent", "additive"}
        Usual role. For the role in one formulation use
        ``dataclasses.replace(component, role="additive")``.
    molar_mass_g_per_mol : float
        > 0; of one formula unit for a salt.
    density_g_per_mL : float or None
        Of the pure liquid at 25 degC.
    molar_volume_mL_per_mol : float or None
        Volume that one mole adds to a solution at 25 degC: molar mass over
        density for a liquid, apparent molar volume for a salt.
    molar_volume_std_mL_per_mol : float or None
        Standard uncertainty of that volume, >= 0.
    cation, anion : str or None
        Names of the ions of a salt, such as "Na+" and "PF6-".

    Raises
    ------
    ValueError
        If the role is unknown or a number is not finite and positive.
    """

    name: str
    smiles: str
    role: str
    molar_mass_g_per_mol: float
    density_g_per_mL: float | None
    molar_volume_mL_per_mol: float | None
    molar_volume_std_mL_per_mol: float | None
    cation: str | None = None
    anion: str | None = None

    def __post_init__(self) -> None:
        """Check the name, the role and the numbers."""
        if not self.name.strip():
            raise ValueError(
                f"A component needs a name; the one with SMILES {self.smiles!r} "
                f"has {self.name!r}. Give it the short name to print."
            )
        if self.role not in ROLES:
            raise ValueError(
                f"A role is one of {', '.join(ROLES)}; component {self.name!r} has "
                f"{self.role!r}. Choose one of the four."
            )
        _check_positive(self.name, "molar_mass_g_per_mol", self.molar_mass_g_per_mol)
        for quantity in ("density_g_per_mL", "molar_volume_mL_per_mol"):
            value = getattr(self, quantity)
            if value is not None:
                _check_positive(self.name, quantity, value)
        std = self.molar_volume_std_mL_per_mol
        if std is not None and not (math.isfinite(std) and std >= 0):
            raise ValueError(
                f"molar_volume_std_mL_per_mol must be finite and >= 0; component "
                f"{self.name!r} has {std!r}. Leave it None where it is unknown."
            )

    @property
    def is_ionic(self) -> bool:
        """Whether the component is made of a cation and an anion."""
        return self.cation is not None and self.anion is not None

    @property
    def n_fluorine(self) -> int:
        """Number of fluorine atoms in one molecule or formula unit."""
        return len(_FLUORINE.findall(self.smiles))

    @property
    def metal(self) -> str | None:
        """Symbol of the metal of a salt ("Na"), None for any other component."""
        return _metal_of(self.smiles) if self.is_ionic else None

    @property
    def cation_smiles(self) -> str | None:
        """SMILES of the cation, None for a neutral component."""
        return self._ion_smiles("+")

    @property
    def anion_smiles(self) -> str | None:
        """SMILES of the anion, None for a neutral component."""
        return self._ion_smiles("-")

    def _ion_smiles(self, sign: str) -> str | None:
        """Join the fragments of one net charge; a salt may hold two anions."""
        if not self.is_ionic:
            return None
        return _fragments(self.smiles, 1 if sign == "+" else -1)


@lru_cache(maxsize=4096)
def _metal_of(smiles: str) -> str | None:
    """Read the metal of a salt from its first cation."""
    cation = (_fragments(smiles, 1) or "").split(".")[0]
    match = _METAL_CATION.fullmatch(cation)
    return match.group(1) if match is not None else None


def _fragments(smiles: str, sign: int) -> str | None:
    """Join the fragments of one net charge."""
    wanted = [part for part in smiles.split(".") if _net_charge(part) * sign > 0]
    return ".".join(wanted) or None


@lru_cache(maxsize=4096)
def _net_charge(smiles: str) -> int:
    """Sum the charges written in the brackets of one SMILES fragment."""
    charge = 0
    for bracket in smiles.split("[")[1:]:
        atom = bracket.split("]")[0].split(":")[0]
        tail = atom[len(atom.rstrip("+-0123456789")) :]
        for sign, unit in (("+", 1), ("-", -1)):
            if sign in tail:
                digits = tail.rsplit(sign, 1)[1]
                charge += unit * (int(digits) if digits else tail.count(sign))
    return charge


def _check_positive(name: str, quantity: str, value: float) -> None:
    if not (math.isfinite(value) and value > 0):
        raise ValueError(
            f"{quantity} must be finite and > 0; component {name!r} has {value!r}. "
            f"Leave a density or volume None where it is unknown."
        )
