import { svg, type TemplateResult } from 'lit';
import type { GameColors } from '../model/color';

const WIDTH = 100;
const HEIGHT = 40;
let instances = 0;

/** A small line of win probability around 50 %, for a tile; the colours are those of the chart. */
export function spark(trail: readonly number[], colors: GameColors, key = ++instances): TemplateResult {
  const values = trail.length > 1 ? trail : [trail[0] ?? 0.5, trail[0] ?? 0.5];
  const step = WIDTH / (values.length - 1);
  const points = values.map((v, i) => `${(i * step).toFixed(1)} ${((1 - v) * HEIGHT).toFixed(1)}`);
  const curve = `M${points.join('L')}`;
  const middle = HEIGHT / 2;
  const wash = `${curve}V${middle}H0z`;
  return svg`<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" aria-hidden="true" class="spark">
    <clipPath id="sp${key}h"><rect width=${WIDTH} height=${middle}></rect></clipPath>
    <clipPath id="sp${key}a"><rect y=${middle} width=${WIDTH} height=${middle}></rect></clipPath>
    <path d=${wash} fill=${colors.home.fill} clip-path="url(#sp${key}h)"></path>
    <path d=${wash} fill=${colors.away.fill} clip-path="url(#sp${key}a)"></path>
    <path d="M0 ${middle}H${WIDTH}" stroke="var(--mark)" stroke-width="1" vector-effect="non-scaling-stroke"></path>
    <path d=${curve} fill="none" stroke="var(--text)" stroke-width="1.5" vector-effect="non-scaling-stroke"></path>
  </svg>`;
}
