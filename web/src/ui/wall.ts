import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { state } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import { integer } from '../model/format';
import { Attention, neutralOrder, orderGames, wallGroup } from '../model/order';
import type { GameCard } from '../model/types';
import { BoardFeed, Following } from '../net/feed';
import { reducedMotion, settings } from '../settings';
import './link-figure';
import { judge } from './link-figure';
import { shared } from './shared';
import './tile';

/** The wall is put in order no more often than this, and never under a pointer, a focus or a finger. */
const REORDER_MS = 5000;
/** A finger that moved the wall or rested on it holds the order for as long. */
const TOUCHED_MS = 6000;
const FINE_POINTER = matchMedia('(hover: hover)');
const TOUCHES = ['scroll', 'touchstart', 'touchmove'] as const;
const DEMO = 'matchday demo';

/** Where should I look now? All games, by leverage. */
export class Wall extends LitElement {
  @state() private copied = false;
  private readonly following = new Following(this, new BoardFeed());
  private order: string[] = [];
  private cards: GameCard[] = [];
  private ordered_at = 0;
  private touched_at = Number.NEGATIVE_INFINITY;
  private readonly attention = new Attention();
  private stop: (() => void) | null = null;
  private places = new Map<string, DOMRect>();

  static override styles = [
    shared,
    css`
      .bar {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 4px 16px;
        min-height: 32px;
        margin-block-end: 8px;
        color: var(--muted);
        font-size: var(--s1);
      }
      .bar h1 {
        font-size: var(--s1);
        font-weight: 600;
        color: var(--text);
      }
      .bar link-figure {
        margin-inline-start: auto;
      }
      .grid {
        display: grid;
        grid-template-columns: repeat(auto-fill, minmax(min(100%, 300px), 1fr));
        grid-auto-rows: minmax(172px, auto);
        gap: var(--gap);
        padding: 0;
        margin: 0;
        list-style: none;
        /* Else the browser scrolls along with a tile that changes its place. */
        overflow-anchor: none;
        transition:
          filter 0.3s,
          opacity 0.3s;
      }
      .grid.away {
        filter: grayscale(0.85);
        opacity: 0.7;
      }
      li {
        display: grid;
      }
      @media (min-width: 1000px) {
        .grid:not(.even) li:first-child {
          grid-column: span 2;
          grid-row: span 2;
        }
      }
      @media (min-width: 1700px) {
        .grid {
          grid-template-columns: repeat(4, 1fr);
          grid-auto-rows: minmax(172px, 1fr);
          min-height: calc(100vh - 130px);
        }
        .grid.few {
          min-height: 0;
          grid-auto-rows: 220px;
        }
      }
      @media (max-width: 600px) {
        .how {
          display: none;
        }
        .grid {
          grid-auto-rows: minmax(138px, auto);
        }
      }
      .empty {
        max-width: 480px;
        margin: 0 auto;
        padding-block: 14vh;
        text-align: center;
        color: var(--muted);
      }
      .empty h1 {
        font-size: var(--s3);
        font-weight: 600;
        color: var(--text);
        margin-block: 20px 8px;
      }
      .empty code {
        display: inline-block;
        font-family: ui-monospace, 'Cascadia Mono', 'Liberation Mono', monospace;
        background: var(--surface);
        border: 1px solid var(--line);
        border-radius: 6px;
        padding: 7px 14px;
        margin: 20px 4px 16px 0;
        color: var(--text);
      }
      .empty svg {
        width: 220px;
      }
      @media (prefers-reduced-motion: reduce) {
        .grid {
          transition: none;
        }
      }
    `,
  ];

  override connectedCallback(): void {
    super.connectedCallback();
    this.stop = settings.watch(() => {
      this.order = [];
      this.requestUpdate();
    });
    document.title = 'matchday';
    for (const kind of TOUCHES) addEventListener(kind, this.touched, { passive: true });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.stop?.();
    for (const kind of TOUCHES) removeEventListener(kind, this.touched);
  }

  private readonly touched = (): void => {
    this.touched_at = performance.now();
  };

  private sorted(games: Map<string, GameCard>): GameCard[] {
    const cards = [...games.values()];
    const known = this.order.length === cards.length && this.order.every((id) => games.has(id));
    const now = performance.now();
    const held =
      // A touch leaves `:hover` behind where it was: the finger says for itself that it is there.
      (FINE_POINTER.matches && this.matches(':hover')) ||
      this.shadowRoot?.activeElement != null ||
      now - this.touched_at < TOUCHED_MS;
    this.attention.note(cards, now);
    if (!known || (!held && now - this.ordered_at > REORDER_MS)) {
      this.order = settings.spoilersHidden
        ? neutralOrder(cards)
        : orderGames(cards, this.order, this.attention.of);
      this.ordered_at = now;
    }
    return this.order.map((id) => games.get(id)!);
  }

  override willUpdate(): void {
    const { games } = this.following.feed!;
    const before = this.order;
    this.cards = games && games.size > 0 ? this.sorted(games) : [];
    this.places.clear();
    // Places are measured only when tiles are about to move: most updates change a tile in its place.
    if (this.order.every((id, i) => id === before[i])) return;
    this.places = new Map(
      [...this.renderRoot.querySelectorAll<HTMLElement>('li')].map((li) => [
        li.dataset.id!,
        li.getBoundingClientRect(),
      ]),
    );
  }

  /** Tiles that changed places slide there. */
  override updated(): void {
    if (reducedMotion() || this.places.size === 0) return;
    for (const li of this.renderRoot.querySelectorAll<HTMLElement>('li')) {
      const from = this.places.get(li.dataset.id!);
      if (!from) continue;
      const to = li.getBoundingClientRect();
      const [dx, dy] = [from.left - to.left, from.top - to.top];
      if (Math.abs(dx) + Math.abs(dy) < 2 || li.getAnimations().length > 0) continue;
      li.animate([{ transform: `translate(${dx}px, ${dy}px)` }, { transform: 'none' }], {
        duration: 420,
        easing: 'cubic-bezier(.2,.7,.2,1)',
      });
    }
  }

  override render(): TemplateResult {
    const feed = this.following.feed!;
    const { games, link } = feed;
    if (!games) return this.waiting(link.retry_at !== null, link.state === 'offline');
    if (games.size === 0) return this.empty();
    const { cards } = this;
    const count = (group: string): number => cards.filter((c) => wallGroup(c) === group).length;
    const away = judge(link, Date.now()).state;
    const figures = [
      [count('live'), 'live'],
      [count('scheduled'), 'to come'],
      [count('final'), 'final'],
    ].filter(([n]) => n !== 0);
    const over = count('final') === cards.length;
    return html`
      <div class="bar">
        <h1>${integer(cards.length)} ${cards.length === 1 ? 'game' : 'games'}</h1>
        <span>${figures.map(([n, word]) => `${integer(n as number)} ${word}`).join(' · ')}</span>
        ${
          over
            ? ''
            : html`<span
                class="how"
                title=${settings.spoilersHidden ? nothing : 'What the next plays can change, felt over ten seconds: a game moves up when it stays decisive'}
                >${settings.spoilersHidden ? 'by kick-off' : 'by leverage'}</span
              >`
        }
        ${over ? html`<a href="/report">All games are over: see the report</a>` : ''}
        <link-figure .link=${link} ?over=${over}></link-figure>
      </div>
      <ul
        class="grid ${away === 'stale' || away === 'failed' ? 'away' : ''} ${cards.length < 9 ? 'few' : ''} ${settings.spoilersHidden || over ? 'even' : ''}"
        @keydown=${this.keyed}
      >
        ${repeat(
          cards,
          (card) => card.id,
          (card, i) =>
            html`<li data-id=${card.id}>
              <game-tile .card=${card} ?lead=${i === 0 && !settings.spoilersHidden && !over}></game-tile>
            </li>`,
        )}
      </ul>
    `;
  }

  /** The arrow keys go from tile to tile as they lie on the screen. */
  private keyed(event: KeyboardEvent): void {
    const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    const tiles = [...this.renderRoot.querySelectorAll('game-tile')];
    const from = tiles.find((t) => t === this.shadowRoot?.activeElement);
    if (!step || !from) return;
    const middle = (el: Element): [number, number] => {
      const box = el.getBoundingClientRect();
      return [box.left + box.width / 2, box.top + box.height / 2];
    };
    const [x, y] = middle(from);
    const [sx, sy] = step as [number, number];
    let best: { tile: Element; cost: number } | null = null;
    for (const tile of tiles) {
      if (tile === from) continue;
      const [tx, ty] = middle(tile);
      const along = (tx - x) * sx + (ty - y) * sy;
      const across = Math.abs((tx - x) * sy) + Math.abs((ty - y) * sx);
      if (along < 20 || across > along * 1.2) continue;
      const cost = along + across * 2;
      if (!best || cost < best.cost) best = { tile, cost };
    }
    if (!best) return;
    event.preventDefault();
    (best.tile as HTMLElement).focus();
  }

  private waiting(trying: boolean, offline: boolean): TemplateResult {
    return html`<div class="empty" role="status">
      <h1>${offline ? 'You are offline' : trying ? 'The server does not answer' : 'Connecting…'}</h1>
      ${
        offline
          ? html`<p>The games appear as soon as there is a network again.</p>`
          : trying
            ? html`<p>Start it with the command below. This page connects by itself.</p>
                <code>${DEMO}</code>`
            : ''
      }
    </div>`;
  }

  private empty(): TemplateResult {
    return html`<div class="empty">
      <svg viewBox="0 0 220 80" aria-hidden="true">
        <path d="M0 40h220" stroke="var(--line)" stroke-width="2"></path>
        <path
          d="M0 40 24 32l20 10 26-24 22 30 20-10 24 26 22-40 20 12 22-18 20-8"
          fill="none"
          stroke="var(--mark)"
          stroke-width="3"
          stroke-linejoin="round"
          stroke-linecap="round"
        ></path>
      </svg>
      <h1>No games yet</h1>
      <p>Games appear here when a feed brings them. To see sixteen at once, run the demo:</p>
      <code>${DEMO}</code>
      <button
        @click=${async () => {
          await navigator.clipboard.writeText(DEMO);
          this.copied = true;
        }}
      >
        ${this.copied ? 'Copied' : 'Copy'}
      </button>
      <p>Or connect a feed in <b>matchday.toml</b> and start <b>matchday serve</b>.</p>
    </div>`;
  }
}

customElements.define('md-wall', Wall);
