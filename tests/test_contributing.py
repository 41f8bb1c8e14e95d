"""CONTRIBUTING's table "Adding one more": each row is done in a copy of the tree and touches as many files as stated.

The files added are those under `tests/contributing/`. The checkout itself is never written to.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import numpy as np
import pytest
import skops.io
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from webparity.bundle.read import Bundle, open_bundle
from webparity.preprocessing.sklearn_transformer import ImagePreprocessing
from webparity.preprocessing.spec import Preprocessing

ROOT: Final = Path(__file__).parents[1]
EXAMPLES: Final = Path(__file__).parent / "contributing"
# Documents and tests are not counted; the checks need none of them but the cases that TypeScript's tests import.
LEFT_OUT: Final = ("docs/", "tests/", "parity_tests/", "bench/")
KEPT: Final = "tests/shared/"
WINGS: Final = {"train": "train", "export": "export", "parity": "parity", "cli": "cli", "assets": "web/assets"}


def _read_table() -> dict[str, int]:
    """Rows of the table: what is added, and how many files that touches."""
    text = (ROOT / "CONTRIBUTING.md").read_text()
    section = text[text.index("## Adding one more") :].split("\n## ")[0]
    rows = re.findall(r"(?m)^\| ([^|]+?) +\| (\d+) +\|", section)
    return {what: int(files) for what, files in rows}


class SourceTree:
    """A copy of the tree with a folder that Python imports it from."""

    def __init__(self, root: Path) -> None:
        self.root = root
        command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
        listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True, text=True).stdout
        for name in filter(None, listed.split("\0")):
            if (name.startswith(KEPT) or not name.startswith(LEFT_OUT)) and (ROOT / name).is_file():
                (root / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(ROOT / name, root / name)
        self._packages = root / "build" / "packages"
        inside = self._packages / "webparity"
        inside.mkdir(parents=True)
        for entry in (root / "core").iterdir():
            (inside / entry.name).symlink_to(entry)
        for name, folder in WINGS.items():
            (inside / name).symlink_to(root / folder)
        self._before = self._digest_files()

    def link(self, name: str) -> None:
        """Link every file of a folder that git ignores; only for what nothing in the copy writes again."""
        shutil.copytree(ROOT / name, self.root / name, copy_function=_link, symlinks=True)

    def add(self, example: str) -> None:
        """Put an example's files where they belong."""
        shutil.copytree(EXAMPLES / example, self.root, dirs_exist_ok=True)

    def count_touched(self) -> int:
        """Count the files that are new or changed since the copy was made."""
        after = self._digest_files()
        assert set(self._before) <= set(after)
        return sum(self._before.get(name) != digest for name, digest in after.items())

    def run(self, *command: str | Path) -> str:
        """Run a command in the copy and return what it writes to standard output."""
        environment = os.environ | {"PYTHONPATH": str(self._packages), "PYTHONDONTWRITEBYTECODE": "1"}
        done = subprocess.run(
            [str(part) for part in command], cwd=self.root, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, f"{command} ended with {done.returncode}:\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def webparity(self, *arguments: str | Path) -> str:
        """Run the command line of the copy."""
        return self.run(sys.executable, "-c", "from webparity.cli.entry import main; main()", *arguments)

    def verify(self, bundle: Path, runtime: str) -> dict[str, Any]:
        """Verify a bundle in one runtime of the copy and return its run."""
        report = json.loads(self.webparity("verify", bundle, "--runtime", runtime, "--require", runtime, "--json"))
        (run,) = report["runs"]
        return dict(run)

    def _digest_files(self) -> dict[str, str]:
        skipped = {"build", "node_modules", "__pycache__", "page", "node"}
        found: dict[str, str] = {}
        for folder, folders, names in os.walk(self.root):
            folders[:] = [name for name in folders if name not in skipped and not name.startswith(".")]
            for name in names:
                file = Path(folder) / name
                found[file.relative_to(self.root).as_posix()] = hashlib.sha256(file.read_bytes()).hexdigest()
        return found


def _link(source: str, target: str) -> str:
    try:
        os.link(source, target)
    except OSError:  # another disk
        shutil.copy2(source, target)
    return target


def _add_runtime(tree: SourceTree, bundle: Path) -> None:
    run = tree.verify(bundle, "example")
    assert (run["name"], run["artifact"], run["verdict"]) == ("example:cpu@python", "onnx-float32", "pass")


def _add_web_runtime(tree: SourceTree, bundle: Path) -> None:
    tree.link("web/node_modules")
    tree.run(ROOT / "scripts/with-node", "npm", "--prefix", "web", "run", "--silent", "build")
    tree.run(ROOT / "scripts/with-node", "npm", "--prefix", "web", "run", "--silent", "check")
    run = tree.verify(bundle, "example")
    assert (run["name"], run["artifact"], run["verdict"]) == ("example", "onnx-float32", "pass")


def _add_engine(tree: SourceTree, bundle: Path) -> None:
    tree.link("web/assets/page")
    run = tree.verify(bundle, "onnxruntime-web:wasm@example")
    assert run["verdict"] == "pass"
    assert run["engine"].startswith("example ")
    listed = "from webparity.parity.plan import *; print(*(list_runtimes().keys() - list_unsupported()))"
    names = tree.run(sys.executable, "-c", listed).split()
    assert sorted(name for name in names if name.endswith("@example")) == [
        "onnxruntime-web:wasm@example",
        "tfjs:cpu@example",
        "tfjs:wasm@example",
        "webparity@example",
    ]


def _add_command(tree: SourceTree, _: Path) -> None:
    assert tree.webparity("example", "world") == "hello, world\n"
    assert re.search(r"(?m)^  example +Greet NAME\.", tree.webparity("--help"))


def _add_target(tree: SourceTree, _: Path) -> None:
    images = np.random.default_rng(0).integers(0, 256, (9, 8, 8, 3), dtype=np.uint8)
    pipeline = make_pipeline(ImagePreprocessing(Preprocessing(height=8, width=8)), LogisticRegression())
    model, out = tree.root / "build" / "model.skops", tree.root / "build" / "bundle"
    skops.io.dump(pipeline.fit(images, [0, 1, 2] * 3), model)
    assert re.search(r"--target TEXT +example, onnx, ", tree.webparity("export", "--help"))
    tree.webparity("export", model, "--target", "example", "--no-page", "--out", out)
    (artifact,) = open_bundle(out).manifest.artifacts
    assert (artifact.id, artifact.backends) == ("example-float32", ["onnxruntime"])


def _add_recipe(tree: SourceTree, _: Path) -> None:
    assert "handwritten digits, 8x8 gray" in tree.webparity("recipes")
    out = tree.root / "build" / "run"
    trained = json.loads(tree.webparity("train", "example-digits", "--out", out, "--json"))
    assert trained["metrics"]["accuracy"] > 0.8


_EXPORT: Final = """
import sys
import numpy as np
from sklearn.linear_model import LogisticRegression
from webparity import Preprocessing
from webparity.export import export_model

spec = Preprocessing(height=4, width=6, **{sys.argv[1]: "example"})
noise = np.random.default_rng(0)
model = LogisticRegression().fit(noise.random((20, 24)), np.arange(20) % 2)
export_model(model, sys.argv[2], preprocessing=spec, targets=["onnx"], page=False)
"""


def _export_with(tree: SourceTree, field: str) -> None:
    """Export a classifier whose preprocessing has the value `example`, and verify the bundle."""
    out = tree.root / "build" / "bundle"
    tree.run(sys.executable, "-c", _EXPORT, field, out)
    assert json.loads((out / "site" / "manifest.json").read_text())["preprocessing"][field] == "example"
    assert tree.verify(out, "onnxruntime")["verdict"] == "pass"
    example = "from webparity.export.inputs.preprocessing_file import EXAMPLE; print(EXAMPLE)"
    assert '# "example": ' in tree.run(sys.executable, "-c", example)


def _add_interpolation(tree: SourceTree, _: Path) -> None:
    _export_with(tree, "resize")


def _add_fit(tree: SourceTree, _: Path) -> None:
    _export_with(tree, "fit")


_FIT_AND_EXPORT: Final = """
import json, sys
from pathlib import Path
import numpy as np
from PIL import Image
from sklearn.neighbors import NearestCentroid
from sklearn.pipeline import make_pipeline
import webparity
from webparity.export import export_model
from webparity.parity import verify
from webparity.preprocessing.sklearn_transformer import ImagePreprocessing

out = Path(sys.argv[1])
labels = np.arange(60) % 3
images = np.random.default_rng(0).integers(0, 120, (60, 6, 6, 3), dtype=np.uint8)
images[labels == 1, :3] += 80
images[labels == 2, :, 3:] += 80
golden = out / "images"
golden.mkdir(parents=True)
for number, image in enumerate(images[:6]):
    Image.fromarray(image).save(golden / f"{number}.png")
spec = webparity.Preprocessing(height=6, width=6)
model = make_pipeline(ImagePreprocessing(spec), NearestCentroid()).fit(images, labels)
export_model(model, out / "bundle", labels=["a", "b", "c"], golden=golden, targets=["onnx"])
report = verify(out / "bundle", images=golden, runtimes=["onnxruntime"])
print(json.dumps([report.reference.runtime, report.verdict]))
"""


def _add_estimator(tree: SourceTree, _: Path) -> None:
    tree.link("web/assets/page")
    told = tree.run(sys.executable, "-c", _FIT_AND_EXPORT, tree.root / "build" / "estimator")
    assert json.loads(told.splitlines()[-1]) == ["sklearn", "pass"]


# What the table calls it, the folder of its example, and how the copy shows that it works.
ROWS: Final[dict[str, tuple[str, Callable[[SourceTree, Path], None]]]] = {
    "runtime in Python": ("runtime", _add_runtime),
    "runtime on the web": ("web-runtime", _add_web_runtime),
    "browser engine": ("engine", _add_engine),
    "interpolation": ("interpolation", _add_interpolation),
    "fit": ("fit", _add_fit),
    "export target": ("target", _add_target),
    "recipe": ("recipe", _add_recipe),
    "estimator": ("estimator", _add_estimator),
    "command": ("command", _add_command),
}
QUICK: Final = {"runtime in Python", "command"}


@pytest.fixture
def tree(tmp_path: Path) -> Iterator[SourceTree]:
    made = SourceTree(tmp_path / "copy")
    yield made
    shutil.rmtree(made.root)


def test_every_row_of_the_table_is_done_and_every_example_is_in_it() -> None:
    assert set(_read_table()) == set(ROWS)
    folders = {folder.name for folder in EXAMPLES.iterdir() if folder.is_dir()}
    assert folders == {folder for folder, _ in ROWS.values()}


@pytest.mark.parametrize(
    "what", [pytest.param(what, marks=[] if what in QUICK else [pytest.mark.slow]) for what in ROWS]
)
def test_adding_one_more_touches_as_many_files_as_stated(what: str, tree: SourceTree, tiny_bundle: Bundle) -> None:
    example, check = ROWS[what]
    tree.add(example)
    check(tree, tiny_bundle.site)
    assert tree.count_touched() == _read_table()[what]


def test_the_copy_is_what_runs(tree: SourceTree) -> None:
    shown = tree.run(
        sys.executable, "-c", "import webparity, webparity.parity as p; print(webparity.__file__, p.__file__)"
    )
    assert shown.count(str(tree.root)) == 2


def test_a_file_too_many_is_counted(tree: SourceTree) -> None:
    tree.add("command")
    (tree.root / "core" / "registry.py").write_text("# changed\n")
    assert tree.count_touched() == 2
