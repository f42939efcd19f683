// numpy.random.default_rng((seed, other)): PCG64 seeded by a SeedSequence, so that a seed draws here
// what it draws in Python.
//
// References: O'Neill 2014, PCG, https://www.pcg-random.org; O'Neill 2015, "Developing a seed_seq
// alternative"; Doornik 2005, "An improved ziggurat method to generate normal random samples".

const U64 = (1n << 64n) - 1n;
const U128 = (1n << 128n) - 1n;
const MULTIPLIER = 0x2360ed051fc65da44385df649fccf645n;

// Eight words of 32 bits that stand for some whole numbers from 0 (BigInt).
export function seedWords(numbers) {
  const entropy = numbers.flatMap(words);
  let constant = 0x43b0d7e5;
  const hashed = (value) => {
    let word = value ^ constant;
    constant = Math.imul(constant, 0x931e8875);
    word = Math.imul(word, constant);
    return (word ^ (word >>> 16)) >>> 0;
  };
  const mixed = (x, y) => {
    const word = (Math.imul(0xca01f9dd, x) - Math.imul(0x4973f715, y)) >>> 0;
    return (word ^ (word >>> 16)) >>> 0;
  };
  const pool = [0, 1, 2, 3].map((i) => hashed(entropy[i] ?? 0));
  for (let from = 0; from < 4; from++) {
    for (let to = 0; to < 4; to++) if (from !== to) pool[to] = mixed(pool[to], hashed(pool[from]));
  }
  for (const word of entropy.slice(4)) {
    for (let to = 0; to < 4; to++) pool[to] = mixed(pool[to], hashed(word));
  }
  return drawn(pool);
}

function words(number) {
  const found = [];
  for (let rest = number; rest > 0n || !found.length; rest >>= 32n) {
    found.push(Number(rest & 0xffffffffn));
  }
  return found;
}

function drawn(pool) {
  let constant = 0x8b51f9dd;
  return Array.from({ length: 8 }, (_, i) => {
    let word = pool[i % 4] ^ constant;
    constant = Math.imul(constant, 0x58f38ded);
    word = Math.imul(word, constant);
    return (word ^ (word >>> 16)) >>> 0;
  });
}

export class Generator {
  // numbers: whole numbers from 0, as BigInt.
  constructor(...numbers) {
    const state = seedWords(numbers).map(BigInt);
    const pair = (i) => state[i] | (state[i + 1] << 32n);
    this.increment = ((((pair(4) << 64n) | pair(6)) << 1n) | 1n) & U128;
    this.state = this.increment;                       // a step from 0
    this.state = (this.state + ((pair(0) << 64n) | pair(2))) & U128;
    this.step();
  }

  step() {
    this.state = (this.state * MULTIPLIER + this.increment) & U128;
  }

  whole() {
    this.step();
    const word = ((this.state >> 64n) ^ this.state) & U64;
    const turn = this.state >> 122n;
    return ((word >> turn) | (word << ((64n - turn) & 63n))) & U64;
  }

  // In [0, 1).
  uniform() {
    return Number(this.whole() >> 11n) / 2 ** 53;
  }

  normal() {
    for (;;) {
      const word = this.whole();
      const layer = Number(word & 255n);
      const sign = word & 256n ? -1 : 1;
      const place = Number((word >> 9n) & 0xfffffffffffffn) / 2 ** 52;
      const x = place * EDGES[layer];
      if (x < INNER[layer]) return sign * x;
      if (!layer) return this.tail(word);
      const height = HEIGHTS[layer - 1] - HEIGHTS[layer];
      if (height * this.uniform() + HEIGHTS[layer] < Math.exp(-0.5 * x * x)) return sign * x;
    }
  }

  tail(word) {
    for (;;) {
      const x = -Math.log1p(-this.uniform()) / RIGHT;
      const y = -Math.log1p(-this.uniform());
      if (y + y > x * x) return (word >> 17n) & 1n ? -(RIGHT + x) : RIGHT + x;
    }
  }
}

// 256 layers of one area under exp(-x^2 / 2): the last one's edge, the area, and from these all.
const RIGHT = 3.6541528853610088;
const AREA = 0.00492867323399;
const EDGES = new Float64Array(256);
const HEIGHTS = new Float64Array(256);
const INNER = new Float64Array(256);                   // below it a layer is under the curve
EDGES[255] = RIGHT;
HEIGHTS[255] = Math.exp(-0.5 * RIGHT * RIGHT);
for (let i = 254; i > 0; i--) {
  HEIGHTS[i] = AREA / EDGES[i + 1] + HEIGHTS[i + 1];
  EDGES[i] = Math.sqrt(-2 * Math.log(HEIGHTS[i]));
}
HEIGHTS[0] = 1;
EDGES[0] = AREA / HEIGHTS[255];
INNER[0] = RIGHT;
for (let i = 1; i < 256; i++) INNER[i] = i > 1 ? EDGES[i - 1] : 0;
