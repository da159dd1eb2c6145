import { html, type TemplateResult } from 'lit';
import type { Sport } from '../model/types';

/** The ball of a sport, beside whoever has it or serves. */
export const ballOf = (sport: Sport): TemplateResult =>
  sport === 'american_football' ? icons.ball : icons.round;

/** The few signs of the pages, drawn on a grid of 16. */
export const icons = {
  ball: html`<svg class="ball" viewBox="0 0 12 12" role="img" aria-label="has the ball">
    <ellipse cx="6" cy="6" rx="5.5" ry="3.4" transform="rotate(-35 6 6)" fill="currentColor"></ellipse>
  </svg>`,
  round: html`<svg class="ball" viewBox="0 0 12 12" role="img" aria-label="has the ball">
    <circle cx="6" cy="6" r="4" fill="currentColor"></circle>
  </svg>`,
  back: html`<svg class="icon flip" viewBox="0 0 16 16" aria-hidden="true">
    <path d="M10 3 5 8l5 5" fill="none" stroke="currentColor" stroke-width="2"></path>
  </svg>`,
  eye: html`<svg class="icon" viewBox="0 0 16 16" aria-hidden="true">
    <path
      d="M1 8s2.5-4.5 7-4.5S15 8 15 8s-2.5 4.5-7 4.5S1 8 1 8z"
      fill="none"
      stroke="currentColor"
      stroke-width="1.5"
    ></path>
    <circle cx="8" cy="8" r="2" fill="currentColor"></circle>
  </svg>`,
  shut: html`<svg class="icon" viewBox="0 0 16 16" aria-hidden="true">
    <path
      d="M1 8s2.5-4.5 7-4.5S15 8 15 8s-2.5 4.5-7 4.5S1 8 1 8z M2 14 14 2"
      fill="none"
      stroke="currentColor"
      stroke-width="1.5"
    ></path>
  </svg>`,
  lock: html`<svg class="icon" viewBox="0 0 16 16" aria-hidden="true">
    <path d="M5 7V5a3 3 0 0 1 6 0v2" fill="none" stroke="currentColor" stroke-width="1.5"></path>
    <rect x="3" y="7" width="10" height="7" rx="1.5" fill="currentColor"></rect>
  </svg>`,
  theme: html`<svg class="icon" viewBox="0 0 16 16" aria-hidden="true">
    <circle cx="8" cy="8" r="6" fill="none" stroke="currentColor" stroke-width="1.5"></circle>
    <path d="M8 2a6 6 0 0 1 0 12z" fill="currentColor"></path>
  </svg>`,
};
