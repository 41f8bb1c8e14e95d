"""Hostile names through every command: no terminal escapes, no forged lines, valid XML and CSV."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import shutil
import signal
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from hostile import HOSTILE, assert_escaped
from running import Command, CommandResult
from small_models import fit_small_model

from webparity.text.csv_cell import escape_csv_cell
from webparity.text.visible import escape_invisible

pytestmark = pytest.mark.slow

FORMULA = tuple("=+-@\t\r")


@pytest.fixture(scope="module")
def hostile_bundle(photos: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bundle whose name, labels and golden titles are hostile."""
    from webparity.export.exportable import Exportable
    from webparity.export.inputs.golden import GoldenFile
    from webparity.export.pipeline import write_bundle
    from webparity.models.baked import bake
    from webparity.models.estimators.baked import split_image_preprocessing
    from webparity.models.model_file import serialize_model

    model, spec = split_image_preprocessing(fit_small_model(np.arange(len(HOSTILE))))
    assert spec is not None
    data = (photos / "0.png").read_bytes()
    exportable = Exportable(
        name=HOSTILE[0],
        baked=bake(model, spec),
        source=serialize_model(model),
        labels=HOSTILE,
        golden=[GoldenFile(data=data, suffix=".png", title=title) for title in HOSTILE[:6]],
        data=HOSTILE[1],
        metrics={HOSTILE[2]: 0.5},
    )
    out = tmp_path_factory.mktemp("hostile") / "bundle"
    write_bundle(exportable, out, target_names=["onnx"], page=True)
    return out


@pytest.fixture(scope="module")
def hostile_site(hostile_bundle: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site alone, with hostile ids, warnings and versions too, as somebody else may have written them."""
    site = tmp_path_factory.mktemp("site") / "site"
    shutil.copytree(hostile_bundle / "site", site)
    manifest = json.loads((site / "manifest.json").read_bytes())
    manifest["artifacts"][0].update(id=HOSTILE[0], warnings=list(HOSTILE), backends=list(HOSTILE), ops=list(HOSTILE))
    manifest["producer"] |= {f"p{HOSTILE[0]}": HOSTILE[1]}
    manifest["page"] = None
    manifest["files"].pop("index.html", None)
    (site / "index.html").unlink(missing_ok=True)
    (site / "manifest.json").write_text(json.dumps(manifest))
    return site


@pytest.fixture(scope="module")
def hostile_photos(photos: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Images by hostile names, one of which is no UTF-8, in a folder of a hostile name."""
    folder = tmp_path_factory.mktemp("photos") / HOSTILE[0]
    folder.mkdir()
    for number, name in enumerate(HOSTILE):
        shutil.copy(photos / f"{number % 4}.png", folder / f"{name.replace('/', '_')}.png")
    shutil.copy(photos / "0.png", os.fsencode(folder) + b"/\xff\x80.png")
    (folder / f"{HOSTILE[1]}.jpg").write_bytes(b"no image")
    return folder


def expect_nothing_obeyed(said: CommandResult, code: int | None = None) -> CommandResult:
    assert_escaped(said.out)
    assert_escaped(said.err)
    assert not said.faults, said.faults
    assert code is None or said.code == code, said
    return said


@pytest.mark.parametrize("whose", ["bundle", "site"])
def test_inspect(hostile_bundle: Path, hostile_site: Path, command: Command, whose: str) -> None:
    bundle = hostile_bundle if whose == "bundle" else hostile_site
    shown = expect_nothing_obeyed(command("inspect", bundle), 0).out
    assert escape_invisible(HOSTILE[0]) in shown
    manifest = json.loads(expect_nothing_obeyed(command("inspect", bundle, "--json"), 0).out)
    assert manifest["labels"] == list(HOSTILE)


@pytest.mark.parametrize("form", ["text", "csv", "jsonl", "json"])
def test_predict(hostile_bundle: Path, hostile_photos: Path, command: Command, form: str) -> None:
    said = expect_nothing_obeyed(command("predict", hostile_bundle, hostile_photos, "--format", form), 2)
    assert "named above" in said.err
    count = len(HOSTILE) + 1
    if form == "csv":
        rows = list(csv.reader(io.StringIO(said.out)))
        assert {len(row) for row in rows} == {3 + len(HOSTILE)}
        assert len(rows) == count + 1
        assert rows[0][3:] == [escape_csv_cell(f"probability of {label}") for label in HOSTILE]
        assert {row[1] for row in rows[1:]} <= {escape_csv_cell(label) for label in HOSTILE}
        assert not any(
            cell.startswith(FORMULA) and not re.fullmatch(r"-?[\d.e-]+", cell) for row in rows for cell in row
        )
    elif form == "text":
        assert len(said.out.splitlines()) == count
    else:
        answers = json.loads(said.out) if form == "json" else [json.loads(line) for line in said.out.splitlines()]
        assert len(answers) == count
        assert set(answers[0]["probabilities"]) == set(HOSTILE)
        answered = {Path(answer["file"]).name for answer in answers}
        assert answered == {f"{name.replace('/', '_')}.png" for name in HOSTILE} | {"\\xff\\x80.png"}


@pytest.mark.parametrize("whose", ["golden", "images", "site"])
def test_verify(
    hostile_bundle: Path, hostile_site: Path, hostile_photos: Path, tmp_path: Path, command: Command, whose: str
) -> None:
    bundle = hostile_site if whose == "site" else hostile_bundle
    images = ["--images", hostile_photos] if whose == "images" else []
    run = ["verify", bundle, *images, "--runtime", "onnxruntime"]
    said = expect_nothing_obeyed(command(*run, "--report", tmp_path / "report", "--require", "onnxruntime"))
    assert said.code in {0, 1}
    text = json.loads(expect_nothing_obeyed(command(*run, "--json", "--against", tmp_path / "report")).out)
    assert text["labels"] == list(HOSTILE)
    junit = (tmp_path / "report" / "junit.xml").read_text(encoding="utf-8")
    assert_escaped(junit)
    assert ET.fromstring(junit).get("name") == f"webparity {escape_invisible(HOSTILE[0])}"
    refuse_html((tmp_path / "report" / "report.html").read_text(encoding="utf-8"))
    assert json.loads((tmp_path / "report" / "report.json").read_bytes())["labels"] == list(HOSTILE)


def refuse_html(page: str) -> None:
    assert_escaped(page)
    tags: list[str] = []

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, attrs: object) -> None:
            del attrs
            tags.append(tag)

    Reader().feed(page)
    assert "script" not in tags
    assert "x" not in tags
    assert "{{ 7 * 7 }}" in page or "49" not in tags


def test_reports_of_which_every_text_is_hostile(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Runtimes and reasons are other programs' words."""
    from webparity.cli.output.console import print_result
    from webparity.parity.views.table import build_table
    from webparity.parity.views.write import write_report
    from webparity.verification.report import Decode, Integrity, Reference, Report, Run

    runs = [
        Run(
            name=name,
            runtime=name,
            version=name,
            artifact=name,
            backend=name,
            engine=name,
            verdict=verdict,
            reason=name,
            decode=Decode(ok=False, identical=0, differing=1, refused_alike=0, differing_images=[name]),
        )
        for name in HOSTILE
        for verdict in ("fail", "unavailable")
    ]
    report = Report(
        bundle="0" * 64,
        name=HOSTILE[0],
        labels=list(HOSTILE),
        images=1,
        integrity=Integrity(ok=False, failing=list(HOSTILE)),
        reference=Reference(runtime=HOSTILE[0], version=HOSTILE[1], verdict="fail", reason=HOSTILE[2]),
        verdict="fail",
        reason=HOSTILE[0],
        missing=list(HOSTILE),
        runs=runs,
    )
    write_report(report, tmp_path / "report")
    print_result(build_table(report))
    assert_escaped(capfd.readouterr().out)
    junit = (tmp_path / "report" / "junit.xml").read_text(encoding="utf-8")
    assert_escaped(junit)
    cases = ET.fromstring(junit).findall("testcase")
    assert [case.get("name") for case in cases[1::2]] == [escape_invisible(name) for name in HOSTILE]
    refuse_html((tmp_path / "report" / "report.html").read_text(encoding="utf-8"))


def test_evaluation(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    from webparity.cli.output.console import print_json_document, print_result
    from webparity.train.datasets.dataset import Split
    from webparity.train.evaluation.evaluation import evaluate_split, to_json
    from webparity.train.evaluation.terminal import render_evaluation
    from webparity.train.evaluation.write import write_evaluation

    count = len(HOSTILE)
    numbers = np.random.default_rng(0)
    labels = np.repeat(np.arange(count), 3)
    names = tuple(f"{HOSTILE[label]}{index}\udc80.png" for index, label in enumerate(labels))
    images = numbers.integers(0, 256, (len(labels), 8, 8, 3), dtype=np.uint8)
    probabilities = numbers.dirichlet(np.ones(count), len(labels))
    split = Split(images=images, labels=labels, names=names)
    unused = None
    facts = {f"{name}{index}": name for index, name in enumerate((*HOSTILE, "\udcff"))}
    evaluation = evaluate_split(unused, split, HOSTILE, facts=facts, probabilities=probabilities)
    write_evaluation(evaluation, tmp_path / "evaluation")
    print_result(render_evaluation(evaluation))
    print_json_document(to_json(evaluation))
    assert_escaped(capfd.readouterr().out)
    refuse_html((tmp_path / "evaluation" / "evaluation.html").read_text(encoding="utf-8"))
    pictures = sorted((tmp_path / "evaluation" / "pictures").iterdir())
    assert pictures
    for picture in pictures:
        assert_escaped(picture.read_text(encoding="utf-8"))
        ET.parse(picture)
    json.loads((tmp_path / "evaluation" / "metrics.json").read_bytes())


@pytest.mark.parametrize("name", [name for name in HOSTILE if not name.startswith("-")])
def test_wrong_use_with_hostile_arguments(
    hostile_bundle: Path, small_run: Path, tmp_path: Path, command: Command, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.chdir(tmp_path)
    path = name.replace("/", "_")
    cases: list[list[str | Path]] = [
        [name],
        [f"--{name}"],
        ["recipes", name],
        ["train", name],
        ["train", "chest-knn", "--set", f"{name}=1"],
        ["train", "chest-knn", "--classes", name],
        ["train", "chest-knn", "--data", path],
        ["tune", name],
        ["tune", "chest-knn", "--method", name],
        ["cross-validate", "chest-knn", "--folds", name],
        ["cross-validate", "chest-knn", "--data", path, "--out", f"out{path}"],
        ["evaluate", path],
        ["evaluate", small_run, "--data", path, "--out", f"out{path}"],
        ["export", path, "--out", path],
        ["export", small_run, "--out", path, "--target", name],
        ["export", small_run, "--out", path, "--labels", path],
        ["predict", path, path],
        ["predict", hostile_bundle, path],
        ["predict", hostile_bundle, path, "--format", name],
        ["verify", path],
        ["verify", hostile_bundle, "--runtime", name],
        ["verify", hostile_bundle, "--browser", name],
        ["verify", hostile_bundle, "--against", path],
        ["verify", hostile_bundle, "--images", path],
        ["inspect", path],
        ["serve", path],
        ["demo", "--port", name],
    ]
    # Each name goes to a third of the places, each place gets a third of the names.
    for arguments in cases[HOSTILE.index(name) % 3 :: 3]:
        said = expect_nothing_obeyed(command(*arguments), 2)
        assert said.err, arguments


def test_export_and_evaluation_of_hostile_paths(
    models: dict[str, Path],
    hostile_photos: Path,
    radiographs: Path,
    tmp_path: Path,
    command: Command,
) -> None:
    folder = tmp_path / HOSTILE[0]
    folder.mkdir()
    model = Path(shutil.copy(models[".skops"], folder / f"{HOSTILE[3]}.skops".replace("/", "_")))
    (tmp_path / "labels.txt").write_text("\n".join((HOSTILE[2], HOSTILE[11], HOSTILE[18])), encoding="utf-8")
    out = folder / HOSTILE[6]
    arguments = ["export", model, "--target", "onnx", "--no-page", "--labels", tmp_path / "labels.txt", "--out", out]
    for golden in ([], ["--golden", hostile_photos]):
        said = expect_nothing_obeyed(command(*arguments, *golden, "--force"))
        assert said.code == (2 if golden else 0), said
    expect_nothing_obeyed(command("export", model, "--init-preprocessing", folder / "x\x1b.toml"), 0)
    data = folder / f"data{HOSTILE[0]}"
    shutil.copytree(radiographs, data)
    run, evaluation = folder / f"run{HOSTILE[0]}", folder / f"evaluation{HOSTILE[0]}"
    expect_nothing_obeyed(command("train", "chest-linear-svc", "--data", data, "--out", run), 0)
    expect_nothing_obeyed(command("evaluate", run, "--out", evaluation), 0)
    refuse_html((evaluation / "evaluation.html").read_text(encoding="utf-8"))


def test_serve_prints_the_name_in_one_line(hostile_bundle: Path) -> None:
    line = [sys.executable, "-uc", "from webparity.cli.main import main; main()", "serve", str(hostile_bundle)]
    with subprocess.Popen([*line, "--port", "0"], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as server:
        assert server.stdout is not None
        shown = server.stdout.readline().decode()
        server.send_signal(signal.SIGINT)
        try:
            rest = b"".join(server.communicate(timeout=60)).decode()
        finally:
            server.kill()
    assert escape_invisible(HOSTILE[0]) in shown
    assert_escaped(shown + rest)


@pytest.mark.parametrize(
    ("encoding", "form"), [("ascii", "text"), ("ascii", "json"), ("latin-1", "csv"), ("utf-8", "jsonl")]
)
def test_terminals_of_other_encodings(hostile_bundle: Path, hostile_photos: Path, encoding: str, form: str) -> None:
    line = [sys.executable, "-c", "from webparity.cli.main import main; main()", "predict", str(hostile_bundle)]
    environment = {**os.environ, "PYTHONIOENCODING": encoding, "LC_ALL": "C", "PYTHONUTF8": "0"}
    names = sorted(os.listdir(os.fsencode(hostile_photos)))  # noqa: PTH208 - names as bytes
    image = os.fsencode(hostile_photos) + b"/" + next(name for name in names if name.startswith(b"\xff"))
    arguments = [*map(os.fsencode, line), image, b"--format", form.encode()]
    done = subprocess.run(arguments, capture_output=True, env=environment, check=False)
    assert done.returncode == 0, done.stderr
    text = done.stdout.decode(encoding if form != "text" else "utf-8", errors="replace")
    assert_escaped(text)
    assert "\\xff\\x80.png" in text.replace("\\\\x", "\\x")
    if form == "json":
        assert set(json.loads(text)[0]["probabilities"]) == set(HOSTILE)


def test_the_terminal_is_written_to_by_one_module_only() -> None:
    root = Path(__file__).parents[2]
    writers = re.compile(
        r"click\.(echo|secho)\(|(?<![\w.])print\(|sys\.std(out|err)\.write|markup=True|Text\.from_markup"
    )
    allowed = {"cli/output/console.py", "cli/main.py", "core/model_safety/probe.py"}
    found = {
        file.relative_to(root).as_posix()
        for folder in ("cli", "core", "export", "parity", "train")
        for file in (root / folder).rglob("*.py")
        if writers.search(file.read_text(encoding="utf-8"))
    }
    assert found <= allowed, sorted(found - allowed)
