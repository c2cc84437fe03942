// What is chosen in History: by check, Shift, a key or a long press.
(() => {
  "use strict";

  const PRESS_MS = 500; // a long press
  const MOST_COMPARED = 6;
  const boxOf = (node) => node?.closest?.(".tile-box");

  avatarStudio.libraryChoice = { makeChoice, boxOf };

  function makeChoice(element, boxes) {
    const bar = element.querySelector("[data-selection]");
    const chosen = new Set();
    let last = null; // that was pressed: a range begins at it

    function mark(some = boxes()) {
      for (const box of some) {
        const is = chosen.has(box.dataset.id);
        box.classList.toggle("is-chosen", is);
        box.querySelector("[data-check]").checked = is;
      }
      element.classList.toggle("is-choosing", chosen.size > 0);
      bar.hidden = chosen.size === 0;
      bar.querySelector("[data-chosen]").textContent = `${chosen.size} chosen`;
      const compare = bar.querySelector('[data-bulk="compare"]');
      compare.disabled = chosen.size < 1 || chosen.size > MOST_COMPARED;
      if (!chosen.size) for (const form of bar.querySelectorAll("form")) form.hidden = true;
    }
    function choose(box, is, range) {
      const all = boxes();
      const from = range && last ? all.indexOf(last) : -1;
      const to = all.indexOf(box);
      const some = from < 0 ? [box] : all.slice(Math.min(from, to), Math.max(from, to) + 1);
      for (const one of some) chosen[is ? "add" : "delete"](one.dataset.id);
      last = box;
      mark(some);
    }
    function none() {
      const some = boxes().filter((box) => chosen.has(box.dataset.id));
      chosen.clear();
      mark(some);
    }
    const toggle = (box) => choose(box, !chosen.has(box.dataset.id), false);
    // Of those that were there nothing has changed: of 10,000 tiles sixty are looked at.
    function came(some, isEnd) {
      if (isEnd && chosen.size) {
        const there = new Set(boxes().map((box) => box.dataset.id));
        for (const id of [...chosen]) if (!there.has(id)) chosen.delete(id);
      }
      mark(some);
    }
    function renewed() {
      last = null;
    }

    // A press opens; it chooses on the check, with Shift, and while something is chosen.
    let pressed = 0;
    let held = false;
    element.addEventListener("click", (event) => {
      const box = boxOf(event.target);
      if (!box) return;
      const onCheck = event.target.closest(".tile-check");
      if (held) {
        held = false;
      } else if (onCheck || event.shiftKey || chosen.size) {
        choose(box, event.shiftKey || !chosen.has(box.dataset.id), event.shiftKey);
      } else return;
      event.preventDefault();
      event.stopPropagation();
      // The browser puts a check back after its press was prevented.
      setTimeout(() => mark([box]));
    }, true);
    element.addEventListener("keydown", (event) => {
      if (event.key !== " " || !event.target.matches("[data-check]")) return;
      event.preventDefault();
      toggle(boxOf(event.target));
    });
    element.addEventListener("pointerdown", (event) => {
      const box = boxOf(event.target);
      clearTimeout(pressed);
      held = false;
      if (!box || event.pointerType === "mouse" || event.target.closest(".tile-check")) return;
      pressed = setTimeout(() => {
        held = true;
        choose(box, true, false);
        navigator.vibrate?.(10);
      }, PRESS_MS);
    });
    for (const kind of ["pointerup", "pointercancel", "pointermove"]) {
      element.addEventListener(kind, (event) => {
        if (kind !== "pointermove" || Math.hypot(event.movementX, event.movementY) > 4) clearTimeout(pressed);
      });
    }
    element.addEventListener("contextmenu", (event) => {
      if (held && boxOf(event.target)) event.preventDefault();
    });
    return { chosen, none, toggle, came, renewed };
  }
})();
