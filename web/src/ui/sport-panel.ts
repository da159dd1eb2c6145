import { css, html, LitElement, nothing, svg, type SVGTemplateResult, type TemplateResult } from 'lit';
import { property } from 'lit/decorators.js';
import { decimal, percent } from '../model/format';
import { minuteText, sportOf } from '../model/sport';
import type { CourtPlayer, PlayFact, Score, Side, Snapshot } from '../model/types';
import { abbrs, type Names } from '../model/words';
import { leverage } from './figures';
import { Ground } from './ground';
import { shared } from './shared';

const SIDES: readonly Side[] = ['away', 'home'];
const STAKES = { break_point: 'Break point', set_point: 'Set point', match_point: 'Match point' };
const CARDS: Record<string, string> = { yellow_card: 'yellow', second_yellow: 'red', red_card: 'red' };
const GOALS = ['goal', 'own_goal', 'penalty_goal'];

/** A chance where its part of the bar has room for it. */
const told = (p: number): string => (p < 0.09 ? '' : percent(p));

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
        display: block;
        width: 100%;
        height: 74px;
        margin-block: 8px 4px;
      }
      .three {
        display: flex;
        height: 22px;
        border-radius: 4px;
        overflow: hidden;
        font-size: var(--s1);
        font-weight: 600;
        gap: 2px;
      }
      .three span {
        display: grid;
        place-items: center;
        min-width: 2px;
        overflow: hidden;
        white-space: nowrap;
        background: var(--line);
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
                <span style="flex:${o.away};box-shadow:inset 0 -4px ${colors.away.fill}"
                  >${told(o.away)}</span
                >
                <span style="flex:${o.draw}">${told(o.draw)}</span>
                <span style="flex:${o.home};box-shadow:inset 0 -4px ${colors.home.fill}"
                  >${told(o.home)}</span
                >
              </div>
              <p class="line small">
                <span>${names.away} win</span><span>Draw</span><span>${names.home} win</span>
              </p>`
          : nothing
      }
      ${this.events(game, colors)}
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
  private events(game: Snapshot, colors: ReturnType<Ground['teams']>): TemplateResult {
    const long = game.state.clock.period > 2 ? 120 : 90;
    const shown = game.plays.filter((p) => p.side && p.minute && /goal|shot|wood|card|yellow/.test(p.kind));
    const at = (p: PlayFact): number => (Math.min(long, p.minute! + (p.added_min ?? 0) * 0.3) / long) * 600;
    return html`<svg
      class="events"
      viewBox="0 0 600 74"
      preserveAspectRatio="none"
      role="img"
      aria-label="Shots, goals and cards by minute"
    >
      <path d="M0 37H600M300 33v8" stroke="var(--line)" stroke-width="1.5" fill="none"></path>
      ${shown.map((p) => this.mark(p, at(p), colors))}
    </svg>`;
  }

  private mark(p: PlayFact, x: number, colors: ReturnType<Ground['teams']>): SVGTemplateResult {
    const own = p.kind === 'own_goal' ? (p.side === 'home' ? 'away' : 'home') : p.side!;
    const up = own === 'home' ? -1 : 1;
    const title = `${minuteText(p.clock)} ${p.text ?? p.kind}`;
    const card = CARDS[p.kind];
    if (card) {
      const y = up < 0 ? 2 : 60;
      const fill = card === 'red' ? '#e0392b' : '#e8b90c';
      return svg`<rect x=${x - 3} y=${y} width="7" height="11" fill=${fill}><title>${title}</title></rect>`;
    }
    const goal = GOALS.includes(p.kind);
    const height = goal ? 24 : 5 + 14 * Math.min(1, (p.xg ?? (p.kind === 'shot_saved' ? 0.3 : 0.1)) * 1.5);
    const y = up < 0 ? 36 - height : 38;
    const width = goal ? 6 : 3;
    return svg`<rect
      x=${x - width / 2}
      y=${y}
      width=${width}
      height=${height}
      fill=${colors[own].fill}
      opacity=${goal ? 1 : 0.6}
    ><title>${title}</title></rect>`;
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
        Chance to win a point on serve: ${names.away} ${decimal((state.away_serve ?? 0) * 100, 0)} %,
        ${names.home} ${decimal((state.home_serve ?? 0) * 100, 0)} %. Best of ${state.best_of}.
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
