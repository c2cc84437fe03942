// The pose editor: opens over the gallery, moves the body at once, and asks the studio on release.
(() => {
  "use strict";

  const { makeRig } = avatarStudio.rig;
  const edits = avatarStudio.edits;
  const { makeCanvas } = avatarStudio.editorCanvas;
  const { makeChanges, followPanel } = avatarStudio.editorChanges;
  const { followPointer } = avatarStudio.editorPointer;
  const { ask, linesOf } = avatarStudio.editorAnswers;
  const { makePanel } = avatarStudio.editorPanel;
  const { HANDLES } = edits;
  const DEGREE = Math.PI / 180;
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
    const panel = find("panel");
    const controls = makePanel(panel);
    const { field } = controls;
    const button = (act) => root.querySelector(`[data-do="${act}"]`);
    const pins = new Set();
    const session = {
      slug: "", before: "", rig: null, history: null, joint: "hips", chosen: "hips", yaw: 0, tilt: null, lens: null, framing: "full", expression: null,
      pose: null, // what is shown; while something is dragged not yet in the history
      isDragged: false,
    };
    const picture = makeCanvas(root, session, pins);
    const { over, camera, paint } = picture;
    const changes = makeChanges(session, picture, controls, { fill, settle });
    let asked = 0;
    let answered = Promise.resolve(); // when the studio has answered to the last edit

    function togglePin() {
      const name = session.chosen;
      if (!pins.delete(name)) pins.add(name);
      fill();
      paint();
    }

    // --- the panel ---
    function fill() {
      const { history, rig, joint, pose } = session;
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
    function settle(how) {
      answered = answer(how);
    }

    async function answer({ silent = false } = {}) {
      const number = ++asked;
      session.settled = null; // what was answered before is not what is shown
      over.dataset.state = "asking";
      const { rig, pose } = session;
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
      const next = session.pose.angles.slice();
      for (const [name, value] of Object.entries(angles)) next[session.rig.place.get(name)] = value;
      next[2] = place[2];
      session.pose = { ...session.pose, angles: next };
      session.history.replace(session.pose);
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
      Object.assign(session, {
        rig: picture.load(rig), avatar, before, slug: said.slug, yaw: said.yaw_deg, tilt: said.tilt_deg, lens: said.lens_mm, framing: said.framing,
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
      session.pose = picture.ground({ angles, ...hands, airborne: said.airborne_m });
      session.history = edits.makeHistory(session.pose);
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
      undo: () => changes.step(session.history.undo()),
      redo: () => changes.step(session.history.redo()),
      close() {
        close();
        document.dispatchEvent(new CustomEvent("avatar-studio-put", { detail: session.before }));
      },
      reset: changes.reset,
      pin: togglePin,
      mirror: () => changes.keep(edits.mirrored(session.rig, session.pose)),
      copy: (side) => changes.keep(edits.copiedSide(session.rig, session.pose, side)),
      look: (degrees) => {
        camera.yaw = Number(degrees) * DEGREE;
        paint();
      },
      nearer: () => picture.zoom(1 / 1.2),
      farther: () => picture.zoom(1.2),
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
      controls.showPicture(session, session.pose.airborne);
      paint();
    }

    root.addEventListener("click", ({ target }) => {
      const [act, what] = (target.closest("[data-do]")?.dataset.do || "").split(":");
      if (act) acts[act](what);
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
        picture.orbit(turn * DEGREE, tilt * DEGREE);
      }
    });

    followPanel(panel, session, controls, changes, { choose, seeAsKept, settle });
    followPointer(picture, session, pins, { ...changes, choose });
    return open;
  }
})();
