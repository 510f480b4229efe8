"""Property values that come with a component of the user's own."""

from collections.abc import Mapping
from typing import Any

from sodalyte.datasets.components.component import Component
from sodalyte.datasets.components.values import (
    REFERENCE_TEMPERATURE_C,
    TEMPERATURE_DEPENDENT,
    TEXT_PROPERTIES,
    PropertyValue,
)


def own_values(
    component: Component, arguments: Mapping[str, Any]
) -> list[PropertyValue]:
    """Turn the properties of a component table into values of the catalogue.

    Parameters
    ----------
    component : Component
        Whose they are.
    arguments : Mapping
        ``properties`` with their names and units as in the catalogue, ``source``
        and ``quality``, and what else `extend_catalogue` was given.

    Returns
    -------
    list of PropertyValue
        With the density, where the component has one.

    Raises
    ------
    ValueError
        If a value is no number, or no text where one is wanted.
    """
    quality = str(arguments.get("quality", "measured"))
    source = str(arguments.get("source", "user"))
    given = dict(arguments.get("properties", {}))
    values = []
    for key, value in given.items():
        is_text = key in TEXT_PROPERTIES
        wanted = str if is_text else (float, int)
        if isinstance(value, bool) or not isinstance(value, wanted):
            raise ValueError(
                f"A property is {'text' if is_text else 'a number'}; {key} of "
                f"component {component.name!r} is {value!r}. The unit is in the name."
            )
        number_or_text = value if is_text else float(value)
        values.append(_value(component, key, number_or_text, quality, source))
    density = component.density_g_per_mL
    if density is not None and "density_g_per_mL" not in given:
        if {"density_g_per_mL", "molar_volume_mL_per_mol"} & set(arguments):
            values.append(
                _value(component, "density_g_per_mL", density, quality, source)
            )
        elif "smiles" in arguments:
            text = "sum of atom and group increments (molar_volume_increments.csv)"
            values.append(
                _value(component, "density_g_per_mL", density, "estimated", text)
            )
    return values


def _value(
    component: Component, key: str, value: float | str, quality: str, source: str
) -> PropertyValue:
    return PropertyValue(
        component=component.name,
        property_name=key,
        value=value,
        unit="",
        temperature_C=(
            REFERENCE_TEMPERATURE_C if key in TEMPERATURE_DEPENDENT else None
        ),
        medium="",
        quality=quality,
        source_kind="predicted" if quality == "estimated" else "own",
        uncertainty="",
        source=source,
        doi="",
        note="",
    )
