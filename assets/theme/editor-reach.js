// The pose editor's inverse kinematics: joint angles that bring points of the body where they are wanted, by damped
// least squares. A step weighs each angle by how loosely it is held, and keeps every one within its range.
(() => {
  "use strict";

  const { move, apply, add, scale, cross, length, leftJacobian } = avatarStudio.rig;
  const DAMPING = 2e-4; // metres², beside what a point moves by a turn
  const MOST_RAD = 0.4; // in one step
  const STEPS = 10;
  const SOFT_RAD = 0.09;
  const NEAR_M = 0.0005;
  const FARTHEST_M = 0.25; // what a step goes for: the far end of a long way is not seen from its beginning
  const ROOT_PLACES = 3;
  const ROUNDS = 4; // of a step in which angles that came to their limit are left out

  const low = (rig, i) => (rig.low[i] === null ? -Infinity : rig.low[i]);
  const high = (rig, i) => (rig.high[i] === null ? Infinity : rig.high[i]);

  // How far a thigh goes out depends on how far it is bent.
  function highest(rig, angles, i) {
    const name = rig.angles[i];
    if (!name.startsWith("hip_out")) return high(rig, i);
    const flex = Math.max(angles[rig.place.get(`hip_flex${name.slice(-2)}`)], 0);
    return Math.min(high(rig, i), rig.hip.straight + rig.hip.per_flex * flex);
  }

  function clampAll(rig, angles) {
    for (let i = ROOT_PLACES; i < angles.length; i++)
      angles[i] = Math.max(low(rig, i), Math.min(highest(rig, angles, i), angles[i]));
    return angles;
  }

  // The axis in space of each turn of an angle, and the head about which it turns.
  function axesOf(rig, moved, angle) {
    return rig.turnsOf[angle].map(({ bone, factor, axis }) => {
      let turned = apply(leftJacobian(moved.vectors.get(bone)[factor]), axis);
      for (let k = factor - 1; k >= 0; k--) {
        const before = moved.factors.get(bone)[k];
        if (before) turned = apply(before, turned);
      }
      const above = rig.parents[bone];
      return { bone, axis: above < 0 ? turned : apply(moved.turned[above], turned), head: moved.heads[bone] };
    });
  }

  // A goal is a point (offset from a bone's head) at a target, or a direction of a bone towards one.
  const seen = (moved, goal) =>
    goal.toward
      ? apply(moved.turned[goal.bone], goal.direction)
      : add(moved.heads[goal.bone], apply(moved.turned[goal.bone], goal.offset || [0, 0, 0]));
  function missed(goal, at) {
    const gap = add(goal.toward || goal.target, at, -1);
    return scale(gap, Math.min(1, FARTHEST_M / (length(gap) || 1)));
  }

  function slopesOf(rig, moved, goals, places, free) {
    return free.map((angle) => {
      const column = new Float64Array(goals.length * 3);
      if (angle < ROOT_PLACES) goals.forEach((goal, g) => (column[3 * g + angle] = goal.toward ? 0 : goal.weight));
      else
        for (const { bone, axis, head } of axesOf(rig, moved, angle))
          goals.forEach((goal, g) => {
            if (!rig.carries[bone][goal.bone]) return;
            const lever = goal.toward ? places[g] : add(places[g], head, -1);
            const speed = cross(axis, lever);
            for (let k = 0; k < 3; k++) column[3 * g + k] += goal.weight * speed[k];
          });
      return column;
    });
  }

  // x with M x = v, M symmetric and positive; both are used up.
  function solve(M, v) {
    const n = v.length;
    for (let i = 0; i < n; i++)
      for (let row = i + 1; row < n; row++) {
        const by = M[row][i] / M[i][i];
        if (!by) continue;
        for (let k = i; k < n; k++) M[row][k] -= by * M[i][k];
        v[row] -= by * v[i];
      }
    for (let i = n - 1; i >= 0; i--) {
      for (let k = i + 1; k < n; k++) v[i] -= M[i][k] * v[k];
      v[i] /= M[i][i];
    }
    return v;
  }

  // The step of the free angles that lessens what is missed most, for how loosely each is held.
  function step(rig, angles, free, slopes, wanted) {
    const loose = free.map((angle) => (angle < ROOT_PLACES ? 0.25 : rig.spread[angle] ** 2));
    const steps = new Float64Array(free.length);
    const fixed = new Set();
    let left = Float64Array.from(wanted);
    for (let round = 0; round < ROUNDS; round++) {
      const rows = left.length;
      const M = Array.from({ length: rows }, (_, i) => {
        const row = new Float64Array(rows);
        row[i] = DAMPING;
        return row;
      });
      slopes.forEach((column, a) => {
        if (fixed.has(a)) return;
        for (let i = 0; i < rows; i++) {
          const by = loose[a] * column[i];
          if (by) for (let k = 0; k < rows; k++) M[i][k] += by * column[k];
        }
      });
      const pull = solve(M, Float64Array.from(left));
      let stopped = false;
      slopes.forEach((column, a) => {
        if (fixed.has(a)) return;
        let turn = 0;
        for (let i = 0; i < rows; i++) turn += column[i] * pull[i];
        steps[a] = Math.max(-MOST_RAD, Math.min(MOST_RAD, loose[a] * turn));
      });
      slopes.forEach((column, a) => {
        if (fixed.has(a) || free[a] < ROOT_PLACES) return;
        const [least, most] = [low(rig, free[a]), highest(rig, angles, free[a])];
        const to = angles[free[a]] + steps[a];
        if (to >= least && to <= most) return;
        steps[a] = Math.max(least, Math.min(most, to)) - angles[free[a]];
        fixed.add(a);
        stopped = true;
        for (let i = 0; i < rows; i++) left[i] -= column[i] * steps[a];
      });
      if (!stopped) break;
    }
    return steps;
  }

  // A straight knee or elbow shows no way to shorten the limb: it is bent a little, by less than is seen.
  function soften(rig, angles, free) {
    for (const number of free) {
      const name = rig.angles[number];
      const missing = SOFT_RAD - angles[number];
      if (!/^(knee|elbow)/.test(name) || missing <= 0) continue;
      angles[number] += missing;
      if (name.startsWith("knee")) angles[rig.place.get(`hip_flex${name.slice(-2)}`)] += missing / 2;
    }
  }

  // Turns the free angles, in place, until the goals are met as far as they can be.
  function reach(rig, angles, fingers, goals, free, steps = STEPS) {
    soften(rig, angles, free);
    for (let turn = 0; turn < steps; turn++) {
      const moved = move(rig, angles, fingers);
      const places = goals.map((goal) => seen(moved, goal));
      const gaps = goals.map((goal, g) => scale(missed(goal, places[g]), goal.weight));
      if (Math.max(...gaps.map(length)) < NEAR_M) break;
      const slopes = slopesOf(rig, moved, goals, places, free);
      const by = step(rig, angles, free, slopes, gaps.flat());
      free.forEach((angle, a) => (angles[angle] += by[a]));
      clampAll(rig, angles);
    }
    return angles;
  }

  avatarStudio.reach = { reach, clampAll, highest, axesOf };
})();
