from webparity.parity.drivers.signs import SignsOfLife


class Clock:
    def __init__(self) -> None:
        self.time = 100.0

    def __call__(self) -> float:
        return self.time


def test_silence_runs_out_and_each_sign_begins_it_anew() -> None:
    clock = Clock()
    signs = SignsOfLife(20, clock)
    assert signs.left == 20
    clock.time += 19
    assert signs.left == 1
    signs.heard(0)
    assert signs.left == 20
    clock.time += 21
    assert signs.left == 0
    assert signs.lack == "no sign of life for 20 s"


def test_signs_without_an_answer_run_out_too() -> None:
    clock = Clock()
    signs = SignsOfLife(20, clock)
    for _ in range(11):
        clock.time += 10
        signs.heard(0)
    assert signs.left == 10
    clock.time += 10
    signs.heard(0)
    assert signs.left == 0
    assert signs.lack == "signs of life, but no image answered for 120 s"


def test_each_answer_begins_both_anew() -> None:
    clock = Clock()
    signs = SignsOfLife(20, clock)
    for answered in range(1, 100):
        clock.time += 15
        signs.heard(answered)
    assert signs.left == 20
