import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';
import { integer } from '../model/format';
import {
  CAMERAS,
  type DeskView,
  type Order,
  programme,
  type RulesOrder,
  timeOf,
  told,
} from '../model/production';
import { cameraName } from '../model/production-words';
import { abbrs } from '../model/words';
import { ask, Asking, gamePath, order, Refused, serverNow } from '../net/doors';
import { Following, GameFeed } from '../net/feed';
import { settings } from '../settings';
import { Ground } from './ground';
import './link-figure';
import { SHAPES } from './link-figure';
import './production/decision-log';
import './production/door';
import './production/on-air';
import type { OrderEvent } from './production/on-air';
import './production/rules-card';
import type { RulesEvent } from './production/rules-card';
import { deskStyles } from './production/styles';
import { scoreHead, scoreStyles } from './score-head';
import { shared } from './shared';

/** Where keys mean something else: in fields, and where a roll-back is asked about, which begins with R as well. */
const ELSEWHERE = 'input, textarea, select, rules-card';
/** What was ordered is looked for so long; then it is said that it was not seen. */
const SEEN_MS = 4000;
/** An order goes over the log: the desk shows it a moment later. */
const LOOKS_MS = [0, 120, 350, 800];

/** One production: what is on air and why, and the operator's hand on it. */
export class DeskPage extends LitElement {
  @property() game = '';
  @state() private pending: { order: Order; until: number } | null = null;
  /** What became of the last order. */
  @state() private said: { bad: boolean; text: string } | null = null;
  @state() private keys = true;
  private readonly desk = new Asking<DeskView>(this, () => ask(gamePath(this.game)));
  private readonly games = new Following<GameFeed>(this, null);
  private readonly ground = new Ground(this);
  private stop: (() => void) | null = null;

  static override styles = [
    shared,
    scoreStyles,
    deskStyles,
    css`
      .said {
        min-height: 1.4em;
        margin-block-start: 8px;
        font-size: var(--s1);
      }
      .said .mark {
        white-space: normal;
      }
      .bar {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 4px 16px;
      }
      .begin {
        min-height: 44px;
        padding-inline: 18px;
      }
      .counts .bar {
        margin-block-start: 10px;
      }
      .log {
        min-height: 260px;
      }
      @media (min-width: 900px) {
        .views {
          display: grid;
          gap: var(--gap);
          grid-template-columns: minmax(0, 11fr) minmax(0, 9fr);
          grid-template-areas: 'air log' 'rules log' 'counts log';
          grid-template-rows: auto auto 1fr;
        }
        .air {
          grid-area: air;
        }
        .rules {
          grid-area: rules;
        }
        .counts {
          grid-area: counts;
          align-self: start;
        }
        /* As tall as what stands beside it: it scrolls within. */
        .log {
          grid-area: log;
          contain: size layout paint;
          min-height: calc(100vh - 210px);
        }
      }
      @media (max-width: 899px) {
        .views {
          display: grid;
          gap: var(--gap);
          grid-template-columns: minmax(0, 1fr);
        }
        .log {
          height: 70vh;
        }
      }
    `,
  ];

  override connectedCallback(): void {
    super.connectedCallback();
    this.stop = settings.watch(() => this.requestUpdate());
    document.addEventListener('keydown', this.keyed);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.stop?.();
    document.removeEventListener('keydown', this.keyed);
  }

  override willUpdate(changed: Map<PropertyKey, unknown>): void {
    if (changed.has('game')) {
      this.games.feed = new GameFeed(this.game);
      this.desk.anew();
      this.pending = this.said = null;
    }
    const { value } = this.desk;
    if (!this.pending || !value) return;
    if (isDone(this.pending.order, value)) {
      this.said = { bad: false, text: `${orderText(this.pending.order)}: done.` };
      this.pending = null;
    } else if (Date.now() > this.pending.until) {
      this.said = {
        bad: true,
        text: `${orderText(this.pending.order)}: taken in, but not yet seen to be done.`,
      };
      this.pending = null;
    }
  }

  private readonly keyed = (event: KeyboardEvent): void => {
    if (!this.keys || event.repeat || event.ctrlKey || event.metaKey || event.altKey || !this.desk.value)
      return;
    const typing = event
      .composedPath()
      .some((n) => n instanceof HTMLElement && (n.isContentEditable || n.matches(ELSEWHERE)));
    if (typing) return;
    const digit = /^(?:Digit|Numpad)([1-7])$/.exec(event.code)?.[1];
    // A letter is the one that is written on the key; where keys bear other letters, the one at its place.
    const letter = /^[a-z]$/i.test(event.key)
      ? event.key.toLowerCase()
      : event.code.replace('Key', '').toLowerCase();
    const camera = digit ? CAMERAS[Number(digit) - 1] : undefined;
    if (camera) this.give({ order: 'take', camera });
    else if (letter === 'h') this.give({ order: 'hold' });
    else if (letter === 'r') this.give({ order: 'release' });
    else return;
    event.preventDefault();
  };

  private give(what: Order): void {
    this.pending = { order: what, until: Date.now() + SEEN_MS };
    void this.send('director', what, orderText(what));
  }

  private async send(door: string, what: Order | RulesOrder, text: string): Promise<void> {
    this.said = { bad: false, text: `${text}…` };
    try {
      await order(`${gamePath(this.game)}/${door}`, what);
      this.said = { bad: false, text: `${text}: ordered.` };
      for (const wait of LOOKS_MS) setTimeout(() => this.desk.now(), wait);
    } catch (error) {
      const why = error instanceof Refused ? error.detail : 'it could not be sent';
      this.pending = null;
      this.said = { bad: true, text: `${text}: not done, ${why}.` };
      if (error instanceof Refused && error.status === 401) this.desk.now();
    }
  }

  override render(): TemplateResult {
    const view = this.desk.value;
    const game = this.games.feed?.game ?? null;
    // Where nothing is produced, what is seen is the game alone.
    const link = (view || !game ? null : this.games.feed?.link) ?? this.desk.link;
    const name = game?.info ? `${abbrs(game.info).away} at ${abbrs(game.info).home}` : this.game;
    document.title = `Production, ${name} · matchday`;
    return html`<div class="page ${this.desk.stale ? 'gone' : ''}">
      ${
        game
          ? scoreHead(game, this.ground, link, settings.hides(game.id), 'production')
          : html`<div class="top">
              <h1 class="title">Production desk, ${this.game}</h1>
              <span class="push"><link-figure .link=${link}></link-figure></span>
            </div>`
      }
      ${
        this.desk.stale
          ? html`<p class="notice" role="status">
              The server does not answer. What you see is as it was; orders may not arrive. It goes on by
              itself.
            </p>`
          : nothing
      }
      ${
        view
          ? this.views(view)
          : html`<operator-door .trouble=${this.desk.trouble} what="The production desk">
              ${game && this.desk.trouble?.status === 404 ? this.begin() : nothing}
            </operator-door>`
      }
    </div>`;
  }

  /** A production begins with an order: to go on as it is changes nothing. */
  private begin(): TemplateResult {
    return html`<button
        class="begin"
        @click=${() => void this.send('director', { order: 'release' }, 'Begin')}
      >
        Begin the production
      </button>
      ${this.answer()}`;
  }

  private answer(): TemplateResult {
    const { said } = this;
    return html`<p class="said" role=${said?.bad ? 'alert' : 'status'}>
      ${said?.bad ? html`<span class="mark failed">${SHAPES.failed}<span>${said.text}</span></span>` : (said?.text ?? '')}
    </p>`;
  }

  private views(view: DeskView): TemplateResult {
    const now = timeOf(view, serverNow());
    return html`<div class="views">
      <section
        class="card air"
        aria-label="On air"
        @order=${(e: OrderEvent) => this.give(e.detail)}
        @keys-toggle=${() => {
          this.keys = !this.keys;
        }}
      >
        <on-air
          .view=${view}
          .programme=${programme(view, now)}
          .now=${now}
          .pending=${this.pending?.order ?? null}
          ?keys=${this.keys}
        ></on-air>
        ${this.answer()}
      </section>
      <section class="card log" aria-label="Decisions">
        <decision-log .told=${told(view.recent)} .rate=${view.frame_rate}></decision-log>
      </section>
      <section
        class="card rules"
        aria-label="Rules in force"
        @rules-order=${(e: RulesEvent) => void this.send('rules', e.detail, rulesText(e.detail))}
      >
        <rules-card .view=${view}></rules-card>
      </section>
      <section class="card counts" aria-label="Counters">
        <dl class="figures">
          ${figure('Facts taken in', view.rows)} ${figure('Conditions evaluated', view.evaluated)}
          ${figure('Rules fired', view.fired)} ${figure('Held back', view.held_back)}
        </dl>
        <p class="bar muted">
          <bdi dir="ltr">${view.frame_rate} frames/s</bdi>
          <a href="/production">All productions</a>
          <a href="/rules">All rules</a>
        </p>
      </section>
    </div>`;
  }
}

const figure = (name: string, value: number): TemplateResult =>
  html`<div>
    <dt>${name}</dt>
    <dd>${integer(value)}</dd>
  </div>`;

function isDone(what: Order, view: DeskView): boolean {
  if (what.order === 'take')
    return view.held && programme(view, timeOf(view, serverNow())).shot.camera === what.camera;
  return view.held === (what.order === 'hold');
}

function orderText(what: Order): string {
  if (what.order === 'take') return `Take ${cameraName(what.camera).toLowerCase()}`;
  return what.order === 'hold' ? 'Hold' : 'Release';
}

const rulesText = (what: RulesOrder): string =>
  what.order === 'roll_back' ? 'Roll back' : `Use set ${what.set.slice(0, 8)}`;

customElements.define('md-desk', DeskPage);
