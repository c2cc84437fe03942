"""The dialog that takes a photo with the device's camera: what it sees, a timer to step back in, use it or again.

The camera is asked for when the dialog opens and given back when it closes; a photo goes the way of a chosen file.
"""

from __future__ import annotations

import gradio as gr

from studio.ui.drawings import FRONT_FIGURE, SIDE_FIGURE

TIMERS_S, USUAL_TIMER_S = (3, 5, 10), 5
JS = "avatarStudio.camera(element);"
_TIMERS = "".join(
    f'<label class="camera-timer"><input type="radio" name="camera-timer" value="{seconds}"'
    f"{' checked' if seconds == USUAL_TIMER_S else ''}>{seconds} s</label>"
    for seconds in TIMERS_S
)
CAMERA = f"""
<dialog class="camera" data-state="asking" aria-labelledby="camera-title">
  <div class="camera-head"><h2 id="camera-title">Take a photo</h2>
    <button type="button" class="icon-button" data-close aria-label="Close">×</button></div>
  <div class="camera-box">
    <video data-video playsinline aria-label="What the camera sees"></video>
    <img data-taken alt="The photo just taken">
    <svg class="camera-guide" viewBox="8 12 104 152" aria-hidden="true">
      <g data-figure="front">{FRONT_FIGURE}</g><g data-figure="side">{SIDE_FIGURE}</g></svg>
    <b class="camera-count" data-count aria-hidden="true"></b>
    <p class="camera-says" role="status" data-says></p>
  </div>
  <p class="problem" role="alert" data-problem></p>
  <p class="quiet camera-hint">Put the device down upright, step back until head and feet are in the picture, and hold
    your arms a little away from the body.</p>
  <div class="camera-row" data-live>
    <fieldset class="camera-timers"><legend class="sr-only">Timer</legend>{_TIMERS}</fieldset>
    <button type="button" class="link-button" data-other>Other camera</button>
    <button type="button" class="button button-primary" data-start>Start the timer</button>
  </div>
  <div class="camera-row" data-counting><button type="button" class="button" data-stop>Stop</button></div>
  <div class="camera-row" data-kept>
    <button type="button" class="button" data-again>Again</button>
    <button type="button" class="button button-primary" data-use>Use it</button>
  </div>
  <div class="camera-row" data-none>
    <button type="button" class="button" data-choose>Choose a photo instead</button></div>
  <p class="quiet camera-hint">The camera is on only while this is open. No picture leaves your browser before you press
    “Use it”.</p>
</dialog>
"""


def build_camera() -> None:
    """Put the dialog on the page, closed."""
    gr.HTML(CAMERA, js_on_load=JS, elem_id="camera", apply_default_css=False)
