// What the pose editor shows: the body in clay on its floor, with WebGL 2; over it handles, pins and the rings of a
// joint, on a plain canvas. Without WebGL the bones are drawn as lines.
(() => {
  "use strict";

  const { apply, add, scale, cross, dot, length, turnOf } = avatarStudio.rig;
  const RING_M = 0.14;
  const KNOBS_RAD = [0.5, -0.6, 1.4];
  const HIT_PX = { mouse: 16, touch: 28, pen: 20 };
  const TAUT = 6; // how often the suit is pulled taut over what is under it
  const FLOOR_M = 1.2;
  const FLOOR_STEP_M = 0.2;
  const LOOKING_DOWN = 0.09; // radians
  const USUAL_LENS_MM = 85; // of a view whose size `far` says
  const HALF_FILM_MM = 18; // of the picture's height, for which a lens is said

  const VERTEX_SHADER = `#version 300 es
    in vec3 position; in vec3 normal; in vec2 place;
    uniform mat4 view, projection; out vec3 facing, eye; out vec2 rest;
    void main() {
      vec4 seen = view * vec4(position.x, position.z, -position.y, 1.0);
      facing = mat3(view) * vec3(normal.x, normal.z, -normal.y); eye = -seen.xyz; rest = place;
      gl_Position = projection * seen;
    }`;
  const FRAGMENT_SHADER = `#version 300 es
    precision highp float;
    in vec3 facing, eye; in vec2 rest; uniform vec4 colour, suit; uniform float shaded; out vec4 pixel;
    ${avatarStudio.SUIT_SHADER}
    void main() {
      if (shaded < 0.5) { pixel = vec4(colour.rgb * colour.a, colour.a); return; }
      vec3 n = normalize(facing), e = normalize(eye);
      if (dot(n, e) < 0.0) n = -n;
      vec3 key = normalize(vec3(-0.5, 0.65, 0.6)), fill = normalize(vec3(0.8, 0.1, 0.5));
      float light = 0.34 + 0.16 * n.y + 0.48 * smoothstep(-0.15, 1.0, dot(n, key)) + 0.14 * max(dot(n, fill), 0.0);
      float covered = coverage(rest.x, rest.y), edge = fwidth(covered) + 0.001;
      vec3 tone = mix(colour.rgb, suit.rgb, smoothstep(0.5 - edge, 0.5 + edge, covered));
      pixel = vec4(tone * light + 0.16 * pow(1.0 - max(dot(n, e), 0.0), 2.5), 1.0);
    }`;

  function makeProgram(gl) {
    const program = gl.createProgram();
    for (const [kind, source] of [[gl.VERTEX_SHADER, VERTEX_SHADER], [gl.FRAGMENT_SHADER, FRAGMENT_SHADER]]) {
      const shader = gl.createShader(kind);
      gl.shaderSource(shader, source);
      gl.compileShader(shader);
      gl.attachShader(program, shader);
    }
    gl.linkProgram(program);
    gl.useProgram(program);
    return program;
  }

  function floorLines() {
    const lines = [];
    for (let at = -FLOOR_M; at <= FLOOR_M + 1e-6; at += FLOOR_STEP_M)
      lines.push(at, -FLOOR_M, 0, at, FLOOR_M, 0, -FLOOR_M, at, 0, FLOOR_M, at, 0);
    return new Float32Array(lines);
  }

  // Where each vertex is on the body as it stands: what the suit covers. Shares of its height.
  function placesOf(points) {
    let [left, right, low, high] = [Infinity, -Infinity, Infinity, -Infinity];
    for (let i = 0; i < points.length; i += 3) {
      [left, right] = [Math.min(left, points[i]), Math.max(right, points[i])];
      [low, high] = [Math.min(low, points[i + 2]), Math.max(high, points[i + 2])];
    }
    const places = new Float32Array((points.length / 3) * 2);
    for (let i = 0, k = 0; i < points.length; i += 3, k += 2) {
      places[k] = Math.abs(points[i] - (left + right) / 2) / (high - low);
      places[k + 1] = (points[i + 2] - low) / (high - low);
    }
    return places;
  }

  // The rig with its suit pulled taut: nobody is shown undressed here.
  function dressed(rig, standing) {
    const places = placesOf(standing);
    const covered = Float32Array.from({ length: places.length / 2 }, (_, i) =>
      avatarStudio.coverage(places[2 * i], places[2 * i + 1]),
    );
    return { ...rig, vertices: avatarStudio.tighten(rig.vertices, rig.faces, covered, TAUT) };
  }

  function makePainter(canvas) {
    const gl = canvas.getContext("webgl2", { antialias: false, alpha: true, premultipliedAlpha: true });
    if (!gl) return null;
    const program = makeProgram(gl);
    gl.enable(gl.DEPTH_TEST);
    gl.enable(gl.BLEND);
    gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
    const uniform = (name) => gl.getUniformLocation(program, name);
    const attribute = (name) => gl.getAttribLocation(program, name);
    const [positions, normals, places, floor, faces] = Array.from({ length: 5 }, () => gl.createBuffer());
    const lines = floorLines();
    gl.bindBuffer(gl.ARRAY_BUFFER, floor);
    gl.bufferData(gl.ARRAY_BUFFER, lines, gl.STATIC_DRAW);
    let corners = 0;

    const feed = (buffer, name, width, data) => {
      gl.bindBuffer(gl.ARRAY_BUFFER, buffer);
      if (data) gl.bufferData(gl.ARRAY_BUFFER, data, gl.DYNAMIC_DRAW);
      gl.enableVertexAttribArray(attribute(name));
      gl.vertexAttribPointer(attribute(name), width, gl.FLOAT, false, 0, 0);
    };
    return {
      load(rig, standing) {
        feed(places, "place", 2, placesOf(standing));
        gl.bindBuffer(gl.ELEMENT_ARRAY_BUFFER, faces);
        gl.bufferData(gl.ELEMENT_ARRAY_BUFFER, rig.faces, gl.STATIC_DRAW);
        corners = rig.faces.length;
      },
      paint({ points, normal, view, projection, colours }) {
        gl.viewport(0, 0, canvas.width, canvas.height);
        gl.clearColor(0, 0, 0, 0);
        gl.clear(gl.COLOR_BUFFER_BIT | gl.DEPTH_BUFFER_BIT);
        gl.uniformMatrix4fv(uniform("view"), false, view);
        gl.uniformMatrix4fv(uniform("projection"), false, projection);
        gl.uniform1f(uniform("shaded"), 0);
        gl.uniform4fv(uniform("colour"), colours.floor);
        for (const name of ["normal", "place"]) gl.disableVertexAttribArray(attribute(name));
        feed(floor, "position", 3);
        gl.drawArrays(gl.LINES, 0, lines.length / 3);
        gl.uniform1f(uniform("shaded"), 1);
        gl.uniform4fv(uniform("colour"), colours.clay);
        gl.uniform4fv(uniform("suit"), colours.suit);
        feed(positions, "position", 3, points);
        feed(normals, "normal", 3, normal);
        feed(places, "place", 2);
        gl.bindBuffer(gl.ELEMENT_ARRAY_BUFFER, faces);
        gl.drawElements(gl.TRIANGLES, corners, gl.UNSIGNED_SHORT, 0);
      },
    };
  }

  // The camera: turned about the body by yaw, tilted, as far from its middle as a usual lens shows it at the size that it
  // has from `far`. Points are the rig's, pixels the page's.
  function makeCamera() {
    const camera = { yaw: 0, tilt: LOOKING_DOWN, far: 4.6, lens: USUAL_LENS_MM, middle: [0, 0, 0.9], width: 1, height: 1, view: null, projection: null };
    const toWorld = ([x, y, z]) => [x, z, -y];
    camera.update = (width, height) => {
      Object.assign(camera, { width, height });
      const away = (camera.far * camera.lens) / USUAL_LENS_MM;
      const slope = camera.lens / HALF_FILM_MM;
      camera.view = avatarStudio.viewMatrix(toWorld(camera.middle), camera.yaw, camera.tilt, away);
      camera.projection = avatarStudio.projectionMatrix(width / height, away / 20, away * 4);
      [camera.projection[0], camera.projection[5]] = [(slope * height) / width, slope];
    };
    const seen = (point) => {
      const [x, y, z] = toWorld(point);
      const m = camera.view;
      return [0, 1, 2].map((row) => m[row] * x + m[4 + row] * y + m[8 + row] * z + m[12 + row]);
    };
    const focal = () => (camera.projection[5] * camera.height) / 2;
    // Page pixels inside the canvas, and metres before the camera.
    camera.project = (point) => {
      const [x, y, z] = seen(point);
      return [camera.width / 2 + (focal() * x) / -z, camera.height / 2 - (focal() * y) / -z, -z];
    };
    // How a point moves that goes so many pixels, as far from the camera as it is.
    camera.drag = (point, right, down) => {
      const metres = camera.project(point)[2] / focal();
      const m = camera.view;
      const world = [0, 1, 2].map((k) => metres * (right * m[4 * k] - down * m[4 * k + 1]));
      return [world[0], -world[2], world[1]];
    };
    camera.metres = (point, pixels) => (pixels * camera.project(point)[2]) / focal();
    return camera;
  }

  // The rings of a joint: for each of its angles the circle about its axis, the part of it that the joint can reach, and
  // the knob that says where it is.
  function ringsOf(rig, moved, joint, angles, axesOf) {
    return joint.angles.map((name, i) => {
      const number = rig.place.get(name);
      const { axis } = axesOf(rig, moved, number)[0];
      const center = moved.heads[rig.number.get(joint.bone)];
      const turn = scale(axis, 1 / (length(axis) || 1));
      const away = Math.abs(turn[2]) < 0.8 ? [0, 0, 1] : [0, -1, 0];
      const across = cross(turn, away);
      const knob = scale(across, (RING_M + 0.02 * i) / (length(across) || 1));
      const start = apply(turnOf(scale(turn, KNOBS_RAD[i])), knob); // so that no knob lies on another
      const bounded = rig.low[number] !== null;
      const [low, high] = bounded ? [rig.low[number], rig.high[number]] : [-Math.PI, Math.PI];
      const now = angles[number];
      const at = (angle) => add(center, apply(turnOf(scale(turn, angle - now)), start));
      return { name, low, high, now, at, bounded };
    });
  }

  function drawRing(pen, camera, ring, style) {
    const path = (from, to, width, colour) => {
      pen.beginPath();
      for (let i = 0; i <= 48; i++) {
        const [x, y] = camera.project(ring.at(from + ((to - from) * i) / 48));
        if (i) pen.lineTo(x, y);
        else pen.moveTo(x, y);
      }
      Object.assign(pen, { lineWidth: width, strokeStyle: colour });
      pen.stroke();
    };
    path(ring.now - Math.PI, ring.now + Math.PI, 1, style.line);
    path(ring.low, ring.high, 2.5, style.quiet);
    disc(pen, camera.project(ring.at(ring.now)), 6, style.accent, style.surface);
  }

  function disc(pen, [x, y], radius, fill, edge, square = false) {
    pen.beginPath();
    if (square) pen.roundRect(x - radius, y - radius, 2 * radius, 2 * radius, 2);
    else pen.arc(x, y, radius, 0, 2 * Math.PI);
    Object.assign(pen, { fillStyle: fill, strokeStyle: edge, lineWidth: 2 });
    pen.fill();
    pen.stroke();
  }

  // Everything over the body: bones where there is no WebGL, then rings, then handles; those held are square.
  function drawOver(pen, camera, { handles, rings, chosen, pins, style, bones }) {
    pen.clearRect(0, 0, camera.width, camera.height);
    for (const [from, to] of bones || []) {
      pen.beginPath();
      pen.moveTo(...camera.project(from).slice(0, 2));
      pen.lineTo(...camera.project(to).slice(0, 2));
      Object.assign(pen, { lineWidth: 6, strokeStyle: style.quiet, lineCap: "round" });
      pen.stroke();
    }
    for (const ring of rings) drawRing(pen, camera, ring, style);
    for (const [name, point] of handles) {
      const is = name === chosen;
      disc(pen, camera.project(point), is ? 8 : 6, is ? style.accent : style.surface, is ? style.surface : style.ink, pins.has(name));
    }
  }

  // What is under the pointer: a ring's knob or line, else the nearest handle, else null.
  function hit(camera, { handles, rings }, x, y, kind) {
    const near = HIT_PX[kind] || HIT_PX.mouse;
    const far = (point) => {
      const [px, py] = camera.project(point);
      return Math.hypot(px - x, py - y);
    };
    for (const ring of rings) if (far(ring.at(ring.now)) < near) return { ring };
    let best = null;
    for (const [name, point] of handles) {
      const away = far(point);
      if (away < near && (!best || away < best.away)) best = { handle: name, away };
    }
    return best;
  }

  // How far an angle turns for a knob that is moved by so many pixels.
  function turnBy(camera, ring, right, down) {
    const [a, b] = [camera.project(ring.at(ring.now)), camera.project(ring.at(ring.now + 0.02))];
    const slope = [(b[0] - a[0]) / 0.02, (b[1] - a[1]) / 0.02, 0];
    return dot([right, down, 0], slope) / Math.max(dot(slope, slope), 400);
  }

  avatarStudio.editorView = { makePainter, dressed, makeCamera, ringsOf, drawOver, hit, turnBy };
})();
