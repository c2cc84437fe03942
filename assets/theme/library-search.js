// What History looks for: the fields of the search, the same words in the address, and how many fit.
(() => {
  "use strict";

  const WAIT_MS = 250; // after the last letter typed
  const words = (count) => (count === 1 ? "1 order" : `${count.toLocaleString("en")} orders`);

  avatarStudio.librarySearch = { makeSearch, WAIT_MS };

  function makeSearch(element, trigger) {
    const bar = element.querySelector("[data-selection]");
    const fields = [...element.querySelectorAll("[data-filter]")];
    const starred = element.querySelector("[data-starred]");
    const says = element.querySelector("[data-says]");

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
    function showWords() {
      for (const field of fields) if (field.type === "search") field.value = query().get("q") || "";
    }
    function option(select, value, text) {
      const made = document.createElement("option");
      Object.assign(made, { value, textContent: text });
      select.append(made);
    }
    function fillFilter(select, { choices, projects }) {
      const name = select.dataset.filter;
      const isProject = name === "project_id";
      select.replaceChildren();
      option(select, "", isProject ? `Everything (${choices.everything})` : "Any");
      const rows = isProject ? projects.filter(([, , , away]) => !away) : choices[name];
      for (const [value, text, count] of rows) option(select, value, count === "" ? text : `${text} (${count})`);
      const mine = query().get(name) || "";
      if (mine && ![...select.options].some((one) => one.value === mine)) {
        const away = isProject && projects.find(([id]) => id === mine);
        option(select, mine, away ? `${away[1]} (archived)` : mine);
      }
      select.value = mine;
    }
    function fillMove(projects) {
      const move = bar.querySelector("select");
      const before = move.value;
      move.replaceChildren();
      for (const [id, text, , away, may] of projects) if (!away && may === "write") option(move, id, text);
      option(move, "", "None: take it out of its project");
      if ([...move.options].some((one) => one.value === before)) move.value = before;
    }
    function fill(choices) {
      const projects = choices.project_id;
      const [, , , , may = "write"] = projects.find(([id]) => id === query().get("project_id")) || [];
      element.firstElementChild.dataset.may = may; // of what is shared to look at nothing can be changed
      for (const field of fields) {
        if (field.tagName === "SELECT" && field.dataset.filter !== "sort") fillFilter(field, { choices, projects });
      }
      fillMove(projects);
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
      showWords();
      showFields();
      look();
    });
    element.addEventListener("click", ({ target }) => {
      if (target.closest("[data-starred]")) set("favourite", query().has("favourite") ? "" : "true", true);
      if (!target.closest("[data-show-all]")) return;
      avatarStudio.address.look(new URLSearchParams(), true);
      for (const field of fields) field.value = "";
      look();
    });
    showWords();
    showFields();
    return { query, look, fill };
  }
})();
