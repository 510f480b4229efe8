"""Carbon footprint, as far as the reviews give it."""

from __future__ import annotations

from sodalyte.models.cell.parameters import (
    Parameter,
    parameters_from_mapping,
    read_parameter_file,
)

__all__ = ["carbon_footprint"]


def carbon_footprint() -> Parameter:
    """Return the greenhouse gas of making an anode-free sodium cell.

    Returns
    -------
    Parameter
        kg CO2-eq per kWh of capacity. The value is that of a sodium-ion cell less the
        29 % that one passage of the review gives for leaving the anode out; the high
        end takes the 7.4 % of another passage. The two are on different bases, and
        neither depends on the electrolyte, so this ranks nothing.

    Examples
    --------
    >>> round(carbon_footprint().value, 1)
    99.6
    """
    table = parameters_from_mapping(read_parameter_file("impact.toml"), "impact.toml")
    base = table["sodium_ion_footprint_kg_per_kWh"]
    saved = table["anode_free_saving"]
    return Parameter(
        value=base.value * (1.0 - saved.value),
        low=base.low * (1.0 - saved.high),
        high=base.high * (1.0 - saved.low),
        unit="kg CO2-eq per kWh",
        source=f"{base.source}; {saved.source}",
    )
