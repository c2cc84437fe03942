// The pose editor's panel: a joint's angles, hands, the picture's camera, and what a pose is kept as.
(() => {
  "use strict";

  const { highest } = avatarStudio.reach;
  const { JOINTS, SIDES, sayAngle, curlsOf } = avatarStudio.edits;
  const DEGREE = Math.PI / 180;
  const LEVEL_DEG = 0.5; // a camera that looks down or up by less is called level

  const sayTilt = (degrees) => (Math.abs(degrees) < LEVEL_DEG ? "level" : `${Math.round(Math.abs(degrees))}° ${degrees > 0 ? "down" : "up"}`);

  avatarStudio.editorPanel = { makePanel };

  function makePanel(panel) {
    const field = (name) => panel.querySelector(`[data-field="${name}"]`);
    const [joints, rows] = [panel.querySelector("[data-joint]"), panel.querySelector("[data-angles]")];
    const usual = JSON.parse(panel.querySelector("[data-usual]").dataset.usual); // framing -> [degrees down, mm]
    joints.replaceChildren(...Object.entries(JOINTS).map(([name, { label }]) => new Option(label, name)));

    function angleRow(name) {
      const label = document.createElement("label");
      label.className = "editor-field";
      label.innerHTML = '<span></span><input type="range" step="1"><output></output>';
      label.querySelector("span").textContent = sayAngle(name);
      label.querySelector("input").dataset.angle = name;
      return label;
    }

    function showJoint(rig, joint, angles) {
      joints.value = joint;
      if (rows.dataset.joint !== joint) {
        rows.dataset.joint = joint;
        rows.replaceChildren(...JOINTS[joint].angles.map(angleRow));
      }
      for (const input of rows.querySelectorAll("input")) {
        const number = rig.place.get(input.dataset.angle);
        const bounded = rig.low[number] !== null;
        input.min = bounded ? Math.round(rig.low[number] / DEGREE) : -180;
        input.max = bounded ? Math.round(highest(rig, angles, number) / DEGREE) : 180;
        input.value = angles[number] / DEGREE;
        input.nextElementSibling.textContent = `${Math.round(angles[number] / DEGREE)}°`;
      }
    }

    // A hand's numbers: its own, or those of the shape that it is called.
    const shapeOf = (rig, pose, side) => {
      const i = SIDES.indexOf(side);
      return pose.shapes[i] || rig.shapes[pose.hands[i]];
    };

    function showHands(rig, pose) {
      SIDES.forEach((side, i) => {
        const shape = shapeOf(rig, pose, side);
        field(`hand${side}`).value = pose.hands[i];
        field(`spread${side}`).value = shape.spread;
        for (const [finger, curl] of Object.entries(curlsOf(rig, shape))) field(`curl${side}.${finger}`).value = curl;
      });
    }

    // The camera of the picture: what the pose says of it, else what its framing has.
    const cameraOf = ({ framing, tilt, lens }) => ({ tilt: tilt ?? usual[framing][0], lens: lens ?? usual[framing][1] });
    const nearestTilt = (degrees) => Math.max(Number(field("tilt").min), Math.min(Number(field("tilt").max), Math.round(degrees)));

    function showPicture(session, airborne) {
      const { tilt, lens } = cameraOf(session);
      field("framing").value = session.framing;
      field("airborne").value = airborne;
      field("tilt").value = tilt;
      field("tilt").nextElementSibling.textContent = sayTilt(tilt);
      field("lens").value = lens;
      field("lens").nextElementSibling.textContent = `${Math.round(lens)} mm`;
      panel.querySelector('[data-do="usual"]').disabled = session.tilt === null && session.lens === null;
    }

    // What the face shows; null: as the pose's tags say.
    const face = () => (field("expression").value ? { name: field("expression").value, strength: Number(field("strength").value) } : null);

    function showFace(expression) {
      field("expression").value = expression?.name || "";
      field("strength").value = expression?.strength ?? 1;
      field("strength").disabled = !expression;
      field("strength").nextElementSibling.textContent = expression ? `${Math.round(expression.strength * 100)} %` : "";
    }

    function showWords({ category, tags }) {
      field("category").value = category;
      for (const one of panel.querySelectorAll("[data-tag]")) one.checked = tags.includes(one.dataset.tag);
    }

    const words = () => ({
      name: field("name").value.trim(),
      category: field("category").value,
      tags: [...panel.querySelectorAll("[data-tag]:checked")].map((one) => one.dataset.tag),
    });

    return { field, showJoint, shapeOf, showHands, cameraOf, nearestTilt, showPicture, face, showFace, showWords, words };
  }
})();
