// What a person changes in the pose editor: each change stands on the floor, can be undone, and is settled by the studio.
(() => {
  "use strict";

  const edits = avatarStudio.edits;
  const { JOINTS, SIDES } = edits;
  const DEGREE = Math.PI / 180;

  avatarStudio.editorChanges = { makeChanges, followPanel };

  // fill() brings the panel to what is shown; settle() asks the studio.
  function makeChanges(session, picture, controls, { fill, settle }) {
    const { field } = controls;

    function show(pose) {
      session.pose = pose;
      picture.paint();
    }

    function step(pose) {
      show(pose);
      fill();
      settle();
    }

    function keep(pose) {
      const grounded = picture.ground(pose);
      session.history.keep(grounded);
      step(grounded);
    }

    // The other side as well, where both are to be alike.
    function withOther(pose, side) {
      return field("alike").checked && side ? edits.copiedSide(session.rig, pose, side) : pose;
    }

    function withAngle(name, value) {
      const { rig, pose } = session;
      const angles = pose.angles.slice();
      angles[rig.place.get(name)] = value;
      edits.clampAll(rig, angles);
      return withOther({ ...pose, angles }, SIDES.find((side) => name.endsWith(side)));
    }

    function reset() {
      const { rig, history, joint, pose } = session;
      const angles = pose.angles.slice();
      for (const name of JOINTS[joint].angles) angles[rig.place.get(name)] = history.first.angles[rig.place.get(name)];
      keep({ ...pose, angles });
    }

    // A hand by its name; by numbers as well, where it is not as its name says.
    function setHand(side, name, numbers) {
      keep(withOther(edits.withHand(session.rig, session.pose, side, name, numbers), side));
    }

    function setSpread(side, spread) {
      const { rig, pose } = session;
      setHand(side, pose.hands[SIDES.indexOf(side)], { ...controls.shapeOf(rig, pose, side), spread });
    }

    function setCurl(side, finger, curl) {
      const { rig, pose } = session;
      const shape = controls.shapeOf(rig, pose, side);
      const curls = { ...edits.curlsOf(rig, shape), [finger]: curl };
      setHand(side, pose.hands[SIDES.indexOf(side)], edits.curled(rig, shape, curls));
    }

    return { show, step, keep, withOther, withAngle, reset, setHand, setSpread, setCurl };
  }

  // The panel's fields: while one is moved the body follows, and what it is left at is a change.
  function followPanel(panel, session, controls, changes, { choose, seeAsKept, settle }) {
    function see(what) {
      Object.assign(session, what);
      seeAsKept();
      settle();
    }
    function showFace() {
      session.expression = controls.face();
      controls.showFace(session.expression);
      settle();
    }
    const fields = {
      hand: (value, side) => changes.setHand(side, value, null),
      spread: (value, side) => changes.setSpread(side, Number(value)),
      curl: (value, side, finger) => changes.setCurl(side, finger, Number(value)),
      framing: (framing) => see({ framing }),
      tilt: () => see({}),
      lens: () => see({}),
      expression: showFace,
      strength: showFace,
      airborne: (value) => changes.keep({ ...session.pose, airborne: Number(value) }),
    };

    panel.addEventListener("submit", (event) => event.preventDefault());
    panel.addEventListener("input", ({ target }) => {
      const { angle, field } = target.dataset;
      if (angle) {
        changes.show(changes.withAngle(angle, Number(target.value) * DEGREE));
        target.nextElementSibling.textContent = `${target.value}°`;
      } else if (["tilt", "lens"].includes(field)) {
        session[field] = Number(target.value);
        seeAsKept();
      } else if (field === "strength") controls.showFace(controls.face());
    });
    panel.addEventListener("change", ({ target }) => {
      const { angle, joint, field } = target.dataset;
      const [name, side, finger] = (field || "").split(".");
      if (angle) changes.keep(session.pose);
      else if (joint !== undefined) choose(session.chosen, target.value);
      else fields[name]?.(target.value, `.${side}`, finger);
    });
  }
})();
