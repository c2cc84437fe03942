// The stage: asks for the live draft of the scene it is given. Newest request wins; the picture changes without flicker.
(() => {
  "use strict";

  const DRAFT_URL = "stage/draft";
  const KEPT_PICTURES = 24; // scenes looked at lately, shown again at once
  const SKELETON_AFTER_MS = 300; // while nothing is on the stage yet
  const FADE_AFTER_MS = 900; // what is on the stage stays as it is until a draft takes longer than this
  const RETRY_MS = 500;

  const lane = `page-${Math.random().toString(36).slice(2, 12)}`;
  const kept = new Map(); // request as text -> object URL

  function remember(key, url) {
    kept.set(key, url);
    if (kept.size <= KEPT_PICTURES) return;
    const [oldest, old] = kept.entries().next().value;
    kept.delete(oldest);
    URL.revokeObjectURL(old);
  }

  const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

  avatarStudio.stage = (element, props, watch) => {
    const frame = element.querySelector(".scene-frame");
    const picture = element.querySelector(".scene-picture");
    const notice = element.querySelector(".scene-notice");
    let wanted = null; // {key, alt}: what should be on the stage
    let asking = false;

    const say = (sentence) => {
      notice.textContent = sentence;
      notice.hidden = sentence === "";
    };

    async function put(url, key, alt) {
      const next = new Image();
      next.src = url;
      await next.decode();
      picture.src = url;
      picture.alt = alt;
      picture.dataset.set = JSON.parse(key).set;
      picture.hidden = false;
      frame.dataset.state = "full";
      const mini = document.querySelector(".stage-mini img");
      if (mini) {
        mini.src = url;
        mini.hidden = false;
      }
    }

    // One request at a time; what came in meanwhile is asked for next, anything between is never asked for.
    async function ask() {
      if (asking) return;
      asking = true;
      try {
        let shown = "";
        while (wanted && wanted.key !== shown) {
          const { key, alt } = wanted;
          const patience = picture.hidden ? SKELETON_AFTER_MS : FADE_AFTER_MS;
          const slow = setTimeout(() => (frame.dataset.state = "waiting"), patience);
          const done = await draw(key, alt).finally(() => clearTimeout(slow));
          if (done) shown = key;
        }
      } finally {
        asking = false;
      }
    }

    async function draw(key, alt) {
      if (kept.has(key)) {
        await put(kept.get(key), key, alt);
        return true;
      }
      let answer;
      try {
        answer = await fetch(DRAFT_URL, {
          method: "POST",
          headers: { "Content-Type": "application/json" },
          body: key,
        });
      } catch {
        say("The studio does not answer. Is it still running?");
        await pause(RETRY_MS * 2);
        return false;
      }
      if (answer.status === 200) {
        const url = URL.createObjectURL(await answer.blob());
        remember(key, url);
        say("");
        await put(url, key, alt);
        return true;
      }
      if (answer.status === 204) return wanted.key !== key ? true : (await pause(RETRY_MS / 5), false);
      if (answer.status === 503) {
        say("Getting the pencils out.");
        await pause(RETRY_MS);
        return false;
      }
      const { error } = await answer.json().catch(() => ({}));
      say(error ? error.message : "The draft could not be drawn; see the log.");
      frame.dataset.state = "full";
      return true;
    }

    function look() {
      const value = avatarStudio.read(props.value);
      if (value.problem) say(value.problem);
      if (!value.scene) return;
      say("");
      const key = JSON.stringify({ ...value.scene, dark: avatarStudio.isDark(), lane });
      if (wanted && wanted.key !== key) document.dispatchEvent(new CustomEvent("avatar-studio-scene"));
      wanted = { key, alt: value.alt };
      avatarStudio.pose = value.scene.pose;
      avatarStudio.avatar = value.scene.avatar_id;
      document.dispatchEvent(new CustomEvent("avatar-studio-pose"));
      ask();
    }

    new IntersectionObserver(([seen]) => {
      document.body.classList.toggle("stage-in-sight", seen.intersectionRatio > 0.3);
    }, { threshold: [0, 0.3, 0.6] }).observe(frame);
    watch("value", look);
    document.addEventListener("avatar-studio-theme", look);
    look();
  };
})();
