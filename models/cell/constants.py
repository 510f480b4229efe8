"""Constants of nature and of sodium metal that the cell model stands on.

References
----------
CODATA 2018 (exact since the 2019 SI): Tiesinga et al., Rev. Mod. Phys. 2021, 93,
025010, doi 10.1103/RevModPhys.93.025010, Table XXXI. Molar masses: IUPAC 2021,
Prohaska et al., Pure Appl. Chem. 2022, 94, 573, doi 10.1515/pac-2019-0603.
Densities at 20 degC: CRC Handbook of Chemistry and Physics, 97th ed., section 4.
"""

__all__ = [
    "LN10",
    "ZERO_CELSIUS_K",
    "Z_95",
    "FARADAY_C_per_mol",
    "GAS_CONSTANT_J_per_mol_K",
    "SODIUM_CAPACITY_mAh_per_g",
    "metal_capacity_mAh_per_g",
    "metal_thickness_um",
]

FARADAY_C_per_mol = 96485.33212
GAS_CONSTANT_J_per_mol_K = 8.314462618
ZERO_CELSIUS_K = 273.15
LN10 = 2.302585092994046
Z_95 = 1.6448536269514722  # standard normal quantile of 0.95

MOLAR_MASS_g_per_mol = {"Na": 22.98976928, "Li": 6.94}
DENSITY_g_per_cm3 = {"Na": 0.968, "Li": 0.534}


def metal_capacity_mAh_per_g(metal: str = "Na") -> float:
    """Return the theoretical capacity of an alkali metal from Faraday's law.

    Parameters
    ----------
    metal : {"Na", "Li"}
        One electron per atom.

    Returns
    -------
    float
        mAh per gram of metal.

    Raises
    ------
    KeyError
        If the metal is neither.

    Examples
    --------
    >>> round(metal_capacity_mAh_per_g("Na"), 1)
    1165.8
    """
    return FARADAY_C_per_mol / 3.6 / MOLAR_MASS_g_per_mol[metal]


SODIUM_CAPACITY_mAh_per_g = metal_capacity_mAh_per_g("Na")


def metal_thickness_um(
    areal_capacity_mAh_per_cm2: float, metal: str = "Na", porosity: float = 0.0
) -> float:
    """Return the thickness of metal that holds an areal capacity.

    Parameters
    ----------
    areal_capacity_mAh_per_cm2 : float
        Plated charge per face.
    metal : {"Na", "Li"}
        The metal.
    porosity : float
        Void fraction of the deposit, in [0, 1).

    Returns
    -------
    float
        Micrometres.

    Examples
    --------
    >>> round(metal_thickness_um(5.0), 1)
    44.3
    """
    volumetric = metal_capacity_mAh_per_g(metal) * DENSITY_g_per_cm3[metal]
    return 1e4 * areal_capacity_mAh_per_cm2 / (volumetric * (1.0 - porosity))
