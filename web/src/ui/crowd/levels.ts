import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import type { CrowdSound, LevelFact, SoundRefusal } from '../../model/crowd';
import { soundName, troubleText } from '../../model/crowd-words';
import { decimal, integer, signed, since } from '../../model/format';
import { SHAPES } from '../link-figure';
import { shared } from '../shared';

/** The ends of the meter, and what is marked on it: sound pressure where a reference is known, else full scale. */
const CALIBRATED = { low: 50, high: 130, ticks: [85, 94, 120] };
const RELATIVE = { low: -80, high: 0, ticks: [-60, -40, -20] };

const whole = (db: number): string => integer(Math.round(db) + 0);

/** Sounds shown at most, and microphones until all are asked for. */
const HEARD = 6;
const MICS = 6;

/** How loud it is by microphone, what was heard of late, and what is wrong with the sound. */
export class LevelMeter extends LitElement {
  @property({ attribute: false }) levels: LevelFact[] = [];
  @property({ attribute: false }) sounds: CrowdSound[] = [];
  @property({ attribute: false }) troubles: SoundRefusal[] = [];
  /** The crowd's own time, in milliseconds. */
  @property({ type: Number }) now = 0;
  @state() private all = false;

  static override styles = [
    shared,
    css`
      .mic {
        padding-block: 10px 12px;
        border-block-end: 1px solid var(--line);
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
      .big {
        font-size: var(--s3);
        font-weight: 700;
        white-space: nowrap;
      }
      .note {
        font-size: var(--s1);
        color: var(--muted);
      }
      .note span {
        white-space: nowrap;
      }
      .note b {
        color: var(--text);
        font-weight: 600;
      }
      /* A scale reads from left to right everywhere. */
      .meter {
        direction: ltr;
        position: relative;
        height: 12px;
        margin-block: 8px 20px;
        border-radius: 3px;
        background: var(--raised);
        border: 1px solid var(--line);
      }
      .meter i {
        position: absolute;
        inset: 0 auto 0 0;
        width: 100%;
        border-radius: 2px;
        background: var(--text);
        transform-origin: 0 50%;
      }
      .clip {
        position: absolute;
        inset: 0;
        overflow: hidden;
        border-radius: 2px;
      }
      .peak {
        position: absolute;
        inset: 0;
        pointer-events: none;
      }
      .meter u {
        position: absolute;
        left: 0;
        top: -2px;
        bottom: -2px;
        width: 2px;
        margin-left: -1px;
        background: var(--text);
        outline: 1px solid var(--surface);
      }
      .meter s {
        position: absolute;
        top: 0;
        bottom: -4px;
        width: 1px;
        background: var(--mark);
        text-decoration: none;
      }
      .meter small {
        position: absolute;
        top: 15px;
        transform: translateX(-50%);
        font-size: 11px;
        color: var(--muted);
        white-space: nowrap;
      }
      @media (prefers-reduced-motion: no-preference) {
        .meter i,
        .peak {
          transition: transform 300ms linear;
        }
      }
      /* What is no longer so is kept, and pale. */
      .old .name,
      .old .big {
        color: var(--muted);
      }
      .old i {
        background: var(--mark);
      }
      .trouble {
        display: grid;
        grid-template-columns: auto minmax(0, 1fr);
        gap: 2px 8px;
        padding: 8px 10px;
        margin-block-start: 8px;
        border-radius: 6px;
        border: 1px solid var(--late);
        background: var(--raised);
        font-size: var(--s1);
      }
      .trouble.quiet {
        border-color: var(--line);
      }
      .trouble svg {
        width: 10px;
        height: 10px;
        margin-block-start: 4px;
        fill: currentColor;
        color: var(--late);
      }
      .trouble.quiet svg {
        color: var(--stale);
      }
      .trouble span {
        grid-column: 2;
        color: var(--muted);
      }
      .sounds {
        list-style: none;
        margin: 4px 0 0;
        padding: 0;
      }
      .sounds li {
        display: grid;
        grid-template-columns: minmax(5em, auto) minmax(0, 1fr) auto;
        gap: 10px;
        align-items: baseline;
        padding-block: 5px;
      }
      .sounds li + li {
        border-block-start: 1px solid var(--line);
      }
      .sub {
        margin-block-start: 12px;
      }
      .ago {
        font-size: var(--s1);
        color: var(--muted);
        white-space: nowrap;
      }
      .none {
        color: var(--muted);
        padding-block: 10px;
      }
    `,
  ];

  override render(): TemplateResult {
    const mics = this.mics();
    const ill = new Set(this.troubles.filter((t) => t.code !== 'uncalibrated').map((t) => t.mic));
    const shown = this.all ? mics : mics.filter((mic, i) => i < MICS || ill.has(mic));
    return html`<h2 class="head">Level</h2>
      ${
        mics.length === 0
          ? html`<p class="none">
              No microphone is heard. One comes in by <code>[[mics]]</code> in <code>matchday.toml</code>.
            </p>`
          : repeat(
              shown,
              (mic) => mic,
              (mic) => this.mic(mic),
            )
      }
      ${
        mics.length > shown.length || (this.all && mics.length > MICS)
          ? html`<button
              class="sub"
              aria-expanded=${this.all}
              @click=${() => {
                this.all = !this.all;
              }}
            >
              <bdi dir="ltr">${this.all ? 'Show fewer' : `Show all ${integer(mics.length)} microphones`}</bdi>
            </button>`
          : nothing
      }
      <div class="vh" aria-live="polite">${this.alarms()}</div>
      <h3 class="head sub">Heard of late</h3>
      ${this.heard()}`;
  }

  /** Troubles as they are read out: without how long they last, which would be said again every second. */
  private alarms(): string {
    return this.troubles.map((t) => `${t.mic}: ${troubleText(t.code).title}`).join('. ');
  }

  /** Every microphone that reports or suffers. */
  private mics(): string[] {
    return [...new Set([...this.levels, ...this.troubles].map((l) => l.mic))];
  }

  private mic(mic: string): TemplateResult {
    const level = this.levels.find((l) => l.mic === mic);
    const troubles = this.troubles.filter((t) => t.mic === mic);
    const deaf = troubles.some((t) => t.code !== 'uncalibrated');
    return html`<div class="mic" data-mic=${mic}>
      ${level ? this.level(level, deaf) : html`<p class="line"><span class="name">${mic}</span><span class="note">no level</span></p>`}
      ${troubles.map((t) => this.trouble(t))}
    </div>`;
  }

  private level(l: LevelFact, deaf: boolean): TemplateResult {
    const { low, high, ticks } = l.calibrated ? CALIBRATED : RELATIVE;
    const share = (db: number): number => Math.min(1, Math.max(0, (db - low) / (high - low)));
    const unit = l.calibrated ? 'dB(A)' : 'dBFS(A)';
    const silent_ms = this.now - l.at / 1000;
    const old = deaf || silent_ms > 5000;
    return html`<div class=${old ? 'old' : ''}>
        <p class="line">
          <span class="name">${l.mic}</span>
          <span class="big"
            ><bdi dir="ltr">${whole(l.a_slow_db)}<span class="unit">${unit}</span></bdi></span
          >
        </p>
        <div
          class="meter"
          role="meter"
          aria-label="Level of ${l.mic}, A-weighted, slow"
          aria-valuemin=${low}
          aria-valuemax=${high}
          aria-valuenow=${Math.round(Math.min(high, Math.max(low, l.a_slow_db)))}
          aria-valuetext="${whole(l.a_slow_db)} ${unit}, peak ${whole(l.a_max_db)}"
        >
          <span class="clip"><i style="transform:scaleX(${share(l.a_slow_db)})"></i></span>
          ${ticks.map((t) => html`<s style="left:${100 * share(t)}%"></s><small style="left:${100 * share(t)}%">${integer(t)}</small>`)}
          <span class="peak" style="transform:translateX(${100 * share(l.a_max_db)}%)"><u></u></span>
        </div>
      </div>
      <p class="note">
        <bdi dir="ltr"
          >Peak <b>${whole(l.a_max_db)}</b> · <b>${signed(Math.round(l.above_usual_db) + 0, 0)}</b> dB against
          usual · <span>C-weighted ${whole(l.c_slow_db)}</span>${
            l.short_term_lufs === null ? nothing : html` · <span>${whole(l.short_term_lufs)} LUFS</span>`
          }</bdi
        >
      </p>
      <p class="note">
        <bdi dir="ltr"
          >${l.calibrated ? 'Calibrated: sound pressure.' : 'Relative to full scale, not to sound pressure.'}
          ${old && !deaf ? html`<b>Silent for ${since(silent_ms)}.</b>` : nothing}</bdi
        >
      </p>`;
  }

  private trouble(t: SoundRefusal): TemplateResult {
    const { title, advice } = troubleText(t.code);
    const quiet = t.code === 'uncalibrated';
    const ms = this.now - t.at / 1000;
    const lasting = quiet || ms < 1000 ? '' : ` For ${since(ms)}.`;
    return html`<div class="trouble ${quiet ? 'quiet' : ''}" data-code=${t.code}>
      ${SHAPES[quiet ? 'stale' : 'late']}<b>${title}</b>
      <span><bdi dir="ltr">${advice}${lasting}</bdi></span>
    </div>`;
  }

  private heard(): TemplateResult {
    const shown = this.sounds.slice(-HEARD).reverse();
    if (shown.length === 0) return html`<p class="none">No roar, whistle, groan or chant yet.</p>`;
    const several = this.mics().length > 1;
    return html`<ul class="sounds">
      ${repeat(
        shown,
        (s) => `${s.mic} ${s.kind} ${s.onset}`,
        (s) =>
          html`<li>
            <b>${soundName(s.kind)}</b>
            <span class="note"><bdi dir="ltr">${soundText(s)}${several ? `, ${s.mic}` : ''}</bdi></span>
            <span class="ago"
              ><bdi dir="ltr"
                >${s.duration_ms === null ? 'goes on, ' : ''}${since(this.now - s.onset / 1000)}${s.duration_ms === null ? '' : ' ago'}</bdi
              ></span
            >
          </li>`,
      )}
    </ul>`;
  }
}

/** `+17 dB, 3,840 Hz, for 0.4 s`. */
function soundText(s: CrowdSound): string {
  const unit = s.kind === 'chant' ? 'a minute' : s.kind === 'whistle' ? 'Hz' : null;
  const rate = s.rate && unit ? `${integer(s.rate)} ${unit}` : null;
  const length = s.duration_ms === null ? null : `for ${decimal(s.duration_ms / 1000, 1)} s`;
  return [`${signed(Math.round(s.rise_db) + 0, 0)} dB`, rate, length].filter(Boolean).join(', ');
}

customElements.define('level-meter', LevelMeter);
