import { svg, type TemplateResult } from 'lit';
import type { GameColors } from '../model/color';

const WIDTH = 100;
const HEIGHT = 40;

/**
 * The washes of a win probability chart: each team's colour, full at its own end and lighter towards 50 %,
 * so that a small lead is quiet and a large one is not.
 */
export function washes(id: string, colors: GameColors, top: number, bottom: number): TemplateResult {
  const middle = (top + bottom) / 2;
  const stops = (color: string) => svg`<stop offset="0" stop-color=${color}></stop>
    <stop offset="1" stop-color=${color} stop-opacity="0.5"></stop>`;
  return svg`<linearGradient id="${id}-gh" gradientUnits="userSpaceOnUse" x1="0" x2="0" y1=${top} y2=${middle}>${stops(colors.home.fill)}</linearGradient>
    <linearGradient id="${id}-ga" gradientUnits="userSpaceOnUse" x1="0" x2="0" y1=${bottom} y2=${middle}>${stops(colors.away.fill)}</linearGradient>`;
}

/** A small line of win probability around 50 %, for a tile; `key` is unique within the tile's root. */
export function spark(trail: readonly number[], colors: GameColors, key: string): TemplateResult {
  const values = trail.length > 1 ? trail : [trail[0] ?? 0.5, trail[0] ?? 0.5];
  const step = WIDTH / (values.length - 1);
  const points = values.map((v, i) => `${(i * step).toFixed(1)} ${((1 - v) * HEIGHT).toFixed(1)}`);
  const curve = `M${points.join('L')}`;
  const middle = HEIGHT / 2;
  const wash = `${curve}V${middle}H0z`;
  return svg`<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" aria-hidden="true" class="spark">
    ${washes(key, colors, 0, HEIGHT)}
    <clipPath id="${key}-h"><rect width=${WIDTH} height=${middle}></rect></clipPath>
    <clipPath id="${key}-a"><rect y=${middle} width=${WIDTH} height=${middle}></rect></clipPath>
    <path d=${wash} fill="url(#${key}-gh)" clip-path="url(#${key}-h)"></path>
    <path d=${wash} fill="url(#${key}-ga)" clip-path="url(#${key}-a)"></path>
    <path d="M0 ${middle}H${WIDTH}" stroke="var(--mark)" stroke-width="1" vector-effect="non-scaling-stroke"></path>
    <path d=${curve} fill="none" stroke="var(--text)" stroke-width="1.5" vector-effect="non-scaling-stroke" stroke-linejoin="round"></path>
  </svg>`;
}
