import { css, html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import type { MomentFact } from '../../model/crowd';
import { momentName, momentTitle, senseName } from '../../model/crowd-words';
import { integer, percent, since, timeOfDay } from '../../model/format';
import type { GameInfo } from '../../model/types';
import { abbrs } from '../../model/words';
import { Ground } from '../ground';
import { shared } from '../shared';
import { momentShape } from './shapes';

/** Moments shown until all are asked for. */
const SHOWN = 10;

/** A moment was picked, or let go (`null`). */
export interface MomentSelect {
  number: number | null;
}

/** Moments, newest first. One of which more is learned changes where it stands. */
export class MomentList extends LitElement {
  @property({ attribute: false }) moments: MomentFact[] = [];
  @property({ attribute: false }) info: GameInfo | null = null;
  @property({ type: Number }) selected: number | null = null;
  /** The crowd's own time, in milliseconds. */
  @property({ type: Number }) now = 0;
  @state() private said = '';
  @state() private all = false;
  private known: number | null = null;
  private readonly ground = new Ground(this);

  static override styles = [
    shared,
    css`
      ol {
        list-style: none;
        margin: 6px -8px 0;
        padding: 0;
      }
      li button {
        width: 100%;
        min-height: 44px;
        display: grid;
        grid-template-columns: auto minmax(0, 1fr) auto;
        gap: 0 10px;
        align-items: start;
        text-align: start;
        border-color: transparent;
        padding: 6px 8px;
        font-size: var(--s2);
      }
      button[aria-pressed='true'] {
        background: var(--raised);
        border-color: var(--mark);
      }
      .shape {
        width: 12px;
        height: 12px;
        margin-block-start: 4px;
      }
      .told,
      .when {
        display: block;
        font-size: var(--s1);
        color: var(--muted);
      }
      .who {
        font-weight: 600;
      }
      .much {
        text-align: end;
        font-weight: 700;
        white-space: nowrap;
      }
      .much .when {
        font-weight: 400;
      }
      .on {
        color: var(--text);
        font-weight: 600;
      }
      .none {
        color: var(--muted);
        padding-block: 12px;
      }
    `,
  ];

  override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has('moments')) return;
    const latest = this.moments.at(-1);
    const number = latest?.number ?? 0;
    // What was there at first is not read out; nor is what is learned later of a moment that was.
    if (this.known !== null && latest && number > this.known) {
      this.said = momentTitle(latest, abbrs(this.info));
    }
    this.known = Math.max(this.known ?? 0, number);
  }

  override render(): TemplateResult {
    const latest = this.moments.slice().reverse();
    return html`<h2 class="head">Moments</h2>
      <div class="vh" aria-live="polite">${this.said}</div>
      ${
        this.moments.length === 0
          ? html`<p class="none">None yet: nothing has stirred people far beyond their usual.</p>`
          : html`<ol>
              ${repeat(
                this.all ? latest : latest.slice(0, SHOWN),
                (m) => m.number,
                (m) => this.moment(m),
              )}
            </ol>`
      }
      ${
        latest.length > SHOWN
          ? html`<button
              class="more"
              aria-expanded=${this.all}
              @click=${() => {
                this.all = !this.all;
              }}
            >
              <bdi dir="ltr">${this.all ? 'Show fewer' : `Show all ${integer(latest.length)}`}</bdi>
            </button>`
          : nothing
      }`;
  }

  private moment(m: MomentFact): TemplateResult {
    const names = abbrs(this.info);
    const colors = this.ground.teams(this.info?.home ?? null, this.info?.away ?? null);
    const onset_ms = m.onset / 1000;
    const color = m.side ? colors[m.side].text : 'var(--muted)';
    const ago = since(this.now - onset_ms);
    const senses = m.senses.map((s) => senseName(s).toLowerCase()).join(', ');
    const told = senses ? `Told by ${senses}` : 'Told by no sense alone';
    return html`<li>
      <button
        data-number=${m.number}
        aria-pressed=${m.number === this.selected}
        @click=${() => this.pick(m.number === this.selected ? null : m.number)}
      >
        <span style="color:${color}">${momentShape(m.kind)}</span>
        <span>
          <bdi dir="ltr"
            ><b>${momentName(m.kind)}</b>
            ${m.side ? html`<span class="who" style="color:${color}">${names[m.side]}</span>` : nothing}
            ${m.player ?? ''}</bdi
          >
          <span class="told"
            ><bdi dir="ltr"
              >${told} ·
              <span title="How sure it is that something happened">${percent(m.confidence)} sure</span></bdi
            ></span
          >
        </span>
        <span class="much"
          ><span class="vh">Intensity </span>${integer(m.intensity)}
          <span class="when" title=${timeOfDay(onset_ms, true)}
            ><bdi dir="ltr"
              >${m.ended ? `${ago} ago` : html`<span class="on">lasts</span>, ${ago}`}</bdi
            ></span
          ></span
        >
      </button>
    </li>`;
  }

  private pick(number: number | null): void {
    this.dispatchEvent(
      new CustomEvent<MomentSelect>('moment-select', { detail: { number }, bubbles: true, composed: true }),
    );
  }
}

customElements.define('moment-list', MomentList);
