// The body viewer: a body in clay, or the dressed avatar. Drag, arrow keys and buttons turn it.
(() => {
  "use strict";

  const DEGREE = Math.PI / 180;
  const HIGHEST_TILT = 80 * DEGREE;
  const TURN_MS = 350;

  avatarStudio.viewer = (element, props, watch, trigger, dress) => {
    const box = element.querySelector(".viewer");
    const canvas = element.querySelector("canvas");
    const notice = element.querySelector(".viewer-notice");
    const said = element.querySelector(".viewer-said");
    const wireButton = element.querySelector("[data-wire]");
    const scene = { yaw: 0, tilt: 0, zoom: 1, wire: false, colours: {} };
    let painter = null;
    let mesh = "";
    let turning = 0;
    let pending = false;

    function paint() {
      if (pending || !painter) return;
      pending = true;
      requestAnimationFrame(() => {
        pending = false;
        const dark = avatarStudio.isDark();
        scene.colours = {
          clay: dark ? [0.8, 0.74, 0.67, 1] : [0.87, 0.81, 0.74, 1],
          suit: dark ? [0.47, 0.42, 0.38, 1] : [0.56, 0.5, 0.45, 1],
          wire: [0.3, 0.16, 0.1, 0.35],
          tape: dark ? [0.89, 0.55, 0.43, 1] : [0.71, 0.29, 0.16, 1], // the accent
        };
        if (!dressed.paint(scene)) painter.paint(scene);
        canvas.dataset.painted = mesh ? "yes" : "";
      });
    }

    function turnTo(yaw) {
      cancelAnimationFrame(turning);
      const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
      const [from, tilt, start] = [scene.yaw, scene.tilt, performance.now()];
      const far = ((((yaw - from) % (2 * Math.PI)) + 3 * Math.PI) % (2 * Math.PI)) - Math.PI;
      const step = (now) => {
        const part = still ? 1 : Math.min(1, (now - start) / TURN_MS);
        const eased = 1 - (1 - part) ** 3;
        scene.yaw = from + far * eased;
        scene.tilt = tilt * (1 - eased);
        paint();
        if (part < 1) turning = requestAnimationFrame(step);
      };
      step(performance.now());
    }

    const say = (sentence) => {
      notice.textContent = sentence;
      notice.hidden = sentence === "";
    };

    const tell = (sentence, isProblem = false) => {
      said.textContent = sentence;
      said.classList.toggle("problem", isProblem);
    };

    const dressed = avatarStudio.dressedAvatar(box, {
      getContext: () => painter?.gl,
      repaint: paint,
      say: tell,
      order: (press) => trigger(dress, { act: dress, id: press }),
    });

    async function show() {
      const value = avatarStudio.read(props.value);
      box.dataset.state = value.state || "empty";
      if (!value.mesh || value.mesh === mesh) return;
      mesh = value.mesh;
      painter ||= avatarStudio.bodyPainter(canvas);
      if (!painter) return say("This browser cannot show 3D. The downloads beside it work all the same.");
      say("");
      dressed.forget();
      canvas.setAttribute("aria-label", `The body of ${value.name || "your persona"} in three dimensions. Arrow keys turn it.`);
      try {
        const answer = await fetch(value.mesh);
        if (!answer.ok) throw new Error(String(answer.status));
        painter.load(avatarStudio.readBody(await answer.arrayBuffer()));
        painter.lay(null);
        tell("");
        delete canvas.dataset.tape;
        turnTo(0);
      } catch {
        mesh = "";
        say("The body could not be loaded. Open this tab again.");
      }
    }

    canvas.addEventListener("pointerdown", (event) => {
      cancelAnimationFrame(turning);
      canvas.setPointerCapture(event.pointerId);
    });
    canvas.addEventListener("pointermove", (event) => {
      if (!canvas.hasPointerCapture(event.pointerId)) return;
      scene.yaw -= event.movementX * 0.01;
      scene.tilt = Math.max(-HIGHEST_TILT, Math.min(HIGHEST_TILT, scene.tilt + event.movementY * 0.01));
      paint();
    });
    const zoom = (factor) => {
      scene.zoom = Math.max(0.6, Math.min(6, scene.zoom * factor));
      paint();
    };
    canvas.addEventListener(
      "wheel",
      (event) => {
        if (document.activeElement !== canvas && !event.ctrlKey) return;
        event.preventDefault();
        zoom(Math.exp(-event.deltaY * 0.002));
      },
      { passive: false },
    );
    canvas.addEventListener("keydown", (event) => {
      const turn = { ArrowLeft: [-10, 0], ArrowRight: [10, 0], ArrowUp: [0, -10], ArrowDown: [0, 10] }[event.key];
      if (turn) {
        event.preventDefault();
        scene.yaw += turn[0] * DEGREE;
        scene.tilt = Math.max(-HIGHEST_TILT, Math.min(HIGHEST_TILT, scene.tilt + turn[1] * DEGREE));
        paint();
      } else if (event.key === "+" || event.key === "-") zoom(event.key === "+" ? 1.15 : 1 / 1.15);
    });
    for (const button of element.querySelectorAll("[data-turn]"))
      button.addEventListener("click", () => turnTo(Number(button.dataset.turn) * DEGREE));
    wireButton.addEventListener("click", () => {
      scene.wire = !scene.wire;
      wireButton.setAttribute("aria-pressed", String(scene.wire));
      paint();
    });
    document.addEventListener("avatar-studio-tape", ({ detail }) => {
      if (!painter || !mesh) return;
      dressed.leave();
      painter.lay(detail.line);
      canvas.dataset.tape = detail.name;
      tell(detail.said);
      paint();
    });
    new ResizeObserver(paint).observe(canvas);
    document.addEventListener("avatar-studio-theme", paint);
    watch("value", show);
    show();
  };

  // Where a measure is taken, as the server sent it: for the viewer, and the row that was pressed.
  avatarStudio.tape = (props, watch) => {
    watch("value", () => {
      const detail = avatarStudio.read(props.value);
      if (!detail.name) return;
      for (const row of document.querySelectorAll(".measures [data-act=measure]"))
        row.setAttribute("aria-pressed", String(row.dataset.id === detail.name));
      document.dispatchEvent(new CustomEvent("avatar-studio-tape", { detail }));
    });
  };
})();
