// The body viewer: draws a body, dressed, in clay with WebGL 2. Drag, arrow keys and buttons turn it.
(() => {
  "use strict";

  const FIELD_OF_VIEW = (24 * Math.PI) / 180;
  const DEGREE = Math.PI / 180;
  const HIGHEST_TILT = 80 * DEGREE;
  const TURN_MS = 350;
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

  Object.assign(avatarStudio, { viewMatrix, projectionMatrix });
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
    return { lay, load, paint };
  }

  avatarStudio.viewer = (element, props, watch) => {
    const box = element.querySelector(".viewer");
    const canvas = element.querySelector("canvas");
    const notice = element.querySelector(".viewer-notice");
    const said = element.querySelector(".viewer-said");
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
        scene.colours = {
          clay: dark ? [0.8, 0.74, 0.67, 1] : [0.87, 0.81, 0.74, 1],
          suit: dark ? [0.47, 0.42, 0.38, 1] : [0.56, 0.5, 0.45, 1],
          wire: [0.3, 0.16, 0.1, 0.35],
          tape: dark ? [0.89, 0.55, 0.43, 1] : [0.71, 0.29, 0.16, 1], // the accent
        };
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
        painter.load(avatarStudio.readBody(await answer.arrayBuffer()));
        painter.lay(null);
        said.textContent = "";
        delete canvas.dataset.tape;
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
    document.addEventListener("avatar-studio-tape", ({ detail }) => {
      if (!painter || !mesh) return;
      painter.lay(detail.line);
      canvas.dataset.tape = detail.name;
      said.textContent = detail.said;
      paint();
    });
    new ResizeObserver(paint).observe(canvas);
    document.addEventListener("avatar-studio-theme", paint);
    watch("value", show);
    show();
  };

  // Where a measure is taken, as the server sent it: for the viewer, and the row that was pressed.
  avatarStudio.tape = (props, watch) => {
    watch("value", () => {
      const detail = avatarStudio.read(props.value);
      if (!detail.name) return;
      for (const row of document.querySelectorAll(".measures [data-act=measure]"))
        row.setAttribute("aria-pressed", String(row.dataset.id === detail.name));
      document.dispatchEvent(new CustomEvent("avatar-studio-tape", { detail }));
    });
  };
})();
