"""The report of a retraining: one self-contained HTML page."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

__all__ = ["render_retrain_report"]

BAR_PIXELS = 220


def render_retrain_report(document: dict[str, Any]) -> str:
    """Write the report of one ``retrain`` run.

    Parameters
    ----------
    document : dict
        The JSON document; nothing is shown that is not in it.

    Returns
    -------
    str
        A whole HTML page that needs no network. Every text of a user is escaped.
    """
    from jinja2 import Environment, PackageLoader, StrictUndefined
    from markupsafe import Markup

    templates = files("sodalyte.screen") / "templates"
    environment = Environment(
        loader=PackageLoader("sodalyte.screen"),
        autoescape=True,
        undefined=StrictUndefined,
    )
    evaluation = document.get("evaluation")
    return environment.get_template("retrain.html").render(
        style=Markup((templates / "report.css").read_text(encoding="utf-8")),
        headline=_headline(document),
        figures=[_figure(item) for item in evaluation["figures"]] if evaluation else [],
        groups=_groups(evaluation) if evaluation else [],
        evaluation=evaluation,
        forward=_forward(document.get("forward")),
        drift=document.get("drift"),
        moved=[_moved(item) for item in document.get("moved", [])],
        proposals=document.get("proposals"),
        document={
            "notes": [],
            "corrections": [],
            "excluded": [],
            "seed": None,
            "settings": {},
            "changes": {"added": [], "removed": [], "amended": []},
            "registry": "",
            "forced": False,
            "refitted_champion": "",
            **document,
        },
    )


def _headline(document: dict[str, Any]) -> str:
    champion, challenger = document["champion"], document["challenger"]
    if challenger is None:
        return "Nothing was trained"
    if document.get("first_champion") and champion == challenger:
        return f"First model: {champion['version']}"
    if document.get("forced"):
        return f"{challenger['version']} is champion, by force"
    if document["promoted"]:
        return f"{challenger['version']} replaces {champion['version']}"
    return f"{champion['version']} stays champion; {challenger['version']} is worse"


def _interval(figure: dict[str, float], digits: int = 3) -> str:
    return (
        f"{figure['value']:+.{digits}f} "
        f"[{figure['low']:+.{digits}f}, {figure['high']:+.{digits}f}]"
    )


def _figure(figure: dict[str, Any]) -> dict[str, str]:
    return {
        "name": figure["name"],
        "champion": f"{figure['champion']:.3f}",
        "challenger": f"{figure['challenger']:.3f}",
        "difference": _interval(figure["difference"]),
    }


def _groups(evaluation: dict[str, Any]) -> list[dict[str, Any]]:
    """Return one bar a group: how much worse (right) or better (left)."""
    groups = evaluation["groups"]
    widest = max(abs(g["challenger"] - g["champion"]) for g in groups) or 1.0
    lines = []
    for group in sorted(groups, key=lambda g: g["challenger"] - g["champion"]):
        gap = group["challenger"] - group["champion"]
        lines.append(
            {
                "group": group["group"],
                "rows": group["rows"],
                "champion": f"{group['champion']:.3f}",
                "challenger": f"{group['challenger']:.3f}",
                "difference": f"{gap:+.3f}",
                "width": round(abs(gap) / widest * BAR_PIXELS / 2, 1),
                "is_worse": gap > 0,
            }
        )
    return lines


def _forward(forward: dict[str, Any] | None) -> list[tuple[str, str]]:
    if forward is None:
        return []
    covered = forward["coverage_90"]
    lines = [
        ("new rows", str(forward["n"])),
        ("root mean square error", f"{forward['rmse_nines']:.3f} nines"),
        ("predicting the mean", f"{forward['mean_rmse_nines']:.3f} nines"),
        ("difference to the mean", _interval(forward["difference_to_mean"])),
        ("predicted minus measured", _interval(forward["bias_nines"])),
        (
            "inside the 90 % interval",
            f"{covered['value']:.0%} [{covered['low']:.0%}, {covered['high']:.0%}]",
        ),
    ]
    earlier = forward.get("against_previous_champion")
    if earlier:
        lines.append(
            (
                f"error against that of {earlier['version']}, the champion before",
                _interval(earlier["difference"]),
            )
        )
    return lines


def _moved(item: dict[str, Any]) -> dict[str, Any]:
    def told(side: dict[str, Any]) -> str:
        ce = side["ce_percent"]
        return (
            f"{ce['median']:.2f} ({ce['low']:.2f} to {ce['high']:.2f}), "
            f"runs {side['runs_probability']:.0%}"
        )

    return {
        "formulation": item["formulation"],
        "before": told(item["before"]),
        "after": told(item["after"]),
        "moved": f"{item['moved_nines']:+.2f}",
        "why": item["why"],
    }
