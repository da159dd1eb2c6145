import { html } from 'lit';
import { type GameColors, gameColors } from '../model/color';
import type { Team } from '../model/types';

/** The ground of every panel; the tokens of the pages do not reach into a renderer. */
export const SURFACE = '#10141a';

export const colors = (home: Team | null, away: Team | null): GameColors => gameColors(home, away, SURFACE);

/** Tokens and the common panel. Sizes are pixels of a 1920 by 1080 stage; 96 and 54 are the 5 % safe area. */
export const look = html`<style>
  :host {
    --surface: ${SURFACE};
    --raised: #1c222b;
    --line: #2d3440;
    --mark: #6a7585;
    --text: #f3f5f7;
    --muted: #aab3c0;
    --font:
      'Inter', 'SF Pro Text', 'Segoe UI Variable', 'Segoe UI', Roboto, 'Helvetica Neue', 'Noto Sans',
      'Liberation Sans', Arial, sans-serif;
    font-family: var(--font);
    font-variant-numeric: tabular-nums;
    color: var(--text);
    direction: ltr;
  }
  * {
    box-sizing: border-box;
  }
  .panel {
    position: absolute;
    visibility: hidden;
    background: ${SURFACE}f2;
    border-radius: 8px;
    overflow: hidden;
    box-shadow: 0 2px 24px rgba(0, 0, 0, 0.45);
    will-change: transform, opacity;
  }
  .small {
    font-size: 22px;
    color: var(--muted);
  }
  .unit {
    font-size: 0.55em;
    font-weight: 400;
    margin-left: 0.1em;
  }
</style>`;
