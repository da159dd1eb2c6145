import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { property } from 'lit/decorators.js';
import { percent } from '../model/format';
import { minuteText, sportOf, titleOf } from '../model/sport';
import type { CourtPlayer, PlayFact, Score, Side, Snapshot } from '../model/types';
import { abbrs, type Names } from '../model/words';
import { leverage } from './figures';
import { Ground } from './ground';
import { shared } from './shared';

const SIDES: readonly Side[] = ['away', 'home'];
const STAKES = { break_point: 'Break point', set_point: 'Set point', match_point: 'Match point' };
const CARDS: Record<string, string> = { yellow_card: 'yellow', second_yellow: 'red', red_card: 'red' };
const EVENT = /goal|shot|wood|card|yellow/;
const GOALS = ['goal', 'own_goal', 'penalty_goal'];

/** Where a game of basketball, soccer or tennis stands, in that sport's own terms. */
export class SportPanel extends LitElement {
  @property({ attribute: false }) game: Snapshot | null = null;
  private readonly ground = new Ground(this);

  static override styles = [
    shared,
    css`
      :host {
        display: block;
        padding: 12px 16px;
        overflow: auto;
      }
      .line {
        display: flex;
        justify-content: space-between;
        align-items: baseline;
        gap: 12px;
        margin-block-end: 8px;
      }
      h2 {
        font-size: var(--s1);
        font-weight: 600;
        color: var(--muted);
      }
      .big {
        font-size: var(--s3);
        font-weight: 600;
        margin-block-end: 8px;
      }
      table {
        width: 100%;
        border-collapse: collapse;
        font-variant-numeric: tabular-nums;
      }
      th {
        color: var(--muted);
        font-size: var(--s1);
        font-weight: 500;
      }
      th,
      td {
        padding: 3px 6px 3px 0;
        text-align: end;
      }
      th:first-child,
      td:first-child {
        text-align: start;
      }
      .sides {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(200px, 1fr));
        gap: 4px 24px;
      }
      caption {
        text-align: start;
        font-weight: 600;
        padding-block: 2px 4px;
        border-block-end: 2px solid;
      }
      .small,
      summary {
        color: var(--muted);
        font-size: var(--s1);
      }
      .leverage {
        display: inline-flex;
        align-items: center;
        gap: 6px;
        font-size: var(--s1);
      }
      .leverage svg {
        width: 34px;
        height: 10px;
      }
      .leverage .word {
        color: var(--muted);
      }
      .events {
        display: grid;
        grid-template: 37px 37px auto auto / auto minmax(0, 1fr);
        column-gap: 12px;
        margin-block: 12px 8px;
        font-size: var(--s1);
      }
      .events .of {
        font-weight: 700;
        align-self: center;
      }
      .events .plot {
        position: relative;
        grid-area: 1 / 2 / 3 / 3;
        background: linear-gradient(var(--line), var(--line)) 0 50% / 100% 1px no-repeat;
      }
      .events .plot > * {
        position: absolute;
        transform: translateX(-50%);
      }
      .events u {
        inset-block: 0;
        width: 0;
        border-inline-start: 1px dashed var(--line);
      }
      .shot,
      .goal {
        width: 3px;
        height: 9px;
        background: var(--muted);
      }
      .saved {
        height: 18px;
      }
      .goal {
        width: 7px;
        height: 30px;
      }
      .plot .home {
        bottom: calc(50% + 1px);
      }
      .plot .away {
        top: calc(50% + 1px);
      }
      .booked {
        width: 11px;
        height: 14px;
        border-radius: 2px;
        font: 700 9px/14px var(--font);
        text-align: center;
        background: #e8b90c;
        color: #12161c;
      }
      .booked.red {
        background: #c0281f;
        color: #fff;
      }
      .plot .booked.home {
        bottom: auto;
        top: 0;
      }
      .plot .booked.away {
        top: auto;
        bottom: 0;
      }
      .events .axis {
        position: relative;
        grid-column: 2;
        height: 1.4em;
        color: var(--muted);
      }
      .events .axis span {
        position: absolute;
        transform: translateX(-50%);
      }
      .events .axis span:first-child {
        transform: none;
      }
      .events .axis span:last-child {
        transform: translateX(-100%);
      }
      .events .key {
        grid-column: 1 / -1;
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 2px 5px;
        margin-block-start: 6px;
      }
      .key .shot,
      .key .goal {
        height: 6px;
        margin-inline-start: 8px;
      }
      .key .saved {
        height: 12px;
      }
      .key .goal {
        height: 14px;
      }
      .key .shot:first-child {
        margin-inline-start: 0;
      }
      .key .yellow {
        margin-inline-start: 8px;
      }
      .three {
        display: flex;
        gap: 2px;
        height: 12px;
        border-radius: 4px;
        overflow: hidden;
        margin-block-end: 4px;
      }
      .three span {
        min-width: 2px;
        background: var(--mark);
      }
      .line b {
        color: var(--text);
      }
    `,
  ];

  override render(): TemplateResult {
    const { game } = this;
    if (!game) return html``;
    const names = abbrs(game.info);
    const sport = sportOf(game.state);
    const title = { basketball: 'On court', soccer: 'Chances', tennis: 'Sets', american_football: '' }[sport];
    return html`<section aria-label=${title}>
      <div class="line">
        <h2>${title}</h2>
        ${game.state.phase === 'final' ? nothing : leverage(game.state.leverage)}
      </div>
      ${sport === 'basketball' ? this.court(game, names) : sport === 'soccer' ? this.chances(game, names) : this.sets(game, names)}
    </section>`;
  }

  private court(game: Snapshot, names: Names): TemplateResult {
    const colors = this.ground.teams(game.info?.home ?? null, game.info?.away ?? null);
    const over = game.state.phase === 'final';
    return html`<div class="sides">
      ${SIDES.map((side) => {
        const all = game.state[side] ?? [];
        const on = over ? all.slice(0, 5) : all.filter((p) => p.on_court);
        const rest = all.filter((p) => !on.includes(p));
        return html`<div>
          ${this.players(names[side], colors[side].fill, on)}
          ${
            rest.length === 0
              ? nothing
              : html`<details>
                  <summary>${rest.length} more</summary>
                  ${this.players('', 'transparent', rest)}
                </details>`
          }
        </div>`;
      })}
    </div>`;
  }

  private players(caption: string, color: string, players: readonly CourtPlayer[]): TemplateResult {
    return html`<table>
      ${
        caption
          ? html`<caption style="border-color:${color}">
              ${caption}
            </caption>`
          : nothing
      }
      <thead>
        <tr>
          <th scope="col">Player</th>
          <th scope="col">Pts</th>
          <th scope="col"><abbr title="Points gained less points given up while on court">+/−</abbr></th>
          <th scope="col">Min</th>
        </tr>
      </thead>
      <tbody>
        ${players.map(
          (p) =>
            html`<tr>
              <td><bdi>${p.name}</bdi></td>
              <td>${p.points}</td>
              <td>${p.plus_minus > 0 ? '+' : p.plus_minus < 0 ? '−' : ''}${Math.abs(p.plus_minus)}</td>
              <td>${Math.floor(p.played_s / 60)}</td>
            </tr>`,
        )}
      </tbody>
    </table>`;
  }

  private chances(game: Snapshot, names: Names): TemplateResult {
    const { state, info } = game;
    const colors = this.ground.teams(info?.home ?? null, info?.away ?? null);
    const o = state.outcome;
    const rows: [string, Score | undefined][] = [
      ['Shots', state.shots],
      ['On target', state.on_target],
      ['Corners', state.corners],
      ['Yellow cards', state.yellows],
      ['Red cards', state.reds],
    ];
    return html`
      ${
        o && state.phase !== 'final'
          ? html`<div
                class="three"
                role="img"
                aria-label="${names.away} ${percent(o.away)}, draw ${percent(o.draw)}, ${names.home} ${percent(o.home)}"
              >
                <span style="flex:${o.away};background:${colors.away.fill}"></span>
                <span style="flex:${o.draw}"></span>
                <span style="flex:${o.home};background:${colors.home.fill}"></span>
              </div>
              <p class="line small" aria-hidden="true">
                <span><b>${percent(o.away)}</b> ${names.away} win</span>
                <span><b>${percent(o.draw)}</b> draw</span>
                <span><b>${percent(o.home)}</b> ${names.home} win</span>
              </p>`
          : nothing
      }
      ${this.events(game, names, colors)}
      <table>
        <thead>
          <tr>
            <th scope="col"></th>
            <th scope="col">${names.away}</th>
            <th scope="col">${names.home}</th>
          </tr>
        </thead>
        <tbody>
          ${rows.map(
            ([name, s]) =>
              html`<tr>
                <td>${name}</td>
                <td>${s?.away ?? 0}</td>
                <td>${s?.home ?? 0}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    `;
  }

  /** Shots, goals and cards over the minutes: home above the line, the visitors below it. */
  private events(game: Snapshot, names: Names, colors: ReturnType<Ground['teams']>): TemplateResult {
    const long = game.state.clock.period > 2 ? 120 : 90;
    const shown = game.plays.filter((p) => p.side && p.minute && EVENT.test(p.kind));
    const place = (minute: number): number => (100 * Math.min(long, minute)) / long;
    const minutes = long === 90 ? [0, 45, 90] : [0, 45, 90, 105, 120];
    const said = shown.map((p) => `${minuteText(p.clock)} ${p.text ?? titleOf(p)}`).join(' ');
    return html`<div class="events" dir="ltr">
      <span class="of" style="color:${colors.home.text}">${names.home}</span>
      <span class="of" style="color:${colors.away.text}">${names.away}</span>
      <div class="plot" role="img" aria-label="Shots, goals and cards by minute. ${said}">
        ${minutes.slice(1, -1).map((m) => html`<u style="left:${place(m)}%"></u>`)}
        ${shown.map((p) => this.mark(p, place(p.minute! + (p.added_min ?? 0) * 0.3), colors))}
      </div>
      <div class="axis" aria-hidden="true">
        ${minutes.map((m) => html`<span style="left:${place(m)}%">${m}′</span>`)}
      </div>
      <p class="key small" aria-hidden="true">
        <i class="shot"></i>shot <i class="shot saved"></i>on target <i class="goal"></i>goal
        <i class="booked yellow">Y</i><i class="booked red">R</i>cards
      </p>
    </div>`;
  }

  private mark(p: PlayFact, at: number, colors: ReturnType<Ground['teams']>): TemplateResult {
    const own = p.kind === 'own_goal' ? (p.side === 'home' ? 'away' : 'home') : p.side!;
    const title = `${minuteText(p.clock)} ${p.text ?? titleOf(p)}`;
    const card = CARDS[p.kind];
    if (card) {
      return html`<i class="booked ${card} ${own}" style="left:${at}%" title=${title}
        >${card === 'red' ? 'R' : 'Y'}</i
      >`;
    }
    const kind = GOALS.includes(p.kind) ? 'goal' : p.kind === 'shot_saved' ? 'shot saved' : 'shot';
    return html`<i
      class="${kind} ${own}"
      style="left:${at}%;background:${colors[own].fill}"
      title=${title}
    ></i>`;
  }

  private sets(game: Snapshot, names: Names): TemplateResult {
    const { state } = game;
    const sets = state.sets ?? [];
    const over = state.phase === 'final';
    const at = (state.stakes ?? []).slice(-1)[0];
    const index = { home: 0, away: 1 };
    return html`
      ${at && !over ? html`<p class="big">${STAKES[at]}</p>` : nothing}
      <table>
        <thead>
          <tr>
            <th scope="col"></th>
            ${sets.map((_, i) => html`<th scope="col">${i + 1}</th>`)}
            ${
              over
                ? nothing
                : html`<th scope="col">${sets.length + 1}</th>
                    <th scope="col">Points</th>`
            }
          </tr>
        </thead>
        <tbody>
          ${SIDES.map(
            (side) =>
              html`<tr>
                <td>
                  <b>${game.info?.[side].name ?? names[side]}</b
                  >${state.server === side && !over ? html` <span class="small">serves</span>` : nothing}
                </td>
                ${sets.map((s) => html`<td>${s[side] > s[side === 'home' ? 'away' : 'home'] ? html`<b>${s[side]}</b>` : s[side]}</td>`)}
                ${
                  over
                    ? nothing
                    : html`<td>${state.set?.games[side]}</td>
                        <td><b>${state.set?.points[index[side]]}</b></td>`
                }
              </tr>`,
          )}
        </tbody>
      </table>
      <p class="small">
        Chance to win a point on serve: ${names.away} ${percent(state.away_serve ?? 0)}, ${names.home}
        ${percent(state.home_serve ?? 0)}. Best of ${state.best_of}.
      </p>
    `;
  }
}

customElements.define('sport-panel', SportPanel);

declare global {
  interface HTMLElementTagNameMap {
    'sport-panel': SportPanel;
  }
}
