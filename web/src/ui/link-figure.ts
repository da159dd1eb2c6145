import { css, html, LitElement, type TemplateResult } from 'lit';
import { property } from 'lit/decorators.js';
import { age } from '../model/format';
import type { Link } from '../net/connection';
import { shared } from './shared';

export type Shown = 'live' | 'stale' | 'late' | 'failed';

/** A delay over this is called late: what is seen should be under two seconds old. */
const LATE_MS = 2000;
/** Silence that is only the pause between two signs of life. */
const PAUSE_MS = 2600;

/** What a link amounts to for a viewer: one of four states, a word, and how old what they see is. */
export function judge(link: Link, now: number): { state: Shown; word: string; age_ms: number | null } {
  const silent = link.heard_at === null ? null : Math.max(0, now - link.heard_at);
  const age_ms = silent === null ? null : (link.delay_ms ?? 0) + Math.max(0, silent - PAUSE_MS);
  switch (link.state) {
    case 'unknown':
      return { state: 'failed', word: 'No such game', age_ms: null };
    case 'offline':
      return { state: 'failed', word: 'Offline', age_ms };
    case 'connecting':
      return { state: 'stale', word: 'Connecting', age_ms: null };
    case 'stale':
      return { state: 'stale', word: 'Reconnecting', age_ms };
    default:
      return age_ms !== null && age_ms > LATE_MS
        ? { state: 'late', word: 'Late', age_ms }
        : { state: 'live', word: 'Live', age_ms };
  }
}

/** The four states: never by colour alone. */
export const SHAPES: Record<Shown, TemplateResult> = {
  live: html`<svg viewBox="0 0 10 10"><circle cx="5" cy="5" r="4.5"></circle></svg>`,
  stale: html`<svg viewBox="0 0 10 10">
    <path d="M5 .5a4.5 4.5 0 0 1 0 9z"></path>
    <circle cx="5" cy="5" r="4" fill="none" stroke="currentColor"></circle>
  </svg>`,
  late: html`<svg viewBox="0 0 10 10"><path d="M5 .5 9.8 9.5H.2z"></path></svg>`,
  failed: html`<svg viewBox="0 0 10 10">
    <path d="m1 1 8 8M9 1 1 9" stroke="currentColor" stroke-width="2.4"></path>
  </svg>`,
};

/** The small figure that is always there: whether what is seen is live, and how old it is. */
export class LinkFigure extends LitElement {
  @property({ attribute: false }) link: Link | null = null;
  /** What is seen is over: nothing of it can be old any more. */
  @property({ type: Boolean }) over = false;
  private timer = 0;

  static override styles = [
    shared,
    css`
      :host {
        display: inline-flex;
        align-items: center;
        gap: 6px;
        font-size: var(--s1);
        color: var(--muted);
        white-space: nowrap;
      }
      svg {
        width: 10px;
        height: 10px;
        fill: currentColor;
        flex: none;
      }
      .mark {
        display: inline-flex;
        align-items: center;
        gap: 5px;
        font-weight: 600;
      }
      .live {
        color: var(--live);
      }
      .stale {
        color: var(--stale);
      }
      .late {
        color: var(--late);
      }
      .failed {
        color: var(--failed);
      }
    `,
  ];

  override connectedCallback(): void {
    super.connectedCallback();
    this.timer = window.setInterval(() => this.requestUpdate(), 500);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearInterval(this.timer);
  }

  override render(): TemplateResult {
    if (!this.link) return html``;
    const { state, word, age_ms } = judge(this.link, Date.now());
    this.dataset.state = state;
    if (this.over && state === 'live') {
      return html`<span class="mark" role="status">${SHAPES.live}<span>Complete</span></span>`;
    }
    return html`<span class="mark ${state}" role="status">${SHAPES[state]}<span>${word}</span></span>
      ${age_ms === null ? '' : html`<bdi dir="ltr" title="How old what you see is">${age(age_ms)} old</bdi>`}`;
  }
}

customElements.define('link-figure', LinkFigure);

declare global {
  interface HTMLElementTagNameMap {
    'link-figure': LinkFigure;
  }
}
