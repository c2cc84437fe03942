// The drop zone: a photo goes to the studio as it is; what comes back is its id, or the reason why it cannot be used.
(() => {
  "use strict";

  const PHOTOS_URL = "stage/photo";
  const TOO_BUSY = 503; // comes with the seconds after which to try again
  const MOST_TRIES = 4;

  avatarStudio.upload = (element, props, watch, trigger, chosen, kept) => {
    const drop = element.querySelector(".drop");
    const file = element.querySelector("[data-file]");
    const local = element.querySelector("[data-local]");
    const found = element.querySelector("[data-found]");
    const problem = element.querySelector("[data-problem]");
    const wait = element.querySelector("[data-wait]");
    const camera = element.querySelector("[data-camera]");
    const small = drop.classList.contains("drop-small"); // one of more photos, beside the large zone
    let sending = 0;

    // A refused photo stays in view with the reason; what is no picture at all cannot.
    function become(state, sentence = "") {
      const unseen = state === "empty" || (state === "refused" && !local.naturalWidth);
      drop.dataset.state = state;
      element.querySelector(".drop-zone").hidden = !unseen;
      local.parentElement.hidden = unseen || (state !== "waiting" && state !== "refused");
      found.hidden = state !== "full";
      wait.hidden = state !== "waiting";
      problem.hidden = sentence === "";
      problem.textContent = sentence;
      element.querySelector("[data-another]").hidden = unseen || state === "waiting";
      camera.hidden = state === "waiting";
    }

    async function send(photo) {
      const turn = ++sending;
      drop.dataset.photo = "";
      trigger(chosen, { act: chosen, id: "" }); // the photo before this one must not be measured in its place
      if (local.src) URL.revokeObjectURL(local.src);
      local.src = URL.createObjectURL(photo);
      if (photo.size > Number(drop.dataset.mostBytes || Infinity)) {
        become("refused", drop.dataset.tooLarge);
        return;
      }
      become("waiting");
      const form = new FormData();
      form.append("file", photo, "photo"); // its name decides nothing
      let answer;
      let body = {};
      try {
        for (let tries = 0; tries < MOST_TRIES && turn === sending; tries++) {
          answer = await fetch(PHOTOS_URL, { method: "POST", body: form });
          if (answer.status !== TOO_BUSY) break;
          await new Promise((go) => setTimeout(go, 1000 * Number(answer.headers.get("retry-after") || 1)));
        }
        body = await answer.json();
      } catch {
        answer = null;
      }
      if (turn !== sending) return;
      if (answer && answer.ok && !body.error) {
        trigger(kept, { act: kept, id: body.id });
        if (body.id === drop.dataset.photo) become("full");
        drop.dataset.photo = body.id;
      } else {
        const sentence = body.error ? body.error.message : "The photo did not arrive. Try again.";
        become("refused", sentence);
      }
    }

    function take(files) {
      const photo = [...(files || [])].find((one) => one.size >= 0);
      if (photo) send(photo);
    }

    file.addEventListener("change", () => {
      take(file.files);
      file.value = "";
    });
    element.querySelector("[data-another]").addEventListener("click", () => file.click());
    camera.addEventListener("click", () => {
      if (avatarStudio.canAskForCamera() || !window.matchMedia("(pointer: coarse)").matches) {
        avatarStudio.openCamera({ side: drop.dataset.side, use: send, choose: () => file.click() });
        return;
      }
      file.setAttribute("capture", "environment"); // over plain http a telephone's own camera, which has no timer
      file.click();
      file.removeAttribute("capture");
    });
    for (const kind of ["dragenter", "dragover", "dragleave", "drop"]) {
      element.addEventListener(kind, (event) => {
        event.preventDefault();
        drop.classList.toggle("is-over", kind === "dragenter" || kind === "dragover");
        if (kind === "drop") take(event.dataTransfer.files);
      });
    }
    document.addEventListener("paste", (event) => {
      if (small) return;
      if (avatarStudio.isVisible(element) && event.clipboardData.files.length) take(event.clipboardData.files);
    });

    watch("value", () => {
      found.innerHTML = props.value || "";
      if (props.value) become("full");
      else if (drop.dataset.state === "full") become("empty"); // a photo on its way, or refused, stays in view
    });
    if (props.value) {
      found.innerHTML = props.value;
      become("full");
    }
  };
})();
