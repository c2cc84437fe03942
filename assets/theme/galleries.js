// The gallery of poses, searched and filtered here; and the sheet of details of what was made.
(() => {
  "use strict";

  avatarStudio.poses = (element) => {
    const search = element.querySelector("[data-search]");
    const empty = element.querySelector("[data-empty]");
    const grid = element.querySelector("[data-grid]");
    const choices = [...element.querySelectorAll("[data-filter]")];
    const synonyms = JSON.parse(element.querySelector("[data-synonyms]").dataset.synonyms);
    const known = new Map(); // tile -> what it is filtered by
    let tiles = [];
    const chips = [...element.querySelectorAll("[data-chip]")];
    const favourites = new Set(); // ids
    let recent = []; // ids, ordered last first
    let category = "";

    function collect() {
      tiles = [...grid.querySelectorAll(".tile")];
      for (const tile of tiles) if (!known.has(tile)) known.set(tile, new Set(tile.dataset.facets.split(" ")));
      const mine = chips.find((chip) => chip.dataset.chip === "own");
      mine.hidden = !grid.querySelector("[data-own]");
      star();
    }
    function star() {
      for (const tile of tiles) tile.classList.toggle("is-favourite", favourites.has(tile.dataset.id));
      chips.find((chip) => chip.dataset.chip === "favourite").hidden = favourites.size === 0;
      chips.find((chip) => chip.dataset.chip === "recent").hidden = recent.length === 0;
    }
    const lists = { favourite: (id) => favourites.has(id), recent: (id) => recent.includes(id) };
    const isOf = (tile, key) => key === "" || (lists[key] ? lists[key](tile.dataset.id) : tile.dataset.category === key);

    // What is chosen, but for one field: the counts beside its words say what choosing one of them would show.
    const chosen = (but) => choices.filter((choice) => choice !== but && choice.value).map((choice) => choice.value);

    function filter() {
      const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
      const meant = words.map((word) => [word, ...synonyms.filter((row) => row.includes(word)).flat()]);
      const isSaid = (tile) => meant.every((row) => row.some((word) => tile.dataset.words.includes(word)));
      const said = tiles.filter(isSaid);
      const has = (tile, facets) => facets.every((facet) => known.get(tile).has(facet));
      const inCategory = (tile) => isOf(tile, category);
      const found = new Map(chips.map((chip) => [chip.dataset.chip, 0]));
      const wanted = chosen();
      const visible = new Set();
      for (const tile of said.filter((one) => has(one, wanted))) {
        const keys = ["", tile.dataset.category, ...Object.keys(lists).filter((key) => isOf(tile, key))];
        for (const key of keys) found.set(key, (found.get(key) || 0) + 1);
        if (inCategory(tile)) visible.add(tile);
      }
      for (const tile of tiles) {
        tile.hidden = !visible.has(tile);
        const place = category === "recent" && visible.has(tile) ? recent.indexOf(tile.dataset.id) : 0;
        (tile.closest("[data-own]") || tile).style.order = place || ""; // the newest stand first
      }
      for (const chip of chips) chip.querySelector("i").textContent = found.get(chip.dataset.chip);
      for (const choice of choices) count(choice, said.filter((one) => inCategory(one) && has(one, chosen(choice))));
      const shown = visible.size;
      empty.hidden = shown > 0;
      const asked = search.value.trim();
      empty.querySelector("p").textContent = asked ? `No pose called “${asked}” here.` : "No pose fits these filters.";
    }

    function count(choice, among) {
      const counts = new Map();
      for (const tile of among) for (const facet of known.get(tile)) counts.set(facet, (counts.get(facet) || 0) + 1);
      for (const option of choice.options) {
        if (option.value) option.textContent = `${option.dataset.label} (${counts.get(option.value) || 0})`;
      }
    }

    function showAll() {
      search.value = "";
      for (const choice of choices) choice.value = "";
      choose(chips[0]);
    }

    function choose(pressed) {
      category = pressed.dataset.chip;
      for (const chip of chips) chip.setAttribute("aria-pressed", String(chip === pressed));
      filter();
    }

    search.addEventListener("input", filter);
    search.addEventListener("keydown", (event) => {
      if (event.key === "Escape") {
        search.value = "";
        filter();
        search.blur();
      } else if (event.key === "ArrowDown") {
        const first = tiles.find((tile) => !tile.hidden);
        if (first) first.focus();
        event.preventDefault();
      }
    });
    element.addEventListener("change", (event) => event.target.matches("[data-filter]") && filter());
    element.addEventListener("click", (event) => {
      const pressed = event.target.closest("[data-chip]");
      if (pressed) choose(pressed);
      if (pressed?.dataset.chip === "recent") load();
      if (event.target.closest("[data-show-all]")) showAll();
    });

    // Pointed at: the back of the pose, once it is there. What cannot be had leaves the front.
    const turn = (event, side) => {
      const tile = event.target.closest(".tile");
      if (!tile || tile.contains(event.relatedTarget)) return;
      const image = tile.querySelector("img");
      image.dataset.front ||= image.getAttribute("src");
      image.dataset.wanted = side;
      const coming = new Image();
      coming.onload = () => {
        if (image.dataset.wanted === side) image.src = coming.src;
      };
      coming.src = image.dataset[side];
    };
    element.addEventListener("pointerover", (event) => event.pointerType === "mouse" && turn(event, "back"));
    element.addEventListener("pointerout", (event) => event.pointerType === "mouse" && turn(event, "front"));

    const starred = element.querySelector("[data-mark-pose]");
    const mark = () => {
      for (const tile of tiles) tile.setAttribute("aria-pressed", String(tile.dataset.id === avatarStudio.pose));
      const is = favourites.has(avatarStudio.pose);
      starred.setAttribute("aria-pressed", String(is));
      starred.textContent = is ? "★" : "☆";
    };
    document.addEventListener("avatar-studio-pose", mark);

    // The person's own poses stand before the gallery's.
    const problem = element.querySelector("[data-pose-problem]");
    const say = (sentence) => {
      problem.textContent = sentence;
      problem.hidden = sentence === "";
    };
    const make = (pose) => {
      const own = element.querySelector("[data-own-tile]").content.firstElementChild.cloneNode(true);
      const [tile, image] = [own.querySelector(".tile"), own.querySelector("img")];
      const facets = choices.flatMap((choice) => {
        const field = choice.dataset.filter;
        const words = [pose[field === "tag" ? "tags" : field]].flat();
        return words.map((word) => `${field}:${field === "pack" ? encodeURIComponent(word) : word}`);
      });
      facets.push(`category:${pose.category}`);
      Object.assign(tile.dataset, { id: pose.slug, facets: facets.join(" ") });
      tile.dataset.words = [pose.name, "mine", pose.pack, ...facets.map((facet) => facet.split(":")[1])].join(" ").toLowerCase();
      Object.assign(image, { src: pose.thumbnail_url.slice(1), alt: `${pose.name}, front` });
      image.dataset.back = pose.back_url.slice(1); // without the slash they begin where the window's page is
      own.querySelector(".tile-name").textContent = pose.name;
      const [save, forget] = [own.querySelector("a"), own.querySelector("[data-forget]")];
      const edit = own.querySelector("[data-edit-own]");
      edit.dataset.editOwn = pose.slug;
      edit.setAttribute("aria-label", `Edit ${pose.name}`);
      save.href = `api/v1/poses/${pose.slug}/file`;
      save.setAttribute("aria-label", `Save ${pose.name} as a file`);
      forget.dataset.forget = pose.slug;
      forget.setAttribute("aria-label", `Delete ${pose.name}`);
      return own;
    };
    // A choice of the packs that poses came in; what was chosen stays.
    const packs = choices.find((choice) => choice.dataset.filter === "pack");
    const offerPacks = (poses) => {
      const names = [...new Set(poses.map((pose) => pose.pack).filter(Boolean))].sort();
      const before = packs.value;
      const options = names.map((name) => new Option(name, `pack:${encodeURIComponent(name)}`));
      for (const option of options) option.dataset.label = option.textContent;
      packs.replaceChildren(packs.options[0], ...options);
      packs.value = options.some((option) => option.value === before) ? before : "";
      packs.closest("label").hidden = names.length === 0;
    };
    const place = (poses) => {
      offerPacks(poses);
      for (const old of grid.querySelectorAll("[data-own]")) old.remove();
      grid.prepend(...poses.map(make));
      collect();
      filter();
      mark();
    };
    const ask = async (method, address, body) => {
      try {
        const answer = await fetch(address, { method, body });
        const said = answer.status === 204 ? {} : await answer.json();
        if (said.error) say(said.error.message);
        return answer.ok && !said.error ? said : null;
      } catch {
        say("That did not arrive. Try again.");
        return null;
      }
    };
    const load = async () => {
      const own = await ask("GET", "stage/poses");
      if (!own) return;
      favourites.clear();
      for (const slug of own.favourites) favourites.add(slug);
      recent = own.recent;
      place(own.items);
    };
    // What is pressed is marked at once, and as it was where that is refused.
    const favour = async (slug) => {
      const is = favourites.has(slug);
      const show = (marked) => {
        favourites[marked ? "add" : "delete"](slug);
        star();
        filter();
        mark();
      };
      show(!is);
      if (!(await ask(is ? "DELETE" : "PUT", `api/v1/poses/${slug}/favourite`))) show(is);
    };
    starred.addEventListener("click", () => avatarStudio.pose && favour(avatarStudio.pose));
    document.addEventListener("keydown", (event) => {
      const isElsewhere = event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]");
      const on = document.activeElement || document.body;
      if (event.key.toLowerCase() !== "f" || isElsewhere || !avatarStudio.isVisible(grid) || avatarStudio.isTyping(on)) return;
      const slug = grid.contains(on) ? on.closest(".tile")?.dataset.id : avatarStudio.pose;
      if (slug) favour(slug);
    });
    const file = element.querySelector("[data-pose-file]");
    const add = element.querySelector("[data-add-pose]");
    const photoPose = avatarStudio.photoPose(element);
    file.addEventListener("change", async () => {
      if (!file.files.length) return;
      const [chosen] = file.files;
      const form = new FormData();
      form.append("file", chosen);
      file.value = "";
      say("");
      add.dataset.state = "waiting";
      const kept = await ask("POST", "stage/pose", form);
      delete add.dataset.state;
      if (!kept) return;
      showAll();
      await load();
      grid.querySelector("[data-own] .tile").focus();
      if (kept.on_photo) photoPose.show(chosen, { pose: kept.items[0], on_photo: kept.on_photo });
    });
    element.addEventListener("click", async (event) => {
      const pressed = event.target.closest("[data-forget]");
      if (!pressed) return;
      const gone = await ask("DELETE", `api/v1/poses/${pressed.dataset.forget}`);
      if (gone) load();
    });

    // The editor opens over the gallery, and says here what it kept.
    const edit = (slug, isNew = false) => document.dispatchEvent(new CustomEvent("avatar-studio-edit", { detail: { slug, isNew } }));
    const put = (slug) => tiles.find((tile) => tile.dataset.id === slug)?.click();
    element.addEventListener("click", ({ target }) => {
      if (target.closest("[data-edit-pose]")) edit(avatarStudio.pose);
      if (target.closest("[data-new-pose]")) edit("", true);
      const own = target.closest("[data-edit-own]");
      if (own) edit(own.dataset.editOwn);
    });
    document.addEventListener("avatar-studio-put", ({ detail }) => put(detail));
    document.addEventListener("avatar-studio-pose-problem", ({ detail }) => say(detail));
    document.addEventListener("avatar-studio-own-poses", async ({ detail }) => {
      showAll();
      await load();
      put(detail);
    });
    document.addEventListener("avatar-studio-tab", ({ detail }) => detail === "poses" && load()); // with what was ordered since
    collect();
    mark();
    load();
  };

  // The text is marked, so that it can be copied by hand where the browser gives no clipboard.
  async function copy(pressed) {
    const text = pressed.closest("details").querySelector("pre");
    window.getSelection().selectAllChildren(text);
    const before = pressed.textContent;
    try {
      await navigator.clipboard.writeText(text.textContent);
      pressed.textContent = "Copied";
    } catch {
      pressed.textContent = document.execCommand("copy") ? "Copied" : "Marked: copy it by Ctrl C";
    }
    setTimeout(() => (pressed.textContent = before), 2000);
  }

  avatarStudio.sheet = (element, props, watch, trigger) => {
    const dialog = element.querySelector("dialog");
    const shown = () => dialog.querySelector("[data-open]")?.dataset.open;
    watch("value", () => {
      const before = shown();
      dialog.innerHTML = props.value || "";
      if (props.value && !dialog.open) dialog.showModal();
      if (!props.value && dialog.open) dialog.close();
      if (shown() !== before) dialog.scrollTop = 0;
    });
    const step = (by) => shown() && avatarStudio.stepFrom?.(shown(), by);
    dialog.addEventListener("click", ({ target }) => {
      if (target === dialog || target.closest("[data-close]")) dialog.close();
      if (target.closest("[data-copy]")) copy(target);
      const steps = target.closest("[data-step]");
      if (steps) step(Number(steps.dataset.step));
      if (target.matches(".sheet-pictures img")) zoom(target);
    });
    // To 100 % and back: a picture's own size, moved about by scrolling.
    function zoom(image) {
      const is = image.classList.toggle("is-whole");
      image.closest(".sheet-pictures").classList.toggle("has-whole", is);
      if (is) image.scrollIntoView({ block: "center", inline: "center" });
    }
    dialog.addEventListener("keydown", (event) => {
      if (avatarStudio.isTyping(event.target) || event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.target.type === "radio") return;
      if (event.key === "ArrowLeft") step(-1);
      if (event.key === "ArrowRight") step(1);
      const name = { f: "star", Delete: "remove" }[event.key];
      if (name) dialog.querySelector(`[data-act="${name}"]`)?.click();
      if (event.key === "z") {
        const image = dialog.querySelector(".sheet-pictures img");
        if (image) zoom(image);
      }
    });
    // A field is kept when it is left.
    dialog.addEventListener("change", ({ target }) => {
      const form = target.closest("[data-about]");
      if (!form) return;
      const count = document.querySelectorAll("#history .tile-box").length;
      const { name, value } = target;
      trigger("keep", { act: "keep", id: form.dataset.about, name, value, shown: count });
    });
    dialog.addEventListener("submit", (event) => event.preventDefault());
    dialog.addEventListener("close", () => props.value && trigger("closed", { act: "closed" }));
  };
})();
