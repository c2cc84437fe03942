// The desk: what all parts of the window share in the browser. Events, theme, keys, toast, tray.
window.avatarStudio = (() => {
  "use strict";

  const THEME_KEY = "avatar-studio-theme";
  const TOAST_MS = 8000;

  const lastPressed = {};
  // The id of what was pressed last of that name. Gradio repeats a put off event with the data of the first press.
  const pressed = (name) => lastPressed[name] || "";

  // A press on [data-act] inside the element becomes the component's event of that name; first it is asked whether
  // that is meant, where [data-sure] says how to ask. What the fields of the same [data-fields] hold goes along.
  function actions(element, trigger, ...names) {
    element.addEventListener("click", async (event) => {
      const target = event.target.closest("[data-act]");
      if (!target || !element.contains(target) || !names.includes(target.dataset.act)) return;
      const { act, id = "", ids = "", sure, yes, no } = target.dataset;
      if (sure && !(await ask(sure, yes, no))) return;
      lastPressed[act] = id;
      trigger(act, { ...fieldsAround(target), act, id, ids: ids.split(",").filter(Boolean) });
    });
  }

  function fieldsAround(target) {
    const fields = target.closest("[data-fields]")?.querySelectorAll("input[name], select[name]") ?? [];
    return Object.fromEntries([...fields].map((one) => [one.name, one.type === "checkbox" ? one.checked : one.value]));
  }

  // A question with two answers, over everything; whether it was the first.
  function ask(question, yes, no) {
    const dialog = document.createElement("dialog");
    dialog.className = "keys asks";
    dialog.setAttribute("aria-label", question);
    const [words, row] = [document.createElement("p"), document.createElement("p")];
    words.textContent = question;
    row.className = "asks-row";
    row.append(...[[no, ""], [yes, "yes"]].map(([text, value]) => {
      const choice = document.createElement("button");
      Object.assign(choice, { className: value ? "button button-primary" : "button", textContent: text });
      choice.addEventListener("click", () => dialog.close(value));
      return choice;
    }));
    dialog.append(words, row);
    (document.querySelector(".gradio-container") || document.body).append(dialog);
    dialog.showModal();
    return new Promise((answer) => {
      dialog.addEventListener("close", () => {
        dialog.remove();
        answer(dialog.returnValue === "yes");
      });
    });
  }

  // A dialog that holds what the server says, open as long as that is something.
  function overlay(element, props, watch, trigger, name) {
    const dialog = element.querySelector("dialog");
    watch("value", () => {
      dialog.innerHTML = props.value || "";
      for (const field of dialog.querySelectorAll("[data-link]")) {
        field.value = new URL(field.dataset.link, location.href.split("#")[0]).href;
      }
      if (props.value && !dialog.open) dialog.showModal();
      if (!props.value && dialog.open) dialog.close();
    });
    dialog.addEventListener("click", ({ target }) => {
      if (target === dialog || target.closest("[data-close]")) dialog.close();
      if (target.matches("[data-link]")) target.select();
      if (target.closest("[data-models]")) for (const one of document.querySelectorAll("dialog[open]")) one.close();
    });
    dialog.addEventListener("close", () => props.value && trigger(name, { act: name }));
  }

  // A DOM event inside a part of the page, save in what is `but`, becomes the component's event of that name.
  function listen(part, kind, trigger, name, but) {
    part.addEventListener(kind, ({ target }) => but && target.closest(but) ? null : trigger(name, { act: name }));
  }

  function read(text) {
    try {
      return text ? JSON.parse(text) : {};
    } catch {
      return {};
    }
  }

  const isDark = () => document.body.classList.contains("dark");

  function setTheme(dark) {
    document.body.classList.toggle("dark", dark);
    document.dispatchEvent(new CustomEvent("avatar-studio-theme"));
  }

  function header(element) {
    const saved = localStorage.getItem(THEME_KEY);
    if (saved) setTheme(saved === "dark");
    element.querySelector("[data-theme-toggle]").addEventListener("click", () => {
      setTheme(!isDark());
      localStorage.setItem(THEME_KEY, isDark() ? "dark" : "light");
    });
    element.querySelector("[data-keys]").addEventListener("click", showKeys);
    tabs();
  }

  function showKeys() {
    const dialog = document.querySelector("dialog.keys");
    avatarStudio.showNewsChoices();
    if (dialog && !dialog.open) dialog.showModal();
  }

  function toast(element, watch) {
    let timer = 0;
    const show = () => {
      element.classList.toggle("is-shown", element.textContent.trim() !== "");
      clearTimeout(timer);
      timer = setTimeout(() => element.classList.remove("is-shown"), TOAST_MS);
    };
    element.setAttribute("role", "status");
    element.addEventListener("click", () => element.classList.remove("is-shown"));
    watch("value", show);
  }

  function tray(element, watch, trigger) {
    const tell = () => {
      const open = Number(element.querySelector("[data-open]")?.dataset.open || 0);
      const note = document.querySelector("[data-jobs]");
      if (note) {
        note.hidden = open === 0;
        note.textContent = open === 1 ? "1 job" : `${open.toLocaleString("en")} jobs`;
      }
    };
    new ResizeObserver(() => {
      document.documentElement.style.setProperty("--tray-height", `${element.offsetHeight}px`);
    }).observe(element);
    element.addEventListener("click", ({ target }) => {
      if (target.closest("[data-all]")) element.classList.toggle("is-open");
    });
    watch("value", tell);
    tell();
    avatarStudio.followJobs(() => trigger("look", { act: "look", id: "" }));
  }

  // Generate answers in the frame after its press; the tray's row takes over when it is there.
  const SENT_MS = 4000;
  document.addEventListener("click", ({ target }) => {
    const generate = target.closest("#generate:not(:disabled)");
    if (!generate) return;
    generate.setAttribute("aria-busy", "true");
    const answers = document.querySelectorAll("#tray, #refusal");
    const done = () => {
      clearTimeout(patience);
      rows.disconnect();
      generate.removeAttribute("aria-busy");
    };
    const rows = new MutationObserver(done);
    const patience = setTimeout(done, SENT_MS);
    for (const answer of answers) rows.observe(answer, { childList: true, subtree: true });
  }, true);

  // A file that the server sent inside an event: saved as a download.
  function downloader(element, props, watch) {
    watch("value", () => {
      const file = read(props.value);
      if (!file.url) return;
      const link = document.createElement("a");
      link.href = file.url;
      link.download = file.name;
      link.click();
    });
  }

  const isVisible = (node) => Boolean(node && node.offsetParent !== null);
  const isTyping = (node) => node.matches("input:not([type=radio]):not([type=checkbox]), textarea, select, [contenteditable]");

  function moveInGrid(tile, key) {
    const tiles = [...document.querySelectorAll(".tile")].filter(isVisible);
    const here = tiles.indexOf(tile);
    let next = null;
    if (key === "ArrowLeft") next = tiles[here - 1];
    if (key === "ArrowRight") next = tiles[here + 1];
    if (key === "ArrowUp" || key === "ArrowDown") {
      const sign = key === "ArrowDown" ? 1 : -1;
      const { left, top } = tile.getBoundingClientRect();
      let best = Infinity;
      for (const other of tiles) {
        const box = other.getBoundingClientRect();
        const down = sign * (box.top - top);
        if (down < 4) continue;
        const far = down * 10 + Math.abs(box.left - left);
        if (far < best) [best, next] = [far, other];
      }
    }
    if (next) next.focus();
    return Boolean(next);
  }

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
    const on = document.activeElement || document.body;
    if (on.classList.contains("tile") && event.key.startsWith("Arrow")) {
      if (moveInGrid(on, event.key)) event.preventDefault();
      return;
    }
    if (isTyping(on)) return;
    if (event.key === "g" || event.key === "G") {
      const generate = document.querySelector("#generate");
      if (isVisible(generate)) generate.click();
    } else if (event.key === "/") {
      const search = [...document.querySelectorAll("[data-search]")].find(isVisible);
      if (search) {
        event.preventDefault();
        search.focus();
      }
    } else if (event.key === "?") {
      showKeys();
    }
  });

  // Gradio's groups of choices have their label as a plain text: name them for those who do not see it.
  function nameGroups() {
    for (const group of document.querySelectorAll("fieldset:not([aria-label])")) {
      const label = group.querySelector('[data-testid="block-info"]');
      if (label) group.setAttribute("aria-label", label.textContent.trim());
    }
  }

  // Another tab, by a click or by an event, begins at its top.
  function tabs() {
    let front = "";
    new MutationObserver(() => {
      const now = document.querySelector('#tabs [role="tab"][aria-selected="true"]');
      if (!now || now.id === front) return;
      if (front) window.scrollTo({ top: 0 });
      front = now.id;
      document.dispatchEvent(new CustomEvent("avatar-studio-tab", { detail: now.id.slice(4, -7) })); // tab-…-button
      setTimeout(nameGroups, 100);
    }).observe(document.body, { subtree: true, attributeFilter: ["aria-selected"] });
  }

  // Radios of one group: the arrow keys move the choice, as they do where the browser knows the group.
  document.addEventListener("keydown", (event) => {
    const on = event.target;
    if (on.type !== "radio" || !event.key.startsWith("Arrow")) return;
    const all = [...on.closest("fieldset").querySelectorAll("input[type=radio]")];
    const step = event.key === "ArrowRight" || event.key === "ArrowDown" ? 1 : -1;
    const next = all[(all.indexOf(on) + step + all.length) % all.length];
    event.preventDefault();
    next.focus();
    next.click();
  });

  return { actions, overlay, pressed, ask, listen, read, isTyping, isDark, header, toast, tray, downloader, isVisible };
})();
