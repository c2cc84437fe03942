// History: found by an address, shown in pages, chosen together, changed together.
(() => {
  "use strict";

  const { makeSearch } = avatarStudio.librarySearch;
  const { makePages } = avatarStudio.libraryPages;
  const { makeChoice, boxOf } = avatarStudio.libraryChoice;

  avatarStudio.library = (element, props, watch, trigger) => {
    const bar = element.querySelector("[data-selection]");
    const search = makeSearch(element, trigger);
    const choice = makeChoice(element, () => pages.boxes());
    const pages = makePages(element, props, trigger, search, choice);
    const { chosen, none } = choice;
    const focused = () => boxOf(document.activeElement)?.dataset.id;

    // --- what is done to what is chosen ---
    function act(name, more = {}) {
      const ids = chosen.size ? [...chosen] : [focused()].filter(Boolean);
      if (!ids.length) return;
      const star = (id) => pages.boxOf(id)?.querySelector(".tile-star");
      if (name === "favourite" && ids.every(star)) name = "unfavourite";
      if (name === "compare") {
        avatarStudio.compare(ids);
        return;
      }
      trigger("bulk", { act: name, id: "", ids, shown: pages.boxes().length, ...more });
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
      if (target.closest("[data-export-found]")) {
        trigger("out", { act: "out", id: "", ids: [], format: "zip", image_format: "original", metadata: true });
      }
      if (target.closest("[data-use-picture]")) document.querySelector("[data-recipe]").click();
      if (target.closest("[data-shelves]")) document.dispatchEvent(new CustomEvent("avatar-studio-shelves"));
    });
    document.addEventListener("keydown", (event) => {
      const isElsewhere = event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]");
      if (isElsewhere || !avatarStudio.isVisible(element)) return;
      if (event.key === "Escape" && chosen.size) none();
      if (avatarStudio.isTyping(document.activeElement || document.body)) return;
      const box = boxOf(document.activeElement);
      const keys = {
        x: () => box && choice.toggle(box),
        f: () => act("favourite"),
        c: () => act("compare"),
        Delete: () => act("delete"),
      };
      const does = keys[event.key.length === 1 ? event.key.toLowerCase() : event.key];
      if (!does) return;
      event.preventDefault();
      does();
    });

    // The sheet goes to the one before or after: the grid knows which that is.
    avatarStudio.stepFrom = (id, step) => {
      const all = pages.boxes();
      const there = all[all.findIndex((box) => box.dataset.id === id) + step];
      if (there && all.some((box) => box.dataset.id === id)) trigger("open", { act: "open", id: there.dataset.id });
    };
    avatarStudio.openOrder = (id) => trigger("open", { act: "open", id });
    avatarStudio.lookAgain = search.look;

    watch("value", pages.again);
    pages.again();
    if ([...search.query().keys()].length) search.look();
  };
})();
