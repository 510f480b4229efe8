"""Components of the user's own: by SMILES, at run time or from a TOML file.

The file holds one ``[[component]]`` table for each component::

    [[component]]
    name = "MEP"                      # short name to print
    smiles = "COCCOCCC"               # a salt: cation and anion with a dot between
    role = "solvent"                  # salt, solvent, diluent or additive
    density_g_per_mL = 0.86           # liquids; optional
    aliases = ["1-(2-methoxyethoxy)propane"]

    [component.properties]            # optional; names as in the catalogue
    flash_point_C = 21
    ghs_hazards = "H225"

    [[component]]                     # without SMILES: one of the catalogue
    name = "NaPF6"
    source = "quotation of 2026-03"

    [component.properties]
    price_USD_per_kg_low = 20
    price_USD_per_kg_high = 25

Properties are those at 25 degC. A value of your own stands before those of the
catalogue. Further keys: ``molar_volume_mL_per_mol``, ``molar_volume_std_mL_per_mol``,
``cation``, ``anion`` (names of ions), ``source`` and ``quality`` of the properties.
"""

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sodalyte.datasets.components.component import ROLES, Component
from sodalyte.datasets.components.custom_values import own_values
from sodalyte.datasets.components.values import QUALITIES
from sodalyte.datasets.files.toml_file import read_toml, wrong_kinds

if TYPE_CHECKING:
    from sodalyte.datasets.components.catalogue import Catalogue, Ion

_KEYS = (
    "name",
    "smiles",
    "role",
    "density_g_per_mL",
    "molar_volume_mL_per_mol",
    "molar_volume_std_mL_per_mol",
    "cation",
    "anion",
    "aliases",
    "properties",
    "quality",
    "source",
)
_TEXTS = ("name", "smiles", "role", "cation", "anion", "quality", "source")
_NUMBERS = _KEYS[3:6]
_DENSITY_RELATIVE_STD = 0.005
"""Uncertainty of a density that the user gives without one."""


def make_component(
    ions: Mapping[str, "Ion"],
    *,
    name: str,
    smiles: str,
    role: str,
    density_g_per_mL: float | None = None,
    molar_volume_mL_per_mol: float | None = None,
    molar_volume_std_mL_per_mol: float | None = None,
    cation: str | None = None,
    anion: str | None = None,
    **_: Any,
) -> Component:
    """Make a component from its SMILES.

    Parameters
    ----------
    ions : Mapping of str to Ion
        Ions by name, to name those of a salt.
    name, smiles, role : str
        Short name, structure and usual role.
    density_g_per_mL, molar_volume_mL_per_mol, molar_volume_std_mL_per_mol : float
        At 25 degC. Without density and volume, both are estimated from the
        structure (see `sodalyte.datasets.components.molar_volume`); the standard
        deviation then says so by its size.
    cation, anion : str, optional
        Ion names of a salt; by default those of the catalogue with the same
        structure, or the SMILES of the ion.

    Returns
    -------
    Component

    Raises
    ------
    ValueError
        If the SMILES cannot be read, its charges do not cancel, the role is
        unknown or a number is impossible.
    """
    from rdkit.Chem import Descriptors, MolToSmiles

    descriptors: Any = Descriptors

    molecule = _read_structure(name, smiles)
    canonical = MolToSmiles(molecule)
    parts = _charged_parts(canonical)
    if sum(parts.values()) != 0:
        raise ValueError(
            f"The charges of a component must cancel; {name!r} with SMILES {smiles!r} "
            f"has {sum(parts.values()):+d}. Write cation and anion with a dot between."
        )
    component = Component(
        name=name,
        smiles=canonical,
        role=role,
        molar_mass_g_per_mol=round(float(descriptors.MolWt(molecule)), 3),
        density_g_per_mL=density_g_per_mL,
        molar_volume_mL_per_mol=molar_volume_mL_per_mol,
        molar_volume_std_mL_per_mol=molar_volume_std_mL_per_mol,
        cation=cation or _ion_name(parts, ions, 1),
        anion=anion or _ion_name(parts, ions, -1),
    )
    return _with_volume(component, parts)


def _read_structure(name: str, smiles: str) -> Any:
    from rdkit import Chem, rdBase

    with rdBase.BlockLogs():
        molecule = Chem.MolFromSmiles(smiles) if smiles.strip() else None
    if molecule is None:
        raise ValueError(
            f"The SMILES of a component must be readable by RDKit; {name!r} has "
            f"{smiles!r}. Check brackets, charges, valences and ring numbers."
        )
    return molecule


def _charged_parts(canonical: str) -> dict[str, int]:
    """Sum the charge of each distinct ion of a salt; empty for a neutral."""
    from rdkit import Chem

    parts: dict[str, int] = {}
    for part in canonical.split("."):
        charge = Chem.GetFormalCharge(Chem.MolFromSmiles(part))
        if charge:
            key = Chem.MolToSmiles(Chem.MolFromSmiles(part))
            parts[key] = parts.get(key, 0) + charge
    return parts


def _ion_name(
    parts: Mapping[str, int], ions: Mapping[str, "Ion"], sign: int
) -> str | None:
    names = {ion.smiles: name for name, ion in ions.items()}
    found = [names.get(s, s) for s, charge in parts.items() if charge * sign > 0]
    return " ".join(found) or None


def _with_volume(component: Component, parts: Mapping[str, int]) -> Component:
    """Fill in density, molar volume and its uncertainty where they are open."""
    from sodalyte.datasets.components import molar_volume

    volume, std = (
        component.molar_volume_mL_per_mol,
        component.molar_volume_std_mL_per_mol,
    )
    density = component.density_g_per_mL
    mass = component.molar_mass_g_per_mol
    if volume is None and density is not None:
        volume = mass / density
        std = _DENSITY_RELATIVE_STD * volume if std is None else std
    elif volume is None and parts:
        volume, std = _estimate_ionic(component, parts)
    elif volume is None:
        volume, std = molar_volume.estimate_liquid_volume_mL_per_mol(component.smiles)
        density = round(mass / volume, 4)
    elif density is None and not parts:
        density = round(mass / volume, 4)
    return replace(
        component,
        density_g_per_mL=density,
        molar_volume_mL_per_mol=round(volume, 2),
        molar_volume_std_mL_per_mol=None if std is None else round(std, 2),
    )


def _estimate_ionic(
    component: Component, parts: Mapping[str, int]
) -> tuple[float, float]:
    from rdkit import Chem

    from sodalyte.datasets.components import molar_volume

    n_of = {
        smiles: charge // Chem.GetFormalCharge(Chem.MolFromSmiles(smiles))
        for smiles, charge in parts.items()
    }
    cations = [s for s, charge in parts.items() for _ in range(n_of[s]) if charge > 0]
    anions = [s for s, charge in parts.items() for _ in range(n_of[s]) if charge < 0]
    volumes = [molar_volume.van_der_waals_volume_A3(s) for s in anions]
    if all(Chem.MolFromSmiles(s).GetNumAtoms() == 1 for s in cations):
        charge = sum(charge for charge in parts.values() if charge > 0)
        metals = [component.cation or ""] * len(cations)
        return molar_volume.estimate_salt_volume_mL_per_mol(metals, volumes, charge)
    volumes += [molar_volume.van_der_waals_volume_A3(s) for s in cations]
    return molar_volume.estimate_ionic_liquid_volume_mL_per_mol(volumes)


def extend_catalogue(
    catalogue: "Catalogue", component: Component | None = None, **arguments: Any
) -> "Catalogue":
    """Return a catalogue with one more component.

    Parameters
    ----------
    catalogue : Catalogue
        Stays as it is.
    component : Component, optional
        A finished component; else it is made from `arguments`.
    **arguments
        Those of `make_component`, and ``aliases`` (sequence of str),
        ``properties`` (mapping of property name to number or text),
        ``source`` (str, default "user") and ``quality`` of the properties
        (default "measured"). Without ``smiles`` and ``role`` the name is one of
        the catalogue, which is given further aliases and properties.

    Raises
    ------
    ValueError
        If a name is taken by another component, a key is unknown or the
        component is impossible.
    """
    from sodalyte.datasets.components.catalogue import (
        Catalogue,
        CatalogueEntry,
        normalise_name,
    )

    if component is None and not {"smiles", "role"} & set(arguments):
        component = _known_component(catalogue, arguments)
        arguments["name"] = component.name
    elif component is None:
        _check_keys(arguments)
        component = make_component(catalogue.ions, **arguments)
    aliases = tuple(arguments.get("aliases", ()))
    for text in (component.name, *aliases):
        owner = catalogue.name_index.get(normalise_name(text))
        if owner is not None and catalogue[owner] != component:
            raise ValueError(
                f"A name stands for one component; {text!r} of the new component "
                f"{component.name!r} already stands for {owner!r}. Choose another name."
            )
    entry = catalogue.entries.get(component.name)
    if entry is not None:
        entry = replace(entry, aliases=(*entry.aliases, *aliases))
    else:
        entry = CatalogueEntry(
            family="own",
            fluorine_mass_fraction=_fluorine_mass_fraction(component),
            cas="",
            systematic_name=component.name,
            aliases=aliases,
        )
    return Catalogue(
        {**dict(catalogue), component.name: component},
        {**catalogue.entries, component.name: entry},
        ambiguous=catalogue.ambiguous_aliases,
        ions=catalogue.ions,
        own_values=(*catalogue.own_values, *own_values(component, arguments)),
    )


def _known_component(catalogue: "Catalogue", arguments: Mapping[str, Any]) -> Component:
    """Find the component of the catalogue that a table without SMILES is about."""
    name = str(arguments.get("name", ""))
    allowed = ("name", "aliases", "properties", "quality", "source")
    wrong = [key for key in arguments if key not in allowed]
    if wrong:
        raise ValueError(
            f"A component without smiles and role is one of the catalogue and has "
            f"{', '.join(allowed)}; {name!r:.40} has {', '.join(wrong)}. Give its "
            "smiles and role, or remove these keys."
        )
    _check_keys({**arguments, "smiles": "-", "role": "salt"})
    if "density_g_per_mL" in arguments.get("properties", {}):
        raise ValueError(
            f"The density of a component of the catalogue stays, for amounts are "
            f"converted with it; {name!r} has another one. Remove it, or add the "
            "liquid under a name of your own."
        )
    try:
        return catalogue.find(name)
    except KeyError:
        nearest = ", ".join(catalogue.nearest_names(name)) or "none"
        raise ValueError(
            f"A component without smiles and role is one of the catalogue; {name!r} "
            f"is not (nearest: {nearest}). Give its smiles and role."
        ) from None


def _check_keys(arguments: Mapping[str, Any]) -> None:
    missing = [key for key in ("name", "smiles", "role") if not arguments.get(key)]
    unknown = [key for key in arguments if key not in _KEYS]
    faults = [f"{key} is missing" for key in missing]
    for key in unknown:
        near = difflib.get_close_matches(key, _KEYS, n=1)
        faults.append(f"{key} is unknown" + (f" (meant {near[0]}?)" if near else ""))
    faults += wrong_kinds(arguments, texts=_TEXTS, numbers=_NUMBERS, lists=("aliases",))
    role = arguments.get("role")
    if role and role not in ROLES:
        faults.append(f"role is {role!r}, not one of {', '.join(ROLES)}")
    if arguments.get("quality", "measured") not in QUALITIES:
        faults.append(
            f"quality is {arguments['quality']!r}, not one of {', '.join(QUALITIES)}"
        )
    if not isinstance(arguments.get("properties", {}), Mapping):
        faults.append("properties is no table")
    if faults:
        raise ValueError(
            f"A component of your own has name, smiles and role, and may have "
            f"{', '.join(_KEYS[3:])}; component {arguments.get('name', '?')!r:.40}: "
            f"{'; '.join(faults)}. Mend these keys."
        )


def _fluorine_mass_fraction(component: Component) -> float:
    from rdkit import Chem

    molecule = Chem.MolFromSmiles(component.smiles)
    n_fluorine = sum(atom.GetAtomicNum() == 9 for atom in molecule.GetAtoms())
    return round(
        n_fluorine
        * Chem.GetPeriodicTable().GetAtomicWeight(9)
        / component.molar_mass_g_per_mol,
        5,
    )


def read_components_toml(
    path: str | Path, catalogue: "Catalogue"
) -> tuple[dict[str, Any], ...]:
    """Read and check the components of a TOML file.

    Parameters
    ----------
    path : str or Path
        File of the form at the top of this module.
    catalogue : Catalogue
        What the components are to be added to; names must be free there.

    Returns
    -------
    tuple of dict
        Arguments of `extend_catalogue`, in the order of the file.

    Raises
    ------
    ValueError
        If the file is not TOML or components in it are faulty; shows five
        faults and their count.
    """
    content = read_toml(
        path, "A component file", "See the example in the documentation."
    )
    tables = content.get("component")
    if not isinstance(tables, list) or set(content) != {"component"}:
        raise ValueError(
            f"A component file holds [[component]] tables and nothing else; {path} "
            f"has {', '.join(sorted(content)) or 'nothing'}. Put each component "
            "under its own [[component]]."
        )
    _check_tables(path, tables, catalogue)
    return tuple(tables)


def _check_tables(
    path: str | Path, tables: Sequence[dict[str, Any]], catalogue: "Catalogue"
) -> None:
    faults = []
    for number, arguments in enumerate(tables, start=1):
        try:
            if set(arguments) & {"catalogue", "component"}:  # not keys of a table
                _check_keys(arguments)
            catalogue = extend_catalogue(catalogue, **arguments)
        except (TypeError, ValueError) as error:
            faults.append(f"component {number}: {error}")
    if faults:
        shown = " | ".join(faults[:5])
        raise ValueError(
            f"Every component of a file must be possible; in {path} {len(faults)} "
            f"are not: {shown} Mend these tables."
        )
