import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { integer, since } from '../model/format';
import { type DeskView, type Fired, programme, type Productions, timeOf } from '../model/production';
import { actionText, cameraName, shortId } from '../model/production-words';
import { timecode, timecodeAt } from '../model/timecode';
import type { GameCard } from '../model/types';
import { abbrs, phaseName } from '../model/words';
import { ask, Asking, gamePath, Refused, serverNow } from '../net/doors';
import { BoardFeed, Following } from '../net/feed';
import { settings } from '../settings';
import { icons } from './icons';
import './link-figure';
import { SHAPES } from './link-figure';
import './production/door';
import { deskStyles } from './production/styles';
import { shared } from './shared';

/** With more productions than this the wall is asked for at half the pace. */
const MANY = 8;

interface Wall {
  all: Productions;
  desks: DeskView[];
}

/** All productions: what is on air where, and where does a hand hold it? */
export class ProductionWall extends LitElement {
  private readonly wall = new Asking<Wall>(this, () => this.look());
  private readonly board = new Following<BoardFeed>(this, new BoardFeed());
  private stop: (() => void) | null = null;

  static override styles = [
    shared,
    deskStyles,
    css`
      ul {
        list-style: none;
        margin: 0;
        padding: 0;
        display: grid;
        gap: var(--gap);
        grid-template-columns: repeat(auto-fill, minmax(min(100%, 280px), 1fr));
      }
      li.card {
        position: relative;
        padding: 10px 14px;
        display: grid;
        gap: 2px;
        align-content: start;
        min-width: 0;
        contain: layout paint;
      }
      li:hover {
        border-color: var(--mark);
      }
      li.held {
        border-color: var(--stale);
      }
      li a::after {
        content: '';
        position: absolute;
        inset: 0;
        border-radius: var(--radius);
      }
      li a {
        text-decoration: none;
        font-weight: 600;
      }
      li a:focus-visible {
        outline: none;
      }
      li a:focus-visible::after {
        outline: 2px solid var(--text);
        outline-offset: -3px;
      }
      .line {
        display: flex;
        justify-content: space-between;
        align-items: baseline;
        gap: 10px;
        min-width: 0;
      }
      .camera {
        font-size: var(--s4);
        font-weight: 700;
        line-height: 1.15;
        letter-spacing: -0.02em;
      }
      .held .mark svg {
        width: 12px;
        height: 12px;
      }
      .last {
        margin-block-start: 6px;
        padding-block-start: 6px;
        border-block-start: 1px solid var(--line);
        min-height: 3.9em;
        overflow-wrap: anywhere;
      }
    `,
  ];

  override connectedCallback(): void {
    super.connectedCallback();
    document.title = 'Productions · matchday';
    this.stop = settings.watch(() => this.requestUpdate());
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.stop?.();
  }

  private async look(): Promise<Wall> {
    const all = await ask<Productions>('');
    this.wall.every_ms = all.games.length > MANY ? 2000 : 1000;
    const desks = await Promise.all(
      all.games.map((game) =>
        ask<DeskView>(gamePath(game)).catch((error: unknown) => {
          // A game that went between the two questions is left out; all else is trouble.
          if (error instanceof Refused && error.status === 404) return null;
          throw error;
        }),
      ),
    );
    return { all, desks: desks.filter((d) => d !== null) };
  }

  override render(): TemplateResult {
    const { value, stale, trouble, link } = this.wall;
    if (!value)
      return html`<operator-door .trouble=${trouble} what="The wall of productions"></operator-door>`;
    const { all, desks } = value;
    const held = desks.filter((d) => d.held).length;
    return html`<div class="page ${stale ? 'gone' : ''}">
      <div class="top">
        <h1 class="title">Productions</h1>
        <span class="muted"
          >${integer(desks.length)} ${desks.length === 1 ? 'match' : 'matches'}, ${integer(held)} held by
          hand</span
        >
        <a class="muted" href="/rules">Rules ${shortId(all.rules.id)}</a>
        <span class="push"><link-figure .link=${link}></link-figure></span>
      </div>
      ${
        stale
          ? html`<p class="notice" role="status">The server does not answer. What you see is as it was.</p>`
          : nothing
      }
      ${
        all.trouble
          ? html`<div class="alert" role="alert">
              <b>${SHAPES.failed} The folder’s rules cannot be used</b>
              <p>Those before stay in force. <a href="/rules">See what is wrong with them</a></p>
            </div>`
          : nothing
      }
      ${
        desks.length === 0
          ? html`<section class="empty">
              <p class="big">No match is produced</p>
              <p>A production begins with the first report of a sense, or with an order.</p>
            </section>`
          : html`<ul>
              ${repeat(
                desks,
                (d) => d.game,
                (d) => this.card(d, timeOf(d, serverNow())),
              )}
            </ul>`
      }
    </div>`;
  }

  private card(desk: DeskView, now: number): TemplateResult {
    const game = this.board.feed?.games?.get(desk.game);
    const { shot, cut } = programme(desk, now);
    const gone = cut ? (now - cut.at) / 1000 : -1;
    const fired = desk.recent.find((e) => e.decided === 'fired');
    return html`<li class="card ${desk.held ? 'held' : ''}" data-game=${desk.game}>
      <div class="line">
        <a href="/game/${encodeURIComponent(desk.game)}/production">${nameOf(desk.game, game)}</a>
        <small>${game ? this.standing(game) : nothing}</small>
      </div>
      <div class="line">
        <span class="camera">${cameraName(shot.camera)}</span>
        ${
          desk.held
            ? html`<span class="mark stale">${icons.lock} Held</span>`
            : html`<span class="mark live">${SHAPES.live} Agent</span>`
        }
      </div>
      <small>
        ${
          cut
            ? html`<bdi dir="ltr">${timecode(cut.frame, cut.rate)}</bdi>${
                  gone >= 0 && gone < 43_200_000 ? html`, for ${since(gone)}` : nothing
                }`
            : 'Nothing was cut yet'
        }
      </small>
      <div class="last">
        ${
          fired
            ? html`<small>Last rule <bdi dir="ltr">${timecodeAt(fired.at, desk.frame_rate)}</bdi></small>
                <p dir="ltr">${fired.rule}</p>
                <small>${actionText((fired as Fired).action)}</small>`
            : html`<small>No rule has fired yet</small>`
        }
      </div>
    </li>`;
  }

  private standing(card: GameCard): string {
    if (settings.hides(card.id)) return '';
    const { away, home } = card.score;
    return `${away}–${home} · ${phaseName(card.phase, card.clock, card.sport)}`;
  }
}

const nameOf = (id: string, game: GameCard | undefined): string =>
  game ? `${abbrs(game).away} at ${abbrs(game).home}` : id;

customElements.define('md-production', ProductionWall);
