// What the shaders share. Rows of every texture go from the top of the photo downwards.

// A number as GLSL writes it.
export const float = (number) => number.toExponential();

export const VERTEX = `#version 300 es
void main() {
  vec2 corner = vec2(gl_VertexID & 1, gl_VertexID >> 1) * 4.0 - 1.0;
  gl_Position = vec4(corner, 0, 1);
}`;

export const HEAD = `#version 300 es
precision highp float;
precision highp int;
precision highp sampler2DArray;
`;

// The weights of four pixels around a place, t behind the second: those of OpenCV.
export const CUBIC = `
vec4 cubic(float t) {
  const float A = -0.75;
  float far = ((A * (t + 1.0) - 5.0 * A) * (t + 1.0) + 8.0 * A) * (t + 1.0) - 4.0 * A;
  float near = ((A + 2.0) * t - (A + 3.0)) * t * t + 1.0;
  float u = 1.0 - t;
  float next = ((A + 2.0) * u - (A + 3.0)) * u * u + 1.0;
  return vec4(far, near, next, 1.0 - far - near - next);
}`;
