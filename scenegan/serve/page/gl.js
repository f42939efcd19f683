// The little of WebGL2 that the renderer needs: programs, textures, passes.

import { VERTEX } from "./glsl.js";

export function context(canvas) {
  const gl = canvas.getContext("webgl2", { alpha: false, antialias: false, depth: false });
  if (!gl) throw new Error("This browser has no WebGL2. Use a newer one, or allow it.");
  const whole = gl.getExtension("EXT_color_buffer_float");
  if (!whole && !gl.getExtension("EXT_color_buffer_half_float")) {
    throw new Error("This graphics card cannot draw numbers. Use another browser or device.");
  }
  gl.floats = whole ? { two: gl.RG32F, four: gl.RGBA32F } : { two: gl.RG16F, four: gl.RGBA16F };
  gl.bindVertexArray(gl.createVertexArray());
  return gl;
}

export class Program {
  constructor(gl, fragment) {
    this.gl = gl;
    this.program = gl.createProgram();
    for (const [type, text] of [[gl.VERTEX_SHADER, VERTEX], [gl.FRAGMENT_SHADER, fragment]]) {
      const shader = gl.createShader(type);
      gl.shaderSource(shader, text);
      gl.compileShader(shader);
      gl.attachShader(this.program, shader);
      if (!gl.getShaderParameter(shader, gl.COMPILE_STATUS) && !gl.isContextLost()) {
        throw new Error(gl.getShaderInfoLog(shader));
      }
    }
    gl.linkProgram(this.program);
    this.places = new Map();
  }

  place(name) {
    if (!this.places.has(name)) {
      this.places.set(name, this.gl.getUniformLocation(this.program, name));
    }
    return this.places.get(name);
  }

  // Draw to a target (null: the canvas). textures: by uniform. numbers: arrays of floats; whole
  // numbers as { int } or { ints }, an array of vec3 as { threes }.
  draw(target, [rows, columns], textures, numbers = {}) {
    const { gl } = this;
    gl.useProgram(this.program);
    gl.bindFramebuffer(gl.FRAMEBUFFER, target);
    gl.viewport(0, 0, columns, rows);
    Object.entries(textures).forEach(([name, texture], unit) => {
      gl.activeTexture(gl.TEXTURE0 + unit);
      gl.bindTexture(texture.kind, texture.handle);
      gl.uniform1i(this.place(name), unit);
    });
    for (const [name, value] of Object.entries(numbers)) this.set(name, value);
    gl.drawArrays(gl.TRIANGLES, 0, 3);
  }

  set(name, value) {
    const { gl } = this;
    if (typeof value === "object" && "int" in value) gl.uniform1i(this.place(name), value.int);
    else if (value.ints) gl.uniform2iv(this.place(name), value.ints);
    else if (value.threes) gl.uniform3fv(this.place(name), value.threes);
    else if (typeof value === "number") gl.uniform1f(this.place(name), value);
    else if (value.length === 2) gl.uniform2fv(this.place(name), value);
    else if (value.length === 3) gl.uniform3fv(this.place(name), value);
    else gl.uniform4fv(this.place(name), value);
  }
}

const SHAPES = (gl) => ({
  [gl.RGBA8]: [gl.RGBA, gl.UNSIGNED_BYTE], [gl.R8]: [gl.RED, gl.UNSIGNED_BYTE],
  [gl.RG32F]: [gl.RG, gl.FLOAT], [gl.RGBA32F]: [gl.RGBA, gl.FLOAT],
  [gl.RG16F]: [gl.RG, gl.FLOAT], [gl.RGBA16F]: [gl.RGBA, gl.FLOAT],
});

// A texture, { handle, kind }. data: pixels or nothing. layers: makes it an array of them.
export function texture(gl, format, [rows, columns], { data = null, layers = 0, smooth = false } = {}) {
  const kind = layers ? gl.TEXTURE_2D_ARRAY : gl.TEXTURE_2D;
  const handle = gl.createTexture();
  gl.activeTexture(gl.TEXTURE0);
  gl.bindTexture(kind, handle);
  gl.pixelStorei(gl.UNPACK_ALIGNMENT, 1);
  const [shape, type] = SHAPES(gl)[format];
  if (layers) gl.texStorage3D(kind, 1, format, columns, rows, layers);
  else gl.texStorage2D(kind, 1, format, columns, rows);
  if (data && layers) gl.texSubImage3D(kind, 0, 0, 0, 0, columns, rows, layers, shape, type, data);
  else if (data) gl.texSubImage2D(kind, 0, 0, 0, columns, rows, shape, type, data);
  for (const side of [gl.TEXTURE_MIN_FILTER, gl.TEXTURE_MAG_FILTER]) {
    gl.texParameteri(kind, side, smooth ? gl.LINEAR : gl.NEAREST);
  }
  for (const axis of [gl.TEXTURE_WRAP_S, gl.TEXTURE_WRAP_T]) {
    gl.texParameteri(kind, axis, gl.CLAMP_TO_EDGE);
  }
  return { handle, kind };
}

// A framebuffer of textures, or of pairs [array of textures, layer].
export function target(gl, ...attachments) {
  const framebuffer = gl.createFramebuffer();
  gl.bindFramebuffer(gl.FRAMEBUFFER, framebuffer);
  attachments.forEach((attachment, index) => {
    const place = gl.COLOR_ATTACHMENT0 + index;
    if (Array.isArray(attachment)) {
      gl.framebufferTextureLayer(gl.FRAMEBUFFER, place, attachment[0].handle, 0, attachment[1]);
    } else {
      gl.framebufferTexture2D(gl.FRAMEBUFFER, place, gl.TEXTURE_2D, attachment.handle, 0);
    }
  });
  gl.drawBuffers(attachments.map((_, index) => gl.COLOR_ATTACHMENT0 + index));
  if (gl.checkFramebufferStatus(gl.FRAMEBUFFER) !== gl.FRAMEBUFFER_COMPLETE && !gl.isContextLost()) {
    throw new Error("This graphics card cannot draw what the page needs.");
  }
  return framebuffer;
}
