from __future__ import annotations

import math
import os
import subprocess
import sys

import pytest

from webparity.errors import UsageError
from webparity.train.datasets.process_pool import map_in_processes


def test_few_items_stay_in_this_process() -> None:
    assert list(map_in_processes(os.getpgid, [0, 0])) == [os.getpgid(0)] * 2


@pytest.mark.slow
def test_many_items_come_back_in_order() -> None:
    numbers = list(range(300))
    assert list(map_in_processes(math.sqrt, numbers)) == [math.sqrt(number) for number in numbers]


@pytest.mark.slow
def test_errors_and_crashes_of_a_worker_are_reported() -> None:
    with pytest.raises(ValueError, match=r"math domain error|nonnegative"):
        list(map_in_processes(math.sqrt, [*range(250), -1]))
    with pytest.raises(UsageError, match="received one that ended"):
        list(map_in_processes(os._exit, [1] * 250))


def test_workers_import_neither_tensorflow_nor_scikit_learn() -> None:
    heavy = "{'tensorflow', 'keras', 'sklearn', 'scipy', 'matplotlib'}"
    code = f"import sys, webparity.train.datasets.decode_checks; sys.exit(bool({heavy} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
