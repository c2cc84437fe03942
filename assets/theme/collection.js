// The Library page in place of the desk: its sections, each with an address of its own.
(() => {
  "use strict";

  const OPEN = "collection-open";
  const LOOK_AGAIN_MS = 2000;
  const isOpen = () => document.body.classList.contains(OPEN);

  avatarStudio.collection = (element, props, watch, trigger, name) => {
    const list = element.querySelector("[data-list]");
    const tabs = [...element.querySelectorAll("[data-collection]")];
    const shown = {}; // rows of a section that were asked for with “Show more”
    const asked = () => avatarStudio.address.query(section);
    // Answers may come in another order than they were asked for: each says which question it is the answer to.
    const tell = (act, data) =>
      trigger(act, { ...data, most: shown[section] || 0, query: (seen = String(asked())), turn: ++turn });
    const look = (section) => tell(name, { act: name, id: section });
    function filter(query) {
      delete shown[section];
      avatarStudio.address.look(query, true, section);
      look(section);
    }
    const brought = element.querySelector("[data-brought]");
    let [section, from, timer, sent, seen] = ["", null, 0, "", ""]; // `seen`: the query that was asked with last
    let [turn, answered] = [0, 0];

    function mark(wanted) {
      for (const tab of tabs) {
        document.body.classList.toggle(`${tab.dataset.collection}-open`, tab.dataset.collection === wanted);
        tab.setAttribute("aria-pressed", String(tab.dataset.collection === wanted));
      }
      document.body.classList.toggle(OPEN, wanted !== "");
      document.dispatchEvent(new CustomEvent("avatar-studio-page", { detail: wanted }));
    }
    function open(wanted, pressed) {
      if (!isOpen()) {
        from = pressed;
        for (const page of ["models", "storage"]) {
          if (document.body.classList.contains(`${page}-open`)) document.querySelector(`[data-${page}-close]`).click();
        }
        window.scrollTo({ top: 0 });
      }
      brought.hidden = true;
      if (wanted !== section) list.innerHTML = '<p class="quiet">One moment.</p>';
      section = wanted;
      mark(wanted);
      look(wanted);
      if (!element.contains(document.activeElement)) element.querySelector("h2").focus({ preventScroll: true });
    }
    function close() {
      if (!isOpen()) return;
      mark("");
      if (from?.isConnected) from.focus({ preventScroll: true });
    }

    // Before anybody else hears of the press: another page that it opens has the address then.
    document.addEventListener("click", ({ target }) => {
      const way = target.closest("[data-collection]");
      if (way) open(way.dataset.collection, way);
      else if (target.closest("[data-collection-close], [data-models], [data-storage], #tray [data-act=show], .brand")) close();
      const seen = target.closest("[data-see]");
      if (seen) avatarStudio.openOrder(seen.dataset.see);
      if (element.contains(target) && target.closest("[data-act^=use_]")) close();
      if (element.contains(target) && target.closest("[data-filter-none]")) filter(new URLSearchParams());
      const more = target.closest("[data-more]");
      if (more && element.contains(more)) {
        shown[section] = Number(more.dataset.more);
        look(section);
      }
    }, true);

    // A file from another studio: what it is its name says, and the service checks it.
    function say(words, wrong = false) {
      Object.assign(brought, { textContent: words, hidden: false, className: wrong ? "problem" : "model-note" });
    }
    async function send(file) {
      const form = new FormData();
      form.append("file", file);
      const kind = file.name.toLowerCase().split(".").pop();
      const [address, body, then] = {
        avatar: ["api/v1/avatars/file", form, "avatars"],
        json: ["api/v1/personas", file, "personas"],
      }[kind] || ["api/v1/imports", form, "imports"];
      const headers = kind === "json" ? { "Content-Type": "application/json" } : {};
      say(`Sending ${file.name} …`);
      const answer = await fetch(address, { method: "POST", body, headers }).catch(() => null);
      const said = answer ? await answer.json().catch(() => ({})) : {};
      if (!answer?.ok) return say(said.error?.message || "That did not arrive. Try again.", true);
      open(then);
      say(then === "imports" ? `${file.name} is there, and is checked now.` : `${said.name} came in.`);
    }
    // Several at once: one that cannot be taken holds up no other.
    async function add(files, role) {
      const refused = [];
      for (const [number, file] of files.entries()) {
        say(`Sending ${number + 1} of ${files.length} …`);
        const form = new FormData();
        form.append("file", file);
        const answer = await fetch(`api/v1/photos?role=${role}`, { method: "POST", body: form }).catch(() => null);
        const said = answer ? await answer.json().catch(() => ({})) : {};
        if (!answer?.ok) refused.push(`${file.name}: ${said.error?.message || "It did not arrive."}`);
      }
      const came = files.length - refused.length;
      if (section === "photos") came ? filter(new URLSearchParams()) : look(section); // what came is to be seen
      say([`${came === 1 ? "1 photo" : `${came} photos`} came in.`, ...refused].join(" "), refused.length > 0);
    }
    element.addEventListener("change", ({ target }) => {
      const { change, id } = target.dataset;
      if (change) tell(change, { act: change, id, [target.name]: (sent = target.value) });
      if (target.dataset.filter) {
        const query = asked();
        query.set(target.dataset.filter, target.value);
        filter(query);
      }
      if (target.matches("[data-add-photos]")) add([...target.files], list.querySelector("[data-add-role]").value);
      if (!target.matches("[data-bring]") || !target.files.length) return;
      send(target.files[0]);
      target.value = "";
    });
    element.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || !event.target.matches("[data-fields] input[name]")) return;
      event.target.closest("[data-fields]").querySelector("[data-act]").click();
    });
    document.addEventListener("avatar-studio-address", () => {
      if (isOpen() && String(asked()) !== seen) look(section);
    });
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !document.querySelector("dialog[open]")) close();
    });
    watch("value", () => {
      const about = new DOMParser().parseFromString(props.value || "", "text/html").querySelector("[data-section]");
      if (!about || about.dataset.section !== section || Number(about.dataset.turn) < answered) return;
      answered = Number(about.dataset.turn);
      const on = list.contains(document.activeElement) && document.activeElement;
      const typed = [...list.querySelectorAll(".collection-add input")].map((field) => field.value);
      list.innerHTML = props.value;
      if (list.querySelector("[data-section] > .problem")) { // refused: what was typed stays
        list.querySelectorAll(".collection-add input").forEach((field, number) => (field.value = typed[number] || ""));
      }
      clearTimeout(timer);
      const here = section;
      const again = () => isOpen() && section === here && look(here);
      if (list.querySelector("[data-running]")) timer = setTimeout(again, LOOK_AGAIN_MS);
      if (on) stay(on);
    });
    // Who was at a field or a button is there again, with what was typed meanwhile or was refused.
    function stay(on) {
      const { id, act, filter } = on.dataset;
      const of = on.name ? `[name="${on.name}"]` : `[data-act="${act}"]`;
      const place = filter ? `[data-filter="${filter}"]` : id && `[data-id="${CSS.escape(id)}"]${of}`;
      const same = place ? list.querySelector(place) : null;
      const isOwn = on.value !== sent || list.querySelector("[data-section] > .problem");
      if (same && isOwn && on.matches("input[data-change]")) same.value = on.value;
      (same || element.querySelector("h2")).focus({ preventScroll: true });
    }
    return tell;
  };
})();
