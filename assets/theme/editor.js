// The pose editor: opens over the gallery, moves the body at once, and asks the studio on release.
(() => {
  "use strict";

  const { makeRig, move, skin, normals } = avatarStudio.rig;
  const { axesOf, highest } = avatarStudio.reach;
  const edits = avatarStudio.edits;
  const { makePainter, dressed, makeCamera, ringsOf, drawOver, hit, turnBy } = avatarStudio.editorView;
  const { ask, linesOf } = avatarStudio.editorAnswers;
  const { makePanel } = avatarStudio.editorPanel;
  const { HANDLES, JOINTS, SIDES } = edits;
  const DEGREE = Math.PI / 180;
  const STANDING_ANKLE_M = 0.05; // a foot is not dragged lower
  const LOWEST_TILT = -30 * DEGREE;
  const HIGHEST_TILT = 80 * DEGREE;
  const STILL_DOTS = 2; // of the body's picture to a pixel of the page
  const MOVING_DOTS = 1;
  const NEAREST_M = 1.2;
  const FARTHEST_M = 8;
  const NEW_POSE = "relaxed-stand";
  const USED_ONCE = "edited-"; // how the studio calls a pose that is on the stage and not kept

  let edited = "";
  avatarStudio.edited = () => edited; // the pose as the studio settled it last, JSON

  // The editor is made when it is first opened.
  avatarStudio.poseEditor = (element, trigger, event) => {
    let open = null;
    document.addEventListener("avatar-studio-edit", ({ detail }) => {
      open ||= build(element, trigger, event);
      open(detail);
    });
  };

  function build(element, trigger, event) {
    const template = element.querySelector("[data-editor-template]");
    template.replaceWith(template.content.cloneNode(true));
    const find = (name) => element.querySelector(`[data-${name}]`);
    const root = find("editor");
    const [box, canvas, over, panel] = ["box", "body", "over", "panel"].map(find);
    const controls = makePanel(panel);
    const { field } = controls;
    const button = (act) => root.querySelector(`[data-do="${act}"]`);
    const painter = makePainter(canvas);
    const pen = over.getContext("2d");
    const camera = makeCamera();
    const pins = new Set();
    const session = { slug: "", before: "", rig: null, history: null, joint: "hips", chosen: "hips", yaw: 0, tilt: null, lens: null, framing: "full", expression: null };
    let pose = null; // what is shown; while something is dragged not yet in the history
    let moved = null;
    let points = null;
    let normal = null;
    let handles = [];
    let rings = [];
    let pending = false;
    let asked = 0;
    let answered = Promise.resolve(); // when the studio has answered to the last edit
    let drag = null; // what the pointer holds: a ring, a handle, or nothing but the view

    // --- showing ---
    function look() {
      const { rig } = session;
      moved = move(rig, pose.angles, edits.turnsOf(rig, pose));
      skin(rig, moved, points);
      normals(rig, points, normal);
      handles = Object.keys(HANDLES).map((name) => [name, edits.where(rig, moved, name)]);
      rings = ringsOf(rig, moved, JOINTS[session.joint], pose.angles, axesOf).map((ring) => ({
        ...ring,
        high: ring.bounded ? highest(rig, pose.angles, rig.place.get(ring.name)) : ring.high,
      }));
    }

    const colour = (name) => getComputedStyle(root).getPropertyValue(name).trim();

    function resize(one, width, height, dots) {
      const [wide, high] = [Math.round(width * dots), Math.round(height * dots)];
      if (one.width !== wide || one.height !== high) [one.width, one.height] = [wide, high];
    }

    function paint() {
      if (pending || root.hidden || !pose) return;
      pending = true;
      requestAnimationFrame(() => {
        pending = false;
        const [width, height] = [box.clientWidth, box.clientHeight];
        const dots = Math.min(devicePixelRatio, 2);
        resize(over, width, height, dots);
        resize(canvas, width, height, drag ? MOVING_DOTS : Math.max(dots, STILL_DOTS)); // fine edges when it is still
        camera.update(width, height);
        look();
        const dark = avatarStudio.isDark();
        const colours = {
          clay: dark ? [0.8, 0.74, 0.67, 1] : [0.87, 0.81, 0.74, 1],
          suit: dark ? [0.47, 0.42, 0.38, 1] : [0.56, 0.5, 0.45, 1],
          floor: dark ? [0.45, 0.43, 0.4, 0.5] : [0.62, 0.59, 0.54, 0.45],
        };
        painter?.paint({ points, normal, view: camera.view, projection: camera.projection, colours });
        pen.setTransform(dots, 0, 0, dots, 0, 0);
        const style = { ink: colour("--ink"), quiet: colour("--quiet"), line: colour("--edge"), accent: colour("--accent"), surface: colour("--surface") };
        const bones = painter ? null : moved.heads.flatMap((head, i) => (session.rig.parents[i] >= 0 ? [[moved.heads[session.rig.parents[i]], head]] : []));
        drawOver(pen, camera, { handles, rings, chosen: session.chosen, pins, style, bones });
        over.dataset.painted = String(Number(over.dataset.painted || 0) + 1);
      });
    }

    // The lowest point of the skin comes to the floor, or as high above it as the pose is in the air.
    function ground(one) {
      const { rig } = session;
      const skinned = skin(rig, move(rig, one.angles, edits.turnsOf(rig, one)), new Float32Array(points.length));
      let lowest = Infinity;
      for (let i = 2; i < skinned.length; i += 3) lowest = Math.min(lowest, skinned[i]);
      const angles = one.angles.slice();
      angles[2] += one.airborne - lowest;
      return { ...one, angles };
    }

    // --- changing ---
    function show(next) {
      pose = next;
      paint();
    }

    function keep(next) {
      show(ground(next));
      session.history.keep(pose);
      fill();
      settle();
    }

    function alike(next, side) {
      return field("alike").checked && side ? edits.copiedSide(session.rig, next, side) : next;
    }

    function setAngle(name, value) {
      const { rig } = session;
      const angles = pose.angles.slice();
      angles[rig.place.get(name)] = value;
      edits.clampAll(rig, angles);
      return alike({ ...pose, angles }, SIDES.find((side) => name.endsWith(side)));
    }

    function step(state) {
      show(state);
      fill();
      settle();
    }

    function reset() {
      const { rig, history, joint } = session;
      const angles = pose.angles.slice();
      for (const name of JOINTS[joint].angles) angles[rig.place.get(name)] = history.first.angles[rig.place.get(name)];
      keep({ ...pose, angles });
    }

    function togglePin() {
      const name = session.chosen;
      if (!pins.delete(name)) pins.add(name);
      fill();
      paint();
    }

    function setHand(side, name, numbers) {
      keep(alike(edits.withHand(session.rig, pose, side, name, numbers), side));
    }

    // --- the panel ---
    function fill() {
      const { history, rig, joint } = session;
      button("undo").disabled = !history.canUndo;
      button("redo").disabled = !history.canRedo;
      button("pin").setAttribute("aria-pressed", String(pins.has(session.chosen)));
      button("pin").disabled = !HANDLES[session.chosen]?.side;
      controls.showJoint(rig, joint, pose.angles);
      controls.showHands(rig, pose);
      controls.showPicture(session, pose.airborne);
      controls.showFace(session.expression);
    }

    function choose(handle, joint = HANDLES[handle].joint) {
      Object.assign(session, { chosen: handle, joint });
      fill();
      paint();
    }

    // --- the studio's answer ---
    const settle = (how) => (answered = answer(how));

    async function answer({ silent = false } = {}) {
      const number = ++asked;
      session.settled = null; // what was answered before is not what is shown
      over.dataset.state = "asking";
      const { rig } = session;
      const began = performance.now();
      const angles = Object.fromEntries(rig.angles.map((name, i) => [name, pose.angles[i]]));
      try {
        const said = await ask("stage/pose/settle", {
          slug: session.slug, angles, hands: pose.hands, fingers: pose.fingers, airborne_m: pose.airborne,
          yaw_deg: session.yaw, tilt_deg: session.tilt, lens_mm: session.lens, framing: session.framing,
          expression: session.expression, avatar_id: session.avatar,
        });
        if (number !== asked || root.hidden) return;
        over.dataset.settled = String(Math.round(performance.now() - began));
        over.dataset.state = "settled";
        agree(said);
        find("says").replaceChildren(...linesOf(said).map((line) => Object.assign(document.createElement("li"), { textContent: line })));
        find("says").dataset.state = said.overlaps.length ? "look" : "fine";
        session.settled = said.pose;
        if (!silent) put(said.pose);
      } catch (error) {
        if (number === asked) complain(error.message);
      }
    }

    // The studio's angles are the truth; they differ only where a joint had gone too far.
    function agree({ angles, root_m: place }) {
      const next = pose.angles.slice();
      for (const [name, value] of Object.entries(angles)) next[session.rig.place.get(name)] = value;
      next[2] = place[2];
      pose = { ...pose, angles: next };
      session.history.replace(pose);
      paint();
    }

    function complain(sentence) {
      const problem = find("problem");
      problem.textContent = sentence;
      problem.hidden = sentence === "";
    }

    function put(one) {
      edited = JSON.stringify(one);
      trigger(event, { act: event });
    }

    // --- opening and closing ---
    async function open({ slug, isNew }) {
      complain("");
      if (session.history && !isNew && slug.startsWith(USED_ONCE)) return reveal(); // goes on where it was left
      try {
        const avatar = avatarStudio.avatar || null;
        const [rig, said] = await Promise.all([
          ask(`stage/rig${avatar ? `?avatar_id=${encodeURIComponent(avatar)}` : ""}`),
          ask(`stage/poses/${encodeURIComponent(isNew ? NEW_POSE : slug)}/edit`),
        ]);
        start(makeRig(rig), said, { isNew, avatar, before: avatarStudio.pose });
      } catch (error) {
        document.dispatchEvent(new CustomEvent("avatar-studio-pose-problem", { detail: error.message }));
      }
    }

    function start(rig, said, { isNew, avatar, before }) {
      points = new Float32Array(rig.vertices.length);
      normal = new Float32Array(rig.vertices.length);
      const standing = skin(rig, move(rig, new Float64Array(rig.angles.length), new Map()), points);
      painter?.load(rig, standing);
      rig = dressed(rig, standing);
      Object.assign(session, {
        rig, avatar, before, slug: said.slug, yaw: said.yaw_deg, tilt: said.tilt_deg, lens: said.lens_mm, framing: said.framing,
        expression: said.expression,
        joint: "hips", chosen: "hips", settled: null,
      });
      pins.clear();
      pins.add("foot.L").add("foot.R");
      find("title").textContent = isNew ? "New pose" : `Edit ${said.name}`;
      const mine = said.is_own && !isNew;
      field("name").value = isNew ? "" : mine ? said.name : `My ${said.name.toLowerCase()}`;
      button("over").hidden = !mine;
      button("save").textContent = mine ? "Save as new" : "Save pose";
      button("save").classList.toggle("button-primary", !mine);
      controls.showWords(said);
      const angles = Float64Array.from(rig.angles, (name) => said.angles[name]);
      const hands = { hands: said.hands, shapes: [null, null], fingers: said.fingers };
      pose = ground({ angles, ...hands, airborne: said.airborne_m });
      session.history = edits.makeHistory(pose);
      const { tilt, lens } = controls.cameraOf(session);
      Object.assign(camera, { yaw: -said.yaw_deg * DEGREE, tilt: tilt * DEGREE, lens, far: 4.8, middle: [0, 0, 0.88] });
      reveal();
      settle({ silent: true });
    }

    function reveal() {
      root.hidden = false;
      document.body.classList.add("editing-pose");
      fill();
      paint();
      over.focus({ preventScroll: true });
      root.scrollIntoView({ block: "nearest" });
    }

    function close() {
      root.hidden = true;
      document.body.classList.remove("editing-pose");
      document.querySelector("[data-edit-pose]")?.focus({ preventScroll: true });
    }

    // As a new pose; or over the one that was opened, which keeps its id.
    async function save(inPlace = false) {
      const words = controls.words();
      if (!words.name) {
        complain("Give the pose a name, then save it.");
        return field("name").focus();
      }
      await answered;
      const { slug: _, ...whole } = session.settled || {};
      if (!whole.rotations) return complain("The studio did not take the last change. Undo it, or move the pose once more; then save it.");
      try {
        const kept = inPlace
          ? await ask(`api/v1/poses/${session.slug}`, { ...words, pose: whole }, "PATCH")
          : await ask("api/v1/poses", { ...whole, ...words });
        close();
        document.dispatchEvent(new CustomEvent("avatar-studio-own-poses", { detail: kept.slug }));
      } catch (error) {
        complain(error.message);
      }
    }

    const acts = {
      undo: () => step(session.history.undo()),
      redo: () => step(session.history.redo()),
      close() {
        close();
        document.dispatchEvent(new CustomEvent("avatar-studio-put", { detail: session.before }));
      },
      reset,
      pin: togglePin,
      mirror: () => keep(edits.mirrored(session.rig, pose)),
      copy: (side) => keep(edits.copiedSide(session.rig, pose, side)),
      look: (degrees) => {
        camera.yaw = Number(degrees) * DEGREE;
        paint();
      },
      nearer: () => zoom(1 / 1.2),
      farther: () => zoom(1.2),
      face: () => {
        const turned = (-camera.yaw / DEGREE) % 360;
        session.yaw = Math.round(turned > 180 ? turned - 360 : turned < -180 ? turned + 360 : turned);
        session.tilt = controls.nearestTilt(camera.tilt / DEGREE);
        seeAsKept();
        settle();
      },
      usual: () => {
        Object.assign(session, { tilt: null, lens: null });
        seeAsKept();
        settle();
      },
      save: () => save(),
      over: () => save(true),
      async once() {
        await answered;
        if (session.settled) put(session.settled);
        close();
      },
    };

    // The height and the lens that are kept with the pose, in the panel and in the view; the turn stays.
    function seeAsKept() {
      const { tilt, lens } = controls.cameraOf(session);
      Object.assign(camera, { tilt: tilt * DEGREE, lens });
      controls.showPicture(session, pose.airborne);
      paint();
    }

    function zoom(by) {
      camera.far = Math.max(NEAREST_M, Math.min(FARTHEST_M, camera.far * by));
      paint();
    }

    root.addEventListener("click", ({ target }) => {
      const [act, what] = (target.closest("[data-do]")?.dataset.do || "").split(":");
      if (act) acts[act](what);
    });
    panel.addEventListener("submit", (event) => event.preventDefault());
    panel.addEventListener("input", ({ target }) => {
      if (target.dataset.angle) {
        show(setAngle(target.dataset.angle, Number(target.value) * DEGREE));
        target.nextElementSibling.textContent = `${target.value}°`;
      } else if (["tilt", "lens"].includes(target.dataset.field)) {
        session[target.dataset.field] = Number(target.value);
        seeAsKept();
      } else if (target.dataset.field === "strength") controls.showFace(controls.face());
    });
    panel.addEventListener("change", ({ target }) => {
      const [name, side, finger] = (target.dataset.field || "").split(".");
      if (target.dataset.angle) keep(pose);
      else if (target.dataset.joint !== undefined) choose(session.chosen, target.value);
      else if (name === "hand") setHand(`.${side}`, target.value, null);
      else if (name === "spread") setHand(`.${side}`, pose.hands[SIDES.indexOf(`.${side}`)], { ...controls.shapeOf(session.rig, pose, `.${side}`), spread: Number(target.value) });
      else if (name === "curl") {
        const shape = controls.shapeOf(session.rig, pose, `.${side}`);
        const curls = { ...edits.curlsOf(session.rig, shape), [finger]: Number(target.value) };
        setHand(`.${side}`, pose.hands[SIDES.indexOf(`.${side}`)], edits.curled(session.rig, shape, curls));
      } else if (["framing", "tilt", "lens"].includes(name)) {
        if (name === "framing") session.framing = target.value;
        seeAsKept();
        settle();
      } else if (["expression", "strength"].includes(name)) {
        session.expression = controls.face();
        controls.showFace(session.expression);
        settle();
      } else if (name === "airborne") keep({ ...pose, airborne: Number(target.value) });
    });
    root.addEventListener("keydown", (event) => {
      const typing = event.target.matches("input[type=text]");
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "z" && !typing) {
        event.preventDefault();
        acts[event.shiftKey ? "redo" : "undo"]();
      } else if (event.key === "Escape") acts.close();
      else if (event.target === over && event.key.startsWith("Arrow")) {
        event.preventDefault();
        const [turn, tilt] = { ArrowLeft: [-10, 0], ArrowRight: [10, 0], ArrowUp: [0, 6], ArrowDown: [0, -6] }[event.key];
        orbit(turn * DEGREE, tilt * DEGREE);
      }
    });

    function orbit(turn, tilt) {
      camera.yaw += turn;
      camera.tilt = Math.max(LOWEST_TILT, Math.min(HIGHEST_TILT, camera.tilt + tilt));
      paint();
    }

    // --- dragging ---
    over.addEventListener("pointerdown", (event) => {
      if (!pose) return;
      over.setPointerCapture(event.pointerId);
      const { offsetX: x, offsetY: y } = event;
      const found = hit(camera, { handles, rings }, x, y, event.pointerType);
      drag = { x, y, changed: false };
      if (found?.ring) Object.assign(drag, { ring: found.ring, value: found.ring.now });
      else if (found) {
        choose(found.handle);
        drag.handle = found.handle;
        drag.move = edits.beginDrag(session.rig, pose, found.handle, pins);
        drag.at = drag.move.start;
      }
      event.preventDefault();
    });
    over.addEventListener("pointermove", (event) => {
      if (!drag) return;
      const [right, down] = [event.offsetX - drag.x, event.offsetY - drag.y];
      [drag.x, drag.y] = [event.offsetX, event.offsetY];
      if (drag.ring) {
        const ring = rings.find((one) => one.name === drag.ring.name) || drag.ring;
        drag.value = Math.max(ring.low, Math.min(ring.high, drag.value + turnBy(camera, ring, right, down)));
        show(setAngle(ring.name, drag.value));
        drag.changed = true;
      } else if (drag.handle) {
        const by = camera.drag(drag.at, right, down);
        drag.at = drag.at.map((value, k) => value + by[k]);
        if (drag.handle.startsWith("foot")) drag.at[2] = Math.max(drag.at[2], STANDING_ANKLE_M);
        show(alike(drag.move.to(drag.at), HANDLES[drag.handle].side));
        drag.changed = true;
      } else orbit(-right * 0.01, down * 0.01);
    });
    const drop = () => {
      const { changed } = drag || {};
      drag = null;
      if (changed) keep(pose);
      else paint();
    };
    over.addEventListener("pointerup", drop);
    over.addEventListener("pointercancel", drop);
    over.addEventListener("wheel", (event) => {
      if (document.activeElement !== over && !event.ctrlKey) return;
      event.preventDefault();
      zoom(Math.exp(event.deltaY * 0.001));
    }, { passive: false });

    // Where a handle is inside the canvas, in pixels.
    over.whereIs = (name) => camera.project(handles.find(([handle]) => handle === name)[1]).slice(0, 2);

    document.addEventListener("avatar-studio-theme", paint);
    new ResizeObserver(paint).observe(box);
    return open;
  }
})();
