import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';
import { type Crowd, crowdNow, isEmpty, type TrailPoint } from '../model/crowd';
import { intensityWord, momentTitle } from '../model/crowd-words';
import { integer } from '../model/format';
import { chanceOf, sportOf } from '../model/sport';
import { gameAxis, pointAt, type StripAxis, wallAxis } from '../model/strip';
import { type ChartModel, chartModel, nearest } from '../model/timeline';
import type { Snapshot } from '../model/types';
import { abbrs, clockName, playTitle } from '../model/words';
import type { Link } from '../net/connection';
import { CrowdFeed } from '../net/crowd-feed';
import { Following, GameFeed } from '../net/feed';
import { settings } from '../settings';
import { crowdStyles } from './crowd-styles';
import './crowd/fans';
import './crowd/levels';
import './crowd/moment-list';
import type { MomentSelect } from './crowd/moment-list';
import { momentum } from './crowd/now';
import './crowd/rooms';
import './crowd/strip';
import type { TimeSelect } from './crowd/strip';
import { leader, pct } from './figures';
import { Ground } from './ground';
import { judge } from './link-figure';
import { goneNotice, scoreHead, scoreStyles, unknownGame, veil, waiting } from './score-head';
import { shared } from './shared';
import './wp-chart';
import type { PlaySelect } from './wp-chart';

/** One game's crowd: how stirred are people, whose is the momentum, and what drives it? */
export class CrowdPage extends LitElement {
  @property() game = '';
  /** Where the cursor of chart and strip stands, in milliseconds; with it the play and the moment it is on. */
  @state() private at: number | null = null;
  @state() private play: string | null = null;
  @state() private moment: number | null = null;
  private readonly games = new Following<GameFeed>(this, null);
  private readonly crowds = new Following<CrowdFeed>(this, null);
  private readonly ground = new Ground(this);
  private stop: (() => void) | null = null;
  private drawn: { from: Snapshot; model: ChartModel } | null = null;
  private laid: { key: string; model: ChartModel; axis: StripAxis } | null = null;
  private trailed: { second: number; trail: TrailPoint[] } | null = null;

  static override styles = [shared, scoreStyles, crowdStyles];

  override connectedCallback(): void {
    super.connectedCallback();
    this.stop = settings.watch(() => this.requestUpdate());
    this.addEventListener('play-select', this.playPicked);
    this.addEventListener('time-select', this.timePicked);
    this.addEventListener('moment-select', this.momentPicked);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.stop?.();
    this.removeEventListener('play-select', this.playPicked);
    this.removeEventListener('time-select', this.timePicked);
    this.removeEventListener('moment-select', this.momentPicked);
  }

  override willUpdate(changed: Map<PropertyKey, unknown>): void {
    if (!changed.has('game')) return;
    this.games.feed = new GameFeed(this.game);
    this.crowds.feed = new CrowdFeed(this.game);
    this.at = this.play = this.moment = null;
    this.drawn = this.laid = this.trailed = null;
  }

  private readonly playPicked = (event: Event): void => {
    const { id } = (event as CustomEvent<PlaySelect>).detail;
    const point = this.drawn?.model.points.find((p) => p.id === id);
    this.play = id;
    this.moment = null;
    this.at = point && this.laid?.axis.kind === 'game' ? this.laid.axis.at(point.x1) : null;
  };

  private readonly timePicked = (event: Event): void => {
    this.moment = null;
    this.goTo((event as CustomEvent<TimeSelect>).detail.at_ms);
  };

  private readonly momentPicked = (event: Event): void => {
    const { number } = (event as CustomEvent<MomentSelect>).detail;
    const moment = this.crowds.feed?.crowd?.moments.find((m) => m.number === number);
    this.moment = moment?.number ?? null;
    this.goTo(moment ? moment.onset / 1000 : null);
  };

  /** Moves the cursor, and with it the chart's to the play of that time. */
  private goTo(at_ms: number | null): void {
    this.at = at_ms;
    const { axis, model } = this.laid ?? {};
    const x = axis?.kind === 'game' && at_ms !== null ? axis.x(at_ms) : null;
    this.play = x === null || !model ? null : (model.points[nearest(model.points, x)]?.id ?? null);
  }

  private chart(game: Snapshot): ChartModel {
    if (this.drawn?.from !== game) this.drawn = { from: game, model: chartModel(game) };
    return this.drawn.model;
  }

  /** The trail as the strip shows it: a point is ten seconds, so it is drawn anew once a second and not ten times. */
  private trail(crowd: Crowd): TrailPoint[] {
    const second = Math.floor(crowdNow(crowd) / 1e6);
    if (this.trailed?.second !== second) this.trailed = { second, trail: crowd.trail };
    return this.trailed.trail;
  }

  /** The strip's axis: the same object for as long as nothing moves on it. */
  private axis(game: Snapshot, trail: TrailPoint[]): StripAxis {
    const model = this.chart(game);
    const key = `${trail[0]?.at_ms} ${trail.at(-1)?.at_ms}`;
    if (this.laid?.key !== key || this.laid.model !== model) {
      const axis = gameAxis(game, model, trail) ?? wallAxis(trail);
      this.laid = { key, model, axis };
    }
    return this.laid.axis;
  }

  override render(): TemplateResult {
    const [games, crowds] = [this.games.feed, this.crowds.feed];
    if (!games || !crowds) return html``;
    const { game, link } = games;
    if (link.state === 'unknown') return unknownGame(this.game);
    if (!game) return waiting(link, 'The game');
    document.title = `Crowd, ${abbrs(game.info).away} at ${abbrs(game.info).home} · matchday`;
    const hidden = settings.hides(game.id);
    const { crowd } = crowds;
    const gone = (of: Link): boolean => ['stale', 'failed'].includes(judge(of, Date.now()).state);
    const away = gone(link) || (crowd !== null && gone(crowds.link));
    return html`<div class="page ${away ? 'away' : ''}">
      ${scoreHead(game, this.ground, crowd ? crowds.link : link, hidden, 'crowd')}
      ${away ? goneNotice() : nothing}
      ${
        hidden
          ? veil(game, 'Score, momentum and moments')
          : !crowd && crowds.link.state !== 'unknown'
            ? waiting(crowds.link, 'The crowd')
            : !crowd || isEmpty(crowd)
              ? this.empty(game)
              : this.views(game, crowd, crowds)
      }
    </div>`;
  }

  private views(game: Snapshot, crowd: Crowd, feed: CrowdFeed): TemplateResult {
    const { info } = game;
    // Ages move by the second; what shows them need not be drawn ten times in it.
    const now = Math.floor(crowdNow(crowd) / 1e6) * 1000;
    const fans = crowd.fans.length > 0 || crowd.seen.length > 0 || crowd.gaze !== null;
    return html`<div class="views ${fans ? 'with-fans' : ''}">
      <section class="card now" aria-label="Momentum">
        <momentum-now
          ?over=${game.state.phase === 'final'}
          .crowd=${crowd}
          .heard=${feed.heard}
          .info=${info}
        ></momentum-now>
      </section>
      ${this.timeline(game, crowd)}
      <section class="card moments" aria-label="Moments" tabindex="0">
        <moment-list
          .moments=${crowd.moments}
          .info=${info}
          .selected=${this.moment}
          .now=${now}
        ></moment-list>
      </section>
      <section class="card level" aria-label="Level">
        <level-meter
          .levels=${crowd.levels}
          .sounds=${crowd.sounds}
          .troubles=${crowd.troubles}
          .now=${now}
        ></level-meter>
      </section>
      <section class="card rooms" aria-label="Rooms">
        <room-moods .moods=${crowd.moods} .now=${now}></room-moods>
      </section>
      ${
        fans
          ? html`<section class="card fans" aria-label="Stands and screens">
              <fan-panel
                .fans=${crowd.fans}
                .seen=${crowd.seen}
                .gaze=${crowd.gaze}
                .info=${info}
                .now=${now}
              ></fan-panel>
            </section>`
          : nothing
      }
    </div>`;
  }

  private timeline(game: Snapshot, crowd: Crowd): TemplateResult {
    const model = this.chart(game);
    const trail = this.trail(crowd);
    const axis = this.axis(game, trail);
    const x = axis.kind === 'game' && this.at !== null ? axis.x(this.at) : null;
    return html`<section class="card chart" aria-label="Win probability and momentum">
      ${this.chance(game, model)}
      <wp-chart .model=${model} .selected=${this.play} .at=${x}></wp-chart>
      <div class="strip">
        ${this.readout(game, crowd, axis)}
        <momentum-strip
          .trail=${trail}
          .moments=${crowd.moments}
          .axis=${axis}
          .info=${game.info}
          .at=${this.at}
          .selected=${this.moment}
        ></momentum-strip>
        ${
          axis.kind === 'wall' && trail.length > 0
            ? html`<p class="axis-note">
                <bdi dir="ltr"
                  >By the time of
                  day${
                    game.plays.length < 2
                      ? ' until the game is under way.'
                      : ': the plays of this game do not say when they were played, so the strip cannot share the chart’s axis.'
                  }</bdi
                >
              </p>`
            : nothing
        }
      </div>
    </section>`;
  }

  /** Win probability at the cursor, or now. */
  private chance(game: Snapshot, model: ChartModel): TemplateResult {
    const names = abbrs(game.info);
    const colors = this.ground.teams(game.info?.home ?? null, game.info?.away ?? null);
    const play = game.plays.find((p) => p.play_id === this.play);
    const shown = play ?? game.plays.at(-1);
    const over = game.state.phase === 'final' && (!play || play === game.plays.at(-1));
    const { side, wp } = leader(play ? play.wp_home_after : model.now.y);
    return html`<div class="readout">
      <p class="wp">
        <span style="color:${colors[side].text}">${pct(wp, over)}</span>
        <small>${over ? `${names[side]} at the end` : chanceOf(names[side], sportOf(game.state))}</small>
      </p>
      <p class="said">
        ${shown ? html`${play ? '' : 'Last play '}${clockName(shown.clock, sportOf(shown))} · ${shown.text ?? playTitle(shown)}` : 'Waiting for the kick-off'}
      </p>
    </div>`;
  }

  /** Momentum at the cursor; without one, how to read the strip. */
  private readout(game: Snapshot, crowd: Crowd, axis: StripAxis): TemplateResult {
    const names = abbrs(game.info);
    const colors = this.ground.teams(game.info?.home ?? null, game.info?.away ?? null);
    const point = this.at === null ? undefined : crowd.trail[pointAt(crowd.trail, this.at)];
    const moment = crowd.moments.find((m) => m.number === this.moment);
    return html`<div class="readout">
      <h2 class="head">Momentum</h2>
      ${
        point
          ? html`<p class="said">
              <bdi dir="ltr">${moment ? `${momentTitle(moment, names)} · ` : ''}${axis.name(this.at!)}</bdi>
              <span class="figures">
                <span style="color:${colors.away.text}"
                  >${names.away} <bdi>${momentum(point.away)}</bdi></span
                >
                <span style="color:${colors.home.text}"
                  >${names.home} <bdi>${momentum(point.home)}</bdi></span
                >
                <span
                  ><bdi dir="ltr"
                    >Intensity ${integer(point.intensity)}, ${intensityWord(point.intensity)}</bdi
                  ></span
                >
              </span>
            </p>`
          : html`<p class="said">
              <bdi dir="ltr"
                >Outwards is with the side, a line past the middle is against it. Below: how stirred people
                are.</bdi
              >
            </p>`
      }
    </div>`;
  }

  private empty(game: Snapshot): TemplateResult {
    return html`<section class="card empty" role="status">
      <p class="big">No sense reports from this game</p>
      <p>Momentum, level and mood appear here as soon as one does. In <code>matchday.toml</code>:</p>
      <pre dir="ltr" tabindex="0">${example(game.id)}</pre>
      <p>Restart the server then; this page heals by itself.</p>
    </section>`;
  }
}

const example = (game: string): string => `# a microphone
[[mics]]
name = "stadium"
game = "${game}"
rtp = "127.0.0.1:5004"

# a chat room
[[feeds]]
name = "club-app"
provider = "chat-lines"
game = "${game}"
push_secret_file = "secrets/club-app"

# or the match alone
[senses]
ticks = "live"`;

customElements.define('md-crowd', CrowdPage);
