"""Log a retraining to MLflow through its own client, where that is installed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from types import ModuleType

    from sodalyte.screen.surrogates.registry import Registry

__all__ = ["load_mlflow", "log_retraining"]

EXPERIMENT = "sodalyte"


def load_mlflow() -> ModuleType:
    """Import MLflow, before any work is done for it.

    Raises
    ------
    ValueError
        If it is not installed; says how to install it.
    """
    try:
        import mlflow
    except ImportError as error:
        raise ValueError(
            f"Logging to MLflow needs its client. It is not installed ({error}). "
            "Run 'pip install mlflow-skinny', or leave out --mlflow."
        ) from None
    return mlflow


def log_retraining(document: dict[str, Any], registry: Registry, uri: str) -> str:
    """Log figures, settings, data hash and card of one retraining as a run.

    Parameters
    ----------
    document : dict
        Of ``sodalyte retrain``; one with a challenger.
    registry : Registry
        Where the challenger lies.
    uri : str
        Tracking URI as MLflow takes it, such as ``sqlite:///runs.db``.

    Returns
    -------
    str
        MLflow's id of the run.

    Raises
    ------
    ValueError
        If MLflow is not installed or refuses the URI.
    """
    mlflow = load_mlflow()
    version = document["challenger"]["version"]
    card = registry.card(version)
    try:
        client = mlflow.MlflowClient(tracking_uri=uri)
        found = client.get_experiment_by_name(EXPERIMENT)
        experiment = (
            found.experiment_id if found else client.create_experiment(EXPERIMENT)
        )
        run = client.create_run(experiment, run_name=version)
    except mlflow.exceptions.MlflowException as error:
        raise ValueError(
            f"MLflow must accept the tracking URI. '{uri}': {error}. The model is in "
            "the registry; only the logging failed. Correct --mlflow."
        ) from None
    name = run.info.run_id
    for key, value in {
        "version": version,
        "parent": card["parent"],
        "seed": card["seed"],
        "data_sha256": card["data"]["sha256"],
        "code": card["code"]["fingerprint"],
        **card["settings"],
    }.items():
        client.log_param(name, str(key), value)
    for key, figure in _metrics(document).items():
        client.log_metric(name, key, figure)
    client.set_tag(name, "promoted", str(document["promoted"]))
    client.set_tag(name, "forced", str(document["forced"]))
    client.set_tag(name, "why", document["why"])
    client.log_dict(name, card, "card.json")
    client.set_terminated(name)
    return str(name)


def _metrics(document: dict[str, Any]) -> dict[str, float]:
    metrics = {
        "rows": float(document["challenger"]["rows"]),
        "crps_nines": document["challenger"].get("crps_nines"),
        "rmse_nines": document["challenger"].get("rmse_nines"),
        "champion_crps_nines": document["champion"].get("crps_nines"),
        "champion_rmse_nines": document["champion"].get("rmse_nines"),
    }
    if document["evaluation"]:
        gap = document["evaluation"]["figures"][0]["difference"]
        metrics |= {f"crps_difference_{key}": value for key, value in gap.items()}
    forward = document.get("forward")
    if forward:
        metrics["forward_rmse_nines"] = forward["rmse_nines"]
    return {key: float(value) for key, value in metrics.items() if value is not None}
