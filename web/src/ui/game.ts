import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';
import type { GameColors } from '../model/color';
import { driveSoFar } from '../model/drive';
import { integer, percent, signedPoints } from '../model/format';
import { chanceOf, sportOf } from '../model/sport';
import { type ChartModel, chartModel } from '../model/timeline';
import type { PlayFact, Side, Snapshot } from '../model/types';
import { abbrs, clockName, faultName, playTitle, situationText } from '../model/words';
import { Following, GameFeed } from '../net/feed';
import { settings } from '../settings';
import './decision-card';
import './field-view';
import { leader, leverage, pct } from './figures';
import { gameStyles } from './game-styles';
import { Ground } from './ground';
import { judge } from './link-figure';
import './play-list';
import { goneNotice, scoreHead, scoreStyles, unknownGame, veil, waiting } from './score-head';
import './sport-panel';
import { shared } from './shared';
import './wp-chart';
import type { PlaySelect } from './wp-chart';

/** One game: what just happened, and what does it mean? */
export class GamePage extends LitElement {
  @property() game = '';
  @state() private selected: string | null = null;
  private readonly following = new Following<GameFeed>(this, null);
  private readonly ground = new Ground(this);
  private stop: (() => void) | null = null;
  private drawn: { from: Snapshot; model: ChartModel } | null = null;

  static override styles = [shared, scoreStyles, gameStyles];

  override connectedCallback(): void {
    super.connectedCallback();
    this.stop = settings.watch(() => this.requestUpdate());
    this.addEventListener('play-select', this.picked);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.stop?.();
    this.removeEventListener('play-select', this.picked);
  }

  override willUpdate(changed: Map<PropertyKey, unknown>): void {
    if (changed.has('game')) {
      this.following.feed = new GameFeed(this.game);
      this.selected = null;
      this.drawn = null;
    }
  }

  private readonly picked = (event: Event): void => {
    this.selected = (event as CustomEvent<PlaySelect>).detail.id;
  };

  private chart(game: Snapshot): ChartModel {
    if (this.drawn?.from !== game) this.drawn = { from: game, model: chartModel(game) };
    return this.drawn.model;
  }

  override render(): TemplateResult {
    const feed = this.following.feed;
    if (!feed) return html``;
    const { game, link } = feed;
    if (link.state === 'unknown') return unknownGame(this.game);
    if (!game) return waiting(link, 'The game');
    document.title = `${abbrs(game.info).away} at ${abbrs(game.info).home} · matchday`;
    const hidden = settings.hides(game.id);
    const state = judge(link, Date.now()).state;
    const away = state === 'stale' || state === 'failed';
    return html`<div class="page ${away ? 'away' : ''}">
      ${scoreHead(game, this.ground, link, hidden, 'game')} ${away ? goneNotice() : nothing}
      ${hidden ? veil(game, 'Score, win probability and plays') : this.views(game)}
    </div>`;
  }

  private views(game: Snapshot): TemplateResult {
    return html`
      <section class="card chart" aria-label="Win probability">
        ${this.readout(game)}
        <wp-chart .model=${this.chart(game)} .selected=${this.selected}></wp-chart>
      </section>
      ${
        sportOf(game.state) === 'american_football'
          ? html`<decision-card
              class="card decision"
              role="region"
              aria-label="Fourth downs"
              .game=${game}
              .selected=${this.selected}
            ></decision-card>`
          : nothing
      }
      ${this.situation(game)} ${this.keyPlays(game)}
      <section class="card plays" aria-label="Play by play">
        <h2 class="head">Play by play</h2>
        <play-list .game=${game} .selected=${this.selected}></play-list>
      </section>
      ${this.details(game)}
    `;
  }

  /** The chosen play in words, or where the game stands: always in the same place above the chart. */
  private readout(game: Snapshot): TemplateResult {
    const names = abbrs(game.info);
    const colors = this.ground.teams(game.info?.home ?? null, game.info?.away ?? null);
    const play = game.plays.find((p) => p.play_id === this.selected);
    const shown = play ?? game.plays.at(-1);
    const over = game.state.phase === 'final';
    const wpHome = play ? play.wp_home_after : over ? this.chart(game).now.y : game.state.wp_home;
    const { side, wp } = leader(wpHome);
    const atEnd = over && (!play || play === game.plays.at(-1));
    const tie = atEnd && wpHome === 0.5;
    return html`<div class="readout">
      <p class="wp">
        <strong style="color:${tie ? 'inherit' : colors[side].text}">${tie ? 'Tie' : pct(wp, atEnd)}</strong>
        <span>${tie ? '' : atEnd ? `${names[side]} won` : chanceOf(names[side], sportOf(game.state))}</span>
      </p>
      <p class="said">
        ${
          shown
            ? html`<span class="when"
                  >${play ? '' : 'Last play '}${clockName(shown.clock, sportOf(shown))}${shown.spot.down ? html` · ${situationText(shown.spot, 'scrimmage', names)}` : ''}</span
                >
                <span class="what">${shown.text ?? playTitle(shown)}</span>`
            : html`<span class="what">Waiting for the kick-off</span>`
        }
      </p>
      ${shown ? this.swing(shown, names, colors) : nothing}
    </div>`;
  }

  private swing(play: PlayFact, names: Record<Side, string>, colors: GameColors): TemplateResult {
    const side = play.wpa_home >= 0 ? 'home' : 'away';
    const points = Math.abs(play.wpa_home);
    if (Math.round(points * 100) === 0) return html`<p class="swing"></p>`;
    return html`<p class="swing" title="Win probability added by this play">
      <b style="color:${colors[side].text}">${signedPoints(points)}<span class="unit">%</span></b>
      <span>${names[side]}</span>
    </p>`;
  }

  private situation(game: Snapshot): TemplateResult {
    const { state, info } = game;
    const names = abbrs(info);
    const drive = game.drives.find((d) => d.number === state.drive);
    if (sportOf(state) !== 'american_football') {
      return html`<sport-panel class="card field" .game=${game}></sport-panel>`;
    }
    if (state.phase === 'final') return this.summary(game);
    const text = situationText(state.spot, state.next, names) || '–';
    return html`<section class="card field" aria-label="Situation">
      <div class="line">
        <h2 class="head">Situation</h2>
        ${leverage(state.leverage)}
      </div>
      <p class="big">
        ${state.spot.possession && state.next === 'scrimmage' ? html`${names[state.spot.possession]} ` : ''}${text}
      </p>
      <field-view
        .home=${info?.home ?? null}
        .away=${info?.away ?? null}
        .spot=${state.spot}
        .next=${state.next}
        .drive=${driveSoFar(game)}
      ></field-view>
      <p class="small">
        ${
          drive && !drive.result
            ? `Drive: ${drive.plays} ${drive.plays === 1 ? 'play' : 'plays'}, ${integer(drive.yards)} ${Math.abs(drive.yards) === 1 ? 'yard' : 'yards'}`
            : ''
        }
      </p>
    </section>`;
  }

  /** In place of the next snap, once there is none: how the game went. */
  private summary(game: Snapshot): TemplateResult {
    const names = abbrs(game.info);
    const { score } = game.state;
    const winner = score.home === score.away ? null : score.home > score.away ? 'home' : 'away';
    const wps = game.plays.map((p) => p.wp_home_after);
    const turns = wps.filter((wp, i) => i > 0 && wp >= 0.5 !== wps[i - 1]! >= 0.5).length;
    const lowest = winner === 'home' ? Math.min(1, ...wps) : 1 - Math.max(0, ...wps);
    return html`<section class="card field" aria-label="How the game went">
      <h2 class="head">How it went</h2>
      <p class="big">
        ${winner ? `${names[winner]} won by ${Math.abs(score.home - score.away)}` : 'It ended in a tie'}
      </p>
      <dl>
        <div>
          <dt>Favourite changed</dt>
          <dd>${integer(turns)} <small>${turns === 1 ? 'time' : 'times'}</small></dd>
        </div>
        ${
          winner
            ? html`<div>
                <dt>Lowest of ${names[winner]}</dt>
                <dd>${pct(lowest)}</dd>
              </div>`
            : nothing
        }
        <div>
          <dt>Plays</dt>
          <dd>${integer(game.plays.filter((p) => p.spot.down).length)}</dd>
        </div>
        <div>
          <dt>Drives</dt>
          <dd>${integer(game.drives.length)}</dd>
        </div>
      </dl>
    </section>`;
  }

  private keyPlays(game: Snapshot): TemplateResult {
    const names = abbrs(game.info);
    const colors = this.ground.teams(game.info?.home ?? null, game.info?.away ?? null);
    const plays = new Map(game.plays.map((p) => [p.play_id, p]));
    const found = game.key_plays.map((id) => plays.get(id)).filter((p): p is PlayFact => p !== undefined);
    return html`<section class="card keys" aria-label="Key plays">
      <h2 class="head">Key plays</h2>
      ${
        found.length === 0
          ? html`<p class="none">None yet: no play has moved the game by ten points or more.</p>`
          : html`<ol>
              ${found.map((p, i) => {
                const side = p.wpa_home >= 0 ? 'home' : 'away';
                return html`<li>
                  <button
                    class="key"
                    aria-pressed=${p.play_id === this.selected}
                    @click=${() => {
                      this.selected = p.play_id === this.selected ? null : p.play_id;
                    }}
                  >
                    <span class="rank">${i + 1}</span>
                    <span class="what"
                      ><b>${playTitle(p)}</b> <small>${clockName(p.clock, sportOf(p))}</small
                      ><span class="text">${p.text ?? ''}</span></span
                    >
                    <span class="gain" style="color:${colors[side].text}"
                      >${names[side]} ${signedPoints(Math.abs(p.wpa_home))}<span class="unit">%</span></span
                    >
                  </button>
                </li>`;
              })}
            </ol>`
      }
    </section>`;
  }

  private details(game: Snapshot): TemplateResult {
    const healed = Object.entries(game.healed).sort(([, a], [, b]) => b - a);
    const total = healed.reduce((sum, [, n]) => sum + n, 0);
    return html`<footer class="details">
      ${game.info?.venue ? html`<span>${game.info.venue}</span>` : nothing}
      <span>Model ${game.wp_model}</span>
      <span>Before the game: ${this.priced(game)}</span>
      <details>
        <summary>
          ${total === 0 ? 'No feed faults' : `${integer(total)} feed ${total === 1 ? 'fault' : 'faults'} healed`}
        </summary>
        <ul>
          ${healed.map(([code, n]) => html`<li>${faultName(code)} <b>${integer(n)}</b></li>`)}
        </ul>
      </details>
      <a href="/game/${encodeURIComponent(game.id)}/production">For operators: production desk</a>
    </footer>`;
  }

  private priced(game: Snapshot): string {
    const first = game.plays[0];
    if (!first) return '–';
    const { side, wp } = leader(first.wp_home_before);
    return `${abbrs(game.info)[side]} ${percent(wp)}`;
  }
}

customElements.define('md-game', GamePage);
