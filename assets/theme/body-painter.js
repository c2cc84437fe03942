// Draws a body in clay and a close suit with WebGL 2, and a tape where a measure is taken.
(() => {
  "use strict";

  const FIELD_OF_VIEW = (24 * Math.PI) / 180;
  const LINES_NEARER = 0.0003; // in depth, so that the wire lies on the skin
  const TAPE_M = 0.005; // half of the tape's thickness
  const TAPE_OFF_M = 0.01; // how far it stands off the body, over the suit
  const TAPE_SIDES = 6;

  const VERTEX_SHADER = `#version 300 es
    in vec3 position; in vec3 normal;
    uniform mat4 view, projection; uniform vec3 low, size; uniform float nearer; out vec3 facing, eye; out vec2 place;
    void main() {
      vec4 seen = view * vec4(position, 1.0);
      facing = mat3(view) * normal; eye = -seen.xyz;
      place = vec2(abs(position.x - low.x - size.x / 2.0), position.y - low.y) / size.y;
      gl_Position = projection * seen;
      gl_Position.z -= nearer * gl_Position.w;
    }`;
  const FRAGMENT_SHADER = `#version 300 es
    precision highp float;
    in vec3 facing, eye; in vec2 place; uniform vec4 colour, suit; uniform float shaded; out vec4 pixel;
    ${avatarStudio.SUIT_SHADER}
    void main() {
      vec3 n = normalize(facing), e = normalize(eye);
      if (dot(n, e) < 0.0) n = -n;
      vec3 key = normalize(vec3(-0.5, 0.65, 0.6)), fill = normalize(vec3(0.8, 0.1, 0.5));
      float light = 0.30 + 0.16 * n.y + 0.52 * smoothstep(-0.15, 1.0, dot(n, key)) + 0.14 * max(dot(n, fill), 0.0);
      float rim = 0.22 * pow(1.0 - max(dot(n, e), 0.0), 2.5);
      float covered = coverage(place.x, place.y), edge = fwidth(covered) + 0.001;
      vec3 tone = mix(colour.rgb, suit.rgb, smoothstep(0.5 - edge, 0.5 + edge, covered));
      vec3 clay = tone * light + rim * vec3(1.0, 0.97, 0.93);
      pixel = vec4(mix(colour.rgb, clay, shaded) * colour.a, colour.a);
    }`;

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

  // A canvas as large as it is shown, empty: [width, height] in pixels.
  function clearCanvas(gl) {
    const { canvas } = gl;
    const [width, height] = [canvas.clientWidth, canvas.clientHeight].map((side) =>
      Math.max(1, Math.round(side * Math.min(devicePixelRatio, 2))),
    );
    if (canvas.width !== width || canvas.height !== height) [canvas.width, canvas.height] = [width, height];
    gl.viewport(0, 0, width, height);
    gl.clearColor(0, 0, 0, 0);
    gl.clear(gl.COLOR_BUFFER_BIT | gl.DEPTH_BUFFER_BIT);
    return [width, height];
  }

  // View and projection that show so much round a middle, metres.
  function lookAt({ middle, tall, wide, yaw, tilt, zoom }, aspect) {
    const distance = (Math.max(tall, wide / aspect) * 0.56) / Math.tan(FIELD_OF_VIEW / 2) / zoom;
    return [viewMatrix(middle, yaw, tilt, distance), projectionMatrix(aspect, distance / 20, distance * 4)];
  }

  function buildProgram(gl, vertex, fragment) {
    const program = gl.createProgram();
    for (const [kind, source] of [
      [gl.VERTEX_SHADER, vertex],
      [gl.FRAGMENT_SHADER, fragment],
    ]) {
      const shader = gl.createShader(kind);
      gl.shaderSource(shader, source);
      gl.compileShader(shader);
      gl.attachShader(program, shader);
    }
    gl.linkProgram(program);
    if (!gl.getProgramParameter(program, gl.LINK_STATUS)) throw new Error(gl.getProgramInfoLog(program));
    return program;
  }

  Object.assign(avatarStudio, { viewMatrix, projectionMatrix, clearCanvas, lookAt, buildProgram });
  const lengthOf = (v) => Math.hypot(...v) || 1;
  const cross = (a, b) => [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];

  // A tape along a line of points, as a thin tube; one that closes on itself is laid a little off the body.
  function tapeAlong(line) {
    const ends = [line[0], line[line.length - 1]];
    const closes = Math.hypot(...ends[0].map((value, k) => value - ends[1][k])) < 1e-6;
    const middle = [0, 1, 2].map((k) => line.reduce((sum, point) => sum + point[k] / line.length, 0));
    const points = line.map((point) => {
      if (!closes) return point;
      const out = point.map((value, k) => value - middle[k]);
      return point.map((value, k) => value + (TAPE_OFF_M * out[k]) / lengthOf(out));
    });
    const positions = [];
    const faces = [];
    for (let i = 0; i + 1 < points.length; i++) {
      const along = points[i + 1].map((value, k) => value - points[i][k]);
      if (Math.hypot(...along) < 1e-6) continue;
      let side = cross(along, Math.abs(along[1]) > 0.9 * lengthOf(along) ? [1, 0, 0] : [0, 1, 0]);
      side = side.map((value) => value / lengthOf(side));
      let up = cross(along, side);
      up = up.map((value) => value / lengthOf(up));
      const first = positions.length / 3;
      for (const end of [points[i], points[i + 1]])
        for (let n = 0; n < TAPE_SIDES; n++) {
          const [c, s] = [Math.cos((2 * Math.PI * n) / TAPE_SIDES), Math.sin((2 * Math.PI * n) / TAPE_SIDES)];
          positions.push(...end.map((value, k) => value + TAPE_M * (c * side[k] + s * up[k])));
        }
      for (let n = 0; n < TAPE_SIDES; n++) {
        const m = (n + 1) % TAPE_SIDES;
        faces.push(first + n, first + m, first + TAPE_SIDES + n, first + m, first + TAPE_SIDES + m, first + TAPE_SIDES + n);
      }
    }
    return { positions: Float32Array.from(positions), faces: Uint32Array.from(faces), closes };
  }

  avatarStudio.bodyPainter = (canvas) => {
    const gl = canvas.getContext("webgl2", { antialias: true, alpha: true, premultipliedAlpha: true });
    if (!gl) return null;
    const program = buildProgram(gl, VERTEX_SHADER, FRAGMENT_SHADER);
    gl.enable(gl.DEPTH_TEST);
    gl.enable(gl.POLYGON_OFFSET_FILL);
    gl.polygonOffset(1, 1);
    gl.depthFunc(gl.LEQUAL);
    gl.enable(gl.BLEND);
    gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
    const where = (name) => gl.getUniformLocation(program, name);
    const upload = (target, data) => {
      const buffer = gl.createBuffer();
      gl.bindBuffer(target, buffer);
      gl.bufferData(target, data, gl.STATIC_DRAW);
      return buffer;
    };
    let mesh = null;
    let tape = null;

    // Points and normals of what is drawn next.
    function bind({ position, normal }) {
      for (const [name, buffer] of [
        ["position", position],
        ["normal", normal],
      ]) {
        const place = gl.getAttribLocation(program, name);
        gl.bindBuffer(gl.ARRAY_BUFFER, buffer);
        gl.enableVertexAttribArray(place);
        gl.vertexAttribPointer(place, 3, gl.FLOAT, false, 0, 0);
      }
    }

    function lay(line) {
      if (tape) for (const buffer of [tape.position, tape.faces]) gl.deleteBuffer(buffer);
      tape = null;
      if (!line || line.length < 2) return;
      const { positions, faces, closes } = tapeAlong(line);
      const position = upload(gl.ARRAY_BUFFER, positions);
      tape = { position, normal: position, faces: upload(gl.ELEMENT_ARRAY_BUFFER, faces), corners: faces.length, closes };
    }

    function load({ positions, normals, faces, lines, bounds }) {
      mesh = {
        position: upload(gl.ARRAY_BUFFER, positions),
        normal: upload(gl.ARRAY_BUFFER, normals),
        faces: upload(gl.ELEMENT_ARRAY_BUFFER, faces),
        corners: faces.length,
        lines: upload(gl.ELEMENT_ARRAY_BUFFER, lines),
        ends: lines.length,
        ...bounds,
      };
    }

    function paint({ yaw, tilt, zoom, wire, colours }) {
      const [width, height] = clearCanvas(gl);
      if (!mesh) return;
      gl.useProgram(program);
      const tall = mesh.high[1] - mesh.low[1];
      const wide = Math.hypot(mesh.high[0] - mesh.low[0], mesh.high[2] - mesh.low[2]);
      const [view, projection] = lookAt({ middle: mesh.middle, tall, wide, yaw, tilt, zoom }, width / height);
      gl.uniformMatrix4fv(where("view"), false, view);
      gl.uniformMatrix4fv(where("projection"), false, projection);
      gl.uniform4fv(where("colour"), colours.clay);
      gl.uniform4fv(where("suit"), colours.suit);
      gl.uniform3fv(where("low"), mesh.low);
      gl.uniform3fv(where("size"), mesh.high.map((value, k) => value - mesh.low[k]));
      gl.uniform1f(where("shaded"), 1);
      gl.uniform1f(where("nearer"), 0);
      bind(mesh);
      gl.bindBuffer(gl.ELEMENT_ARRAY_BUFFER, mesh.faces);
      gl.drawElements(gl.TRIANGLES, mesh.corners, gl.UNSIGNED_INT, 0);
      gl.uniform1f(where("shaded"), 0);
      gl.uniform1f(where("nearer"), LINES_NEARER);
      if (wire) {
        gl.uniform4fv(where("colour"), colours.wire);
        gl.bindBuffer(gl.ELEMENT_ARRAY_BUFFER, mesh.lines);
        gl.drawElements(gl.LINES, mesh.ends, gl.UNSIGNED_INT, 0);
      }
      if (!tape) return;
      bind(tape);
      gl.uniform4fv(where("colour"), colours.tape);
      gl.bindBuffer(gl.ELEMENT_ARRAY_BUFFER, tape.faces);
      if (!tape.closes) gl.disable(gl.DEPTH_TEST); // a length runs through the body: it is seen all the same
      gl.drawElements(gl.TRIANGLES, tape.corners, gl.UNSIGNED_INT, 0);
      gl.enable(gl.DEPTH_TEST);
    }
    return { gl, lay, load, paint };
  };
})();
