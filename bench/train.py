"""Train every recipe with three seeds or more on the real data, and write docs/results.md and docs/results.json.

    WEBPARITY_DATA=… python bench/train.py                      all that is not done yet, row by row
    WEBPARITY_DATA=… python bench/train.py --only chest-knn     one recipe
    WEBPARITY_DATA=… python bench/train.py --commit             commit the two files as each row ends

Each training is a process of its own, `webparity train`, so its memory is its own too. What is done stays done: a run
folder that exists is not trained again, and an interrupted training resumes where it stopped. The peer is the
accuracy of the work that each recipe follows, kept beside the recipe.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from intervals import draw_interval, measure_accuracy, measure_roc_auc

from webparity.registry import discover
from webparity.train import evaluate, load_run
from webparity.train.recipes.recipe import Goal, Recipe

RUNS = Path("build/bench/train")
RESULTS = Path("docs/results.json")
PAGE = Path("docs/results.md")
WEBPARITY = Path(sys.executable).with_name("webparity")


@dataclass(frozen=True)
class ResultRow:
    """One line of the results: a recipe with some of its choices."""

    recipe: Recipe
    goal: Goal

    @property
    def variant(self) -> str:
        """The choices as text; empty for a recipe with its defaults."""
        return ", ".join(str(v) if k == "variant" else f"{k} {v}" for k, v in self.goal.choices.items())

    def get_folder(self, seed: int) -> Path:
        """Return the folder of a training run."""
        words = [self.recipe.name, *(f"{k}-{v}" for k, v in self.goal.choices.items()), str(seed)]
        return RUNS / "-".join(words)


def list_rows(only: list[str]) -> Iterator[ResultRow]:
    """List every recipe with a goal, those that train quickly first."""
    recipes: list[Recipe] = [r for r in discover("webparity.train.recipes", "RECIPE").values() if r.goals]
    for recipe in sorted(recipes, key=lambda r: "cnn" in r.name):
        if not only or recipe.name in only:
            yield from (ResultRow(recipe, goal) for goal in recipe.goals)


def train(row: ResultRow, seed: int, epochs: int | None) -> dict[str, Any]:
    """Train once, or read what an earlier call left.

    Returns:
        What `webparity train --json` printed, with `seconds` and `peak_mib`.
    """
    folder = row.get_folder(seed)
    kept = folder.with_name(f"{folder.name}.json")
    if kept.is_file():
        figures: dict[str, Any] = json.loads(kept.read_text())
        return figures
    data = "mnist-full" if row.recipe.data == "mnist" else row.recipe.find_data(None)
    command = [WEBPARITY, "train", row.recipe.name, "--data", data, "--seed", str(seed), "--out", folder]
    command += [f"--set={name}={value}" for name, value in row.goal.choices.items()]
    command += ["--epochs", str(epochs)] if epochs else []
    started = time.perf_counter()
    process = subprocess.Popen([*command, "--force", "--json"], stdout=subprocess.PIPE)
    assert process.stdout is not None
    printed = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"{row.recipe.name} {row.variant} seed {seed} ended with {process.returncode}; start again to go on.")
    seconds = time.perf_counter() - started
    figures = {**json.loads(printed), "seconds": seconds, "peak_mib": usage.ru_maxrss / 1024}
    kept.write_text(json.dumps(figures))
    return figures


def make_result(row: ResultRow, runs: list[dict[str, Any]]) -> dict[str, Any]:
    """Make one entry of results.json."""
    accuracies = [run["metrics"]["accuracy"] for run in runs]
    return {
        "recipe": row.recipe.name,
        "variant": row.variant,
        "reference": row.goal.reference,
        "aim": row.goal.aim,
        "accuracy_mean": statistics.fmean(accuracies),
        "accuracy_sd": statistics.stdev(accuracies) if len(accuracies) > 1 else 0.0,
        "accuracies": accuracies,
        "roc_auc_mean": statistics.fmean(run["metrics"]["roc_auc"] for run in runs),
        "roc_auc_aim": row.goal.roc_auc,
        **find_intervals([row.get_folder(seed) for seed in range(len(runs))]),
        "f1_mean": statistics.fmean(run["metrics"].get("f1", run["metrics"]["f1_macro"]) for run in runs),
        "parameters": runs[0]["parameters"],
        "seconds": statistics.median(run["seconds"] for run in runs),
        "peak_mib": max(run["peak_mib"] for run in runs),
        "seeds": len(runs),
        "images": int(runs[0]["metrics"]["images"]),
        "machine": f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, no GPU",
        "versions": {name: version(name) for name in ("keras", "scikit-learn", "xgboost-cpu", "catboost", "webparity")},
        "date": f"{datetime.now(UTC):%Y-%m-%d}",
    }


def find_intervals(folders: list[Path]) -> dict[str, Any]:
    """Find the 95 % intervals of accuracy and AUC of these trainings."""
    evaluations = [evaluate(load_run(folder)) for folder in folders]
    labels, said = evaluations[0].labels, [each.probabilities for each in evaluations]
    return {
        "accuracy_interval": draw_interval(labels, said, measure_accuracy),
        "roc_auc_interval": draw_interval(labels, said, measure_roc_auc),
    }


def render_page(results: list[dict[str, Any]]) -> str:
    """Render the Markdown page."""
    lines = [
        "# What the recipes reach",
        "",
        "Written by `bench/train.py`; do not edit. Test accuracy as mean ± standard deviation over seeds from 0 on;",
        "no choice was made on the test images. `reference` is the figure of the work a recipe follows, `aim` what",
        "was set as a goal here. F1 is that of pneumonia for two classes, the macro average otherwise. Seconds are the",
        "median of whole trainings (data, fitting, evaluation), on a machine that did other work beside.",
        "",
        "The 95 % interval is that of the mean with other seeds and other test images: both are drawn again, with",
        "replacement, 2,000 times. Rows without one were measured before it was. The area under the ROC curve (AUC) is",
        "that of pneumonia for two classes, and for more the mean of each class against the others.",
        "",
        "Chest X-rays: the copy of Kermany et al. (2018) that its source had **already resized to 224x224**; 624 test",
        "images, where the reference counted 640. MNIST: 10,000 test images.",
        "",
        "| recipe | variant | reference | aim | ours | 95 % | F1 | AUC | seeds | parameters | seconds | peak MiB |",
        "|---|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for r in results:
        ours = f"{r['accuracy_mean']:.4f} ± {r['accuracy_sd']:.4f}"
        reference = f"{r['reference']:.4f}" if r["reference"] else ""
        lines.append(
            f"| `{r['recipe']}` | {r['variant']} | {reference} | {r['aim']:.4f} | {ours} "
            f"| {_format_interval(r.get('accuracy_interval'))} | {r['f1_mean']:.4f} | {_format_auc(r)} | {r['seeds']} "
            f"| {r['parameters']:,} | {r['seconds']:.0f} | {r['peak_mib']:.0f} |"
        )
    machines = sorted(
        {(r["machine"], r["date"], ", ".join(f"{k} {v}" for k, v in r["versions"].items())) for r in results}
    )
    return "\n".join([*lines, "", *(f"- {machine}; {date}; {versions}" for machine, date, versions in machines)]) + "\n"


def _format_interval(interval: list[float] | None) -> str:
    return f"{interval[0]:.4f} to {interval[1]:.4f}" if interval else ""


def _format_auc(result: dict[str, Any]) -> str:
    if "roc_auc_mean" not in result:
        return ""
    aim = f", aim {result['roc_auc_aim']:.2f}" if result["roc_auc_aim"] else ""
    return f"{result['roc_auc_mean']:.4f} ({_format_interval(result['roc_auc_interval'])}{aim})"


def load_results() -> list[dict[str, Any]]:
    """Load the finished rows."""
    rows_: list[dict[str, Any]] = json.loads(RESULTS.read_text()) if RESULTS.is_file() else []
    return rows_


def merge_result(results: list[dict[str, Any]], new: dict[str, Any]) -> list[dict[str, Any]]:
    """Add or replace one entry, and sort the results by name."""
    others = [r for r in results if (r["recipe"], r["variant"]) != (new["recipe"], new["variant"])]
    return sorted([*others, new], key=lambda r: (r["recipe"], r["variant"]))


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", action="append", default=[], metavar="RECIPE", help="may be given again")
    parser.add_argument("--again", action="store_true", help="also the rows that results.json has")
    parser.add_argument("--commit", action="store_true", help="commit the results as each row ends")
    parser.add_argument("--quick", action="store_true", help="one seed and one epoch; prints, writes no page")
    parser.add_argument("--json", type=Path, help="write the figures here too, for machines")
    options = parser.parse_args()
    if options.quick:
        global RUNS  # noqa: PLW0603 - short trainings must not be taken for whole ones
        RUNS = RUNS.with_name("train-quick")
    RUNS.mkdir(parents=True, exist_ok=True)
    results = load_results()
    done = {(r["recipe"], r["variant"]) for r in results}
    for row in list_rows(options.only):
        if (row.recipe.name, row.variant) in done and not (options.again or options.quick):
            continue
        seeds = range(1 if options.quick else row.goal.seeds)
        new = make_result(row, [train(row, seed, 1 if options.quick else None) for seed in seeds])
        name, number = ("reference", row.goal.reference) if row.goal.reference else ("aim", row.goal.aim)
        ratio = new["accuracy_mean"] / number
        print(f"{row.recipe.name} {row.variant}: {new['accuracy_mean']:.4f}, {ratio:.3f} of the {name}", flush=True)
        if options.quick:
            results = merge_result(results, new)
            continue
        # Read anew: another call may have ended a row meanwhile.
        results = merge_result(load_results(), new)
        RESULTS.write_text(json.dumps(results, indent=2) + "\n")
        PAGE.write_text(render_page(results))
        if options.commit:
            message = f"Results of {row.recipe.name} {row.variant}".strip()
            git = shutil.which("git") or "git"
            subprocess.run([git, "add", RESULTS, PAGE], check=True)
            subprocess.run([git, "commit", "-q", "-m", message, "--", RESULTS, PAGE], check=True)
    if options.json:
        options.json.write_text(json.dumps(results, indent=2) + "\n")


if __name__ == "__main__":
    main()
