// A picture that was made here gives its settings back: it goes to the studio as it is, and its order goes to the window.
(() => {
  "use strict";

  const RECIPES_URL = "stage/recipe";

  avatarStudio.recipe = (element, trigger, used) => {
    const strip = element.querySelector(".recipe");
    const file = element.querySelector("[data-recipe]");
    const problem = element.querySelector("[data-problem]");
    const zone = element.closest("[role=tabpanel]") || element; // the whole tab takes a drop
    let sending = 0;

    function say(sentence) {
      problem.textContent = sentence;
      problem.hidden = sentence === "";
      if (sentence) problem.scrollIntoView({ block: "center" }); // below a long history
    }

    async function send(picture) {
      const turn = ++sending;
      say("");
      strip.dataset.state = "waiting";
      const form = new FormData();
      form.append("file", picture, "picture"); // its name decides nothing
      let answer = null;
      let body = {};
      try {
        answer = await fetch(RECIPES_URL, { method: "POST", body: form });
        body = await answer.json();
      } catch {
        answer = null;
      }
      if (turn !== sending) return;
      delete strip.dataset.state;
      if (answer && answer.ok && !body.error) trigger(used, { act: used, order: body.order, missing: body.missing });
      else say(body.error ? body.error.message : "The picture did not arrive. Try again.");
    }

    file.addEventListener("change", () => {
      if (file.files.length) send(file.files[0]);
      file.value = "";
    });
    for (const kind of ["dragenter", "dragover", "dragleave", "drop"]) {
      zone.addEventListener(kind, (event) => {
        if (![...event.dataTransfer.types].includes("Files")) return;
        event.preventDefault();
        strip.classList.toggle("is-over", kind === "dragenter" || kind === "dragover");
        if (kind === "drop" && event.dataTransfer.files.length) send(event.dataTransfer.files[0]);
      });
    }
  };
})();
