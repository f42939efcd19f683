// The shaders of what is computed for each frame.

import { CUBIC, float, HEAD } from "./glsl.js";
import { COMPACT, FLOOR, LEAST, STRONGEST } from "./numbers.js";

// A moment of a path, between two of its layers: at has both and the second one's share.
const MOMENT = `
uniform sampler2DArray uPath;
vec2 moment(vec2 place, vec3 at) {
  return mix(texture(uPath, vec3(place, at.x)).xy, texture(uPath, vec3(place, at.y)).xy, at.z);
}`;

// The light that is added to what both phases bring: change() in shading.py, weighted.
export const LIGHT = `${HEAD}
uniform sampler2DArray uPath;
uniform sampler2D uKinds;            // how much of sky and of water each pixel is
uniform vec3 uAt, uOther;
uniform float uWeight;
uniform vec3 uFactors[20];           // ten of the sky, then ten of water
uniform vec2 uSize;
out vec4 light;
vec2 fetch(ivec2 at, vec3 when) {
  return mix(texelFetch(uPath, ivec3(at, int(when.x)), 0).xy,
             texelFetch(uPath, ivec3(at, int(when.y)), 0).xy, when.z);
}
vec2 mean(vec3 when) {               // of a pixel's part of the displacement
  ivec2 full = textureSize(uPath, 0).xy;
  vec2 start = floor(gl_FragCoord.xy) / uSize * vec2(full), end = start + vec2(full) / uSize;
  vec2 sum = vec2(0);
  float total = 0.0;
  for (int y = int(start.y); float(y) < end.y - 1e-3; y++) {
    for (int x = int(start.x); float(x) < end.x - 1e-3; x++) {
      vec2 inside = min(vec2(x, y) + 1.0, end) - max(vec2(x, y), start);
      sum += inside.x * inside.y * fetch(min(ivec2(x, y), full - 1), when);
      total += inside.x * inside.y;
    }
  }
  return sum / total;
}
vec3 colours(vec2 place) {
  vec2 kinds = texelFetch(uKinds, ivec2(gl_FragCoord.xy), 0).xy;
  float x = 2.0 * place.x - 1.0, y = 2.0 * place.y - 1.0;
  float powers[10] = float[10](1.0, y, y * y, y * y * y, x, x * y, x * y * y, x * x, x * x * y,
                               x * x * x);
  vec3 sum = vec3(0);
  for (int k = 0; k < 10; k++) {
    sum += powers[k] * (kinds.x * uFactors[k] + kinds.y * uFactors[k + 10]);
  }
  return sum;
}
void main() {
  vec2 place = gl_FragCoord.xy / uSize;
  vec3 there = (1.0 - uWeight) * colours(clamp(place + mean(uAt), 0.0, 1.0));
  if (uWeight > 0.0) there += uWeight * colours(clamp(place + mean(uOther), 0.0, 1.0));
  light = vec4(colours(place) - there, 0);
}`;

// What both phases bring of one colour, and how much of the second each pixel shows:
// share_of_second() in blending.py.
export const PICK = `${HEAD}
uniform sampler2DArray uPath;
uniform sampler2D uPhoto;
uniform vec3 uAt, uOther;
uniform float uWeight;
out vec4 picked;
vec2 fetch(ivec2 at, vec3 when) {
  return mix(texelFetch(uPath, ivec3(at, int(when.x)), 0).xy,
             texelFetch(uPath, ivec3(at, int(when.y)), 0).xy, when.z);
}
float rise(float x) { x = clamp(x, 0.0, 1.0); return x * x * (3.0 - 2.0 * x); }
float trust(vec3 when) {
  ivec2 at = ivec2(gl_FragCoord.xy), size = textureSize(uPath, 0).xy;
  ivec2 low = max(at - 1, ivec2(0)), high = min(at + 1, size - 1);
  vec2 dx = vec2(size) * (fetch(ivec2(high.x, at.y), when) - fetch(ivec2(low.x, at.y), when))
            / float(max(high.x - low.x, 1));
  vec2 dy = vec2(size) * (fetch(ivec2(at.x, high.y), when) - fetch(ivec2(at.x, low.y), when))
            / float(max(high.y - low.y, 1));
  float area = (1.0 + dx.x) * (1.0 + dy.y) - dy.x * dx.y;
  return max(rise(area / ${float(COMPACT)}), ${float(LEAST)});
}
float shown(vec3 when) {
  ivec2 size = textureSize(uPhoto, 0);
  vec2 place = gl_FragCoord.xy / vec2(textureSize(uPath, 0).xy) + fetch(ivec2(gl_FragCoord.xy), when);
  return texelFetch(uPhoto, clamp(ivec2(floor(place * vec2(size))), ivec2(0), size - 1), 0).g;
}
void main() {
  float one = (1.0 - uWeight) * trust(uAt), other = uWeight * trust(uOther);
  picked = vec4(shown(uAt), shown(uOther), other / (one + other), 1);
}`;

// Means along rows, then down columns, of what the gain of detail needs: _gain() in blending.py.
export const ROWS = `${HEAD}
uniform sampler2D uPicked;
uniform int uHalf;
layout(location = 0) out vec4 sums;
layout(location = 1) out vec4 product;
void main() {
  ivec2 at = ivec2(gl_FragCoord.xy);
  int last = textureSize(uPicked, 0).x - 1;
  sums = vec4(0);
  product = vec4(0);
  for (int k = -uHalf; k <= uHalf; k++) {
    int x = abs(at.x + k);
    x = clamp(x > last ? 2 * last - x : x, 0, last);
    vec2 v = texelFetch(uPicked, ivec2(x, at.y), 0).xy;
    sums += vec4(v, v * v);
    product.x += v.x * v.y;
  }
  sums /= float(2 * uHalf + 1);
  product /= float(2 * uHalf + 1);
}`;

// What both phases are multiplied by, and what is added: mix() in blending.py.
export const MIX = `${HEAD}
uniform sampler2D uSums, uProduct, uPicked, uMean, uLight;
uniform sampler2DArray uPath;
uniform int uHalf;
uniform vec3 uAt, uOther;
layout(location = 0) out vec4 weights;
layout(location = 1) out vec4 added;
vec3 near(vec3 when) {
  ivec2 at = ivec2(gl_FragCoord.xy);
  vec2 move = mix(texelFetch(uPath, ivec3(at, int(when.x)), 0).xy,
                  texelFetch(uPath, ivec3(at, int(when.y)), 0).xy, when.z);
  return texture(uMean, gl_FragCoord.xy / vec2(textureSize(uPath, 0).xy) + move).rgb;
}
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
  float share = texelFetch(uPicked, at, 0).z;
  float whole = (1.0 - share) * one + share * two + ${float(FLOOR / 65025)};
  float kept = whole - share * (1.0 - share) * apart;
  float gain = sqrt(whole / clamp(kept, whole / ${float(STRONGEST ** 2)}, whole));
  weights = vec4(gain * (1.0 - share), gain * share, 0, 1);
  vec3 detail = (1.0 - gain) * mix(near(uAt), near(uOther), share);
  added = vec4(detail + texture(uLight, gl_FragCoord.xy / vec2(size)).rgb, 1);
}`;

// A frame: the photo, moved by one phase or two, mixed, where it moves.
export const FRAME = `${HEAD}${CUBIC}${MOMENT}
uniform sampler2D uPhoto, uSource, uEdge, uWeights, uAdded;
uniform vec3 uAt, uOther;
uniform bool uTwo, uFlip;
out vec4 colour;
vec3 shot(ivec2 at, vec2 place, vec3 when) {
  ivec2 size = textureSize(uPhoto, 0), last = textureSize(uSource, 0) - 1;
  float times = float((last.x + 1) / size.x);
  vec2 from = times * (vec2(at) + moment(place, when) * vec2(size));
  ivec2 corner = ivec2(floor(from));
  vec4 across = cubic(fract(from.x)), down = cubic(fract(from.y));
  vec3 sum = vec3(0);
  for (int y = 0; y < 4; y++) for (int x = 0; x < 4; x++) {
    sum += across[x] * down[y]
           * texelFetch(uSource, clamp(corner + ivec2(x, y) - 1, ivec2(0), last), 0).rgb;
  }
  return clamp(sum, 0.0, 1.0);
}
void main() {
  ivec2 size = textureSize(uPhoto, 0), at = ivec2(gl_FragCoord.xy);
  if (uFlip) at.y = size.y - 1 - at.y;
  if (texelFetch(uEdge, at, 0).r == 0.0) { colour = texelFetch(uPhoto, at, 0); return; }
  vec2 place = (vec2(at) + 0.5) / vec2(size);
  vec3 mixed = shot(at, place, uAt);
  if (uTwo) {
    vec2 weights = texture(uWeights, place).xy;
    mixed = weights.x * mixed + weights.y * shot(at, place, uOther);
  }
  colour = vec4(clamp(mixed + texture(uAdded, place).rgb, 0.0, 1.0), 1);
}`;
