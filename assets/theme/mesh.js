// Bodies for the viewer: taken from a GLB as they stand, in a close suit, for nobody is shown undressed here.
(() => {
  "use strict";

  const TAUT = 30; // how often the cloth is pulled taut over what is under it
  const LIT_M = 0.03; // the light sees the cloth's surface averaged over this much
  const EASE_M = 0.006; // how far the cloth stands off the skin

  // Where the suit covers a standing body: 1 inside, 0 outside, 0.5 at the hem. Shares of the body's height.
  const LEG_HEM = 0.43;
  const NECKLINE = 0.825;
  const HEM_SOFT = 0.012;
  const step = (from, to, value) => {
    const part = Math.max(0, Math.min(1, (value - from) / (to - from)));
    return part * part * (3 - 2 * part);
  };

  function coverage(across, up) {
    const side = 0.2 + (0.122 - 0.2) * step(0.64, 0.78, up); // down at the hips it is wide, up it ends at the arms
    const scoop = 0.03 * Math.max(0, 1 - (across / 0.06) ** 2); // a round neckline
    return (
      step(LEG_HEM - HEM_SOFT, LEG_HEM + HEM_SOFT, up) *
      (1 - step(NECKLINE - scoop - HEM_SOFT, NECKLINE - scoop + HEM_SOFT, up)) *
      (1 - step(side - HEM_SOFT, side + HEM_SOFT, across))
    );
  }

  // The same in the shader, so that the hem is sharp between the vertices.
  avatarStudio.SUIT_SHADER = `
    float coverage(float across, float up) {
      float side = mix(0.2, 0.122, smoothstep(0.64, 0.78, up));
      float scoop = 0.03 * max(0.0, 1.0 - across * across / 0.0036);
      return smoothstep(${LEG_HEM - HEM_SOFT}, ${LEG_HEM + HEM_SOFT}, up)
        * (1.0 - smoothstep(${NECKLINE - HEM_SOFT} - scoop, ${NECKLINE + HEM_SOFT} - scoop, up))
        * (1.0 - smoothstep(side - ${HEM_SOFT}, side + ${HEM_SOFT}, across));
    }`;

  // The first mesh of a file as it stands when the file is opened: its bones have moved the skin.
  function readStanding(bytes) {
    const glb = avatarStudio.readGlb(bytes);
    const { attributes, indices } = glb.description.meshes[0].primitives[0];
    const rows = avatarStudio.poseSkeleton(avatarStudio.readSkeleton(glb));
    const [places, joints, weights] = ["POSITION", "JOINTS_0", "WEIGHTS_0"].map((name) => glb.accessor(attributes[name]));
    return { positions: avatarStudio.moveSkin(places, joints, weights, rows), faces: Uint32Array.from(glb.accessor(indices)) };
  }

  // Vertices that are split along texture seams, as one: the number of its point for every vertex.
  function weld(positions) {
    const known = new Map();
    return Uint32Array.from({ length: positions.length / 3 }, (_, i) => {
      const key = `${positions[3 * i]},${positions[3 * i + 1]},${positions[3 * i + 2]}`;
      if (!known.has(key)) known.set(key, known.size);
      return known.get(key);
    });
  }

  function edgesOf(faces) {
    const lines = new Uint32Array(faces.length * 2);
    for (let f = 0, at = 0; f < faces.length; f += 3)
      for (let k = 0; k < 3; k++) {
        lines[at++] = faces[f + k];
        lines[at++] = faces[f + ((k + 1) % 3)];
      }
    return lines;
  }

  function normalsOf(points, faces) {
    const normals = new Float32Array(points.length);
    const [u, v] = [new Float32Array(3), new Float32Array(3)];
    for (let f = 0; f < faces.length; f += 3) {
      const corners = [faces[f] * 3, faces[f + 1] * 3, faces[f + 2] * 3];
      for (let k = 0; k < 3; k++) {
        u[k] = points[corners[1] + k] - points[corners[0] + k];
        v[k] = points[corners[2] + k] - points[corners[0] + k];
      }
      const normal = [u[1] * v[2] - u[2] * v[1], u[2] * v[0] - u[0] * v[2], u[0] * v[1] - u[1] * v[0]];
      for (const corner of corners) for (let k = 0; k < 3; k++) normals[corner + k] += normal[k];
    }
    for (let i = 0; i < normals.length; i += 3) {
      const length = Math.hypot(normals[i], normals[i + 1], normals[i + 2]) || 1;
      for (let k = 0; k < 3; k++) normals[i + k] /= length;
    }
    return normals;
  }

  function boundsOf(positions) {
    const low = [Infinity, Infinity, Infinity];
    const high = [-Infinity, -Infinity, -Infinity];
    for (let i = 0; i < positions.length; i++) {
      low[i % 3] = Math.min(low[i % 3], positions[i]);
      high[i % 3] = Math.max(high[i % 3], positions[i]);
    }
    return { low, high, middle: low.map((value, k) => (value + high[k]) / 2) };
  }

  // A copy in which every covered point was pulled towards the mean of its neighbours, so many times.
  function smooth(points, lines, cloth, turns) {
    const smoothed = points.slice();
    const count = points.length / 3;
    const degree = new Float32Array(count);
    for (const end of lines) degree[end] += 1;
    for (let turn = 0; turn < turns; turn++) {
      const sums = new Float32Array(points.length);
      for (let e = 0; e < lines.length; e += 2)
        for (let k = 0; k < 3; k++) {
          sums[3 * lines[e] + k] += smoothed[3 * lines[e + 1] + k];
          sums[3 * lines[e + 1] + k] += smoothed[3 * lines[e] + k];
        }
      for (let i = 0; i < count; i++)
        if (cloth[i])
          for (let k = 0; k < 3; k++)
            smoothed[3 * i + k] += 0.5 * cloth[i] * (sums[3 * i + k] / degree[i] - smoothed[3 * i + k]);
    }
    return smoothed;
  }

  // Cloth lies taut over hollows and never inside the body; its light is that of the taut surface.
  function dress(points, faces, lines, cloth) {
    const taut = smooth(points, lines, cloth, TAUT);
    const skin = normalsOf(points, faces);
    for (let i = 0; i < points.length; i += 3) {
      const part = cloth[i / 3];
      if (!part) continue;
      let out = 0;
      for (let k = 0; k < 3; k++) out += (taut[i + k] - points[i + k]) * skin[i + k];
      for (let k = 0; k < 3; k++) points[i + k] += part * Math.max(out, EASE_M) * skin[i + k];
    }
    return soften(points, normalsOf(points, faces), areasOf(points, faces), cloth);
  }

  function areasOf(points, faces) {
    const areas = new Float32Array(points.length / 3);
    for (let f = 0; f < faces.length; f += 3) {
      const [a, b, c] = [faces[f] * 3, faces[f + 1] * 3, faces[f + 2] * 3];
      const side = (to, k) => points[to + k] - points[a + k];
      const area = Math.hypot(
        side(b, 1) * side(c, 2) - side(b, 2) * side(c, 1),
        side(b, 2) * side(c, 0) - side(b, 0) * side(c, 2),
        side(b, 0) * side(c, 1) - side(b, 1) * side(c, 0),
      );
      for (const corner of [a, b, c]) areas[corner / 3] += area;
    }
    return areas;
  }

  // Normals of covered points, averaged by area over their surroundings in space (a mesh is not even).
  function soften(points, normals, areas, cloth) {
    const cells = new Map();
    const cellOf = (i, k, by) => Math.floor(points[i + k] / LIT_M) + by;
    for (let i = 0; i < points.length; i += 3) {
      const key = `${cellOf(i, 0, 0)},${cellOf(i, 1, 0)},${cellOf(i, 2, 0)}`;
      const cell = cells.get(key) || { area: 0, place: [0, 0, 0], normal: [0, 0, 0] };
      cell.area += areas[i / 3];
      for (let k = 0; k < 3; k++) {
        cell.place[k] += areas[i / 3] * points[i + k];
        cell.normal[k] += areas[i / 3] * normals[i + k];
      }
      cells.set(key, cell);
    }
    const softened = normals.slice();
    for (let i = 0; i < points.length; i += 3) {
      const part = cloth[i / 3];
      if (!part) continue;
      const sum = [0, 0, 0];
      for (let n = 0; n < 27; n++) {
        const key = [n % 3, Math.floor(n / 3) % 3, Math.floor(n / 9)].map((by, k) => cellOf(i, k, by - 1)).join(",");
        const cell = cells.get(key);
        if (!cell || cell.normal.reduce((dot, value, k) => dot + value * normals[i + k], 0) < 0) continue;
        const far = cell.place.reduce((square, value, k) => square + (value / cell.area - points[i + k]) ** 2, 0);
        const weight = Math.exp(-far / (LIT_M * LIT_M));
        for (let k = 0; k < 3; k++) sum[k] += weight * cell.normal[k];
      }
      const length = Math.hypot(...sum) || 1;
      for (let k = 0; k < 3; k++) softened[i + k] += part * (sum[k] / length - normals[i + k]);
    }
    return softened;
  }

  // The points of a coarse body with its suit pulled taut, so many times; the same points where nothing covers them.
  avatarStudio.tighten = (points, faces, covered, turns) => smooth(points, edgesOf(faces), covered, turns);
  avatarStudio.coverage = coverage;

  avatarStudio.readBody = (bytes) => {
    const { positions, faces } = readStanding(bytes);
    const bounds = boundsOf(positions);
    const tall = bounds.high[1] - bounds.low[1];
    const ids = weld(positions);
    const count = ids.reduce((most, id) => Math.max(most, id), 0) + 1;
    const points = new Float32Array(count * 3);
    for (let i = 0; i < ids.length; i++) points.set(positions.subarray(3 * i, 3 * i + 3), 3 * ids[i]);
    const welded = faces.map((corner) => ids[corner]);
    const cloth = Float32Array.from({ length: count }, (_, i) =>
      coverage(Math.abs(points[3 * i] - bounds.middle[0]) / tall, (points[3 * i + 1] - bounds.low[1]) / tall),
    );
    const lines = edgesOf(welded);
    const normals = dress(points, welded, lines, cloth);
    return { positions: points, normals, faces: welded, lines, bounds };
  };
})();
