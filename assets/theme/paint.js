// A mask painted over a picture: strokes that can be taken back, sent as white on black.
(() => {
  "use strict";

  const LONGEST_SENT = 1024; // pixels of the mask's longer side: the studio brings it to the picture's size
  const SHORTEST_SENT = 64; // what the studio takes
  const STEP = 0.02; // of the picture, an arrow key
  const MOVES = { ArrowLeft: [-STEP, 0], ArrowRight: [STEP, 0], ArrowUp: [0, -STEP], ArrowDown: [0, STEP] };

  let last = { picture: "", strokes: [] }; // a refusal makes the dialog anew: what was painted is there again

  // A stroke is a list of points from 0 to 1 on both axes, and the brush's width as a part of the picture's.
  function drawStrokes(canvas, strokes, colour) {
    const pen = canvas.getContext("2d");
    const { width, height } = canvas;
    Object.assign(pen, { lineCap: "round", lineJoin: "round", strokeStyle: colour, fillStyle: colour });
    for (const { points, size } of strokes) {
      pen.lineWidth = size * width;
      pen.beginPath();
      for (const [x, y] of points) pen.lineTo(x * width, y * height);
      if (points.length === 1) pen.lineTo(points[0][0] * width + 0.01, points[0][1] * height);
      pen.stroke();
    }
  }

  function sizeOf({ width, height }) {
    const scale = Math.min(1, LONGEST_SENT / Math.max(width, height));
    return [width, height].map((side) => Math.max(SHORTEST_SENT, Math.round(side * scale)));
  }

  function maskOf(strokes, shape) {
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = sizeOf(shape);
    canvas.getContext("2d").fillRect(0, 0, canvas.width, canvas.height);
    drawStrokes(canvas, strokes, "#fff");
    return canvas.toDataURL("image/png");
  }

  function open(place) {
    const find = (what) => place.querySelector(what);
    const [image, canvas, brush, undo, clear, says, sent] = [
      "img", "canvas", "[data-brush]", "[data-undo]", "[data-clear]", "[data-painted]", "[name=painted]",
    ].map(find);
    const choice = place.closest("[data-fields]").querySelector("[name=picture]");
    let cursor = null;

    const option = () => choice.selectedOptions[0];
    const shape = () => ({ width: Number(option().dataset.width), height: Number(option().dataset.height) });
    const size = () => Number(brush.value) / 100;

    function show() {
      canvas.getContext("2d").clearRect(0, 0, canvas.width, canvas.height);
      drawStrokes(canvas, last.strokes, getComputedStyle(canvas).color);
      if (cursor && document.activeElement === canvas) ring();
    }
    function ring() {
      const pen = canvas.getContext("2d");
      pen.lineWidth = 2;
      pen.strokeStyle = "#fff";
      pen.beginPath();
      pen.arc(cursor[0] * canvas.width, cursor[1] * canvas.height, (size() * canvas.width) / 2, 0, 2 * Math.PI);
      pen.stroke();
    }
    function changed() {
      const none = last.strokes.length === 0;
      sent.value = none ? "" : maskOf(last.strokes, shape());
      undo.disabled = clear.disabled = none;
      says.textContent = none ? "" : "What is painted is drawn anew.";
      show();
    }
    function begin() {
      if (last.picture !== option().value) last = { picture: option().value, strokes: [] };
      const { width, height } = shape();
      [canvas.width, canvas.height] = [width, height];
      Object.assign(image, { src: option().dataset.url, width, height });
      changed();
    }
    function pointOf(event) {
      const box = canvas.getBoundingClientRect();
      return [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
    }

    canvas.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      event.preventDefault();
      canvas.setPointerCapture(event.pointerId);
      cursor = null;
      last.strokes.push({ points: [pointOf(event)], size: size() });
      show();
    });
    canvas.addEventListener("pointermove", (event) => {
      if (!canvas.hasPointerCapture(event.pointerId)) return;
      last.strokes.at(-1).points.push(...(event.getCoalescedEvents?.() ?? [event]).map(pointOf));
      show();
    });
    for (const kind of ["pointerup", "pointercancel"]) canvas.addEventListener(kind, changed);
    canvas.addEventListener("keydown", (event) => {
      const move = MOVES[event.key];
      if (!move && event.key !== " ") return;
      event.preventDefault();
      cursor ??= [0.5, 0.5];
      if (move) cursor = cursor.map((at, axis) => Math.min(1, Math.max(0, at + move[axis])));
      else last.strokes.push({ points: [[...cursor]], size: size() });
      if (move) show();
      else changed();
    });
    for (const kind of ["focus", "blur"]) canvas.addEventListener(kind, show);
    undo.addEventListener("click", () => {
      last.strokes.pop();
      changed();
    });
    clear.addEventListener("click", () => {
      last.strokes = [];
      changed();
    });
    choice.addEventListener("change", begin);
    begin();
  }

  // Every new dialog has a place to paint on: it begins when it is opened, or at once where something was painted.
  avatarStudio.painting = (element, watch) => {
    watch("value", () => {
      const place = element.querySelector("[data-paint]");
      if (!place) {
        last = { picture: "", strokes: [] };
        return;
      }
      place.addEventListener("toggle", () => place.open && open(place), { once: true });
      const options = [...place.closest("[data-fields]").querySelectorAll("[name=picture] option")];
      const chosen = last.strokes.length > 0 && options.find((one) => one.value === last.picture);
      if (!chosen) return;
      chosen.selected = true;
      place.open = true;
    });
  };
})();
