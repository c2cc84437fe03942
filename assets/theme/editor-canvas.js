// The pose editor's picture: the body as it is posed, handles and rings over it, and the camera that sees them.
(() => {
  "use strict";

  const { move, skin, normals } = avatarStudio.rig;
  const { axesOf, highest } = avatarStudio.reach;
  const { HANDLES, JOINTS, turnsOf, where } = avatarStudio.edits;
  const { makePainter, dressed, makeCamera, ringsOf, drawOver, hit } = avatarStudio.editorView;
  const DEGREE = Math.PI / 180;
  const LOWEST_TILT = -30 * DEGREE;
  const HIGHEST_TILT = 80 * DEGREE;
  const NEAREST_M = 1.2;
  const FARTHEST_M = 8;
  const STILL_DOTS = 2; // of the body's picture to a pixel of the page
  const MOVING_DOTS = 1;

  avatarStudio.editorCanvas = { makeCanvas };

  function resize(one, width, height, dots) {
    const [wide, high] = [Math.round(width * dots), Math.round(height * dots)];
    if (one.width !== wide || one.height !== high) [one.width, one.height] = [wide, high];
  }

  function coloursOfBody() {
    const dark = avatarStudio.isDark();
    return {
      clay: dark ? [0.8, 0.74, 0.67, 1] : [0.87, 0.81, 0.74, 1],
      suit: dark ? [0.47, 0.42, 0.38, 1] : [0.56, 0.5, 0.45, 1],
      floor: dark ? [0.45, 0.43, 0.4, 0.5] : [0.62, 0.59, 0.54, 0.45],
    };
  }

  // Shows session.pose on session.rig, with the rings of session.joint; pins are the handles that stay where they are.
  function makeCanvas(root, session, pins) {
    const [box, canvas, over] = ["box", "body", "over"].map((name) => root.querySelector(`[data-${name}]`));
    const painter = makePainter(canvas);
    const pen = over.getContext("2d");
    const camera = makeCamera();
    let moved = null;
    let points = null;
    let normal = null;
    let handles = [];
    let rings = [];
    let pending = false;

    function look() {
      const { rig, pose } = session;
      moved = move(rig, pose.angles, turnsOf(rig, pose));
      skin(rig, moved, points);
      normals(rig, points, normal);
      handles = Object.keys(HANDLES).map((name) => [name, where(rig, moved, name)]);
      rings = ringsOf(rig, moved, JOINTS[session.joint], pose.angles, axesOf).map((ring) => ({
        ...ring,
        high: ring.bounded ? highest(rig, pose.angles, rig.place.get(ring.name)) : ring.high,
      }));
    }

    // The bones as lines, for a browser without WebGL.
    function bonesOf({ parents }) {
      return moved.heads.flatMap((head, i) => (parents[i] >= 0 ? [[moved.heads[parents[i]], head]] : []));
    }

    function draw() {
      const [width, height] = [box.clientWidth, box.clientHeight];
      const dots = Math.min(devicePixelRatio, 2);
      resize(over, width, height, dots);
      resize(canvas, width, height, session.isDragged ? MOVING_DOTS : Math.max(dots, STILL_DOTS)); // fine edges when it is still
      camera.update(width, height);
      look();
      painter?.paint({ points, normal, view: camera.view, projection: camera.projection, colours: coloursOfBody() });
      pen.setTransform(dots, 0, 0, dots, 0, 0);
      const colour = (name) => getComputedStyle(root).getPropertyValue(name).trim();
      const style = { ink: colour("--ink"), quiet: colour("--quiet"), line: colour("--edge"), accent: colour("--accent"), surface: colour("--surface") };
      const bones = painter ? null : bonesOf(session.rig);
      drawOver(pen, camera, { handles, rings, chosen: session.chosen, pins, style, bones });
      over.dataset.painted = String(Number(over.dataset.painted || 0) + 1);
    }

    function paint() {
      if (pending || root.hidden || !session.pose) return;
      pending = true;
      requestAnimationFrame(() => {
        pending = false;
        draw();
      });
    }

    // The rig as it is drawn: with the edges of its suit, which are found on the standing body.
    function load(rig) {
      points = new Float32Array(rig.vertices.length);
      normal = new Float32Array(rig.vertices.length);
      const standing = skin(rig, move(rig, new Float64Array(rig.angles.length), new Map()), points);
      painter?.load(rig, standing);
      return dressed(rig, standing);
    }

    // The lowest point of the skin comes to the floor, or as high above it as the pose is in the air.
    function ground(pose) {
      const { rig } = session;
      const skinned = skin(rig, move(rig, pose.angles, turnsOf(rig, pose)), new Float32Array(points.length));
      let lowest = Infinity;
      for (let i = 2; i < skinned.length; i += 3) lowest = Math.min(lowest, skinned[i]);
      const angles = pose.angles.slice();
      angles[2] += pose.airborne - lowest;
      return { ...pose, angles };
    }

    function orbit(turn, tilt) {
      camera.yaw += turn;
      camera.tilt = Math.max(LOWEST_TILT, Math.min(HIGHEST_TILT, camera.tilt + tilt));
      paint();
    }

    function zoom(by) {
      camera.far = Math.max(NEAREST_M, Math.min(FARTHEST_M, camera.far * by));
      paint();
    }

    // Where a handle is inside the canvas, in pixels.
    over.whereIs = (name) => camera.project(handles.find(([handle]) => handle === name)[1]).slice(0, 2);
    document.addEventListener("avatar-studio-theme", paint);
    new ResizeObserver(paint).observe(box);
    return {
      over, camera, paint, load, ground, orbit, zoom,
      hit: (x, y, pointer) => hit(camera, { handles, rings }, x, y, pointer),
      ringOf: (name) => rings.find((ring) => ring.name === name),
    };
  }
})();
