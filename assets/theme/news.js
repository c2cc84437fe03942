// News of jobs: told by the server as they happen, to one window for all of this browser's; said where nobody looks.
(() => {
  "use strict";

  const EVENTS_URL = "api/v1/events";
  const BEGINS_MS = 3000; // after the tray is there
  const LOOK_MS = 400; // between two looks, however much happens
  const KEYS = { sound: "avatar-studio-sound", message: "avatar-studio-message" };
  const channel = "BroadcastChannel" in window ? new BroadcastChannel("avatar-studio-jobs") : null;

  // A browser keeps six connections to one address, for all its windows together: one of them listens for all.
  avatarStudio.followJobs = (look) => {
    let [waits, again] = [0, false];
    const soon = () => {
      if (waits) {
        again = true;
        return;
      }
      look();
      waits = setTimeout(() => {
        waits = 0;
        if (again) soon();
        again = false;
      }, LOOK_MS);
    };
    const hear = (job) => {
      soon();
      if (["succeeded", "failed"].includes(job.state)) tell(job);
    };
    if (channel) channel.onmessage = ({ data }) => hear(data);
    const listen = () => {
      const events = new EventSource(EVENTS_URL);
      for (const state of ["queued", "running", "succeeded", "failed", "cancelled"]) {
        events.addEventListener(state, ({ data }) => {
          const job = avatarStudio.read(data);
          if (!job.id) return;
          channel?.postMessage(job);
          hear(job);
        });
      }
      window.addEventListener("pagehide", () => events.close());
      return new Promise(() => {}); // for as long as this window is there
    };
    // What the page is made of comes first: until then the tray's clock looks.
    setTimeout(() => {
      if (navigator.locks) navigator.locks.request("avatar-studio-events", listen);
      else listen();
    }, BEGINS_MS);
  };

  // What ended while nobody looked: in the title until the window is looked at again, and as the person likes it.
  let title = ""; // as it was before: when this file is read the page has none yet
  const told = new Set();
  function tell(job) {
    if (!document.hidden || told.has(job.id)) return;
    if (!told.size) title = document.title;
    told.add(job.id);
    document.title = `${job.state === "succeeded" ? "✓" : "!"} ${job.title}`;
    if (localStorage.getItem(KEYS.sound)) ring();
    if (localStorage.getItem(KEYS.message) && window.Notification?.permission === "granted") {
      const said = job.state === "succeeded" ? "Finished." : job.error;
      new Notification(job.title, { body: said, tag: job.id }).onclick = () => window.focus();
    }
  }
  document.addEventListener("visibilitychange", () => {
    if (document.hidden || !told.size) return;
    document.title = title;
    told.clear();
  });

  function ring() {
    const sound = new AudioContext();
    const [tone, loud] = [sound.createOscillator(), sound.createGain()];
    tone.frequency.value = 660;
    loud.gain.setValueAtTime(0.15, sound.currentTime);
    loud.gain.exponentialRampToValueAtTime(0.001, sound.currentTime + 0.6);
    tone.connect(loud).connect(sound.destination);
    tone.start();
    tone.stop(sound.currentTime + 0.6);
    tone.onended = () => sound.close();
  }

  document.addEventListener("change", async ({ target }) => {
    const key = KEYS[target.dataset?.news];
    if (!key) return;
    if (target.dataset.news === "message" && target.checked && window.Notification) {
      target.checked = (await Notification.requestPermission()) === "granted";
    }
    if (target.checked) localStorage.setItem(key, "yes");
    else localStorage.removeItem(key);
  });
  avatarStudio.showNewsChoices = () => {
    for (const box of document.querySelectorAll("[data-news]")) {
      box.checked = Boolean(localStorage.getItem(KEYS[box.dataset.news]));
    }
  };

  // A picture that was finished just now stands on the stage, until something is changed there.
  avatarStudio.arrived = (element, props, watch) => {
    const away = () => {
      for (const old of document.querySelectorAll(".scene-arrived")) old.remove();
    };
    document.addEventListener("avatar-studio-scene", away);
    watch("value", async () => {
      const made = avatarStudio.read(props.value);
      const frame = document.querySelector(".scene-frame");
      if (!made.url || !frame) return;
      const picture = new Image();
      Object.assign(picture, { src: made.url, alt: made.alt });
      try {
        await picture.decode();
      } catch {
        return; // deleted meanwhile
      }
      away();
      const [box, row, back] = ["div", "p", "button"].map((tag) => document.createElement(tag));
      box.className = "scene-arrived";
      row.textContent = "Finished";
      Object.assign(back, { type: "button", className: "link-button", textContent: "Back to the draft" });
      back.addEventListener("click", away);
      row.append(back);
      box.append(picture, row);
      frame.append(box);
    });
  };
})();
