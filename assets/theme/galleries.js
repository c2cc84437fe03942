// The galleries: poses are searched and filtered here; history comes in pages; details open as a sheet.
(() => {
  "use strict";

  avatarStudio.poses = (element) => {
    const search = element.querySelector("[data-search]");
    const empty = element.querySelector("[data-empty]");
    const tiles = [...element.querySelectorAll(".tile")];
    const chips = [...element.querySelectorAll("[data-chip]")];
    let category = "";

    function filter() {
      const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
      const framings = [...element.querySelectorAll("[data-framing-filter]:checked")].map((box) => box.value);
      const found = new Map(chips.map((chip) => [chip.dataset.chip, 0]));
      let shown = 0;
      for (const tile of tiles) {
        const { dataset } = tile;
        const isMeant =
          (!framings.length || framings.includes(dataset.framing)) &&
          words.every((word) => dataset.words.includes(word));
        for (const key of isMeant ? ["", dataset.category] : []) found.set(key, found.get(key) + 1);
        tile.hidden = !isMeant || (category !== "" && dataset.category !== category);
        shown += !tile.hidden;
      }
      for (const chip of chips) chip.querySelector("i").textContent = found.get(chip.dataset.chip);
      empty.hidden = shown > 0;
      const asked = search.value.trim();
      empty.querySelector("p").textContent = asked ? `No pose called “${asked}” here.` : "No pose fits these filters.";
    }

    function showAll() {
      search.value = "";
      for (const box of element.querySelectorAll("[data-framing-filter]")) box.checked = false;
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
    element.addEventListener("change", filter);
    element.addEventListener("click", (event) => {
      const pressed = event.target.closest("[data-chip]");
      if (pressed) choose(pressed);
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

    const mark = () => {
      for (const tile of tiles) tile.setAttribute("aria-pressed", String(tile.dataset.id === avatarStudio.pose));
    };
    document.addEventListener("avatar-studio-pose", mark);
    mark();
  };

  avatarStudio.history = (element, props, watch, trigger) => {
    const foot = document.createElement("div");
    let first = ""; // the first page as it was shown last
    let next = "";
    let asked = "";

    const show = () => {
      const page = avatarStudio.read(props.value);
      if (page.html === undefined) return;
      if (!page.after) {
        if (page.html === first && element.childElementCount) return; // as it is: what came after it stays
        first = page.html;
        element.replaceChildren();
      }
      foot.remove();
      const template = document.createElement("template");
      template.innerHTML = page.html;
      for (const day of [...template.content.children]) {
        const same = day.dataset.day && element.querySelector(`[data-day="${day.dataset.day}"] [data-grid]`);
        if (same) same.append(...day.querySelector("[data-grid]").children);
        else element.append(day);
      }
      next = page.next;
      if (next) element.append(foot);
    };
    new IntersectionObserver((seen) => {
      if (!seen.some((one) => one.isIntersecting) || !next || asked === next) return;
      asked = next;
      trigger("more", { act: "more", id: next });
    }).observe(foot);
    watch("value", () => {
      asked = "";
      show();
    });
    show();
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
    watch("value", () => {
      dialog.innerHTML = props.value || "";
      if (props.value && !dialog.open) dialog.showModal();
      if (!props.value && dialog.open) dialog.close();
      dialog.scrollTop = 0;
    });
    dialog.addEventListener("click", (event) => {
      if (event.target === dialog || event.target.closest("[data-close]")) dialog.close();
      if (event.target.closest("[data-copy]")) copy(event.target);
    });
    dialog.addEventListener("close", () => props.value && trigger("closed", { act: "closed" }));
  };
})();
