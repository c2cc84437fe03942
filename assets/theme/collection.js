// The Library page in place of the desk: its sections, each with an address of its own.
(() => {
  "use strict";

  const OPEN = "collection-open";
  const isOpen = () => document.body.classList.contains(OPEN);

  avatarStudio.collection = (element, props, watch, trigger, name) => {
    const list = element.querySelector("[data-list]");
    const tabs = [...element.querySelectorAll("[data-collection]")];
    const look = (section) => trigger(name, { act: name, id: section });
    let [section, from] = ["", null];

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
    }, true);
    element.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || !event.target.matches("[data-fields] input[name]")) return;
      event.target.closest("[data-fields]").querySelector("[data-act]").click();
    });
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !document.querySelector("dialog[open]")) close();
    });
    watch("value", () => {
      if (!props.value) return;
      const had = list.contains(document.activeElement);
      list.innerHTML = props.value;
      if (had) element.querySelector("h2").focus({ preventScroll: true });
    });
  };
})();
