// A dressed avatar out of its GLB: meshes, clips, and the units of the face, ready to be posed.
(() => {
  "use strict";

  const GROUPS = ["POSITION", "NORMAL", "TEXCOORD_0", "JOINTS_0", "WEIGHTS_0"];

  async function readPiece(glb, mesh, primitive) {
    const { materials, textures } = glb.description;
    const [positions, normals, texture, joints, weights] = GROUPS.map((name) => glb.accessor(primitive.attributes[name]));
    const { pbrMetallicRoughness: surface, name } = materials[primitive.material];
    return {
      name,
      positions,
      normals,
      texture,
      joints: Uint16Array.from(joints),
      weights,
      faces: Uint32Array.from(glb.accessor(primitive.indices)),
      picture: await createImageBitmap(glb.picture(textures[surface.baseColorTexture.index].source)),
      units: new Map((primitive.targets || []).map((one, n) => [mesh.extras.targetNames[n], glb.sparse(one.POSITION)])),
    };
  }

  function readClips(glb) {
    const read = ({ name, channels, samplers }) => {
      const tracks = channels.map(({ sampler, target }) => ({
        ...target,
        times: glb.accessor(samplers[sampler].input),
        values: glb.accessor(samplers[sampler].output),
      }));
      return [name, { tracks, seconds: Math.max(...tracks.map(({ times }) => times[times.length - 1])) }];
    };
    return new Map((glb.description.animations || []).map(read));
  }

  // Between two turns (quaternions) the short way round.
  function turnBetween(a, b, part) {
    let dot = a.reduce((sum, value, k) => sum + value * b[k], 0);
    const sign = dot < 0 ? -1 : 1;
    dot = Math.min(1, Math.abs(dot));
    const angle = Math.acos(dot);
    const [from, to] = angle < 1e-3 ? [1 - part, part] : [(1 - part) * angle, part * angle].map((one) => Math.sin(one) / Math.sin(angle));
    return a.map((value, k) => from * value + sign * to * b[k]);
  }

  function valueAt({ path, times, values }, seconds) {
    const width = path === "rotation" ? 4 : 3;
    const last = times.length - 1;
    let next = times.findIndex((time) => time > seconds);
    if (next < 0) next = last;
    const before = Math.max(0, next - 1);
    const length = times[next] - times[before];
    const part = length ? Math.min(1, Math.max(0, (seconds - times[before]) / length)) : 0;
    const [a, b] = [before, next].map((key) => [...values.subarray(width * key, width * key + width)]);
    return width === 4 ? turnBetween(a, b, part) : a.map((value, k) => value + part * (b[k] - value));
  }

  function boundsOf(pieces) {
    const [low, high] = [[Infinity, Infinity, Infinity], [-Infinity, -Infinity, -Infinity]];
    for (const { positions } of pieces)
      for (let i = 0; i < positions.length; i++) {
        low[i % 3] = Math.min(low[i % 3], positions[i]);
        high[i % 3] = Math.max(high[i % 3], positions[i]);
      }
    return { low, high, middle: low.map((value, k) => (value + high[k]) / 2) };
  }

  avatarStudio.readAvatar = async (bytes) => {
    const glb = avatarStudio.readGlb(bytes);
    const { meshes } = glb.description;
    const pieces = await Promise.all(meshes.flatMap((mesh) => mesh.primitives.map((one) => readPiece(glb, mesh, one))));
    const skeleton = avatarStudio.readSkeleton(glb);
    const clips = readClips(glb);
    const face = meshes.find(({ extras }) => extras?.targetNames);
    const shown = Object.fromEntries((face?.extras.targetNames || []).map((name, n) => [name, face.weights?.[n] || 0]));
    const head = boundsOf(pieces.filter(({ units }) => units.size));

    // What each joint does to the skin at a moment of a clip; clips go round.
    const poseAt = (name, seconds) => {
      const clip = clips.get(name);
      const local = skeleton.standing.map((one) => ({ ...one }));
      for (const track of clip.tracks) local[track.node][track.path] = valueAt(track, seconds % clip.seconds);
      return avatarStudio.poseSkeleton(skeleton, local);
    };
    // Where the face is in a pose, for who looks at it.
    const faceAt = (rows) => avatarStudio.movePoint(rows, skeleton.names.indexOf("head"), head.middle);
    return { pieces, clips, shown, bounds: boundsOf(pieces), head, joints: skeleton.joints.length, poseAt, faceAt };
  };

  // A piece's points with the units of the face so strong, by name.
  avatarStudio.moveFace = ({ positions, units }, strengths) => {
    const moved = positions.slice();
    for (const [name, { rows, values }] of units) {
      const amount = strengths[name] || 0;
      if (amount) rows.forEach((row, i) => {
        for (let k = 0; k < 3; k++) moved[3 * row + k] += amount * values[3 * i + k];
      });
    }
    return moved;
  };
})();
