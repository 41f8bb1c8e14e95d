from webparity.parity.drivers.heartbeat import Heartbeat


class Clock:
    def __init__(self) -> None:
        self.time = 100.0

    def __call__(self) -> float:
        return self.time


def test_silence_runs_out_and_each_sign_begins_it_anew() -> None:
    clock = Clock()
    heartbeat = Heartbeat(20, clock)
    assert heartbeat.seconds_left == 20
    clock.time += 19
    assert heartbeat.seconds_left == 1
    heartbeat.record(0)
    assert heartbeat.seconds_left == 20
    clock.time += 21
    assert heartbeat.seconds_left == 0
    assert heartbeat.timeout_reason == "no sign of life for 20 s"


def test_signs_without_an_answer_run_out_too() -> None:
    clock = Clock()
    heartbeat = Heartbeat(20, clock)
    for _ in range(11):
        clock.time += 10
        heartbeat.record(0)
    assert heartbeat.seconds_left == 10
    clock.time += 10
    heartbeat.record(0)
    assert heartbeat.seconds_left == 0
    assert heartbeat.timeout_reason == "signs of life, but no image answered for 120 s"


def test_each_answer_begins_both_anew() -> None:
    clock = Clock()
    heartbeat = Heartbeat(20, clock)
    for answered in range(1, 100):
        clock.time += 15
        heartbeat.record(answered)
    assert heartbeat.seconds_left == 20
