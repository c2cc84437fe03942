// The dialog of History's projects, and what the sheet of an order says of a field that was kept or refused.
(() => {
  "use strict";

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
