// History: found by an address, shown in pages, chosen by check, Shift or a long press, changed together.
(() => {
  "use strict";

  const WAIT_MS = 250; // after the last letter typed
  const PRESS_MS = 500; // a long press
  const SIZE_KEY = "avatar-studio-tiles";
  const MOST_COMPARED = 6;
  const ROWS = 2; // of tiles in a group
  const [NAME, HEADING] = [50, 60]; // pixels: under a picture, over a day
  const words = (count) => (count === 1 ? "1 order" : `${count.toLocaleString("en")} orders`);

  avatarStudio.library = (element, props, watch, trigger) => {
    const days = element.querySelector("[data-days]");
    const bar = element.querySelector("[data-selection]");
    const fields = [...element.querySelectorAll("[data-filter]")];
    const starred = element.querySelector("[data-starred]");
    const size = element.querySelector("[data-size]");
    const says = element.querySelector("[data-says]");
    const foot = document.createElement("div");
    const chosen = new Set();
    let [first, next, asked, last] = ["", "", "", null];

    // --- what is looked for ---
    const query = () => avatarStudio.address.query();
    const look = () => trigger("find", { act: "find", id: "", query: query().toString() });
    function set(name, value, push) {
      const now = query();
      now.set(name, value);
      avatarStudio.address.look(now, push);
      look();
    }
    function showFields() {
      const now = query();
      for (const field of fields) {
        const value = now.get(field.dataset.filter) || (field.dataset.filter === "sort" ? "newest" : "");
        if (field !== document.activeElement || field.type !== "search") field.value = value;
      }
      starred.setAttribute("aria-pressed", String(now.has("favourite")));
      const inside = fields.filter((field) => field.closest("details") && now.get(field.dataset.filter));
      element.querySelector("[data-active]").textContent = inside.length ? ` ${inside.length}` : "";
      says.hidden = [...now.keys()].filter((name) => name !== "sort" && name !== "open").length === 0;
    }
    function option(select, value, text) {
      const made = document.createElement("option");
      Object.assign(made, { value, textContent: text });
      select.append(made);
    }
    function fill(choices) {
      const now = query();
      const projects = choices.project_id;
      const [, , , , may = "write"] = projects.find(([id]) => id === now.get("project_id")) || [];
      element.firstElementChild.dataset.may = may; // of what is shared to look at nothing can be changed
      for (const select of fields.filter((field) => field.tagName === "SELECT" && field.dataset.filter !== "sort")) {
        const name = select.dataset.filter;
        select.replaceChildren();
        option(select, "", name === "project_id" ? `Everything (${choices.everything})` : "Any");
        const rows = name === "project_id" ? projects.filter(([, , , away]) => !away) : choices[name];
        for (const [value, text, count] of rows) option(select, value, count === "" ? text : `${text} (${count})`);
        const mine = now.get(name) || "";
        if (mine && ![...select.options].some((one) => one.value === mine)) {
          const away = name === "project_id" && projects.find(([id]) => id === mine);
          option(select, mine, away ? `${away[1]} (archived)` : mine);
        }
        select.value = mine;
      }
      const move = bar.querySelector("select");
      const before = move.value;
      move.replaceChildren();
      for (const [id, text, , away, may] of projects) if (!away && may === "write") option(move, id, text);
      option(move, "", "None: take it out of its project");
      if ([...move.options].some((one) => one.value === before)) move.value = before;
      starred.querySelector("i").textContent = choices.favourite;
      says.querySelector("[role=status]").textContent = `${words(choices.total)} fit.`;
      showFields();
    }

    let typing = 0;
    element.addEventListener("input", ({ target }) => {
      if (target.type !== "search") return;
      clearTimeout(typing);
      typing = setTimeout(() => set("q", target.value.trim(), false), WAIT_MS);
    });
    element.addEventListener("change", ({ target }) => {
      if (target.dataset.filter && target.type !== "search") set(target.dataset.filter, target.value, true);
    });
    element.addEventListener("keydown", (event) => {
      if (event.target.type !== "search") return;
      if (event.key === "Escape") event.target.blur();
      if (event.key === "ArrowDown") {
        element.querySelector(".tile")?.focus();
        event.preventDefault();
      }
    });
    document.addEventListener("click", ({ target }) => {
      const open = element.querySelector("details.filters[open]");
      if (open && !open.contains(target)) open.open = false;
    });
    document.addEventListener("avatar-studio-address", () => {
      for (const field of fields) if (field.type === "search") field.value = query().get("q") || "";
      showFields();
      look();
    });

    // --- pages ---
    let healing = 0;
    const show = () => {
      const page = avatarStudio.read(props.value);
      if (page.html === undefined) return;
      if (new URLSearchParams(page.query).toString() !== query().toString()) { // of what was looked for before
        clearTimeout(healing);
        healing = setTimeout(look, WAIT_MS);
        return;
      }
      clearTimeout(healing);
      if (!page.after) {
        if (page.choices) fill(page.choices);
        if (page.html === first && days.childElementCount) return; // as it is: what came after it stays
        const on = document.activeElement?.closest?.(".tile")?.dataset.id;
        first = page.html;
        days.replaceChildren();
        last = null;
        add(page);
        if (on) days.querySelector(`.tile[data-id="${CSS.escape(on)}"]`)?.focus({ preventScroll: true });
      } else add(page);
    };
    function add(page) {
      foot.remove();
      const template = document.createElement("template");
      template.innerHTML = page.html;
      const came = [...template.content.querySelectorAll(".tile-box")];
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
      if (!next && chosen.size) {
        const there = new Set(boxes().map((box) => box.dataset.id));
        for (const id of [...chosen]) if (!there.has(id)) chosen.delete(id);
      }
      mark(came); // those that were there are as they were: of 10,000 tiles sixty are looked at
    }
    // Rows of tiles in groups: what the browser passes over while it is out of sight, and how high it is then, as far
    // as can be said without laying it out.
    let width = 0;
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
    new ResizeObserver(() => width !== days.clientWidth && reckon()).observe(days);
    const ends = new IntersectionObserver((seen) => {
      if (!seen.at(-1).isIntersecting || !next || asked === next) return;
      asked = next;
      trigger("more", { act: "more", id: next });
    }, { rootMargin: "600px" });

    // --- choosing ---
    const boxes = () => [...days.querySelectorAll(".tile-box")];
    const boxOf = (node) => node?.closest?.(".tile-box");
    const focused = () => boxOf(document.activeElement)?.dataset.id;
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
      const box = boxOf(event.target);
      choose(box, !chosen.has(box.dataset.id), false);
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

    // --- what is done to what is chosen ---
    function act(name, more = {}) {
      const ids = chosen.size ? [...chosen] : [focused()].filter(Boolean);
      if (!ids.length) return;
      const star = (id) => days.querySelector(`.tile-box[data-id="${CSS.escape(id)}"] .tile-star`);
      if (name === "favourite" && ids.every(star)) name = "unfavourite";
      if (name === "compare") {
        avatarStudio.compare(ids);
        return;
      }
      trigger("bulk", { act: name, id: "", ids, shown: boxes().length, ...more });
      if (name === "delete") none();
    }
    bar.addEventListener("click", ({ target }) => {
      if (target.closest("[data-none]")) none();
      const name = target.closest("[data-bulk]")?.dataset.bulk;
      if (!name) return;
      const form = bar.querySelector(`form[data-ask="${name}"]`);
      for (const other of bar.querySelectorAll("form")) if (other !== form) other.hidden = true;
      if (!form) return act(name);
      form.hidden = !form.hidden;
      if (!form.hidden) form.querySelector("input, select").focus();
    });
    bar.addEventListener("submit", (event) => {
      event.preventDefault();
      const form = event.target;
      const { tags, project_id: project, format, image_format: kind, longest_px: side, names, metadata, word } =
        form.elements;
      if (tags) act("tag", { tags: tags.value });
      else if (project) act("move", { id: project.value });
      else {
        const said = { format: format.value, image_format: kind.value, metadata: metadata.checked };
        if (format.value === "dataset") said.word = word.value;
        if (format.value === "zip") said.names = names.value;
        if (["zip", "dataset"].includes(format.value)) said.longest_px = side.value;
        trigger("out", { act: "out", id: "", ids: [...chosen], ...said });
      }
      if (tags) tags.value = "";
      form.hidden = true;
    });
    bar.addEventListener("change", ({ target }) => {
      if (target.name !== "format") return;
      for (const one of bar.querySelectorAll("[data-of]")) one.hidden = !one.dataset.of.split(" ").includes(target.value);
    });
    element.addEventListener("click", ({ target }) => {
      if (target.closest("[data-starred]")) set("favourite", query().has("favourite") ? "" : "true", true);
      if (target.closest("[data-export-found]")) {
        trigger("out", { act: "out", id: "", ids: [], format: "zip", image_format: "original", metadata: true });
      }
      if (target.closest("[data-use-picture]")) document.querySelector("[data-recipe]").click();
      if (target.closest("[data-shelves]")) document.dispatchEvent(new CustomEvent("avatar-studio-shelves"));
      if (!target.closest("[data-show-all]")) return;
      avatarStudio.address.look(new URLSearchParams(), true);
      for (const field of fields) field.value = "";
      look();
    });
    document.addEventListener("keydown", (event) => {
      const isElsewhere = event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]");
      if (isElsewhere || !avatarStudio.isVisible(element)) return;
      if (event.key === "Escape" && chosen.size) none();
      if (avatarStudio.isTyping(document.activeElement || document.body)) return;
      const box = boxOf(document.activeElement);
      const keys = {
        x: () => box && choose(box, !chosen.has(box.dataset.id), false),
        f: () => act("favourite"),
        c: () => act("compare"),
        Delete: () => act("delete"),
      };
      const does = keys[event.key.length === 1 ? event.key.toLowerCase() : event.key];
      if (!does) return;
      event.preventDefault();
      does();
    });

    // --- size ---
    size.value = Number(localStorage.getItem(SIZE_KEY)) || (innerWidth > 900 ? 176 : 144);
    size.addEventListener("input", () => {
      reckon();
      localStorage.setItem(SIZE_KEY, size.value);
    });

    // The sheet goes to the one before or after: the grid knows which that is.
    avatarStudio.stepFrom = (id, step) => {
      const all = boxes();
      const there = all[all.findIndex((box) => box.dataset.id === id) + step];
      if (there && all.some((box) => box.dataset.id === id)) trigger("open", { act: "open", id: there.dataset.id });
    };
    avatarStudio.openOrder = (id) => trigger("open", { act: "open", id });
    avatarStudio.lookAgain = look;

    watch("value", () => {
      asked = "";
      show();
    });
    for (const field of fields) if (field.type === "search") field.value = query().get("q") || "";
    showFields();
    show();
    if ([...query().keys()].length) look();
  };

  // The dialog of projects.
  avatarStudio.shelves = (element, props, watch, trigger) => {
    const dialog = element.querySelector("dialog");
    const list = dialog.querySelector("[data-list]");
    const form = dialog.querySelector("form[data-add]");
    const problem = dialog.querySelector("[data-refusal]");

    document.addEventListener("avatar-studio-shelves", () => {
      trigger("look", { act: "look", id: "" });
      dialog.showModal();
    });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      trigger("begin", { act: "begin", id: "", name: form.elements.name.value });
    });
    list.addEventListener("change", ({ target }) => {
      const { rename, access, name } = target.dataset;
      if (rename) trigger("rename", { act: "rename", id: rename, name: target.value });
      if (access) trigger("share_with", { act: "share_with", id: access, name, access: target.value });
    });
    list.addEventListener("submit", (event) => {
      event.preventDefault();
      const { name, access } = event.target.elements;
      trigger("share_with", { act: "share_with", id: event.target.dataset.share, name: name.value, access: access.value });
    });
    list.addEventListener("click", ({ target }) => {
      const { unshare, name } = target.dataset;
      if (unshare) trigger("unshare", { act: "unshare", id: unshare, name });
    });
    dialog.addEventListener("close", () => avatarStudio.lookAgain?.());
    watch("value", () => {
      const said = avatarStudio.read(props.value);
      if (said.html === undefined) return;
      problem.textContent = said.problem;
      problem.hidden = !said.problem;
      if (said.problem && said.id) return; // at a name: what was typed stays
      if (said.made) form.reset();
      const had = list.contains(document.activeElement);
      list.innerHTML = said.html;
      const opened = list.querySelector("details[open] input");
      if (had) (opened || form.elements.name).focus();
    });
  };

  // A field of the sheet was kept, or refused: said at the field, once.
  avatarStudio.kept = (element, props, watch) => {
    watch("value", () => {
      const said = avatarStudio.read(props.value);
      const form = document.querySelector(`dialog.sheet [data-about="${CSS.escape(said.id || "")}"]`);
      if (!form) return;
      const field = [...form.elements].find((one) => one.name === said.name);
      const place = field?.closest("label, fieldset");
      place?.querySelector(".problem")?.remove(); // what another field was refused stays there
      field?.toggleAttribute("aria-invalid", Boolean(said.problem));
      if (said.problem && place) {
        const line = document.createElement("p");
        Object.assign(line, { className: "problem", textContent: said.problem });
        line.setAttribute("role", "alert");
        place.append(line);
      }
      form.querySelector("[data-kept]").textContent = form.querySelector(".problem") ? "" : "Kept.";
      if (said.name === "title" && !said.problem) {
        document.querySelector("dialog.sheet h2").textContent = field.value.trim();
      }
    });
  };
})();
