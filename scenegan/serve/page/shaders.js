// The shaders of the renderer. Rows of every texture go from the top of the photo downwards.

import { BEYOND, BORDER, COMPACT, FLOOR, LEAST, STRONGEST } from "./numbers.js";

const float = (number) => number.toExponential();

export const VERTEX = `#version 300 es
void main() {
  vec2 corner = vec2(gl_VertexID & 1, gl_VertexID >> 1) * 4.0 - 1.0;
  gl_Position = vec4(corner, 0, 1);
}`;

const HEAD = `#version 300 es
precision highp float;
precision highp int;
precision highp sampler2DArray;
`;

const CUBIC = `
vec4 cubic(float t) {
  const float A = -0.75;
  float far = ((A * (t + 1.0) - 5.0 * A) * (t + 1.0) + 8.0 * A) * (t + 1.0) - 4.0 * A;
  float near = ((A + 2.0) * t - (A + 3.0)) * t * t + 1.0;
  float u = 1.0 - t;
  float next = ((A + 2.0) * u - (A + 3.0)) * u * u + 1.0;
  return vec4(far, near, next, 1.0 - far - near - next);
}`;

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
uniform bool uInflow;
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
  if (!uInflow) {
    float border = ${float(BORDER)} * float(size.x);
    vec2 start = vec2(at) / border, end = vec2(size - 1 - at) / border;
    v *= vec2(v.x > 0.0 ? rise(start.x) : rise(end.x), v.y > 0.0 ? rise(start.y) : rise(end.y));
  }
  vec2 sum = before(vec2(at) - v, size) - v;
  moved = vec4(sum, 0, 1);
  kept = vec4(sum / vec2(size), 0, 1);
}`;

// A moment of a path, between two of its layers.
const MOMENT = `
uniform sampler2DArray uPath;
vec2 moment(vec2 place, vec3 at) {   // at: two layers and the second one's share
  return mix(texture(uPath, vec3(place, at.x)).xy, texture(uPath, vec3(place, at.y)).xy, at.z);
}`;

// The photo, moved; bicubic, as cv2.remap.
export const WARP = `${HEAD}${CUBIC}${MOMENT}
uniform sampler2D uPhoto, uEdge;
uniform vec3 uAt;
uniform bool uFlip;
out vec4 colour;
void main() {
  ivec2 size = textureSize(uPhoto, 0), at = ivec2(gl_FragCoord.xy);
  if (uFlip) at.y = size.y - 1 - at.y;
  float edge = texelFetch(uEdge, at, 0).r;
  vec2 move = edge * moment((vec2(at) + 0.5) / vec2(size), uAt) * vec2(size);
  if (move == vec2(0)) { colour = texelFetch(uPhoto, at, 0); return; }
  vec2 place = vec2(at) + move;
  ivec2 corner = ivec2(floor(place));
  vec4 across = cubic(fract(place.x)), down = cubic(fract(place.y));
  vec3 sum = vec3(0);
  for (int y = 0; y < 4; y++) for (int x = 0; x < 4; x++) {
    ivec2 from = clamp(corner + ivec2(x, y) - 1, ivec2(0), size - 1);
    sum += across[x] * down[y] * texelFetch(uPhoto, from, 0).rgb;
  }
  colour = vec4(clamp(sum, 0.0, 1.0), 1);
}`;

// How much of the second phase each pixel shows: share_of_second() in blending.py.
export const SHARE = `${HEAD}
uniform sampler2DArray uPath;
uniform vec3 uAt, uOther;
uniform float uWeight;
out vec4 share;
vec2 fetch(ivec2 at, vec3 when) {
  ivec2 size = textureSize(uPath, 0).xy;
  return vec2(size) * mix(texelFetch(uPath, ivec3(at, int(when.x)), 0).xy,
                          texelFetch(uPath, ivec3(at, int(when.y)), 0).xy, when.z);
}
float rise(float x) { x = clamp(x, 0.0, 1.0); return x * x * (3.0 - 2.0 * x); }
float trust(vec3 when) {
  ivec2 at = ivec2(gl_FragCoord.xy), last = textureSize(uPath, 0).xy - 1;
  ivec2 low = max(at - 1, ivec2(0)), high = min(at + 1, last);
  vec2 dx = (fetch(ivec2(high.x, at.y), when) - fetch(ivec2(low.x, at.y), when))
            / float(max(high.x - low.x, 1));
  vec2 dy = (fetch(ivec2(at.x, high.y), when) - fetch(ivec2(at.x, low.y), when))
            / float(max(high.y - low.y, 1));
  float area = (1.0 + dx.x) * (1.0 + dy.y) - dy.x * dx.y;
  vec2 half_ = vec2(last) / 2.0;
  vec2 out_ = abs(fetch(at, when) + vec2(at) - half_) - half_;
  float beyond = max(out_.x, out_.y) / (${float(BEYOND)} * float(last.x + 1));
  return max(rise(area / ${float(COMPACT)}) * (1.0 - rise(beyond)), ${float(LEAST)});
}
void main() {
  float one = (1.0 - uWeight) * trust(uAt), other = uWeight * trust(uOther);
  share = vec4(other / (one + other), 0, 0, 1);
}`;

// Sums along rows, then down columns, of what detail_gain() in blending.py needs.
export const ROWS = `${HEAD}
uniform sampler2D uOne, uTwo;
uniform int uStep, uHalf;
layout(location = 0) out vec4 sums;
layout(location = 1) out vec4 product;
void main() {
  ivec2 at = ivec2(gl_FragCoord.xy), full = textureSize(uOne, 0);
  int last = (full.x - 1) / uStep;
  sums = vec4(0);
  product = vec4(0);
  for (int k = -uHalf; k <= uHalf; k++) {
    int x = abs(at.x + k);
    x = clamp(x > last ? 2 * last - x : x, 0, last);
    float a = texelFetch(uOne, ivec2(x, at.y) * uStep, 0).g;
    float b = texelFetch(uTwo, ivec2(x, at.y) * uStep, 0).g;
    sums += vec4(a, b, a * a, b * b);
    product.x += a * b;
  }
  sums /= float(2 * uHalf + 1);
  product /= float(2 * uHalf + 1);
}`;

export const GAIN = `${HEAD}
uniform sampler2D uSums, uProduct, uShare;
uniform int uHalf;
out vec4 gain;
void main() {
  ivec2 at = ivec2(gl_FragCoord.xy), size = textureSize(uSums, 0);
  vec4 mean = vec4(0);
  float product = 0.0;
  for (int k = -uHalf; k <= uHalf; k++) {
    int y = abs(at.y + k);
    y = clamp(y >= size.y ? 2 * size.y - 2 - y : y, 0, size.y - 1);
    mean += texelFetch(uSums, ivec2(at.x, y), 0);
    product += texelFetch(uProduct, ivec2(at.x, y), 0).x;
  }
  mean /= float(2 * uHalf + 1);
  product /= float(2 * uHalf + 1);
  float one = mean.z - mean.x * mean.x, two = mean.w - mean.y * mean.y;
  float apart = one + two - 2.0 * (product - mean.x * mean.y);
  float share = texture(uShare, gl_FragCoord.xy / vec2(size)).x;
  float whole = (1.0 - share) * one + share * two + ${float(FLOOR / 65025)};
  float kept = whole - share * (1.0 - share) * apart;
  const float most = ${float(STRONGEST ** 2)};
  gain = vec4(sqrt(min(whole / max(kept, whole / most), most)), 0, 0, 1);
}`;

// The blend without its detail, some 64 pixels wide: the mean of each pixel's part of the photo.
export const COARSE = `${HEAD}
uniform sampler2D uOne, uTwo, uShare;
uniform vec2 uSize;
out vec4 colour;
void main() {
  ivec2 full = textureSize(uOne, 0);
  vec2 start = floor(gl_FragCoord.xy) / uSize * vec2(full);
  vec2 end = start + vec2(full) / uSize;
  vec3 one = vec3(0), two = vec3(0);
  float sum = 0.0;
  for (int y = int(start.y); float(y) < end.y; y++) for (int x = int(start.x); float(x) < end.x; x++) {
    vec2 inside = min(vec2(x, y) + 1.0, end) - max(vec2(x, y), start);
    float weight = inside.x * inside.y;
    ivec2 at = min(ivec2(x, y), full - 1);
    one += weight * texelFetch(uOne, at, 0).rgb;
    two += weight * texelFetch(uTwo, at, 0).rgb;
    sum += weight;
  }
  float share = 0.0;
  for (int y = 0; y < 4; y++) for (int x = 0; x < 4; x++) {
    share += texture(uShare, (floor(gl_FragCoord.xy) + (vec2(x, y) + 0.5) / 4.0) / uSize).x / 16.0;
  }
  colour = vec4(mix(one, two, share) / sum, 1);
}`;

// Both phases in one, with as much detail as they have: blend() in blending.py.
export const BLEND = `${HEAD}
uniform sampler2D uOne, uTwo, uShare, uGain, uCoarse, uEdge;
uniform bool uFlip;
out vec4 colour;
vec3 around(vec2 place) {            // the mean of 3x3 of the coarse blend, between its pixels
  vec2 size = vec2(textureSize(uCoarse, 0));
  vec3 sum = vec3(0);
  for (int y = -1; y <= 1; y++) for (int x = -1; x <= 1; x++) {
    sum += texture(uCoarse, place + vec2(x, y) / size).rgb;
  }
  return sum / 9.0;
}
void main() {
  ivec2 size = textureSize(uOne, 0), at = ivec2(gl_FragCoord.xy);
  if (uFlip) at.y = size.y - 1 - at.y;
  vec2 place = (vec2(at) + 0.5) / vec2(size);
  vec3 one = texelFetch(uOne, at, 0).rgb, two = texelFetch(uTwo, at, 0).rgb;
  vec3 mixed = mix(one, two, texture(uShare, place).x);
  float more = (texture(uGain, place).x - 1.0) * texelFetch(uEdge, at, 0).r;
  mixed += more * (mixed - around(place));
  colour = vec4(clamp(mixed, 0.0, 1.0), 1);
}`;
