// A photo taken with the device's camera: asked for when the dialog opens, given back when it closes.
(() => {
  "use strict";

  const SHARP = { width: { ideal: 1920 }, height: { ideal: 1440 } };
  const QUALITY = 0.95;
  const WHY_NOT = {
    NotAllowedError: "The browser does not let this page use the camera. Allow it beside the address, and try again.",
    NotFoundError: "No camera was found on this device.",
    NotReadableError: "The camera is used by another program. Close that one, and try again.",
  };
  const NOT_SECURE =
    "Browsers let a page use the camera only over https, or on the computer that the studio itself runs on.";

  // Whether the browser would let this page ask; over plain http from another computer it has no cameras at all.
  avatarStudio.canAskForCamera = () => Boolean(navigator.mediaDevices?.getUserMedia);

  avatarStudio.camera = (element) => {
    const dialog = element.querySelector("dialog");
    const find = (name) => dialog.querySelector(`[data-${name}]`);
    const [video, taken, count, says, problem, other] = ["video", "taken", "count", "says", "problem", "other"].map(find);
    let [stream, cameras, photo, timer, turn] = [null, [], null, 0, 0];
    let asks = { use: () => {}, choose: () => {} };

    // asking, live, counting, kept, none: the style sheet shows what belongs to each.
    function become(state, sentence = "") {
      dialog.dataset.state = state;
      says.textContent = state === "none" ? "" : sentence;
      problem.textContent = state === "none" ? sentence : "";
      count.textContent = "";
      dialog.querySelector({ live: "[data-start]", counting: "[data-stop]", kept: "[data-use]", none: "[data-choose]" }[state])?.focus();
    }

    function giveBack() {
      clearInterval(timer);
      for (const track of stream?.getTracks() ?? []) track.stop();
      stream = video.srcObject = null;
    }

    function forget() {
      if (taken.src) URL.revokeObjectURL(taken.src);
      taken.removeAttribute("src");
      photo = null;
    }

    async function look(camera = { facingMode: { ideal: "environment" } }) {
      const now = ++turn;
      giveBack();
      forget();
      become("asking", "Waiting for the camera");
      try {
        if (!avatarStudio.canAskForCamera()) throw new TypeError();
        const opened = await navigator.mediaDevices.getUserMedia({ audio: false, video: { ...SHARP, ...camera } });
        if (now !== turn) {
          for (const track of opened.getTracks()) track.stop(); // the dialog was closed while it was asked
          return;
        }
        stream = opened;
        const [track] = stream.getVideoTracks();
        track.addEventListener("ended", () => now === turn && become("none", "The camera stopped. Try again."));
        const { facingMode } = track.getSettings();
        dialog.classList.toggle("is-mirror", facingMode !== "environment"); // one sees oneself as in a mirror
        video.muted = true;
        video.srcObject = stream;
        await video.play();
        dialog.style.setProperty("--shape", video.videoWidth / video.videoHeight);
        cameras = (await navigator.mediaDevices.enumerateDevices()).filter(({ kind }) => kind === "videoinput");
        other.hidden = cameras.length < 2;
        if (now === turn) become("live");
      } catch (error) {
        if (now !== turn) return;
        giveBack();
        const other = "The camera could not be opened. Close this, and try again.";
        become("none", avatarStudio.canAskForCamera() ? WHY_NOT[error.name] || other : NOT_SECURE);
      }
    }

    function takeNow() {
      const canvas = document.createElement("canvas");
      [canvas.width, canvas.height] = [video.videoWidth, video.videoHeight];
      canvas.getContext("2d").drawImage(video, 0, 0);
      const now = turn;
      canvas.toBlob((bytes) => {
        if (now !== turn) return;
        photo = bytes;
        taken.src = URL.createObjectURL(bytes);
        become("kept", "The photo is taken.");
      }, "image/jpeg", QUALITY);
    }

    function start() {
      let left = Number(dialog.querySelector("[name=camera-timer]:checked").value);
      become("counting", `The photo is taken in ${left} seconds.`);
      count.textContent = left;
      timer = setInterval(() => {
        left -= 1;
        count.textContent = left || "";
        if (left) return;
        clearInterval(timer);
        takeNow();
      }, 1000);
    }

    const acts = {
      start,
      stop: () => {
        clearInterval(timer);
        become("live");
      },
      other: () => {
        const { deviceId } = stream.getVideoTracks()[0].getSettings();
        const at = cameras.findIndex((one) => one.deviceId === deviceId);
        look({ deviceId: { exact: cameras[(at + 1) % cameras.length].deviceId } });
      },
      again: () => {
        forget();
        become("live");
      },
      use: () => {
        const kept = photo;
        dialog.close();
        asks.use(kept);
      },
      choose: () => {
        dialog.close();
        asks.choose();
      },
      close: () => dialog.close(),
    };
    dialog.addEventListener("click", ({ target }) => {
      for (const [name, act] of Object.entries(acts)) if (target.closest(`[data-${name}]`)) act();
    });
    dialog.addEventListener("close", () => {
      turn += 1;
      giveBack();
      forget();
    });

    // `use` is called with the photo, `choose` where a file is to be chosen instead; `side` from which it is taken.
    avatarStudio.openCamera = ({ side, use, choose }) => {
      asks = { use, choose };
      for (const figure of dialog.querySelectorAll("[data-figure]")) {
        figure.style.display = figure.dataset.figure === (side === "side" ? "side" : "front") ? "" : "none";
      }
      dialog.showModal();
      look();
    };
  };
})();
