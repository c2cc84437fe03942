// The Storage page in place of the desk: opening and closing it, asking before the trash is emptied.
(() => {
  "use strict";

  const OPEN = "storage-open";
  const LOOK_AGAIN_MS = 3000;
  const isOpen = () => document.body.classList.contains(OPEN);

  avatarStudio.storage = (element, props, watch, look) => {
    const list = element.querySelector("[data-list]");
    const opener = () => document.querySelector("[data-storage]");
    let timer = 0;

    function open() {
      const models = document.querySelector("[data-models-close]");
      if (document.body.classList.contains("models-open") && models) models.click();
      document.body.classList.add(OPEN);
      opener().setAttribute("aria-expanded", "true");
      document.dispatchEvent(new CustomEvent("avatar-studio-page", { detail: "storage" }));
      window.scrollTo({ top: 0 });
      element.querySelector("#storage-title").focus({ preventScroll: true });
      look();
    }
    function close() {
      if (!isOpen()) return;
      document.body.classList.remove(OPEN);
      opener().setAttribute("aria-expanded", "false");
      document.dispatchEvent(new CustomEvent("avatar-studio-page", { detail: "" }));
      opener().focus({ preventScroll: true });
    }
    function ask(asked) {
      const button = list.querySelector("[data-ask]");
      list.querySelector("[data-asked]").hidden = !asked;
      button.hidden = asked;
      (asked ? list.querySelector("[data-keep]") : button).focus();
    }
    function show() {
      if (!props.value) return;
      const had = list.contains(document.activeElement);
      list.innerHTML = props.value;
      if (had) element.querySelector("#storage-title").focus({ preventScroll: true });
      clearTimeout(timer);
      if (isOpen() && list.querySelector("[data-running]")) timer = setTimeout(look, LOOK_AGAIN_MS);
    }

    document.addEventListener("click", ({ target }) => {
      if (target.closest("[data-storage]")) (isOpen() ? close : open)();
      else if (target.closest("[data-storage-close], [data-models], #tray [data-act=show], .brand")) close();
      else if (target.closest("#storage [data-ask]")) ask(true);
      else if (target.closest("#storage [data-keep]")) ask(false);
    });
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !document.querySelector("dialog[open]")) close();
    });
    watch("value", show);
    show();
  };

  // The folder for backups, when its form is sent.
  avatarStudio.backupFolder = (element, trigger, name) => {
    element.addEventListener("submit", (event) => {
      if (!event.target.matches("[data-folder]")) return;
      event.preventDefault();
      trigger(name, { act: name, id: "", folder: event.target.elements.folder.value });
    });
  };
})();
