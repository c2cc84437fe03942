"""OrderProgress: from what an engine says of one picture to what is shown of an order: words, one bar, the time."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

from pipelines.image.sampling import DRAWING, DRAWING_ELSEWHERE, DRAWING_FACE, DRAWING_LARGER
from pipelines.progress import OnProgress, Progress

STEPPED = {  # stages that are counted in steps, and what is said before the step
    DRAWING: "",
    DRAWING_ELSEWHERE: "",
    DRAWING_LARGER: "larger pass, ",
    DRAWING_FACE: "face pass, ",
}
BEGINNING = "Preparing"


class OrderProgress:
    """The progress of several pictures as one: its bar never goes back, and what opens weights does not move it.

    The time that is left is reckoned from the steps that were done since the first one began, without what passed
    while weights were opened. `clock` in seconds.
    """

    def __init__(
        self, pictures: int, tell: OnProgress, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._pictures, self._tell, self._clock = pictures, tell, clock
        self._position: int | None = None
        self._bar = (0, pictures)  # steps done, of steps in all
        self._worked_s, self._last_s, self._counting = 0.0, clock(), False
        self._stage, self._share = "", 0.0
        self._begun: tuple[float, float] = (
            0.0,
            0.0,
        )  # seconds worked and share done where the measure begins
        self._measuring = False  # something was finished since

    def begin(self, position: int) -> None:
        """The picture at this place of the order is the next one. Raises what `tell` raises."""
        self._measuring = self._measuring or self._position is not None
        self._position = position
        self.report(Progress(stage=BEGINNING))

    def report(self, progress: Progress) -> None:
        """What the engine says of the picture that it draws. Raises what `tell` raises."""
        now_s = self._clock()
        if self._counting:
            self._worked_s += now_s - self._last_s
        self._last_s, self._counting = now_s, progress.counts
        if progress.counts:
            self._move(progress)
        step, total = self._bar
        self._tell(
            replace(
                progress,
                stage=self._in_words(progress),
                step=step,
                total=total,
                seconds_left=self._guess_seconds_left(),
            )
        )

    def _move(self, progress: Progress) -> None:
        of_one = max(progress.total, 1)
        total = self._pictures * of_one
        step = (self._position or 0) * of_one + min(max(progress.step, 0), of_one)
        share = step / total
        if step * self._bar[1] >= self._bar[0] * total:
            self._bar = (step, total)
        if share < self._share:  # begun anew, in less memory
            self._begun, self._measuring = (self._worked_s, share), False
        elif not self._measuring and progress.stage != self._stage:
            self._begun = (self._worked_s, share)  # steps that come with a stage were spared, not done
        elif share > self._share:
            self._measuring = True
        self._stage, self._share = progress.stage, share

    def _guess_seconds_left(self) -> float | None:
        begun_s, begun_share = self._begun
        done = self._share - begun_share
        if not self._measuring or done <= 0:
            return None
        return (self._worked_s - begun_s) * (1 - self._share) / done

    def _in_words(self, progress: Progress) -> str:
        """ "Picture 1 of 4: step 12 of 28", "Step 12 of 28", "Picture 1 of 4: reading the words"."""
        if not progress.counts:
            return progress.stage
        words = progress.stage
        if words in STEPPED and progress.step > 0:
            words = f"{STEPPED[words]}step {progress.step} of {progress.total}"
        if self._pictures == 1:
            return words[:1].upper() + words[1:]
        return f"Picture {(self._position or 0) + 1} of {self._pictures}: {words[:1].lower()}{words[1:]}"
