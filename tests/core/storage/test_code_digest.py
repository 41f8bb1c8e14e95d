"""Digests of source code: what changes them, what does not, and which names are refused."""

from __future__ import annotations

import shutil
from importlib.resources import files
from pathlib import Path

import pytest

from webparity.storage.code_digest import collect_sources, digest_code

SOURCES = {
    "__init__.py": "",
    "errors.py": "class Error(Exception): ...\n",
    "decode/__init__.py": "",
    "decode/contract.py": "from webparity.decode import pixels\ndef decode():\n  from webparity.errors import Error\n",
    "decode/pixels.py": "import numpy\nfrom webparity.decode.jpeg.bits import Bits\n",
    "decode/jpeg/__init__.py": "",
    "decode/jpeg/bits.py": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n  from webparity.text import Text\n",
    "text.py": "Text = str\n",
    "recipes/__init__.py": "",
    "recipes/first.py": "import webparity.text\n",
    "search.py": 'from webparity.registry import discover\n\nRECIPES = discover("webparity.recipes", "RECIPE")\n',
    "registry.py": "",
}


@pytest.fixture
def package(tmp_path: Path) -> Path:
    for name, source in SOURCES.items():
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(source)
    return tmp_path


def collect(package: Path, *names: str) -> set[str]:
    return set(collect_sources(frozenset(names), package))


def test_imports_are_followed_into_functions_and_through_other_modules(package: Path) -> None:
    assert collect(package, "webparity.decode.contract") == {
        "webparity.decode.contract",
        "webparity.decode.pixels",
        "webparity.decode.jpeg.bits",
        "webparity.errors",
    }


def test_a_package_stands_for_all_modules_below_it(package: Path) -> None:
    assert collect(package, "webparity.decode") >= {"webparity.decode", "webparity.decode.jpeg.bits"}


def test_a_package_that_is_named_for_the_registry_counts_as_imported(package: Path) -> None:
    assert collect(package, "webparity.search") == {
        "webparity.search",
        "webparity.registry",
        "webparity.recipes",
        "webparity.recipes.first",
        "webparity.text",
    }


@pytest.mark.parametrize("changed", ["decode/contract.py", "decode/pixels.py", "decode/jpeg/bits.py", "errors.py"])
def test_a_change_in_a_module_that_computes_changes_the_digest(package: Path, changed: str) -> None:
    before = digest_code("webparity.decode.contract", root=package)
    with (package / changed).open("a") as stream:
        stream.write("\nLIMIT = 1\n")
    assert digest_code("webparity.decode.contract", root=package) != before


def test_a_change_elsewhere_leaves_the_digest(package: Path) -> None:
    before = digest_code("webparity.decode.contract", root=package)
    (package / "text.py").write_text("Text = bytes\n")
    assert digest_code("webparity.decode.contract", root=package) == before


def test_code_that_moves_from_one_module_to_another_changes_the_digest(package: Path) -> None:
    before = digest_code("webparity.decode", root=package)
    (package / "decode/pixels.py").rename(package / "decode/planes.py")
    contract = package / "decode/contract.py"
    contract.write_text(contract.read_text().replace("import pixels", "import planes"))
    assert digest_code("webparity.decode", root=package) != before


def test_the_order_of_names_does_not_matter(package: Path) -> None:
    names = ("webparity.text", "webparity.errors")
    assert digest_code(*names, root=package) == digest_code(*reversed(names), root=package)


@pytest.mark.parametrize(
    "name",
    ["no-such-folder", "decode.py", "webparity.decode.nothing", "webparity.nothing", "webparity/decode", "numpy", ""],
)
def test_a_name_that_is_no_module_of_ours_is_refused(package: Path, name: str) -> None:
    with pytest.raises(ValueError, match=r"^Expected the dotted name .* received '.*'\. Write for example"):
        digest_code("webparity.decode", name, root=package)


def test_no_name_at_all_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^Expected one module .* received none\."):
        digest_code()


def test_a_folder_without_sources_is_refused(package: Path) -> None:
    (package / "empty").mkdir()
    with pytest.raises(ValueError, match="Expected the dotted name"):
        digest_code("webparity.empty", root=package)


def test_a_change_in_a_copy_of_this_package_is_seen_through_several_imports(tmp_path: Path) -> None:
    copy = tmp_path / "webparity"
    shutil.copytree(str(files("webparity")), copy, ignore=shutil.ignore_patterns("page", "node", "__pycache__"))
    computing = "webparity.train.datasets.decode_checks"
    before = digest_code(computing, root=copy)
    assert before == digest_code(computing)
    module = copy / "text/visible.py"
    source = module.read_text()
    module.unlink()  # the copy may be a link to the file itself
    module.write_text(source + "\nCHANGED = True\n")
    assert digest_code(computing, root=copy) != before


def test_the_module_that_decodes_counts_with_the_code_that_runs_it(package: Path) -> None:
    assert "webparity.wasm" in collect_sources(frozenset({"webparity.decode.contract"}), files("webparity"))
    for name in ("wasm/__init__.py", "wasm/compiled_module.py", "assets/webparity.wasm"):
        (package / name).parent.mkdir(exist_ok=True)
        (package / name).write_text("")
    before = digest_code("webparity.wasm", root=package)
    (package / "assets/webparity.wasm").write_bytes(b"other")
    assert digest_code("webparity.wasm", root=package) != before
