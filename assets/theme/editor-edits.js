// What the pose editor can do to a pose, as plain data: handles and what they may move, joints and their angles, mirror,
// the other side, undo. A pose here is { angles, hands: [name, name], shapes: [numbers of a hand that is not as its name
// says, or null, …], fingers: bone -> rotation vector, airborne }.
(() => {
  "use strict";

  const { fingerTurns, move, apply, add, turnOf, vectorOf, FINGERS } = avatarStudio.rig;
  const { reach, clampAll } = avatarStudio.reach;
  const SIDES = [".L", ".R"];
  const MOST_UNDONE = 200;
  const HOLD = 3; // how much more what is held counts than what is dragged
  const STAY = 0.5; // and a hand or foot that nobody holds, while its elbow or knee is dragged
  const AIM = 0.15; // metres that a direction counts for
  const sided = (names, side) => names.map((name) => name + side);

  const ARM = ["clavicle_up", "clavicle_forward", "shoulder_out", "shoulder_front", "shoulder_in", "elbow"];
  const LEG = ["hip_flex", "hip_out", "hip_turn", "knee", "ankle", "ankle_in"];
  const SPINE = ["lumbar_flex", "lumbar_side", "lumbar_twist", "thorax_flex", "thorax_side", "thorax_twist"];
  const NECK = ["neck_flex", "neck_side", "neck_twist", "head_flex", "head_side", "head_twist"];

  // What is dragged: the point (a bone's head, or beside it), the angles that follow, what stays where it is meanwhile,
  // and the joint whose rings are shown.
  const HANDLES = {
    head: { label: "Head", bone: "head", offset: [0, -0.1, 0.09], angles: NECK, joint: "head" },
    chest: { label: "Chest", bone: "spine01", offset: [0, -0.06, 0.06], angles: SPINE, joint: "chest" },
    hips: { label: "Hips", bone: "root", angles: ["root_x", "root_y", "root_z"], joint: "hips" },
  };
  for (const side of SIDES) {
    const word = side === ".L" ? "Left" : "Right";
    const handle = (name, label, bone, angles, joint, stays) =>
      (HANDLES[name + side] = { label: `${word} ${label}`, bone: bone + side, angles: sided(angles, side), joint: joint + side, stays, side });
    handle("hand", "hand", "wrist", ARM, "wrist");
    handle("elbow", "elbow", "lowerarm01", ARM, "elbow", `hand${side}`);
    handle("foot", "foot", "foot", LEG, "ankle");
    handle("knee", "knee", "lowerleg01", LEG, "knee", `foot${side}`);
  }

  const DEGREES_SAID = {
    flex: "Bend", side: "Lean", twist: "Turn", up: "Raise", forward: "Forward", out: "Out to the side", front: "Forward",
    in: "Turn in", turn: "Turn", lean: "Lean forward", elbow: "Bend", knee: "Bend", pronation: "Turn the palm", ankle: "Bend",
    toes: "Toes",
  };
  const joint = (label, bone, angles) => ({ label, bone, angles });
  const JOINTS = {
    head: joint("Head", "head", ["head_flex", "head_side", "head_twist"]),
    neck: joint("Neck", "neck01", ["neck_flex", "neck_side", "neck_twist"]),
    chest: joint("Chest", "spine02", ["thorax_flex", "thorax_side", "thorax_twist"]),
    waist: joint("Waist", "spine05", ["lumbar_flex", "lumbar_side", "lumbar_twist"]),
    hips: joint("Whole body", "root", ["root_turn", "root_lean", "root_side"]),
  };
  for (const side of SIDES) {
    const word = side === ".L" ? "Left" : "Right";
    const both = (name, label, bone, angles) => (JOINTS[name + side] = joint(`${word} ${label}`, bone + side, sided(angles, side)));
    both("clavicle", "shoulder blade", "clavicle", ["clavicle_up", "clavicle_forward"]);
    both("shoulder", "shoulder", "upperarm01", ["shoulder_out", "shoulder_front", "shoulder_in"]);
    both("elbow", "elbow", "lowerarm01", ["elbow"]);
    both("wrist", "wrist", "wrist", ["pronation", "wrist_flex", "wrist_side"]);
    both("hip", "hip", "upperleg01", ["hip_flex", "hip_out", "hip_turn"]);
    both("knee", "knee", "lowerleg01", ["knee"]);
    both("ankle", "ankle", "foot", ["ankle", "ankle_in", "toes"]);
  }
  const sayAngle = (name) => {
    const plain = name.split(".")[0];
    return DEGREES_SAID[plain] || DEGREES_SAID[plain.split("_").pop()];
  };

  // --- the other side ---
  const otherSide = (name) => (SIDES.includes(name.slice(-2)) ? name.slice(0, -2) + (name.endsWith(".L") ? ".R" : ".L") : name);
  const isSideways = (name) =>
    ["root_x", "root_side", "root_turn"].includes(name) || (!name.includes(".") && /(side|twist)$/.test(name));
  const mirrorVector = ([x, y, z]) => [x, -y, -z];

  function mirrored(rig, pose) {
    const angles = Float64Array.from(rig.angles, (name) => {
      const other = pose.angles[rig.place.get(otherSide(name))];
      return isSideways(name) ? -other : other;
    });
    const fingers = Object.fromEntries(
      Object.entries(pose.fingers).map(([bone, vector]) => [otherSide(bone), mirrorVector(vector)]),
    );
    return { ...pose, angles, hands: pose.hands.toReversed(), shapes: pose.shapes.toReversed(), fingers };
  }

  // The arm, the leg and the fingers of one side as those of the other; the trunk stays.
  function copiedSide(rig, pose, from) {
    const other = mirrored(rig, pose);
    const angles = pose.angles.slice();
    rig.angles.forEach((name, i) => name.endsWith(otherSide(from)) && (angles[i] = other.angles[i]));
    const fingers = { ...pose.fingers };
    for (const bone of Object.keys(other.fingers)) if (bone.endsWith(otherSide(from))) fingers[bone] = other.fingers[bone];
    const both = (pair) => pair.map(() => pair[SIDES.indexOf(from)]);
    return { ...pose, angles, hands: both(pose.hands), shapes: both(pose.shapes), fingers };
  }

  // --- hands ---
  const turnsOf = (rig, pose) =>
    new Map(Object.entries(pose.fingers).map(([bone, vector]) => [rig.number.get(bone), turnOf(vector)]));

  // One hand in a shape, or in that of other numbers: degrees, as the studio's own table has them.
  function withHand(rig, pose, side, name, numbers = null) {
    const fingers = { ...pose.fingers };
    for (const [bone, turn] of fingerTurns(rig, side, numbers || rig.shapes[name])) fingers[rig.bones[bone]] = vectorOf(turn);
    const [hands, shapes] = [[...pose.hands], [...pose.shapes]];
    hands[SIDES.indexOf(side)] = name;
    shapes[SIDES.indexOf(side)] = numbers;
    return { ...pose, fingers, hands, shapes };
  }

  // Between flat and fist, finger by finger: 0 to 1 of each.
  function curled(rig, shape, curls) {
    const { flat, fist } = rig.shapes;
    const bent = Object.fromEntries(
      FINGERS.map((finger) => [finger, flat[finger].map((from, i) => from + curls[finger] * (fist[finger][i] - from))]),
    );
    return { ...shape, ...bent };
  }

  const curlsOf = (rig, shape) =>
    Object.fromEntries(
      FINGERS.map((finger) => {
        const [from, to] = [rig.shapes.flat[finger][1], rig.shapes.fist[finger][1]];
        return [finger, Math.max(0, Math.min(1, (shape[finger][1] - from) / (to - from)))];
      }),
    );

  // --- dragging ---
  const pointOf = (moved, bone, offset) => add(moved.heads[bone], apply(moved.turned[bone], offset || [0, 0, 0]));
  const where = (rig, moved, name) => pointOf(moved, rig.number.get(HANDLES[name].bone), HANDLES[name].offset);

  // What keeps a handle where it is: its place, and for a foot how it stands.
  function hold(rig, moved, name, weight = HOLD) {
    const { bone, offset } = HANDLES[name];
    const number = rig.number.get(bone);
    const goals = [{ bone: number, offset, target: where(rig, moved, name), weight }];
    if (name.startsWith("foot"))
      for (const direction of [[0, -1, 0], [0, 0, 1]])
        goals.push({ bone: number, direction, toward: apply(moved.turned[number], direction), weight: AIM });
    return goals;
  }

  // A drag of one handle: what is held is where it was when it began. `to(target)` gives the pose with it there.
  function beginDrag(rig, pose, name, pins) {
    const fingers = turnsOf(rig, pose);
    const moved = move(rig, pose.angles, fingers);
    const handle = HANDLES[name];
    const number = rig.number.get(handle.bone);
    const held = new Set([...pins].filter((pin) => pin !== name));
    const goals = [...held].flatMap((pin) => hold(rig, moved, pin));
    if (handle.stays && !held.has(handle.stays)) goals.push(...hold(rig, moved, handle.stays, STAY));
    if (name.startsWith("foot")) goals.push(...hold(rig, moved, name).slice(1));
    const free = new Set(handle.angles);
    for (const pin of held) if (HANDLES[pin].side) for (const angle of HANDLES[pin].angles) free.add(angle);
    const numbers = [...free].map((angle) => rig.place.get(angle));
    const angles = pose.angles.slice();
    return {
      start: where(rig, moved, name),
      to(target) {
        const wanted = { bone: number, offset: handle.offset, target, weight: 1 };
        reach(rig, angles, fingers, [wanted, ...goals], numbers);
        return { ...pose, angles: angles.slice() };
      },
    };
  }

  // --- undo ---
  function makeHistory(first) {
    let states = [first];
    let at = 0;
    return {
      get now() { return states[at]; },
      get first() { return states[0]; },
      get canUndo() { return at > 0; },
      get canRedo() { return at < states.length - 1; },
      keep(state) {
        states = [...states.slice(0, at + 1), state];
        if (states.length > MOST_UNDONE) states.splice(1, 1);
        at = states.length - 1;
      },
      replace(state) { states[at] = state; },
      undo() { return states[(at = Math.max(0, at - 1))]; },
      redo() { return states[(at = Math.min(states.length - 1, at + 1))]; },
    };
  }

  avatarStudio.edits = {
    HANDLES, JOINTS, SIDES, sayAngle, otherSide, mirrored, copiedSide, turnsOf, withHand, curled, curlsOf, where,
    beginDrag, makeHistory, clampAll,
  };
})();
