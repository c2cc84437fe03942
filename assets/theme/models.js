// The Models page in place of the desk, and what the chosen model changes in header and foot.
(() => {
  "use strict";

  const OPEN = "models-open";
  const HERE = "Everything stays on this computer.";
  const isOpen = () => document.body.classList.contains(OPEN);

  avatarStudio.models = (element, props, watch, look) => {
    const list = element.querySelector("[data-list]");
    let from = null;

    const mark = (open) => {
      document.body.classList.toggle(OPEN, open);
      document.querySelector(".engine").setAttribute("aria-expanded", String(open));
      document.dispatchEvent(new CustomEvent("avatar-studio-page", { detail: open ? "models" : "" }));
      window.scrollTo({ top: 0 });
    };
    function open(pressed) {
      from = pressed;
      mark(true);
      element.querySelector("#models-title").focus({ preventScroll: true });
      look();
    }
    function close() {
      if (!isOpen()) return;
      mark(false);
      const back = from && from.isConnected ? from : document.querySelector(".engine");
      back.focus({ preventScroll: true });
    }
    function show() {
      if (!props.value) return;
      const { act, id } = (list.contains(document.activeElement) && document.activeElement.dataset) || {};
      list.innerHTML = props.value;
      if (!act) return;
      const buttons = [...list.querySelectorAll("[data-act]")];
      const next = buttons.find((one) => one.dataset.act === act && one.dataset.id === id) ||
        buttons.find((one) => one.dataset.id === id);
      if (next) next.focus({ preventScroll: true });
    }

    document.addEventListener("click", ({ target }) => {
      const opener = target.closest("[data-models]");
      if (opener) (isOpen() ? close : open)(opener);
      else if (target.closest("[data-models-close], #tray [data-act=show], .brand, .model [data-act=use]")) close();
    });
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !document.querySelector("dialog[open]")) close();
    });
    watch("value", show);
    show();
  };

  // The line under Generate names the model; header and foot follow it.
  avatarStudio.chosen = (element, watch) => {
    const tell = () => {
      const cost = element.querySelector("[data-model]");
      if (!cost) return;
      const title = cost.dataset.model;
      const name = document.querySelector("[data-engine]");
      if (name) name.textContent = title;
      const foot = document.querySelector(".foot");
      const away = `What you order from ${title} leaves this computer. Everything else stays on it.`;
      if (foot) foot.textContent = "remote" in cost.dataset ? away : HERE;
    };
    const bar = element.closest("#order-bar");
    if (bar) {
      new ResizeObserver(() => {
        document.documentElement.style.setProperty("--order-height", `${bar.offsetHeight}px`);
      }).observe(bar);
    }
    watch("value", () => requestAnimationFrame(tell));
    tell();
  };
})();
