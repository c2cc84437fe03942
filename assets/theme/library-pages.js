// The tiles of History: they come in pages, lie in groups of rows that the browser passes over out of sight, and have a
// size that a person chooses.
(() => {
  "use strict";

  const { WAIT_MS } = avatarStudio.librarySearch;
  const SIZE_KEY = "avatar-studio-tiles";
  const ROWS = 2; // of tiles in a group
  const [NAME, HEADING] = [50, 60]; // pixels: under a picture, over a day

  avatarStudio.libraryPages = { makePages };

  // What came goes into groups; with another number of columns, all. The groups that changed.
  function group(grid, columns) {
    const loose = [...grid.querySelectorAll(grid.dataset.columns === `${columns}` ? ":scope > .tile-box" : ".tile-box")];
    if (grid.dataset.columns !== `${columns}`) grid.replaceChildren();
    grid.dataset.columns = columns;
    const changed = new Set();
    let last = [...grid.querySelectorAll(".tile-rows")].at(-1);
    for (const box of loose) {
      if (!last || last.childElementCount >= ROWS * columns) {
        last = document.createElement("div");
        last.className = "tile-rows";
        grid.append(last);
      }
      last.append(box);
      changed.add(last);
    }
    return changed;
  }

  // renewed(): other tiles come instead; came(boxes, isEnd): these came, and no more will.
  function makePages(element, props, trigger, search, { renewed, came }) {
    const days = element.querySelector("[data-days]");
    const size = element.querySelector("[data-size]");
    const foot = document.createElement("div");
    const boxes = () => [...days.querySelectorAll(".tile-box")];
    let [first, next, asked] = ["", "", ""];
    let healing = 0;
    let width = 0;

    // As high as a group will be, as far as can be said without laying it out.
    function reckon() {
      const grids = [...days.querySelectorAll("[data-grid]")];
      width = days.clientWidth;
      if (!width || !grids.length) return; // another tab is open: when this one is
      const [rowGap, gap] = ["rowGap", "columnGap"].map((name) => parseFloat(getComputedStyle(grids[0])[name]));
      const columns = Math.max(1, Math.floor((width + gap) / (Number(size.value) + gap)));
      const row = ((width + gap) / columns - gap) * (4 / 3) + NAME + rowGap;
      days.style.setProperty("--columns", columns);
      const on = document.activeElement;
      for (const grid of grids) {
        for (const one of group(grid, columns)) {
          const high = Math.ceil(one.childElementCount / columns) * row - rowGap;
          one.style.containIntrinsicBlockSize = `auto ${Math.round(high)}px`;
        }
        const rows = Math.ceil(grid.querySelectorAll(".tile-box").length / columns);
        grid.closest(".day").style.containIntrinsicBlockSize = `auto ${Math.round(rows * row) + HEADING}px`;
      }
      if (days.contains(on) && on !== document.activeElement) on.focus({ preventScroll: true }); // it was moved
    }

    function show() {
      const page = avatarStudio.read(props.value);
      if (page.html === undefined) return;
      if (new URLSearchParams(page.query).toString() !== search.query().toString()) { // of what was looked for before
        clearTimeout(healing);
        healing = setTimeout(search.look, WAIT_MS);
        return;
      }
      clearTimeout(healing);
      if (!page.after) {
        if (page.choices) search.fill(page.choices);
        if (page.html === first && days.childElementCount) return; // as it is: what came after it stays
        const on = document.activeElement?.closest?.(".tile")?.dataset.id;
        first = page.html;
        days.replaceChildren();
        renewed();
        add(page);
        if (on) days.querySelector(`.tile[data-id="${CSS.escape(on)}"]`)?.focus({ preventScroll: true });
      } else add(page);
    }
    function add(page) {
      foot.remove();
      const template = document.createElement("template");
      template.innerHTML = page.html;
      const fresh = [...template.content.querySelectorAll(".tile-box")];
      for (const day of [...template.content.children]) {
        const same = day.dataset.day && days.querySelector(`[data-day="${day.dataset.day}"] [data-grid]`);
        if (same) same.append(...day.querySelector("[data-grid]").children);
        else days.append(day);
      }
      reckon();
      next = page.next;
      if (next) {
        days.append(foot);
        ends.unobserve(foot); // looked at anew: on a large screen the end may still be in sight
        ends.observe(foot);
      }
      came(fresh, !next);
    }

    const ends = new IntersectionObserver((seen) => {
      if (!seen.at(-1).isIntersecting || !next || asked === next) return;
      asked = next;
      trigger("more", { act: "more", id: next });
    }, { rootMargin: "600px" });
    new ResizeObserver(() => width !== days.clientWidth && reckon()).observe(days);
    size.value = Number(localStorage.getItem(SIZE_KEY)) || (innerWidth > 900 ? 176 : 144);
    size.addEventListener("input", () => {
      reckon();
      localStorage.setItem(SIZE_KEY, size.value);
    });
    return {
      boxes,
      boxOf: (id) => days.querySelector(`.tile-box[data-id="${CSS.escape(id)}"]`),
      again() {
        asked = "";
        show();
      },
    };
  }
})();
