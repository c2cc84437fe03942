// The pose editor's body: joint angles to bones, bones to skin. The same numbers as the studio's own rig; x left,
// y back, z up, metres and radians. A matrix is nine numbers, row by row.
(() => {
  "use strict";

  const SMALL = 1e-12; // added to squared angles, so that nothing is divided by zero
  const IDENTITY = [1, 0, 0, 0, 1, 0, 0, 0, 1];

  // --- vectors and turns ---
  const dot = (a, b) => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
  const cross = (a, b) => [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
  const add = (a, b, by = 1) => [a[0] + by * b[0], a[1] + by * b[1], a[2] + by * b[2]];
  const scale = (a, by) => [a[0] * by, a[1] * by, a[2] * by];
  const length = (a) => Math.hypot(a[0], a[1], a[2]);
  const apply = (m, v) => [
    m[0] * v[0] + m[1] * v[1] + m[2] * v[2],
    m[3] * v[0] + m[4] * v[1] + m[5] * v[2],
    m[6] * v[0] + m[7] * v[1] + m[8] * v[2],
  ];

  function multiply(a, b) {
    const product = new Array(9);
    for (let row = 0; row < 9; row += 3)
      for (let column = 0; column < 3; column++)
        product[row + column] = a[row] * b[column] + a[row + 1] * b[column + 3] + a[row + 2] * b[column + 6];
    return product;
  }

  // The matrix I + first [v] + second [v]², [v] being what v × does.
  function ofVector(v, first, second) {
    const [x, y, z] = v;
    return [
      1 - second * (y * y + z * z), second * x * y - first * z, second * x * z + first * y,
      second * x * y + first * z, 1 - second * (x * x + z * z), second * y * z - first * x,
      second * x * z - first * y, second * y * z + first * x, 1 - second * (x * x + y * y),
    ];
  }

  // The turn of a rotation vector (Rodrigues).
  function turnOf(v) {
    const square = dot(v, v) + SMALL;
    const angle = Math.sqrt(square);
    return ofVector(v, Math.sin(angle) / angle, (1 - Math.cos(angle)) / square);
  }

  // J with exp(v + d) = exp(J d) exp(v) for a small d.
  function leftJacobian(v) {
    const square = dot(v, v) + SMALL;
    const angle = Math.sqrt(square);
    return ofVector(v, (1 - Math.cos(angle)) / square, (angle - Math.sin(angle)) / (square * angle));
  }

  // The rotation vector of a turn of less than half a circle.
  function vectorOf(m) {
    const axis = [m[7] - m[5], m[2] - m[6], m[3] - m[1]];
    const sine = length(axis) / 2;
    const angle = Math.atan2(sine, (m[0] + m[4] + m[8] - 1) / 2);
    return scale(axis, sine < 1e-9 ? 0.5 : angle / (2 * sine));
  }

  // --- the rig ---
  const unpack = (text, Kind) => new Kind(Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)).buffer);

  function makeRig(said) {
    const count = said.bones.length;
    const rig = {
      ...said,
      count,
      vertices: unpack(said.vertices, Float32Array),
      faces: unpack(said.faces, Uint16Array),
      carried: unpack(said.carried, Float32Array),
      skinBones: unpack(said.skin_bones, Uint8Array),
      skinWeights: unpack(said.skin_weights, Float32Array),
      number: new Map(said.bones.map((bone, i) => [bone, i])),
      place: new Map(said.angles.map((angle, i) => [angle, i])),
      turnsOf: said.angles.map(() => []), // angle -> how it turns bones
      moving: new Map(), // bone -> [angle, factor, axis]…
    };
    for (const [angle, bone, factor, ...axis] of said.turns) {
      rig.turnsOf[angle].push({ bone, factor, axis });
      if (!rig.moving.has(bone)) rig.moving.set(bone, []);
      rig.moving.get(bone).push({ angle, factor, axis });
    }
    rig.bent = new Map(said.bends.map(([bone, ...axis]) => [bone, axis]));
    rig.carries = Array.from({ length: count }, () => new Uint8Array(count)); // [above][below]: 1 where it moves it
    for (let bone = 0; bone < count; bone++)
      for (let above = bone; above >= 0; above = said.parents[above]) rig.carries[above][bone] = 1;
    return rig;
  }

  // Every bone's global turn and head for angles and the fingers' turns (bone -> matrix); and what `reach` goes by.
  function move(rig, angles, fingers) {
    const local = new Array(rig.count).fill(null);
    const vectors = new Map();
    const factors = new Map();
    for (const [bone, turns] of rig.moving) {
      const sums = [null, null, null];
      const bent = rig.bent.get(bone);
      if (bent) sums[0] = [...bent];
      for (const { angle, factor, axis } of turns) {
        const sum = (sums[factor] ||= [0, 0, 0]);
        for (let k = 0; k < 3; k++) sum[k] += angles[angle] * axis[k];
      }
      const matrices = sums.map((sum) => (sum ? turnOf(sum) : null));
      vectors.set(bone, sums);
      factors.set(bone, matrices);
      local[bone] = matrices.reduce((all, one) => (one ? (all ? multiply(all, one) : one) : all), null);
    }
    for (const [bone, others] of Object.entries(rig.alike)) for (const other of others) local[other] = local[bone];
    for (const [bone, turn] of fingers) local[bone] = turn;
    const turned = new Array(rig.count);
    const heads = new Array(rig.count);
    for (let bone = 0; bone < rig.count; bone++) {
      const above = rig.parents[bone];
      if (above < 0) {
        turned[bone] = local[bone] || IDENTITY;
        heads[bone] = [angles[0], angles[1], angles[2]];
      } else {
        turned[bone] = local[bone] ? multiply(turned[above], local[bone]) : turned[above];
        heads[bone] = add(heads[above], apply(turned[above], rig.offsets[bone]));
      }
    }
    return { turned, heads, vectors, factors };
  }

  // Linear blend skinning into `out` (3 numbers a vertex).
  function skin(rig, { turned, heads }, out) {
    const carried = new Float32Array(rig.count * 12);
    for (let bone = 0; bone < rig.count; bone++) {
      const at = bone * 12;
      const linear = multiply(turned[bone], rig.carried.subarray(at, at + 9));
      const shift = add(heads[bone], apply(turned[bone], rig.carried.subarray(at + 9, at + 12)));
      carried.set(linear, at);
      carried.set(shift, at + 9);
    }
    const { vertices, skinBones, skinWeights } = rig;
    const each = skinBones.length / (vertices.length / 3);
    for (let v = 0, at = 0; at < vertices.length; v += each, at += 3) {
      const [x, y, z] = [vertices[at], vertices[at + 1], vertices[at + 2]];
      let [a, b, c] = [0, 0, 0];
      for (let k = v; k < v + each; k++) {
        const weight = skinWeights[k];
        if (!weight) continue;
        const m = skinBones[k] * 12;
        a += weight * (carried[m] * x + carried[m + 1] * y + carried[m + 2] * z + carried[m + 9]);
        b += weight * (carried[m + 3] * x + carried[m + 4] * y + carried[m + 5] * z + carried[m + 10]);
        c += weight * (carried[m + 6] * x + carried[m + 7] * y + carried[m + 8] * z + carried[m + 11]);
      }
      out[at] = a;
      out[at + 1] = b;
      out[at + 2] = c;
    }
    return out;
  }

  // Unit normals of a skin, by the area of the faces around each vertex, into `out`.
  function normals({ faces }, points, out) {
    out.fill(0);
    for (let f = 0; f < faces.length; f += 3) {
      const [a, b, c] = [faces[f] * 3, faces[f + 1] * 3, faces[f + 2] * 3];
      const [ux, uy, uz] = [points[b] - points[a], points[b + 1] - points[a + 1], points[b + 2] - points[a + 2]];
      const [vx, vy, vz] = [points[c] - points[a], points[c + 1] - points[a + 1], points[c + 2] - points[a + 2]];
      const [x, y, z] = [uy * vz - uz * vy, uz * vx - ux * vz, ux * vy - uy * vx];
      for (let k = 0; k < 3; k++) {
        const at = k === 0 ? a : k === 1 ? b : c;
        out[at] += x;
        out[at + 1] += y;
        out[at + 2] += z;
      }
    }
    for (let i = 0; i < out.length; i += 3) {
      const far = Math.hypot(out[i], out[i + 1], out[i + 2]) || 1;
      out[i] /= far;
      out[i + 1] /= far;
      out[i + 2] /= far;
    }
    return out;
  }

  // --- hands: a shape's bends (degrees) to turns of the finger bones ---
  const RADIAN = Math.PI / 180;
  const FINGERS = ["index", "middle", "ring", "little"];

  function fingerTurns(rig, side, shape) {
    const { hinges, spreads, thumb } = rig.fingers[side];
    const turns = new Map();
    FINGERS.forEach((name, i) => {
      shape[name].forEach((degrees, joint) => {
        const bone = `finger${i + 2}-${joint + 1}${side}`;
        const bend = turnOf(scale(hinges[bone], degrees * RADIAN));
        const spread = joint === 0 ? turnOf(scale(spreads[bone], shape.spread * RADIAN)) : null;
        turns.set(rig.number.get(bone), spread ? multiply(spread, bend) : bend);
      });
    });
    const [away, across, bend] = shape.thumb.map((degrees) => degrees * RADIAN);
    const base = multiply(turnOf(scale(thumb[0], away)), turnOf(scale(thumb[1], across)));
    turns.set(rig.number.get(`finger1-1${side}`), base);
    turns.set(rig.number.get(`finger1-2${side}`), turnOf(scale(thumb[2], 0.8 * bend)));
    turns.set(rig.number.get(`finger1-3${side}`), turnOf(scale(thumb[2], bend)));
    return turns;
  }

  avatarStudio.rig = {
    makeRig, move, skin, normals, fingerTurns, turnOf, vectorOf, leftJacobian,
    apply, multiply, add, scale, cross, dot, length, FINGERS,
  };
})();
