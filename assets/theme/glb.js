// GLB files: arrays, pictures and skeleton, by the letter of glTF 2.0. Matrices are column-major, as in the file.
(() => {
  "use strict";

  const GLB_MAGIC = 0x46546c67;
  const JSON_CHUNK = 0x4e4f534a;
  const COMPONENT = { 5121: Uint8Array, 5123: Uint16Array, 5125: Uint32Array, 5126: Float32Array };
  const WIDTH_OF = { SCALAR: 1, VEC2: 2, VEC3: 3, VEC4: 4, MAT4: 16 };

  avatarStudio.readGlb = (bytes) => {
    const view = new DataView(bytes);
    if (view.getUint32(0, true) !== GLB_MAGIC) throw new Error("not a GLB");
    let description = null;
    let binary = null;
    for (let at = 12; at + 8 <= bytes.byteLength; ) {
      const length = view.getUint32(at, true);
      const kind = view.getUint32(at + 4, true);
      if (kind === JSON_CHUNK) description = JSON.parse(new TextDecoder().decode(new Uint8Array(bytes, at + 8, length)));
      else binary ||= bytes.slice(at + 8, at + 8 + length);
      at += 8 + length;
    }

    function values({ bufferView, byteOffset = 0 }, Kind, count, width) {
      const { byteOffset: start = 0, byteStride } = description.bufferViews[bufferView];
      const stride = (byteStride || width * Kind.BYTES_PER_ELEMENT) / Kind.BYTES_PER_ELEMENT;
      const raw = new Kind(binary, start + byteOffset, (count - 1) * stride + width);
      if (stride === width) return raw;
      const packed = new Kind(count * width);
      for (let i = 0; i < count; i++) packed.set(raw.subarray(i * stride, i * stride + width), i * width);
      return packed;
    }

    const accessor = (number) => {
      const { componentType, count, type, ...place } = description.accessors[number];
      return values(place, COMPONENT[componentType], count, WIDTH_OF[type]);
    };
    // The rows that a sparse accessor names, and what they hold: all the others are zero.
    const sparse = (number) => {
      const { sparse: some, componentType, type } = description.accessors[number];
      return {
        rows: values(some.indices, COMPONENT[some.indices.componentType], some.count, 1),
        values: values(some.values, COMPONENT[componentType], some.count, WIDTH_OF[type]),
      };
    };
    const picture = (number) => {
      const { bufferView, mimeType } = description.images[number];
      const { byteOffset = 0, byteLength } = description.bufferViews[bufferView];
      return new Blob([new Uint8Array(binary, byteOffset, byteLength)], { type: mimeType });
    };
    return { description, accessor, sparse, picture };
  };

  function matrixOf({ translation: [tx, ty, tz], rotation: [x, y, z, w] }) {
    return [
      1 - 2 * (y * y + z * z), 2 * (x * y + z * w), 2 * (x * z - y * w), 0,
      2 * (x * y - z * w), 1 - 2 * (x * x + z * z), 2 * (y * z + x * w), 0,
      2 * (x * z + y * w), 2 * (y * z - x * w), 1 - 2 * (x * x + y * y), 0,
      tx, ty, tz, 1,
    ];
  }

  function multiply(a, b) {
    const product = new Array(16);
    for (let column = 0; column < 4; column++)
      for (let row = 0; row < 4; row++) {
        let sum = 0;
        for (let k = 0; k < 4; k++) sum += a[4 * k + row] * b[4 * column + k];
        product[4 * column + row] = sum;
      }
    return product;
  }

  // The file's joints: nodes with those above them first, and where each stands when the file is opened.
  avatarStudio.readSkeleton = ({ description, accessor }) => {
    const { nodes, scenes, skins } = description;
    const order = [];
    const visit = (node, above) => {
      order.push([node, above]);
      for (const child of nodes[node].children || []) visit(child, node);
    };
    for (const root of scenes[0].nodes) visit(root, -1);
    const standing = nodes.map(({ translation = [0, 0, 0], rotation = [0, 0, 0, 1] }) => ({ translation, rotation }));
    const { joints, inverseBindMatrices } = skins[0];
    return { order, standing, joints, names: joints.map((node) => nodes[node].name), inverse: accessor(inverseBindMatrices) };
  };

  // What each joint does to the skin: three rows of four a joint. `local`: translation and rotation of every node.
  avatarStudio.poseSkeleton = ({ order, joints, inverse, standing }, local = standing) => {
    const world = [];
    for (const [node, above] of order) {
      const own = matrixOf(local[node]);
      world[node] = above < 0 ? own : multiply(world[above], own);
    }
    const rows = new Float32Array(12 * joints.length);
    joints.forEach((node, joint) => {
      const moves = multiply(world[node], inverse.subarray(16 * joint, 16 * joint + 16));
      for (let row = 0; row < 3; row++)
        for (let column = 0; column < 4; column++) rows[12 * joint + 4 * row + column] = moves[4 * column + row];
    });
    return rows;
  };

  // Where a joint's rows take a point.
  avatarStudio.movePoint = (rows, joint, [x, y, z]) =>
    [0, 1, 2].map((row) => {
      const at = 12 * joint + 4 * row;
      return rows[at] * x + rows[at + 1] * y + rows[at + 2] * z + rows[at + 3];
    });

  // Skin (3 a vertex) moved by four joints a vertex.
  avatarStudio.moveSkin = (positions, joints, weights, rows) => {
    const moved = new Float32Array(positions.length);
    for (let i = 0; i < positions.length / 3; i++) {
      const place = positions.subarray(3 * i, 3 * i + 3);
      for (let k = 4 * i; k < 4 * i + 4; k++) {
        if (!weights[k]) continue;
        const there = avatarStudio.movePoint(rows, joints[k], place);
        for (let axis = 0; axis < 3; axis++) moved[3 * i + axis] += weights[k] * there[axis];
      }
    }
    return moved;
  };
})();
