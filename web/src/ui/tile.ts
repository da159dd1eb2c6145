import { css, html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';
import type { GameColors } from '../model/color';
import { kickoffText, percent, percentNumber, signedPoints } from '../model/format';
import { situationOf, sportOf } from '../model/sport';
import type { GameCard, Side } from '../model/types';
import { abbrs, clockName, gameTitle, phaseName, situationText } from '../model/words';
import { reducedMotion, settings } from '../settings';
import './field-view';
import { leader, leverage, pct } from './figures';
import { Ground } from './ground';
import { ballOf } from './icons';
import { moves } from './moves';
import { shared } from './shared';
import { spark } from './wp-spark';

/** A swing that is worth a glance from across the room. */
const SWING = 0.1;
const NEWS_MS = 8000;

/** One game on the wall. */
export class GameTile extends LitElement {
  @property({ attribute: false }) card!: GameCard;
  /** The game to look at first: shown larger. */
  @property({ type: Boolean, reflect: true }) lead = false;
  @state() private news: { side: Side; text: string } | null = null;
  private readonly ground = new Ground(this);
  private newsTimer = 0;

  static override shadowRootOptions = { ...LitElement.shadowRootOptions, delegatesFocus: true };

  static override styles = [
    shared,
    css`
      :host {
        display: grid;
      }
      a {
        position: absolute;
        inset: 0;
        border-radius: inherit;
        outline-offset: -2px;
      }
      .card {
        position: relative;
        display: grid;
        grid-template-columns: fit-content(50%) minmax(0, 1fr) auto;
        grid-template-rows: minmax(60px, 1fr) auto auto;
        gap: 6px 14px;
        padding: 12px 14px 10px;
        overflow: hidden;
        transition: border-color 0.2s;
      }
      .card:hover {
        border-color: var(--mark);
      }
      .pulse {
        position: absolute;
        inset: 0;
        border: 2px solid;
        border-radius: inherit;
        opacity: 0;
        pointer-events: none;
      }
      .teams {
        min-width: 7rem;
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: 2px;
        align-content: start;
      }
      .team {
        display: flex;
        align-items: center;
        gap: 8px;
        font-size: var(--s3);
        line-height: 1.2;
        font-weight: 600;
      }
      .team span:first-of-type {
        min-width: 0;
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
      }
      .team i {
        flex: none;
        width: 5px;
        align-self: stretch;
        border-radius: 2px;
      }
      .team b {
        flex: none;
        margin-inline-start: auto;
        font-weight: 700;
        min-width: 1.3em;
        text-align: end;
      }
      .behind {
        color: var(--muted);
      }
      .ball {
        flex: none;
        width: 11px;
        height: 11px;
        color: var(--text);
      }
      .wp {
        min-width: 5.6rem;
        max-width: 9rem;
        text-align: end;
        display: grid;
        justify-items: end;
        align-content: start;
      }
      .wp strong {
        font-size: var(--s4);
        line-height: 1;
        font-weight: 700;
        letter-spacing: -0.02em;
      }
      .wp.over strong {
        font-size: var(--s3);
        line-height: 1.2;
        letter-spacing: 0;
      }
      .wp small {
        font-size: var(--s1);
        color: var(--muted);
      }
      .line {
        position: relative;
        direction: ltr;
      }
      .spark {
        position: absolute;
        inset: 0;
        width: 100%;
        height: 100%;
      }
      .now {
        grid-column: 1 / -1;
        display: flex;
        align-items: center;
        gap: 4px 12px;
        font-size: var(--s1);
        white-space: nowrap;
        min-width: 0;
      }
      .now > * {
        flex: none;
      }
      .now .situation {
        flex: 0 1 auto;
        overflow: hidden;
        text-overflow: ellipsis;
        color: var(--muted);
      }
      .clock {
        font-weight: 600;
      }
      .leverage {
        margin-inline-start: auto;
        display: inline-flex;
        align-items: center;
        gap: 5px;
        font-weight: 600;
      }
      .leverage svg {
        width: 34px;
        height: 10px;
        overflow: visible;
      }
      .leverage .word {
        display: none;
        font-weight: 400;
        color: var(--muted);
      }
      .last {
        grid-column: 1 / -1;
        font-size: var(--s1);
        color: var(--muted);
        white-space: nowrap;
        overflow: hidden;
        text-overflow: ellipsis;
        min-height: 1.4em;
      }
      .last em {
        font-style: normal;
        font-weight: 700;
        margin-inline-end: 8px;
        padding: 0 5px;
        border: 1px solid;
        border-radius: 4px;
      }
      field-view {
        display: none;
      }
      :host([lead]) .card {
        grid-template-rows: minmax(90px, 1fr) auto auto auto;
        padding: 16px 18px 14px;
      }
      :host([lead]) .leverage .word {
        display: inline;
      }
      @media (min-width: 1000px) {
        :host([lead]) .card {
          grid-template-columns: fit-content(40%) minmax(0, 1fr) auto;
          column-gap: 24px;
        }
        :host([lead]) .teams {
          min-width: 13rem;
        }
        :host([lead]) .team {
          font-size: calc(var(--s4) * 0.8);
        }
        :host([lead]) .team i {
          width: 7px;
        }
        :host([lead]) .wp strong {
          font-size: calc(var(--s4) * 1.6);
        }
        :host([lead]) .now,
        :host([lead]) .last,
        :host([lead]) .wp small {
          font-size: var(--s2);
        }
        :host([lead]) field-view {
          display: block;
          grid-column: 1 / -1;
        }
      }
      .hidden {
        display: inline-block;
        width: 1.3em;
        height: 0.7em;
        border-radius: 3px;
        background: var(--line);
      }
      .veil {
        z-index: 1;
        pointer-events: none;
        grid-column: 2 / -1;
        justify-self: end;
        align-self: start;
        display: flex;
        align-items: center;
        gap: 10px;
        color: var(--muted);
        font-size: var(--s1);
      }
      .veil button {
        pointer-events: auto;
        min-height: 36px;
      }
    `,
  ];

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.newsTimer);
  }

  override willUpdate(changed: PropertyValues<this>): void {
    const old = changed.get('card') as GameCard | undefined;
    if (
      old &&
      old.id === this.card.id &&
      old.game_seq < this.card.game_seq &&
      !settings.hides(this.card.id)
    ) {
      this.notice(old);
    }
  }

  /** A score or a large swing has just come in: says so for some seconds, and tints once. */
  private notice(old: GameCard): void {
    const { card } = this;
    const names = abbrs(card);
    const scored = (['home', 'away'] as const).find((s) => card.score[s] > old.score[s]);
    const swing = card.last_wpa_home;
    const points = scored ? card.score[scored] - old.score[scored] : 0;
    // The point after a touchdown is no news of its own.
    if (scored && (points > 1 || sportOf(card) === 'soccer')) {
      this.news = { side: scored, text: `${names[scored]} +${points}` };
    } else if (Math.abs(swing) >= SWING) {
      const side = swing > 0 ? 'home' : 'away';
      this.news = { side, text: `${names[side]} ${signedPoints(Math.abs(swing))} %` };
    } else return;
    clearTimeout(this.newsTimer);
    this.newsTimer = window.setTimeout(() => {
      this.news = null;
    }, NEWS_MS);
    if (reducedMotion()) return;
    // Only opacity moves, so that sixteen tiles cost the browser no painting.
    this.renderRoot
      .querySelector('.pulse')
      ?.animate([{ opacity: 0.9 }, { opacity: 0 }], { duration: 2600, easing: 'ease-out' });
  }

  private get colors(): GameColors {
    return this.ground.teams(this.card.home, this.card.away);
  }

  override render(): TemplateResult {
    const { card } = this;
    const hidden = settings.hides(card.id);
    const label = hidden
      ? `${gameTitle(card)}, ${card.phase === 'final' ? 'over' : card.phase === 'live' ? this.clock(true) : phaseName(card.phase, card.clock, sportOf(card))}, spoilers hidden`
      : this.label();
    return html`<div class="card">
      <a href="/game/${encodeURIComponent(card.id)}" aria-label=${label}></a>
      <div class="pulse" style=${this.news ? `color:${this.colors[this.news.side].fill}` : nothing}></div>
      <div class="teams" aria-hidden="true">${this.team('away', hidden)}${this.team('home', hidden)}</div>
      ${
        hidden
          ? this.veil()
          : html`<div class="line">${spark(card.wp_trail, this.colors, card.id)}</div>
              ${this.probability()}`
      }
      ${this.now(hidden)}
      ${
        this.lead && card.next === 'scrimmage' && !hidden
          ? html`<field-view
              aria-hidden="true"
              strip
              .home=${card.home}
              .away=${card.away}
              .spot=${card.spot}
              .next=${card.next}
            ></field-view>`
          : nothing
      }
      ${hidden ? nothing : this.last()}
    </div>`;
  }

  private label(): string {
    const { card } = this;
    const names = abbrs(card);
    const { side, wp } = leader(card.wp_home);
    const parts = [
      `${gameTitle(card)}, ${card.score.away} to ${card.score.home}`,
      phaseName(card.phase, card.clock, sportOf(card)),
      card.phase !== 'final'
        ? `${names[side]} ${percent(wp)} to win`
        : card.wp_home === 0.5
          ? 'a tie'
          : `${names[side]} won`,
      situationText(card.spot, card.next, names) || situationOf(card),
    ];
    return parts.filter(Boolean).join(', ');
  }

  private team(side: Side, hidden: boolean): TemplateResult {
    const { card } = this;
    const other = side === 'home' ? 'away' : 'home';
    const behind = !hidden && card.phase === 'final' && card.score[side] < card.score[other];
    const ball =
      card.spot.possession === side &&
      (card.next !== 'over' || sportOf(card) !== 'american_football') &&
      card.phase !== 'scheduled' &&
      card.phase !== 'final';
    return html`<div class="team ${behind ? 'behind' : ''}">
      <i style="background:${this.colors[side].fill}"></i>
      <span>${abbrs(card)[side]}</span>
      ${ball ? ballOf(sportOf(card)) : nothing}
      ${card.phase === 'scheduled' ? nothing : html`<b ${moves(card.score[side])}>${hidden ? html`<span class="hidden"></span>` : card.score[side]}</b>`}
    </div>`;
  }

  private probability(): TemplateResult {
    const { card } = this;
    const over = card.phase === 'final';
    const { side, wp } = leader(card.wp_home);
    const names = abbrs(card);
    // Kicks may have decided a match that the score leaves level.
    if (over && card.score.home === card.score.away && card.wp_home === 0.5) {
      return html`<span class="wp over" aria-hidden="true"><strong>Tie</strong></span>`;
    }
    // A game that is over is quieter than one that is not: who won, in place of a chance that is none any more.
    if (over) {
      const by = Math.abs(card.score.home - card.score.away);
      return html`<span class="wp over" aria-hidden="true">
        <strong style="color:${this.colors[side].text}">${names[side]}</strong>
        <small>${by === 0 || sportOf(card) === 'tennis' ? 'won' : `won by ${by}`}</small>
      </span>`;
    }
    return html`<span class="wp" aria-hidden="true">
      <strong style="color:${this.colors[side].text}" ${moves(percentNumber(wp))}>${pct(wp)}</strong>
      <small>${names[side]} to win</small>
    </span>`;
  }

  private now(hidden: boolean): TemplateResult {
    const { card } = this;
    if (card.phase === 'scheduled') {
      return html`<div class="now" aria-hidden="true">
        <span class="clock">${card.kickoff ? kickoffText(card.kickoff) : 'Scheduled'}</span>
      </div>`;
    }
    const phase =
      hidden && card.phase === 'final' ? 'Final' : phaseName(card.phase, card.clock, sportOf(card));
    const live = card.phase === 'live';
    return html`<div class="now" aria-hidden="true">
      <span class="clock">${live ? this.clock(hidden) : phase}</span>
      <span class="situation"
        ><bdi
          >${!hidden && sportOf(card) === 'tennis' ? situationOf(card) : live && !(hidden && card.next === 'try') ? situationText(card.spot, card.next, abbrs(card)) || (hidden ? '' : situationOf(card)) : ''}</bdi
        ></span
      >
      ${hidden || card.phase === 'final' ? nothing : leverage(card.leverage)}
    </div>`;
  }

  /** With spoilers hidden overtime is not named: it says that the game is close. */
  private clock(hidden: boolean): string {
    const { clock } = this.card;
    const sport = sportOf(this.card);
    const close = sport === 'soccer' ? clock.period > 2 : sport !== 'tennis' && clock.period > 4;
    return hidden && (close || sport === 'tennis') ? 'In play' : clockName(clock, sport);
  }

  private last(): TemplateResult {
    return html`<div class="last" aria-hidden="true">
      ${this.news ? html`<em style="color:${this.colors[this.news.side].text}">${this.news.text}</em>` : nothing}${this.card.last_play ?? ''}
    </div>`;
  }

  private veil(): TemplateResult {
    return html`<div class="veil">
      <button aria-label="Show score, ${gameTitle(this.card)}" @click=${() => settings.reveal(this.card.id)}>
        Show score
      </button>
    </div>`;
  }
}

customElements.define('game-tile', GameTile);

declare global {
  interface HTMLElementTagNameMap {
    'game-tile': GameTile;
  }
}
