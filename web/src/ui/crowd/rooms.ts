import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import type { KeywordSpike, MoodFact } from '../../model/crowd';
import { volatilityWord } from '../../model/crowd-words';
import { decimal, integer, percent, since } from '../../model/format';
import { pct } from '../figures';
import { shared } from '../shared';

const FEELINGS = ['joy', 'rage', 'surprise', 'neutral'] as const;
const NAMES = { joy: 'Joy', rage: 'Rage', surprise: 'Surprise', neutral: 'Neutral' };

/** Rooms shown until all are asked for. */
const SHOWN = 6;
/** Under this confidence the shares are few people's, and are shown paler. */
const UNSURE = 0.4;
/** Under this surprise a keyword is what people write all the time: it is not worth a line that comes and goes. */
const USUAL = 0.1;
/** From this surprise on a keyword is called a spike. */
const SPIKE = 0.9;

/** What each chat room feels: four shares, told apart by pattern, since colour means a team. */
export class RoomMoods extends LitElement {
  @property({ attribute: false }) moods: MoodFact[] = [];
  /** The crowd's own time, in milliseconds. */
  @property({ type: Number }) now = 0;
  @state() private all = false;

  static override styles = [
    shared,
    css`
      .room {
        padding-block: 10px 12px;
        border-block-end: 1px solid var(--line);
      }
      .room:last-of-type {
        border: 0;
      }
      .line {
        display: flex;
        justify-content: space-between;
        align-items: baseline;
        gap: 12px;
      }
      .name {
        font-weight: 600;
        overflow-wrap: anywhere;
      }
      .rate {
        font-size: var(--s3);
        font-weight: 700;
        white-space: nowrap;
      }
      .bar {
        display: flex;
        height: 14px;
        margin-block: 6px;
        border-radius: 3px;
        border: 1px solid var(--mark);
        overflow: hidden;
      }
      .bar i {
        flex-basis: 0;
      }
      .bar i + i {
        border-inline-start: 1px solid var(--mark);
      }
      /* Solid, hatched, dotted, empty. */
      .joy {
        background: var(--text);
      }
      .rage {
        background: repeating-linear-gradient(135deg, var(--text) 0 2px, transparent 2px 5px);
      }
      .surprise {
        background: radial-gradient(circle at 2px 2px, var(--text) 1.1px, transparent 1.4px) 0 0 / 4px 4px;
      }
      .unsure .bar {
        opacity: 0.5;
      }
      .shares {
        display: flex;
        flex-wrap: wrap;
        gap: 2px 14px;
        margin: 0;
        font-size: var(--s1);
      }
      .shares div {
        display: inline-flex;
        align-items: center;
        gap: 5px;
      }
      .shares dt {
        color: var(--muted);
      }
      .shares dd {
        margin: 0;
        font-weight: 600;
        min-width: 2.6em;
      }
      .shares .unit {
        font-size: 0.85em;
      }
      .swatch {
        width: 11px;
        height: 11px;
        border: 1px solid var(--mark);
        border-radius: 2px;
      }
      .note {
        font-size: var(--s1);
        color: var(--muted);
        margin-block-start: 5px;
      }
      .note b {
        color: var(--text);
        font-weight: 600;
      }
      .words {
        display: flex;
        flex-wrap: wrap;
        gap: 6px;
        list-style: none;
        margin: 8px 0 0;
        padding: 0;
      }
      .words li {
        display: inline-flex;
        align-items: baseline;
        gap: 6px;
        padding: 2px 8px;
        border: 1px solid var(--line);
        border-radius: 6px;
        font-size: var(--s1);
        color: var(--muted);
      }
      .words .spike {
        border-color: var(--text);
        color: var(--text);
      }
      .words b {
        color: var(--text);
      }
      .none {
        color: var(--muted);
        padding-block: 10px;
      }
      .more {
        margin-block-start: 8px;
      }
    `,
  ];

  override render(): TemplateResult {
    const { moods } = this;
    const shown = this.all ? moods : moods.slice(0, SHOWN);
    return html`<h2 class="head">Rooms</h2>
      ${
        moods.length === 0
          ? html`<p class="none">
              No chat room is read. One comes in as a feed of <code>chat-lines</code> or <code>twitch</code>.
            </p>`
          : repeat(
              shown,
              (m) => m.room,
              (m) => this.room(m),
            )
      }
      ${
        moods.length > SHOWN
          ? html`<button
              class="more"
              aria-expanded=${this.all}
              @click=${() => {
                this.all = !this.all;
              }}
            >
              <bdi dir="ltr">${this.all ? 'Show fewer' : `Show all ${integer(moods.length)} rooms`}</bdi>
            </button>`
          : nothing
      }`;
  }

  private room(m: MoodFact): TemplateResult {
    const unsure = m.confidence < UNSURE;
    const silent_ms = this.now - m.at / 1000;
    return html`<div class="room ${unsure ? 'unsure' : ''}" data-room=${m.room}>
      <p class="line">
        <span class="name"><bdi>${m.room}</bdi></span>
        <span class="rate"
          >${decimal(m.rate_per_s, m.rate_per_s < 10 ? 1 : 0)}<span class="unit">messages/s</span></span
        >
      </p>
      <div class="bar" aria-hidden="true">
        ${FEELINGS.map((f) => html`<i class=${f} style="flex-grow:${Math.round(1000 * m[f])}"></i>`)}
      </div>
      <dl class="shares">
        ${FEELINGS.map(
          (f) =>
            html`<div>
              <i class="swatch ${f}" aria-hidden="true"></i>
              <dt>${NAMES[f]}</dt>
              <dd>${pct(m[f], true)}</dd>
            </div>`,
        )}
      </dl>
      <p class="note">
        <bdi dir="ltr">
          <span title="Standard deviation of joy less rage over the last minutes">
            <b>${volatilityWord(m.volatility)}</b> (volatility ${decimal(m.volatility, 2)})</span
          >
          · spam <b>${percent(m.spam_share, true)}</b> · confidence
          <b>${percent(m.confidence, true)}</b>${unsure ? ': few voices' : ''}
          ${silent_ms > 5000 ? html` · <b>silent for ${since(silent_ms)}</b>` : nothing}</bdi
        >
      </p>
      ${this.keywords(m.keywords ?? [])}
    </div>`;
  }

  private keywords(words: KeywordSpike[]): TemplateResult | typeof nothing {
    const unusual = words.filter((k) => k.surprise >= USUAL);
    if (unusual.length === 0) return nothing;
    const sorted = unusual.sort((a, b) => b.surprise - a.surprise || (a.group < b.group ? -1 : 1));
    return html`<ul class="words" aria-label="Keywords, by surprise from 0 to 1">
      ${repeat(
        sorted.slice(0, 8),
        (k) => k.group,
        (k) =>
          html`<li
            class=${k.surprise >= SPIKE ? 'spike' : ''}
            title="${integer(k.mentions)} mentions, ${decimal(k.expected)} expected"
          >
            <b><bdi>${k.group}</bdi></b>
            surprise ${decimal(k.surprise, 2)}${k.surprise >= SPIKE ? html` <span>spike</span>` : nothing}
          </li>`,
      )}
    </ul>`;
  }
}

customElements.define('room-moods', RoomMoods);
