"""Wrong arguments of the public functions: an error of ours, in one sentence, and nothing written."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest
from mistake import SENTENCE
from of_arguments import Call, list_calls

from webparity.errors import WebparityError

CALLS: Final = list(list_calls())


def test_each_call_is_another() -> None:
    assert len({each.name for each in CALLS}) == len(CALLS) > 100


@pytest.mark.slow
@pytest.mark.full
@pytest.mark.parametrize("call", CALLS, ids=[each.name for each in CALLS])
def test_a_wrong_call_is_an_error_of_ours(call: Call, place: Path) -> None:
    before = sorted(place.rglob("*"))
    with pytest.raises(WebparityError) as caught:
        call.run(place)
    message = str(caught.value)
    assert SENTENCE.search(message), message
    assert [word for word in call.words if word not in message] == [], message
    assert sorted(place.rglob("*")) == before
