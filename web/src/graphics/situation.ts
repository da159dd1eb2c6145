import { html, nothing, type TemplateResult } from 'lit';
import type { NextPlay, Side } from '../model/types';
import { clockName, downDistance, spotName } from '../model/words';
import '../ui/field-view';
import { OgrafGraphic } from './base';
import { type SituationData, spotOf, team } from './data';
import { colors, look } from './look';

const SIDES = { home: 0, away: 1 } as const;
const other = (side: Side): Side => (side === 'home' ? 'away' : 'home');
const percent = (p: number): string => `${Math.round(p * 100)} %`;

/** Score and clock, and beside them what the sport is about. */
export default class Situation extends OgrafGraphic<SituationData> {
  protected readonly stepCount = 1;

  protected content(data: Partial<SituationData>): TemplateResult {
    const home = team(data.home, 'HOME');
    const away = team(data.away, 'AWAY');
    const paint = colors(home, away);
    const sport = data.sport ?? 'american_football';
    const phase = data.phase ?? 'live';
    const live = phase === 'live';
    const side = (which: Side): TemplateResult => {
      const who = which === 'home' ? home : away;
      const reds = data.reds?.[which] ?? 0;
      return html`<div class="team">
        <i style="background:${paint[which].fill}"></i>
        <span>${who.abbr}</span>
        ${data.possession === which && live ? this.ball(sport) : nothing}
        ${Array.from({ length: Math.min(reds, 4) }, () => html`<em></em>`)}
        ${sport === 'tennis' ? this.games(data, which, live) : html`<b>${data.score?.[which] ?? 0}</b>`}
      </div>`;
    };
    const clock = { period: data.period ?? 1, clock_s: data.clockS ?? 0 };
    const when =
      phase === 'final'
        ? 'Final'
        : phase === 'halftime'
          ? 'Half'
          : sport === 'soccer' && data.shootout
            ? 'Pens'
            : clockName(clock, sport);
    return html`${look}
      <style>
        .bug {
          left: 96px;
          bottom: 54px;
          height: 112px;
          display: flex;
          align-items: stretch;
        }
        .teams {
          display: grid;
          grid-template: 1fr 1fr / minmax(0, 1fr);
          width: 264px;
          border-right: 1px solid var(--line);
        }
        .team {
          display: flex;
          align-items: center;
          gap: 12px;
          padding-right: 18px;
          font-size: 32px;
          font-weight: 600;
        }
        .team + .team {
          border-top: 1px solid var(--line);
        }
        .team span {
          min-width: 0;
          overflow: hidden;
          text-overflow: ellipsis;
          white-space: nowrap;
        }
        .team i {
          flex: none;
          width: 12px;
          height: 100%;
        }
        .team svg {
          flex: none;
          width: 18px;
        }
        .team b {
          margin-left: auto;
          font-size: 40px;
        }
        .team em {
          width: 14px;
          height: 22px;
          border-radius: 2px;
          background: #e0392b;
        }
        .team em + em {
          margin-left: -6px;
        }
        .team s {
          min-width: 34px;
          text-align: center;
          text-decoration: none;
          font-weight: 400;
          color: var(--muted);
        }
        .team s:first-of-type {
          margin-left: auto;
        }
        .team s.won {
          color: var(--text);
          font-weight: 600;
        }
        .team u {
          min-width: 58px;
          text-align: center;
          text-decoration: none;
          color: var(--text);
        }
        .tennis {
          width: auto;
          min-width: 264px;
        }
        .three {
          width: 300px;
          padding: 0 20px 0 0;
          display: grid;
          align-content: center;
          gap: 10px;
        }
        .three div {
          display: flex;
          gap: 3px;
          height: 14px;
        }
        .three i {
          background: var(--mark);
          min-width: 3px;
        }
        .three p {
          margin: 0;
          display: flex;
          justify-content: space-between;
          font-size: 26px;
          font-weight: 600;
          white-space: nowrap;
        }
        .three span {
          color: var(--muted);
          font-weight: 400;
        }
        .clock {
          display: grid;
          align-content: center;
          justify-items: center;
          width: 196px;
          padding: 0 16px;
          font-size: 34px;
          font-weight: 600;
          white-space: nowrap;
        }
        .down {
          width: 316px;
          padding: 12px 20px 14px 0;
          display: grid;
          grid-template-columns: minmax(0, 1fr);
          align-content: space-between;
        }
        .down p {
          margin: 0;
          display: flex;
          justify-content: space-between;
          font-size: 30px;
          font-weight: 600;
          white-space: nowrap;
        }
        .down span {
          min-width: 0;
          margin-left: 12px;
          overflow: hidden;
          text-overflow: ellipsis;
          color: var(--muted);
          font-weight: 400;
        }
      </style>
      <div class="panel bug">
        <div class="teams ${sport}">${side('away')}${side('home')}</div>
        <div class="clock">${when}</div>
        ${live ? this.beside(data) : nothing}
      </div>`;
  }

  /** What the side has that plays next: the ball, or the serve. */
  private ball(sport: SituationData['sport']): TemplateResult {
    return sport === 'american_football'
      ? html`<svg viewBox="0 0 12 12">
          <ellipse cx="6" cy="6" rx="5.5" ry="3.4" transform="rotate(-35 6 6)" fill="currentColor"></ellipse>
        </svg>`
      : html`<svg viewBox="0 0 12 12"><circle cx="6" cy="6" r="4" fill="currentColor"></circle></svg>`;
  }

  /** A player's games, set by set, and the points of the game. */
  private games(data: Partial<SituationData>, which: Side, live: boolean): TemplateResult {
    const won = (set: Record<Side, number>): boolean => set[which] > set[other(which)];
    return html`${(data.sets ?? []).map((set) => html`<s class=${won(set) ? 'won' : ''}>${set[which]}</s>`)}
    ${live && data.games ? html`<s class="won">${data.games[which]}</s>` : nothing}
    ${live && data.points ? html`<u>${data.points[SIDES[which]]}</u>` : nothing}`;
  }

  /** The field with the next snap, or the three ways a match can end. */
  private beside(data: Partial<SituationData>): TemplateResult | typeof nothing {
    const home = team(data.home, 'HOME');
    const away = team(data.away, 'AWAY');
    const { outcome } = data;
    if (data.sport === 'soccer' && outcome) {
      const paint = colors(home, away);
      return html`<div class="three">
        <p>${percent(outcome.away)}<span>draw ${percent(outcome.draw)}</span>${percent(outcome.home)}</p>
        <div>
          <i style="flex:${outcome.away};background:${paint.away.fill}"></i>
          <i style="flex:${outcome.draw}"></i>
          <i style="flex:${outcome.home};background:${paint.home.fill}"></i>
        </div>
      </div>`;
    }
    const spot = (data.sport ?? 'american_football') === 'american_football' ? spotOf(data) : null;
    if (!spot) return nothing;
    const next: NextPlay = spot.down ? 'scrimmage' : 'kickoff';
    return html`<div class="down">
      <p>
        ${spot.down ? downDistance(spot) : 'Kick'}<span
          >${spotName(spot, { home: home.abbr, away: away.abbr })}</span
        >
      </p>
      <field-view
        strip
        .home=${home}
        .away=${away}
        .spot=${spot}
        .next=${next}
        .drive=${data.drive ?? []}
      ></field-view>
    </div>`;
  }
}
