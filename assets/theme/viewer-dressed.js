// The dressed avatar in the body viewer: made when it is first asked for; its clips and expressions.
(() => {
  "use strict";

  const STANDING = "stand"; // the idle clip, held
  const ANY_PRESS = "*";
  const AGAIN = "Press “Dressed avatar” to try again.";

  // `order` asks the server for the avatar's file; what it says comes as an event of the page.
  avatarStudio.dressedAvatar = (box, { getContext, repaint, say, order }) => {
    const canvas = box.querySelector("canvas");
    const controls = box.querySelector(".viewer-dressed");
    const choices = [...box.querySelectorAll("[data-shows]")];
    const clips = [...controls.querySelectorAll("[data-clip]")];
    const sliders = [...controls.querySelectorAll("[data-units]")];
    const faceButton = box.querySelector("[data-face]");
    let [avatar, painter, url] = [null, null, ""];
    let [press, clip, began, frame] = [0, STANDING, 0, 0];
    let [isWanted, nearFace, hasLooked] = [false, false, false];

    const isShown = () => box.dataset.shown === "avatar";

    function show(what) {
      box.dataset.shown = what;
      box.setAttribute("aria-busy", String(what === "waiting"));
      controls.hidden = what !== "avatar";
      for (const one of choices) one.setAttribute("aria-pressed", String((one.dataset.shows === "avatar") === isWanted));
      canvas.dataset.clip = what === "avatar" ? clip : "";
      repaint();
    }

    function leave() {
      if (!isWanted) return;
      isWanted = false;
      say("");
      show("body");
    }

    function forget() {
      leave();
      painter?.release();
      [avatar, painter, url] = [null, null, ""];
    }

    function fail(sentence) {
      leave();
      say(`${sentence} ${AGAIN}`, true);
    }

    function express() {
      const strengths = { ...avatar.shown };
      for (const slider of sliders) for (const unit of slider.dataset.units.split(" ")) strengths[unit] = Number(slider.value);
      painter.express(strengths);
      repaint();
    }

    function play(name) {
      clip = name;
      began = performance.now();
      for (const one of clips) one.setAttribute("aria-pressed", String(one.dataset.clip === clip));
      canvas.dataset.clip = clip;
      repaint();
      if (!frame) frame = requestAnimationFrame(step);
    }

    function step() {
      frame = 0;
      if (!isShown() || clip === STANDING) return;
      if (canvas.offsetParent) repaint();
      frame = requestAnimationFrame(step);
    }

    function lookAtFace(near) {
      nearFace = near;
      faceButton.setAttribute("aria-pressed", String(near));
      repaint();
    }

    async function load(address) {
      const answer = await fetch(address);
      if (!answer.ok) throw new Error(String(answer.status));
      const read = await avatarStudio.readAvatar(await answer.arrayBuffer());
      painter?.release();
      [avatar, painter, url] = [read, avatarStudio.avatarPainter(getContext(), read), address];
      for (const slider of sliders) slider.value = avatar.shown[slider.dataset.units.split(" ")[0]] || 0;
      express();
      const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
      play(still ? STANDING : "idle");
    }

    async function take({ press: of, state, url: address, said }) {
      if (box.dataset.shown !== "waiting" || ![String(press), ANY_PRESS].includes(of) || state === "waiting") return;
      if (state === "failed") return fail(said);
      try {
        if (address !== url) await load(address);
        if (!isWanted) return;
        say("");
        show("avatar");
        play(clip);
      } catch {
        fail("The dressed avatar could not be opened.");
      }
    }

    box.querySelector("[data-shows=body]").addEventListener("click", leave);
    box.querySelector("[data-shows=avatar]").addEventListener("click", () => {
      if (isWanted || !getContext()) return;
      isWanted = true;
      press += 1;
      say("Dressing the avatar. It takes some seconds.");
      show("waiting");
      order(String(press));
    });
    for (const one of clips) one.addEventListener("click", () => play(one.dataset.clip === clip ? STANDING : one.dataset.clip));
    for (const slider of sliders)
      slider.addEventListener("input", () => {
        if (!hasLooked) lookAtFace((hasLooked = true));
        express();
      });
    faceButton.addEventListener("click", () => {
      hasLooked = true;
      lookAtFace(!nearFace);
    });
    document.addEventListener("avatar-studio-dressed", ({ detail }) => take(detail));

    // Paint it where it is what is looked at.
    function paint(scene) {
      if (!isShown() || !avatar) return false;
      const moving = clip !== STANDING;
      const rows = moving ? avatar.poseAt(clip, (performance.now() - began) / 1000) : avatar.poseAt("idle", 0);
      painter.paint({ ...scene, rows, nearFace });
      return true;
    }
    return { paint, leave, forget };
  };

  // What the server says of the avatar's file, for the viewer.
  avatarStudio.dressedAnswer = (props, watch) => {
    watch("value", () => {
      const detail = avatarStudio.read(props.value);
      if (detail.press) document.dispatchEvent(new CustomEvent("avatar-studio-dressed", { detail }));
    });
  };
})();
