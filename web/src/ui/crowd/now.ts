import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { property } from 'lit/decorators.js';
import type { Crowd, LastHeard, SenseState } from '../../model/crowd';
import { senseStates } from '../../model/crowd';
import { driveSentence, intensityWord, senseName, senseText } from '../../model/crowd-words';
import { integer, signed, since } from '../../model/format';
import type { GameInfo, Side } from '../../model/types';
import { abbrs } from '../../model/words';
import { Ground } from '../ground';
import { shared } from '../shared';
import { hearingShape } from './shapes';

/** A number of the momentum: signed and whole. */
export const momentum = (value: number): string => signed(Math.round(value) + 0, 0);

/** Momentum now: both sides' numbers, how stirred people are, and what each sense contributes. */
export class MomentumNow extends LitElement {
  @property({ attribute: false }) crowd: Crowd | null = null;
  @property({ attribute: false }) heard: LastHeard = {};
  @property({ attribute: false }) info: GameInfo | null = null;
  /** The game is over: nobody is expected to be heard any more. */
  @property({ type: Boolean }) over = false;
  private readonly ground = new Ground(this);

  static override styles = [
    shared,
    css`
      .figures {
        display: grid;
        grid-template-columns: minmax(0, 1fr) auto minmax(0, 1fr);
        gap: 12px;
        align-items: end;
        margin-block: 8px 10px;
      }
      .side strong {
        display: block;
        font-size: var(--s4);
        line-height: 1.05;
        letter-spacing: -0.02em;
      }
      .side span,
      .middle span {
        font-size: var(--s1);
        color: var(--muted);
      }
      .home {
        text-align: end;
      }
      .middle {
        text-align: center;
      }
      .middle strong {
        display: block;
        font-size: var(--s3);
        line-height: 1.2;
      }
      .middle b {
        color: var(--text);
        font-weight: 600;
      }
      .scale {
        height: 6px;
        border-radius: 3px;
        background: var(--line);
        overflow: hidden;
        margin-block-start: 4px;
      }
      .scale i {
        display: block;
        height: 100%;
        background: var(--text);
        transform-origin: 0 50%;
      }
      :host(:dir(rtl)) .scale i {
        transform-origin: 100% 50%;
      }
      .said {
        min-height: 2.8em;
        margin-block: 8px 6px;
      }
      table {
        width: 100%;
        border-collapse: collapse;
      }
      th,
      td {
        text-align: end;
        padding: 5px 0 5px 8px;
        font-weight: 400;
        white-space: nowrap;
        border-block-start: 1px solid var(--line);
      }
      thead th {
        font-size: var(--s1);
        color: var(--muted);
        border: 0;
        padding-block: 2px;
      }
      th:first-child,
      td.state {
        text-align: start;
        padding-inline-start: 0;
      }
      tbody th {
        font-weight: 600;
      }
      td.state {
        font-size: var(--s1);
        padding-inline-start: 8px;
        width: 99%;
      }
      .chip {
        display: inline-flex;
        align-items: center;
        gap: 6px;
      }
      .shape {
        width: 10px;
        height: 10px;
        flex: none;
      }
      .heard .chip {
        color: var(--live);
      }
      .stale .chip {
        color: var(--stale);
      }
      .missing,
      .missing th {
        color: var(--muted);
        font-weight: 400;
      }
    `,
  ];

  override render(): TemplateResult {
    const { crowd, info } = this;
    if (!crowd) return html``;
    const names = abbrs(info);
    const now = crowd.momentum;
    const intensity = Math.round(now?.intensity ?? 0);
    return html`<h2 class="head">${this.over ? 'Momentum, after the end' : 'Momentum now'}</h2>
      <div class="figures">
        ${this.side('away', now?.away ?? null)}
        <p class="middle">
          <strong>${now ? integer(intensity) : '–'}<span class="unit">/${integer(100)}</span></strong>
          <span>Intensity${now ? html`, <b>${intensityWord(intensity)}</b>` : nothing}</span>
        </p>
        ${this.side('home', now?.home ?? null)}
      </div>
      <div class="scale" aria-hidden="true"><i style="transform:scaleX(${intensity / 100})"></i></div>
      <p class="said"><bdi dir="ltr">${driveSentence(crowd, names)}</bdi></p>
      <table>
        <caption class="vh">
          What each sense contributes
        </caption>
        <thead>
          <tr>
            <th scope="col">Sense</th>
            <th scope="col"><span class="vh">Heard</span></th>
            <th scope="col">${names.away}</th>
            <th scope="col">${names.home}</th>
            <th scope="col" title="Its part of the intensity">Int.</th>
          </tr>
        </thead>
        <tbody>
          ${senseStates(crowd, this.heard).map((s) => this.sense(s))}
        </tbody>
      </table>`;
  }

  private side(side: Side, value: number | null): TemplateResult {
    const { info } = this;
    const colors = this.ground.teams(info?.home ?? null, info?.away ?? null);
    return html`<p class="side ${side}">
      <strong style="color:${colors[side].text}"><bdi>${value === null ? '–' : momentum(value)}</bdi></strong>
      <span>${abbrs(info)[side]}</span>
    </p>`;
  }

  private sense({ sense, hearing: heard, silent_ms, part }: SenseState): TemplateResult {
    const ended = this.over && heard === 'stale';
    const hearing = ended ? 'missing' : heard;
    const word = ended
      ? 'over'
      : { heard: 'heard', stale: `stale, ${since(silent_ms)}`, missing: 'not heard' }[hearing];
    const cell = (value: number | undefined): TemplateResult =>
      html`<td><bdi>${value === undefined ? '–' : momentum(value)}</bdi></td>`;
    return html`<tr class=${hearing} data-sense=${sense} data-hearing=${hearing}>
      <th scope="row" title=${senseText(sense)}>${senseName(sense)}</th>
      <td class="state">
        <span class="chip">${hearingShape(hearing)}<bdi dir="ltr">${word}</bdi></span>
      </td>
      ${cell(part?.away)}${cell(part?.home)}${cell(part?.intensity)}
    </tr>`;
  }
}

customElements.define('momentum-now', MomentumNow);
