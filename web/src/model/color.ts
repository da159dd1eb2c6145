import type { Team } from './types';

/** A colour in OKLCH: lightness 0 to 1, chroma, hue in radians. */
interface Lch {
  l: number;
  c: number;
  h: number;
}
type Rgb = [number, number, number];

const toLinear = (v: number): number => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
const toGamma = (v: number): number => (v <= 0.0031308 ? v * 12.92 : 1.055 * v ** (1 / 2.4) - 0.055);

/** Reads `#rgb` or `#rrggbb`; `null` for anything else. */
export function parseHex(hex: string | null | undefined): Rgb | null {
  const m = /^#?([0-9a-f]{3}|[0-9a-f]{6})$/i.exec((hex ?? '').trim());
  if (!m) return null;
  const digits = m[1]!.length === 3 ? [...m[1]!].map((d) => d + d).join('') : m[1]!;
  const n = Number.parseInt(digits, 16);
  return [(n >> 16) / 255, ((n >> 8) & 255) / 255, (n & 255) / 255];
}

const toHex = (rgb: Rgb): string =>
  `#${rgb
    .map((v) =>
      Math.round(Math.min(1, Math.max(0, v)) * 255)
        .toString(16)
        .padStart(2, '0'),
    )
    .join('')}`;

// Matrices of Björn Ottosson's OKLab.
function toLch(rgb: Rgb): Lch {
  const [r, g, b] = rgb.map(toLinear) as Rgb;
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  const A = 1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s;
  const B = 0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s;
  return {
    l: 0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    c: Math.hypot(A, B),
    h: Math.atan2(B, A),
  };
}

function toRgb({ l: L, c, h }: Lch): Rgb {
  const a = c * Math.cos(h);
  const b = c * Math.sin(h);
  const l = (L + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (L - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (L - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ].map((v) => toGamma(Math.max(0, v))) as Rgb;
}

/** The colour in sRGB, with as much of its chroma as sRGB can hold. */
function inGamut(color: Lch): Rgb {
  let { c } = color;
  for (let i = 0; i < 24; i++) {
    const rgb = toRgb({ ...color, c });
    if (rgb.every((v) => v >= -0.001 && v <= 1.001)) return rgb;
    c *= 0.9;
  }
  return toRgb({ ...color, c: 0 });
}

function luminance(rgb: Rgb): number {
  const [r, g, b] = rgb.map((v) => toLinear(Math.min(1, Math.max(0, v)))) as Rgb;
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function ratio(a: Rgb, b: Rgb): number {
  const [x, y] = [luminance(a), luminance(b)];
  return (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05);
}

/** WCAG contrast of two hex colours, 1 to 21. */
export function contrast(a: string, b: string): number {
  return ratio(parseHex(a) ?? [0, 0, 0], parseHex(b) ?? [0, 0, 0]);
}

/** Lightness alone does not tell two teams apart: black and bottle green are both just dark. */
const LIGHTNESS_WEIGHT = 0.3;

/** How different two teams' colours look: distance in OKLab, with lightness counting less than hue. */
export function distance(a: string, b: string): number {
  const [p, q] = [toLch(parseHex(a) ?? [0, 0, 0]), toLch(parseHex(b) ?? [0, 0, 0])];
  return Math.hypot(
    LIGHTNESS_WEIGHT * (p.l - q.l),
    p.c * Math.cos(p.h) - q.c * Math.cos(q.h),
    p.c * Math.sin(p.h) - q.c * Math.sin(q.h),
  );
}

/** Moves the lightness of `hex` away from the ground, as little as needed, until the contrast is `min`. */
export function readable(hex: string, ground: string, min: number): string {
  const color = parseHex(hex) ?? [0.5, 0.5, 0.5];
  const base = parseHex(ground) ?? [0, 0, 0];
  if (ratio(color, base) >= min) return toHex(color);
  const lch = toLch(color);
  const step = luminance(base) < 0.18 ? 0.01 : -0.01;
  for (let l = lch.l; l >= 0 && l <= 1; l += step) {
    // Judged as written: rounding to eight bits can cost the last hundredth.
    const tried = toHex(inGamut({ ...lch, l }));
    if (contrast(tried, ground) >= min) return tried;
  }
  return step > 0 ? '#ffffff' : '#000000';
}

/** A team's colour in the three strengths in which it is used on one ground. */
export interface TeamColor {
  /** For areas and marks: at least 3:1 with the ground. */
  fill: string;
  /** For text on the ground: at least 4.5:1. */
  text: string;
  /** Text on top of `fill`. */
  on: string;
}
export interface GameColors {
  home: TeamColor;
  away: TeamColor;
}

const FALLBACK_HOME = '#3b82c4';
const FALLBACK_AWAY = '#d9722e';
/** Apart at a glance, and apart at all. */
const APART = 0.1;
const BARELY = 0.07;

/** Whites are dimmed on a dark ground: no team should outshine the others, or the text. */
const DIMMEST_WHITE = 0.84;

function calm(hex: string, ground: string): string {
  const rgb = parseHex(hex);
  if (!rgb || luminance(parseHex(ground) ?? [0, 0, 0]) > 0.18) return hex;
  const lch = toLch(rgb);
  return lch.l > DIMMEST_WHITE && lch.c < 0.06 ? toHex(inGamut({ ...lch, l: DIMMEST_WHITE })) : hex;
}

function strengths(hex: string, ground: string): TeamColor {
  const fill = readable(calm(hex, ground), ground, 3);
  const on = contrast(fill, '#ffffff') >= 4.5 ? '#ffffff' : '#0b0d10';
  return {
    fill,
    text: readable(fill, ground, 4.6),
    on: contrast(fill, on) >= 4.5 ? on : contrast(fill, '#000000') >= 4.5 ? '#000000' : '#ffffff',
  };
}

/** The same hue, as much lighter or darker as it takes to stand apart from `other`. */
function shifted(hex: string, other: string, ground: string): TeamColor | null {
  const lch = toLch(parseHex(hex) ?? [0.5, 0.5, 0.5]);
  for (const by of [0.15, -0.15, 0.25, -0.25, 0.35, -0.35, 0.45]) {
    const l = lch.l + by;
    if (l < 0.05 || l > 0.95) continue;
    const tried = strengths(toHex(inGamut({ ...lch, l, c: Math.max(lch.c, 0.06) })), ground);
    if (distance(tried.fill, other) >= BARELY) return tried;
  }
  return null;
}

/**
 * Colours for both sides on one ground, apart from the ground and from each other. Home keeps its own
 * colour. The visitors take the first of theirs that differs at a glance, else the one that differs most,
 * else a lighter or darker shade of their own; a colour that is nobody's only where they have none.
 */
export function gameColors(home: Team | null, away: Team | null, ground: string): GameColors {
  const known = (team: Team | null): string[] =>
    [team?.color, team?.alt_color].filter((c): c is string => parseHex(c) !== null);
  const ours = strengths(known(home)[0] ?? FALLBACK_HOME, ground);
  const own = known(away);
  const candidates = (own.length ? own : [FALLBACK_AWAY, FALLBACK_HOME]).map((c) => strengths(c, ground));
  const apart = (c: TeamColor): number => distance(c.fill, ours.fill);
  const best = candidates.slice().sort((a, b) => apart(b) - apart(a))[0]!;
  const theirs =
    candidates.find((c) => apart(c) >= APART) ??
    (apart(best) >= BARELY ? best : shifted(own[0] ?? FALLBACK_AWAY, ours.fill, ground)) ??
    strengths(FALLBACK_AWAY, ground);
  return { home: ours, away: theirs };
}

/** The colour with an alpha, for a wash. */
export function alpha(hex: string, a: number): string {
  const rgb = parseHex(hex) ?? [0.5, 0.5, 0.5];
  return `rgba(${rgb.map((v) => Math.round(v * 255)).join(',')},${a})`;
}
