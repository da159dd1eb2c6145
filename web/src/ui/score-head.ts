import { css, html, nothing, type TemplateResult } from 'lit';
import { situationOf, sportOf } from '../model/sport';
import type { Side, Snapshot } from '../model/types';
import { abbrs, gameTitle, phaseName, situationText } from '../model/words';
import type { Link } from '../net/connection';
import { operator } from '../net/operator';
import { settings } from '../settings';
import type { Ground } from './ground';
import { ballOf, icons } from './icons';
import './link-figure';
import { moves } from './moves';

/** The views of one game, which its head leads to. */
const VIEWS = { game: 'Game', crowd: 'Crowd', production: 'Production' };
export type GameView = keyof typeof VIEWS;

const address = (game: string, view: GameView): string =>
  `/game/${encodeURIComponent(game)}${view === 'game' ? '' : `/${view}`}`;

/** The production is for operators: it is led to where the token is at hand. */
const isOpen = (v: GameView, view: GameView): boolean =>
  v !== 'production' || v === view || operator.token !== null;

/** The head of every view of a game: teams, score, clock, how old what is seen is, and the other views. */
export function scoreHead(
  game: Snapshot,
  ground: Ground,
  link: Link,
  hidden: boolean,
  view: GameView,
): TemplateResult {
  const { state, info } = game;
  const over = state.phase === 'final';
  const sport = sportOf(state);
  const told = hidden && (over || sport === 'tennis' || state.clock.period > (sport === 'soccer' ? 2 : 4));
  const phase = told ? (over ? 'Final' : 'In play') : phaseName(state.phase, state.clock, sport);
  return html`<header class="card score">
    <h1 class="vh">${info ? gameTitle(info) : 'Game'}${view === 'game' ? '' : `: ${VIEWS[view]}`}</h1>
    <a class="button back" href="/" aria-label="All games">${icons.back}</a>
    ${team('away', game, ground, hidden)}
    <div class="middle">
      <span class="clock">${phase}</span>
      <span class="situation">
        ${state.phase === 'live' && !(hidden && state.next === 'try') ? situationText(state.spot, state.next, abbrs(info)) : ''}${hidden ? '' : situationOf(state)}
      </span>
      <link-figure .link=${link} ?over=${over}></link-figure>
    </div>
    ${team('home', game, ground, hidden)}
    <nav class="tabs" aria-label="Views of this game">
      ${(Object.keys(VIEWS) as GameView[])
        .filter((v) => isOpen(v, view))
        .map(
          (v) =>
            html`<a href=${address(game.id, v)} aria-current=${v === view ? 'page' : nothing}
              >${VIEWS[v]}</a
            >`,
        )}
    </nav>
  </header>`;
}

function team(side: Side, game: Snapshot, ground: Ground, hidden: boolean): TemplateResult {
  const { state, info } = game;
  const colors = ground.teams(info?.home ?? null, info?.away ?? null);
  const own = info?.[side];
  const left = Math.max(0, Math.min(3, state.timeouts[side]));
  const ball = state.spot.possession === side && state.phase === 'live';
  return html`<div class="team ${side}">
    <i style="background:${colors[side].fill}"></i>
    <span class="name">
      <b
        ><span class="abbr ${(own?.abbr ?? side).length > 4 ? 'long' : ''}">${own?.abbr ?? side}</span
        >${ball ? ballOf(sportOf(state)) : nothing}</b
      >
      <small>${own?.name ?? ''}</small>
      <span class="under">
        ${
          sportOf(state) === 'american_football'
            ? html`<span class="timeouts" role="img" aria-label="${left} timeouts left">
                ${[0, 1, 2].map((n) => html`<u class=${n < left ? 'on' : ''}></u>`)}
              </span>`
            : nothing
        }
      </span>
    </span>
    <strong ${moves(state.score[side])}
      >${hidden ? html`<span class="vh">hidden</span><span class="mask"></span>` : state.score[side]}</strong
    >
  </div>`;
}

export const goneNotice = (): TemplateResult =>
  html`<p class="notice" role="status">
    The connection is gone. What you see is as it was; it goes on by itself.
  </p>`;

/** In place of a game whose spoilers are hidden; `what` stays out of sight. */
export function veil(game: Snapshot, what: string): TemplateResult {
  return html`<section class="card veil">
    <p class="big">Spoilers are hidden</p>
    <p>${what} of this game stay out of sight until you ask.</p>
    <button @click=${() => settings.reveal(game.id)}>Show this game</button>
  </section>`;
}

export function unknownGame(id: string): TemplateResult {
  return html`<section class="veil" role="alert">
    <p class="big">There is no such game</p>
    <p>
      No game called “${id}” is on this server. It may have been taken off, or the address is not complete.
    </p>
    <a class="button" href="/">See all games</a>
  </section>`;
}

export function waiting(link: Link, what: string): TemplateResult {
  const offline = link.state === 'offline';
  const trying = link.retry_at !== null;
  return html`<section class="veil" role="status">
    <p class="big">${offline ? 'You are offline' : trying ? 'The server does not answer' : 'Connecting…'}</p>
    <p>
      ${offline || trying ? `${what} appears as soon as there is a connection. Nothing needs to be reloaded.` : ''}
    </p>
  </section>`;
}

/** The head, and the states that every view of a game has. */
export const scoreStyles = css`
  .page.away > :not(.notice):not(header),
  .page.away header .team {
    filter: grayscale(0.85);
    opacity: 0.7;
  }
  .notice {
    padding: 8px 14px;
    border-radius: var(--radius);
    background: var(--raised);
    border: 1px solid var(--stale);
    font-size: var(--s1);
  }
  .score {
    display: grid;
    grid-template-columns: auto minmax(0, 1fr) auto minmax(0, 1fr);
    align-items: center;
    gap: 12px;
    padding: 10px 14px;
  }
  .back {
    padding: 6px;
    border-color: transparent;
  }
  .icon {
    width: 16px;
    height: 16px;
  }
  :host(:dir(rtl)) .flip {
    transform: scaleX(-1);
  }
  .team {
    display: flex;
    align-items: center;
    gap: 12px;
    min-width: 0;
  }
  .team.home {
    flex-direction: row-reverse;
    text-align: end;
  }
  .team i {
    width: 6px;
    height: 52px;
    border-radius: 3px;
    flex: none;
  }
  .team strong {
    flex: none;
    font-size: var(--s4);
    font-weight: 700;
    line-height: 1;
    margin-inline-start: auto;
  }
  .team.home strong {
    margin-inline: 0 auto;
  }
  .name {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    min-width: 0;
  }
  .name b {
    display: flex;
    align-items: center;
    gap: 7px;
    font-size: var(--s3);
    line-height: 1.15;
  }
  .abbr {
    min-width: 0;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .team.home .name b {
    flex-direction: row-reverse;
  }
  .name small {
    color: var(--muted);
    font-size: var(--s1);
    white-space: nowrap;
    overflow: hidden;
    text-overflow: ellipsis;
  }
  .under {
    display: flex;
    align-items: center;
    gap: 8px;
    min-height: 14px;
  }
  .team.home .under {
    flex-direction: row-reverse;
  }
  .timeouts {
    display: inline-flex;
    gap: 3px;
  }
  .timeouts u {
    width: 12px;
    height: 4px;
    border-radius: 1px;
    background: var(--line);
  }
  .timeouts u.on {
    background: var(--muted);
  }
  .ball {
    flex: none;
    width: 13px;
    height: 13px;
  }
  .mask {
    display: inline-block;
    width: 1.2em;
    height: 0.7em;
    border-radius: 4px;
    background: var(--line);
  }
  .middle {
    display: grid;
    justify-items: center;
    gap: 1px;
    text-align: center;
    min-width: 132px;
  }
  .middle .clock {
    font-size: var(--s3);
    font-weight: 600;
    line-height: 1.2;
  }
  .middle .situation {
    font-size: var(--s1);
    color: var(--muted);
    min-height: 1.4em;
  }
  .big {
    font-size: var(--s3);
    font-weight: 600;
    line-height: 1.3;
  }
  .veil {
    display: grid;
    justify-items: center;
    gap: 8px;
    padding: 14vh 20px;
    text-align: center;
    color: var(--muted);
  }
  .veil .big {
    color: var(--text);
  }
  .veil button,
  .veil .button {
    margin-block-start: 10px;
    min-height: 44px;
    padding-inline: 18px;
  }
  @media print {
    .score .back {
      visibility: hidden;
    }
    .score .tabs {
      display: none;
    }
  }
  .tabs {
    grid-column: 1 / -1;
    display: flex;
    justify-content: center;
    gap: 4px;
    margin-block-start: -4px;
  }
  .tabs a {
    font-size: var(--s1);
    padding: 5px 14px;
    border-radius: 6px;
    text-decoration: none;
    color: var(--muted);
  }
  .tabs a:hover {
    color: var(--text);
  }
  .tabs a[aria-current] {
    color: var(--text);
    background: var(--raised);
    font-weight: 600;
  }
  @media (max-width: 719px) {
    .score {
      grid-template-columns: minmax(0, 1fr) fit-content(30vw) minmax(0, 1fr);
      gap: 8px;
      padding: 10px;
    }
    .back {
      display: none;
    }
    .name small {
      display: none;
    }
    .team {
      gap: 6px;
    }
    .team i {
      width: 4px;
      height: 40px;
    }
    .team strong {
      font-size: 1.5rem;
    }
    .name b {
      gap: 4px;
      font-size: 1.05rem;
    }
    .abbr.long {
      font-size: var(--s1);
    }
    .ball {
      width: 11px;
      height: 11px;
    }
    .middle {
      min-width: 96px;
    }
    .tabs a {
      flex: 1;
      text-align: center;
      padding-block: 11px;
    }
  }
`;
