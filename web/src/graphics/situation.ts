import { html, nothing, type TemplateResult } from 'lit';
import type { NextPlay, Side } from '../model/types';
import { clockText, downDistance, periodName, spotName } from '../model/words';
import '../ui/field-view';
import { OgrafGraphic } from './base';
import { type SituationData, spotOf, team } from './data';
import { colors, look } from './look';

/** Score, clock, down and distance, with the field. */
export default class Situation extends OgrafGraphic<SituationData> {
  protected readonly stepCount = 1;

  protected content(data: Partial<SituationData>): TemplateResult {
    const home = team(data.home, 'HOME');
    const away = team(data.away, 'AWAY');
    const paint = colors(home, away);
    const spot = spotOf(data);
    const next: NextPlay = spot?.down ? 'scrimmage' : 'kickoff';
    const phase = data.phase ?? 'live';
    const side = (which: Side): TemplateResult => {
      const who = which === 'home' ? home : away;
      return html`<div class="team">
        <i style="background:${paint[which].fill}"></i>
        <span>${who.abbr}</span>
        ${
          spot?.possession === which && phase === 'live'
            ? html`<svg viewBox="0 0 12 12">
                <ellipse
                  cx="6"
                  cy="6"
                  rx="5.5"
                  ry="3.4"
                  transform="rotate(-35 6 6)"
                  fill="currentColor"
                ></ellipse>
              </svg>`
            : nothing
        }
        <b>${data.score?.[which] ?? 0}</b>
      </div>`;
    };
    const when =
      phase === 'final'
        ? 'Final'
        : phase === 'halftime'
          ? 'Half'
          : `${periodName(data.period ?? 1)} ${clockText(data.clockS ?? 0)}`;
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
          grid-template-rows: 1fr 1fr;
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
        .team i {
          width: 12px;
          height: 100%;
        }
        .team svg {
          width: 18px;
        }
        .team b {
          margin-left: auto;
          font-size: 40px;
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
          color: var(--muted);
          font-weight: 400;
        }
      </style>
      <div class="panel bug">
        <div class="teams">${side('away')}${side('home')}</div>
        <div class="clock">${when}</div>
        ${
          spot && phase === 'live'
            ? html`<div class="down">
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
              </div>`
            : nothing
        }
      </div>`;
  }
}
