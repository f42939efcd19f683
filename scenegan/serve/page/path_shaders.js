// The shaders of what is computed once an animation: paths along the flow, and a finer photo.

import { CUBIC, float, HEAD } from "./glsl.js";
import { BETWEEN, BORDER } from "./numbers.js";

// Velocities of all terms, masked and enlarged, in pixels a frame: the sum over the kinds.
export const TERMS = `${HEAD}${CUBIC}
uniform sampler2DArray uFields;      // four layers a kind, two terms a layer
uniform sampler2D uShare;
uniform float uGain;
layout(location = 0) out vec4 first;
layout(location = 1) out vec4 second;
layout(location = 2) out vec4 third;
layout(location = 3) out vec4 fourth;
void main() {
  ivec2 size = textureSize(uShare, 0);
  ivec2 coarse = textureSize(uFields, 0).xy;
  vec2 place = gl_FragCoord.xy * vec2(coarse) / vec2(size) - 0.5;
  ivec2 corner = ivec2(floor(place));
  vec4 across = cubic(fract(place.x)), down = cubic(fract(place.y));
  vec3 share = texelFetch(uShare, ivec2(gl_FragCoord.xy), 0).rgb * uGain * float(size.x);
  first = second = third = fourth = vec4(0);
  for (int kind = 0; kind < 3; kind++) {
    if (share[kind] == 0.0) continue;
    for (int y = 0; y < 4; y++) for (int x = 0; x < 4; x++) {
      ivec2 at = clamp(corner + ivec2(x, y) - 1, ivec2(0), coarse - 1);
      float weight = share[kind] * across[x] * down[y];
      first += weight * texelFetch(uFields, ivec3(at, 4 * kind), 0);
      second += weight * texelFetch(uFields, ivec3(at, 4 * kind + 1), 0);
      third += weight * texelFetch(uFields, ivec3(at, 4 * kind + 2), 0);
      fourth += weight * texelFetch(uFields, ivec3(at, 4 * kind + 3), 0);
    }
  }
}`;

// One step along the flow: D(p, t + step) = D(p - step v, t) - step v; see follow() in paths.py.
export const STEP = `${HEAD}
uniform sampler2D uFirst, uSecond, uThird, uFourth, uBefore;
uniform vec4 uBasis[2];              // times the step
layout(location = 0) out vec4 moved;
layout(location = 1) out vec4 kept;
float rise(float x) { x = clamp(x, 0.0, 1.0); return x * x * (3.0 - 2.0 * x); }
vec2 before(vec2 place, ivec2 size) {
  place = clamp(place, vec2(0), vec2(size - 1));
  ivec2 a = ivec2(floor(place)), b = min(a + 1, size - 1);
  vec2 part = fract(place);
  return mix(mix(texelFetch(uBefore, a, 0).xy, texelFetch(uBefore, ivec2(b.x, a.y), 0).xy, part.x),
             mix(texelFetch(uBefore, ivec2(a.x, b.y), 0).xy, texelFetch(uBefore, b, 0).xy, part.x),
             part.y);
}
void main() {
  ivec2 at = ivec2(gl_FragCoord.xy), size = textureSize(uBefore, 0);
  vec4 one = texelFetch(uFirst, at, 0), two = texelFetch(uSecond, at, 0);
  vec4 three = texelFetch(uThird, at, 0), four = texelFetch(uFourth, at, 0);
  vec2 v = uBasis[0].x * one.xy + uBasis[0].y * one.zw + uBasis[0].z * two.xy
         + uBasis[0].w * two.zw + uBasis[1].x * three.xy + uBasis[1].y * three.zw
         + uBasis[1].z * four.xy;
  float border = ${float(BORDER)} * float(size.x);
  vec2 start = vec2(at) / border, end = vec2(size - 1 - at) / border;
  v *= vec2(v.x > 0.0 ? rise(start.x) : rise(end.x), v.y > 0.0 ? rise(start.y) : rise(end.y));
  vec2 sum = before(vec2(at) - v, size) - v;
  moved = vec4(sum, 0, 1);
  kept = vec4(sum / vec2(size), 0, 1);
}`;

// A photo with a pixel between each two of its own, along one axis: interpolated() in sampling.py.
export const FINER = `${HEAD}
uniform sampler2D uFrom;
uniform ivec2 uAxis;
const float between[8] = float[8](${BETWEEN.map(float).join(", ")});
out vec4 colour;
void main() {
  ivec2 at = ivec2(gl_FragCoord.xy), last = textureSize(uFrom, 0) - 1;
  ivec2 from = uAxis.x == 1 ? ivec2(at.x / 2, at.y) : ivec2(at.x, at.y / 2);
  bool own = (uAxis.x == 1 ? at.x : at.y) % 2 == 0;
  if (own || (uAxis.x == 1 ? from.x == last.x : from.y == last.y)) {
    colour = texelFetch(uFrom, from, 0);
    return;
  }
  vec3 sum = vec3(0);
  for (int k = 0; k < 8; k++) {
    sum += between[k] * texelFetch(uFrom, clamp(from + (k - 3) * uAxis, ivec2(0), last), 0).rgb;
  }
  colour = vec4(clamp(sum, 0.0, 1.0), 1);
}`;
