// The body viewer: reads a plain GLB and draws it in clay with WebGL 2. Drag, arrow keys and buttons turn it.
(() => {
  "use strict";

  const GLB_MAGIC = 0x46546c67;
  const JSON_CHUNK = 0x4e4f534a;
  const COMPONENT = { 5121: Uint8Array, 5123: Uint16Array, 5125: Uint32Array, 5126: Float32Array };
  const WIDTH_OF = { SCALAR: 1, VEC2: 2, VEC3: 3, VEC4: 4 };
  const FIELD_OF_VIEW = (24 * Math.PI) / 180;
  const DEGREE = Math.PI / 180;
  const HIGHEST_TILT = 80 * DEGREE;
  const TURN_MS = 350;

  const VERTEX_SHADER = `#version 300 es
    in vec3 position; in vec3 normal;
    uniform mat4 view, projection; out vec3 facing, eye;
    void main() {
      vec4 seen = view * vec4(position, 1.0);
      facing = mat3(view) * normal; eye = -seen.xyz;
      gl_Position = projection * seen;
    }`;
  const FRAGMENT_SHADER = `#version 300 es
    precision highp float;
    in vec3 facing, eye; uniform vec4 colour; uniform float shaded; out vec4 pixel;
    void main() {
      vec3 n = normalize(facing), e = normalize(eye);
      if (dot(n, e) < 0.0) n = -n;
      vec3 key = normalize(vec3(-0.5, 0.65, 0.6)), fill = normalize(vec3(0.8, 0.1, 0.5));
      float light = 0.30 + 0.16 * n.y + 0.52 * smoothstep(-0.15, 1.0, dot(n, key)) + 0.14 * max(dot(n, fill), 0.0);
      float rim = 0.22 * pow(1.0 - max(dot(n, e), 0.0), 2.5);
      vec3 clay = colour.rgb * light + rim * vec3(1.0, 0.97, 0.93);
      pixel = vec4(mix(colour.rgb, clay, shaded) * colour.a, colour.a);
    }`;

  function readGlb(bytes) {
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
    const accessor = (number) => {
      const { bufferView, byteOffset = 0, componentType, count, type } = description.accessors[number];
      const { byteOffset: start = 0, byteStride } = description.bufferViews[bufferView];
      const Kind = COMPONENT[componentType];
      const width = WIDTH_OF[type];
      const stride = (byteStride || width * Kind.BYTES_PER_ELEMENT) / Kind.BYTES_PER_ELEMENT;
      const raw = new Kind(binary, start + byteOffset, (count - 1) * stride + width);
      if (stride === width) return raw;
      const packed = new Kind(count * width);
      for (let i = 0; i < count; i++) packed.set(raw.subarray(i * stride, i * stride + width), i * width);
      return packed;
    };
    const { attributes, indices } = description.meshes[0].primitives[0];
    const positions = accessor(attributes.POSITION);
    const faces = Uint32Array.from(accessor(indices));
    const normals = attributes.NORMAL === undefined ? smoothNormals(positions, faces) : accessor(attributes.NORMAL);
    return { positions, faces, normals };
  }

  function smoothNormals(positions, faces) {
    const normals = new Float32Array(positions.length);
    for (let f = 0; f < faces.length; f += 3) {
      const [a, b, c] = [faces[f] * 3, faces[f + 1] * 3, faces[f + 2] * 3];
      const u = [0, 1, 2].map((k) => positions[b + k] - positions[a + k]);
      const v = [0, 1, 2].map((k) => positions[c + k] - positions[a + k]);
      const n = [u[1] * v[2] - u[2] * v[1], u[2] * v[0] - u[0] * v[2], u[0] * v[1] - u[1] * v[0]];
      for (const corner of [a, b, c]) for (let k = 0; k < 3; k++) normals[corner + k] += n[k];
    }
    return normals;
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

  function boundsOf(positions) {
    const low = [Infinity, Infinity, Infinity];
    const high = [-Infinity, -Infinity, -Infinity];
    for (let i = 0; i < positions.length; i++) {
      low[i % 3] = Math.min(low[i % 3], positions[i]);
      high[i % 3] = Math.max(high[i % 3], positions[i]);
    }
    return { low, high, middle: low.map((value, k) => (value + high[k]) / 2) };
  }

  // Column-major matrices: look at the middle from yaw, tilt and distance.
  function viewMatrix(middle, yaw, tilt, distance) {
    const [cy, sy, ct, st] = [Math.cos(yaw), Math.sin(yaw), Math.cos(tilt), Math.sin(tilt)];
    const rows = [
      [cy, 0, -sy],
      [-sy * st, ct, -cy * st],
      [sy * ct, st, cy * ct],
    ];
    const moved = rows.map((row) => -(row[0] * middle[0] + row[1] * middle[1] + row[2] * middle[2]));
    const matrix = [];
    for (let column = 0; column < 3; column++) matrix.push(rows[0][column], rows[1][column], rows[2][column], 0);
    return [...matrix, moved[0], moved[1], moved[2] - distance, 1];
  }

  function projectionMatrix(aspect, near, far) {
    const scale = 1 / Math.tan(FIELD_OF_VIEW / 2);
    return [scale / aspect, 0, 0, 0, 0, scale, 0, 0, 0, 0, (far + near) / (near - far), -1, 0, 0, (2 * far * near) / (near - far), 0];
  }

  function makePainter(canvas) {
    const gl = canvas.getContext("webgl2", { antialias: true, alpha: true, premultipliedAlpha: true });
    if (!gl) return null;
    const program = gl.createProgram();
    for (const [kind, source] of [
      [gl.VERTEX_SHADER, VERTEX_SHADER],
      [gl.FRAGMENT_SHADER, FRAGMENT_SHADER],
    ]) {
      const shader = gl.createShader(kind);
      gl.shaderSource(shader, source);
      gl.compileShader(shader);
      gl.attachShader(program, shader);
    }
    gl.linkProgram(program);
    gl.useProgram(program);
    gl.enable(gl.DEPTH_TEST);
    gl.enable(gl.POLYGON_OFFSET_FILL);
    gl.polygonOffset(1, 1);
    const where = (name) => gl.getUniformLocation(program, name);
    const upload = (target, data) => {
      const buffer = gl.createBuffer();
      gl.bindBuffer(target, buffer);
      gl.bufferData(target, data, gl.STATIC_DRAW);
      return buffer;
    };
    let mesh = null;

    function load({ positions, normals, faces }) {
      const lines = edgesOf(faces);
      for (const [name, data] of [
        ["position", positions],
        ["normal", normals],
      ]) {
        upload(gl.ARRAY_BUFFER, data);
        const place = gl.getAttribLocation(program, name);
        gl.enableVertexAttribArray(place);
        gl.vertexAttribPointer(place, 3, gl.FLOAT, false, 0, 0);
      }
      mesh = {
        faces: upload(gl.ELEMENT_ARRAY_BUFFER, faces),
        corners: faces.length,
        lines: upload(gl.ELEMENT_ARRAY_BUFFER, lines),
        ends: lines.length,
        ...boundsOf(positions),
      };
    }

    function paint({ yaw, tilt, zoom, wire, colours }) {
      const [width, height] = [canvas.clientWidth, canvas.clientHeight].map((side) =>
        Math.max(1, Math.round(side * Math.min(devicePixelRatio, 2))),
      );
      if (canvas.width !== width || canvas.height !== height) [canvas.width, canvas.height] = [width, height];
      gl.viewport(0, 0, width, height);
      gl.clearColor(0, 0, 0, 0);
      gl.clear(gl.COLOR_BUFFER_BIT | gl.DEPTH_BUFFER_BIT);
      if (!mesh) return;
      const tall = mesh.high[1] - mesh.low[1];
      const wide = Math.hypot(mesh.high[0] - mesh.low[0], mesh.high[2] - mesh.low[2]);
      const aspect = width / height;
      const fit = Math.max(tall, wide / aspect) * 0.56;
      const distance = fit / Math.tan(FIELD_OF_VIEW / 2) / zoom;
      gl.uniformMatrix4fv(where("view"), false, viewMatrix(mesh.middle, yaw, tilt, distance));
      gl.uniformMatrix4fv(where("projection"), false, projectionMatrix(aspect, distance / 20, distance * 4));
      gl.uniform4fv(where("colour"), colours.clay);
      gl.uniform1f(where("shaded"), 1);
      gl.bindBuffer(gl.ELEMENT_ARRAY_BUFFER, mesh.faces);
      gl.drawElements(gl.TRIANGLES, mesh.corners, gl.UNSIGNED_INT, 0);
      if (!wire) return;
      gl.uniform4fv(where("colour"), colours.wire);
      gl.uniform1f(where("shaded"), 0);
      gl.bindBuffer(gl.ELEMENT_ARRAY_BUFFER, mesh.lines);
      gl.drawElements(gl.LINES, mesh.ends, gl.UNSIGNED_INT, 0);
    }
    return { load, paint };
  }

  avatarStudio.viewer = (element, props, watch) => {
    const box = element.querySelector(".viewer");
    const canvas = element.querySelector("canvas");
    const notice = element.querySelector(".viewer-notice");
    const wireButton = element.querySelector("[data-wire]");
    const scene = { yaw: 0, tilt: 0, zoom: 1, wire: false, colours: {} };
    let painter = null;
    let mesh = "";
    let turning = 0;
    let pending = false;

    function paint() {
      if (pending || !painter) return;
      pending = true;
      requestAnimationFrame(() => {
        pending = false;
        const dark = avatarStudio.isDark();
        scene.colours = { clay: dark ? [0.8, 0.74, 0.67, 1] : [0.87, 0.81, 0.74, 1], wire: [0.3, 0.16, 0.1, 0.35] };
        painter.paint(scene);
        canvas.dataset.painted = mesh ? "yes" : "";
      });
    }

    function turnTo(yaw) {
      cancelAnimationFrame(turning);
      const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
      const [from, tilt, start] = [scene.yaw, scene.tilt, performance.now()];
      const far = ((((yaw - from) % (2 * Math.PI)) + 3 * Math.PI) % (2 * Math.PI)) - Math.PI;
      const step = (now) => {
        const part = still ? 1 : Math.min(1, (now - start) / TURN_MS);
        const eased = 1 - (1 - part) ** 3;
        scene.yaw = from + far * eased;
        scene.tilt = tilt * (1 - eased);
        paint();
        if (part < 1) turning = requestAnimationFrame(step);
      };
      step(performance.now());
    }

    const say = (sentence) => {
      notice.textContent = sentence;
      notice.hidden = sentence === "";
    };

    async function show() {
      const value = avatarStudio.read(props.value);
      box.dataset.state = value.state || "empty";
      if (!value.mesh || value.mesh === mesh) return;
      mesh = value.mesh;
      painter ||= makePainter(canvas);
      if (!painter) return say("This browser cannot show 3D. The downloads beside it work all the same.");
      say("");
      canvas.setAttribute("aria-label", `The body of ${value.name || "your persona"} in three dimensions. Arrow keys turn it.`);
      try {
        const answer = await fetch(value.mesh);
        if (!answer.ok) throw new Error(String(answer.status));
        painter.load(readGlb(await answer.arrayBuffer()));
        turnTo(0);
      } catch {
        mesh = "";
        say("The body could not be loaded. Open this tab again.");
      }
    }

    canvas.addEventListener("pointerdown", (event) => {
      cancelAnimationFrame(turning);
      canvas.setPointerCapture(event.pointerId);
    });
    canvas.addEventListener("pointermove", (event) => {
      if (!canvas.hasPointerCapture(event.pointerId)) return;
      scene.yaw -= event.movementX * 0.01;
      scene.tilt = Math.max(-HIGHEST_TILT, Math.min(HIGHEST_TILT, scene.tilt + event.movementY * 0.01));
      paint();
    });
    const zoom = (factor) => {
      scene.zoom = Math.max(0.6, Math.min(6, scene.zoom * factor));
      paint();
    };
    canvas.addEventListener(
      "wheel",
      (event) => {
        if (document.activeElement !== canvas && !event.ctrlKey) return;
        event.preventDefault();
        zoom(Math.exp(-event.deltaY * 0.002));
      },
      { passive: false },
    );
    canvas.addEventListener("keydown", (event) => {
      const turn = { ArrowLeft: [-10, 0], ArrowRight: [10, 0], ArrowUp: [0, -10], ArrowDown: [0, 10] }[event.key];
      if (turn) {
        event.preventDefault();
        scene.yaw += turn[0] * DEGREE;
        scene.tilt = Math.max(-HIGHEST_TILT, Math.min(HIGHEST_TILT, scene.tilt + turn[1] * DEGREE));
        paint();
      } else if (event.key === "+" || event.key === "-") zoom(event.key === "+" ? 1.15 : 1 / 1.15);
    });
    for (const button of element.querySelectorAll("[data-turn]"))
      button.addEventListener("click", () => turnTo(Number(button.dataset.turn) * DEGREE));
    wireButton.addEventListener("click", () => {
      scene.wire = !scene.wire;
      wireButton.setAttribute("aria-pressed", String(scene.wire));
      paint();
    });
    new ResizeObserver(paint).observe(canvas);
    document.addEventListener("avatar-studio-theme", paint);
    watch("value", show);
    show();
  };
})();
