// Draws a dressed avatar with WebGL 2: textured skin and cloth, moved by four joints a vertex.
(() => {
  "use strict";

  const ATTRIBUTES = { position: 3, normal: 3, place: 2, weights: 4 };
  const NEAREST_FACE = 1.5; // how much of the room round a face is seen

  const vertexShader = (joints) => `#version 300 es
    in vec3 position, normal; in vec2 place; in uvec4 joints; in vec4 weights;
    uniform mat4 view, projection; uniform vec4 rows[${3 * joints}];
    out vec3 facing, eye; out vec2 at;
    void main() {
      vec4 moves[3];
      for (int row = 0; row < 3; row++) {
        moves[row] = vec4(0.0);
        for (int k = 0; k < 4; k++) moves[row] += weights[k] * rows[3 * int(joints[k]) + row];
      }
      vec4 rest = vec4(position, 1.0);
      vec4 seen = view * vec4(dot(moves[0], rest), dot(moves[1], rest), dot(moves[2], rest), 1.0);
      vec3 turned = vec3(dot(moves[0].xyz, normal), dot(moves[1].xyz, normal), dot(moves[2].xyz, normal));
      facing = mat3(view) * turned; eye = -seen.xyz; at = place;
      gl_Position = projection * seen;
    }`;
  const FRAGMENT_SHADER = `#version 300 es
    precision highp float;
    in vec3 facing, eye; in vec2 at; uniform sampler2D picture; out vec4 pixel;
    void main() {
      vec3 n = normalize(facing), e = normalize(eye);
      if (dot(n, e) < 0.0) n = -n;
      vec3 key = normalize(vec3(-0.5, 0.65, 0.6)), fill = normalize(vec3(0.8, 0.1, 0.5));
      float light = 0.42 + 0.12 * n.y + 0.46 * smoothstep(-0.15, 1.0, dot(n, key)) + 0.14 * max(dot(n, fill), 0.0);
      float rim = 0.12 * pow(1.0 - max(dot(n, e), 0.0), 3.0);
      pixel = vec4(texture(picture, at).rgb * light + rim * vec3(1.0, 0.97, 0.93), 1.0);
    }`;

  avatarStudio.avatarPainter = (gl, avatar) => {
    const program = avatarStudio.buildProgram(gl, vertexShader(avatar.joints), FRAGMENT_SHADER);
    const where = (name) => gl.getUniformLocation(program, name);
    const attribute = (name) => gl.getAttribLocation(program, name);
    const kept = [];

    function upload(target, data, use = gl.STATIC_DRAW) {
      const buffer = gl.createBuffer();
      kept.push(() => gl.deleteBuffer(buffer));
      gl.bindBuffer(target, buffer);
      gl.bufferData(target, data, use);
      return buffer;
    }

    function hang(picture) {
      const texture = gl.createTexture();
      kept.push(() => gl.deleteTexture(texture));
      gl.bindTexture(gl.TEXTURE_2D, texture);
      gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, gl.RGBA, gl.UNSIGNED_BYTE, picture);
      gl.generateMipmap(gl.TEXTURE_2D);
      gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, gl.LINEAR_MIPMAP_LINEAR);
      return texture;
    }

    const parts = avatar.pieces.map((piece) => {
      const all = gl.createVertexArray();
      kept.push(() => gl.deleteVertexArray(all));
      gl.bindVertexArray(all);
      const data = { position: piece.positions, normal: piece.normals, place: piece.texture, weights: piece.weights };
      const buffers = {};
      for (const [name, width] of Object.entries(ATTRIBUTES)) {
        buffers[name] = upload(gl.ARRAY_BUFFER, data[name], name === "position" ? gl.DYNAMIC_DRAW : gl.STATIC_DRAW);
        gl.enableVertexAttribArray(attribute(name));
        gl.vertexAttribPointer(attribute(name), width, gl.FLOAT, false, 0, 0);
      }
      upload(gl.ARRAY_BUFFER, piece.joints);
      gl.enableVertexAttribArray(attribute("joints"));
      gl.vertexAttribIPointer(attribute("joints"), 4, gl.UNSIGNED_SHORT, 0, 0);
      upload(gl.ELEMENT_ARRAY_BUFFER, piece.faces);
      gl.bindVertexArray(null);
      return { all, piece, position: buffers.position, corners: piece.faces.length, picture: hang(piece.picture) };
    });

    // The units of the face, so strong by name.
    function express(strengths) {
      for (const { piece, position } of parts.filter((one) => one.piece.units.size)) {
        gl.bindBuffer(gl.ARRAY_BUFFER, position);
        gl.bufferSubData(gl.ARRAY_BUFFER, 0, avatarStudio.moveFace(piece, strengths));
      }
    }

    function paint({ yaw, tilt, zoom, rows, nearFace }) {
      const [width, height] = avatarStudio.clearCanvas(gl);
      const { low, high, middle } = nearFace ? { ...avatar.head, middle: avatar.faceAt(rows) } : avatar.bounds;
      const room = nearFace ? NEAREST_FACE : 1;
      const [tall, wide] = [room * (high[1] - low[1]), room * Math.hypot(high[0] - low[0], high[2] - low[2])];
      const [view, projection] = avatarStudio.lookAt({ middle, tall, wide, yaw, tilt, zoom }, width / height);
      gl.useProgram(program);
      gl.uniformMatrix4fv(where("view"), false, view);
      gl.uniformMatrix4fv(where("projection"), false, projection);
      gl.uniform4fv(where("rows"), rows);
      for (const { all, corners, picture } of parts) {
        gl.bindTexture(gl.TEXTURE_2D, picture);
        gl.bindVertexArray(all);
        gl.drawElements(gl.TRIANGLES, corners, gl.UNSIGNED_INT, 0);
      }
      gl.bindVertexArray(null);
    }

    function release() {
      for (const drop of kept) drop();
      gl.deleteProgram(program);
    }
    return { express, paint, release };
  };
})();
