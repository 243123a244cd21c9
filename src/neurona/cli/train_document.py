"""The document of a training run, for programs."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

from neurona.data.columns.schema import Schema
from neurona.show.encode import encode
from neurona.study.diagnosis import Diagnosis
from neurona.table.compare import Comparison
from neurona.table.train import TrainedTable

__all__ = ["write_json"]


def write_json(
    trained: TrainedTable, found: Comparison, diagnosis: Diagnosis, out: Path
) -> dict[str, Any]:
    """Document of a run for programs."""
    plan, history = trained.plan, trained.history
    return {
        "task": plan.schema.task,
        "target": list(plan.schema.targets),
        "classes": list(plan.schema.classes),
        "network": str(plan.model.network),
        "parameters": len(plan.model.network.parameters.vector),
        "columns": columns_json(plan.schema),
        "notes": list(plan.notes),
        "choices": {
            name: list(value) if isinstance(value, tuple) else value
            for name, value in asdict(plan.recipe).items()
            if name != "reasons"
        },
        "loss": plan.head.loss.name,
        "rows": {
            "train": len(plan.split.train),
            "validation": len(plan.split.validation),
            "test": len(plan.split.test),
        },
        "quality": plan.quality.name,
        "by_folds": trained.by_folds and trained.by_folds.to_json(),
        "metrics": trained.metrics,
        "yardsticks": [
            {
                "kind": e.kind,
                "score": e.score,
                "standard_error": e.error,
                "behind": e.behind,
                "behind_standard_error": e.behind_error,
                "folds": e.folds,
                "rows": e.test_rows,
            }
            for e in found.entries
        ],
        "verdict": found.sentence,
        "findings": encode(diagnosis.findings),
        "epochs": len(history),
        "best_epoch": history.best_epoch,
        "stopped": history.stopped,
        "history": history.to_json()["epochs"],
        "seconds": trained.seconds,
        "model": str(out),
    }


def columns_json(schema: Schema) -> list[dict[str, Any]]:
    """Columns with kind, role and reason."""
    return [
        {"name": c.name, "kind": c.kind, "role": c.role, "reason": c.reason}
        for c in schema.columns
    ]
