import { html, svg, type SVGTemplateResult, type TemplateResult } from 'lit';
import type { Hearing } from '../../model/crowd';

const dot = svg`<circle cx="6" cy="6" r="5"></circle>`;

/** A shape a kind of moment, on a grid of 12, filled with the colour of the text around it. */
const MOMENTS: Record<string, SVGTemplateResult> = {
  score: dot,
  near_miss: svg`<circle cx="6" cy="6" r="4" fill="none" stroke="currentColor" stroke-width="2"></circle>`,
  big_play: svg`<path d="M6 0l6 6-6 6-6-6z"></path>`,
  turnover: svg`<path d="M1.5 1.5l9 9M10.5 1.5l-9 9" stroke="currentColor" stroke-width="3"></path>`,
  foul: svg`<path d="M2 1h8v10H2z"></path>`,
  injury: svg`<path d="M4 0h4v4h4v4H8v4H4V8H0V4h4z"></path>`,
  crowd: svg`<path d="M6 0l6 11H0z"></path>`,
};

export const momentShape = (kind: string): TemplateResult =>
  html`<svg class="shape" viewBox="0 0 12 12" aria-hidden="true" fill="currentColor">
    ${MOMENTS[kind] ?? dot}
  </svg>`;

/** Heard, stale or missing: full, half, and an empty ring of dashes. */
const HEARINGS: Record<Hearing, SVGTemplateResult> = {
  heard: dot,
  stale: svg`<path d="M6 1a5 5 0 0 1 0 10z"></path>
    <circle cx="6" cy="6" r="4.5" fill="none" stroke="currentColor"></circle>`,
  missing: svg`<circle cx="6" cy="6" r="4.5" fill="none" stroke="currentColor" stroke-dasharray="2 2"></circle>`,
};

export const hearingShape = (hearing: Hearing): TemplateResult =>
  html`<svg class="shape" viewBox="0 0 12 12" aria-hidden="true" fill="currentColor">
    ${HEARINGS[hearing]}
  </svg>`;
