import { css, html, LitElement, type TemplateResult } from 'lit';
import type { GraphicsAPI, GraphicsManifest } from 'ograf';
import type { GraphicsCommand, OnAir, SituationOrder } from '../model/types';
import { Connection } from '../net/connection';
import { GameFeed } from '../net/feed';
import { reducedMotion } from '../settings';
import type { DecisionData } from './data';
import { changeOf, commandsOf, decision, situation, winProbability } from './drive';

type Graphic = HTMLElement & GraphicsAPI.Graphic;
const NAMES = ['win-probability', 'key-play', 'situation', 'decision'] as const;
type Name = (typeof NAMES)[number];

/** A game clock that stands still on air is wrong: after this silence the graphics go. */
const SILENCE_MS = 20_000;

/**
 * A transparent page for OBS, vMix or CasparCG that renders our OGraf graphics: it reads each manifest, loads
 * the module it names, and calls its actions.
 *
 * What is shown follows the commands that the guard let through. Where the server sends none, win
 * probability, situation and decision follow the game itself; a key play is only ever shown on command.
 */
export class Overlay extends LitElement {
  private readonly graphics = new Map<Name, Graphic>();
  private feed: GameFeed | null = null;
  private channel: Connection<OnAir, GraphicsCommand> | null = null;
  /** Commands that came before the graphics were there to take them. */
  private waiting: GraphicsCommand[] = [];
  private commanded = false;
  private spot: SituationOrder | null = null;
  private ready = false;
  private timer = 0;
  private onAir = false;
  private problem = '';

  static override styles = css`
    :host {
      position: fixed;
      inset: 0;
      overflow: hidden;
    }
    p {
      position: absolute;
      left: 5%;
      bottom: 5%;
      margin: 0;
      padding: 12px 16px;
      border-radius: 8px;
      background: #10141a;
      color: #f3f5f7;
      font: 400 20px/1.4 var(--font);
    }
  `;

  override connectedCallback(): void {
    super.connectedCallback();
    const query = new URLSearchParams(location.search);
    const game = query.get('game');
    const wanted = (query.get('show') ?? NAMES.join()).split(',').map((s) => s.trim());
    const names = NAMES.filter((n) => wanted.includes(n));
    document.title = 'matchday overlay';
    if (!game || names.length === 0) {
      this.problem = `Add ?game=<id> to the address, and show= with any of ${NAMES.join(', ')}.`;
      return;
    }
    this.feed = new GameFeed(game);
    this.feed.addEventListener('change', this.changed);
    this.feed.follow();
    this.listen(game);
    this.timer = window.setInterval(() => this.watch(), 1000);
    void this.updateComplete.then(() => this.start(names));
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearInterval(this.timer);
    this.channel?.close();
    this.feed?.removeEventListener('change', this.changed);
    this.feed?.leave();
    for (const graphic of this.graphics.values()) void graphic.dispose({});
  }

  override render(): TemplateResult {
    return this.problem ? html`<p role="alert">${this.problem}</p>` : html`<div id="stage"></div>`;
  }

  private async start(names: readonly Name[]): Promise<void> {
    const stage = this.renderRoot.querySelector('#stage');
    if (!stage) return;
    for (const name of names) {
      try {
        const graphic = await make(name);
        stage.append(graphic);
        await graphic.load({
          renderType: 'realtime',
          renderCharacteristics: { resolution: { width: innerWidth, height: innerHeight } },
        });
        this.graphics.set(name, graphic);
      } catch (error) {
        // One graphic that cannot be loaded takes no other off the air.
        console.error(`graphic ${name} could not be loaded`, error);
      }
    }
    this.ready = true;
    this.follow();
    for (const order of this.waiting.splice(0)) this.obey(order);
  }

  private readonly changed = (): void => {
    if (this.feed?.link.state === 'unknown') {
      this.problem = `No game ${this.feed.id} on this server.`;
      this.requestUpdate();
    }
    if (!this.commanded) this.follow();
  };

  /** Takes win probability and situation from the game itself. */
  private follow(): void {
    const game = this.feed?.game;
    if (!game || !this.ready) return;
    void this.graphics.get('win-probability')?.updateAction({ data: winProbability(game) });
    void this.graphics.get('situation')?.updateAction({ data: situation(game) });
    this.decide(decision(game));
    this.show();
  }

  /** Shows what is to be decided, and takes it off once it is. */
  private decide(data: DecisionData | null): void {
    const graphic = this.graphics.get('decision');
    if (!graphic) return;
    const skipAnimation = reducedMotion();
    if (!data) void graphic.stopAction({ skipAnimation });
    else void graphic.updateAction({ data }).then(() => graphic.playAction({ goto: 0, skipAnimation }));
  }

  private show(): void {
    if (this.onAir) return;
    this.onAir = true;
    const skipAnimation = reducedMotion();
    void this.graphics.get('win-probability')?.playAction({ skipAnimation });
    void this.graphics.get('situation')?.playAction({ skipAnimation });
  }

  private listen(game: string): void {
    const channel = new Connection<OnAir, GraphicsCommand>(`/graphics/${encodeURIComponent(game)}`, {
      snapshot: ({ data }) => {
        for (const order of commandsOf(data, Date.now() + channel.clock.offset)) this.obey(order);
      },
      update: ({ data }) => this.obey(data),
      // Without a graphics channel the game itself is followed.
      link: ({ state }) => {
        if (state === 'unknown') this.commanded = false;
      },
    });
    this.channel = channel;
    channel.open();
  }

  private obey(order: GraphicsCommand): void {
    if (!this.ready) {
      this.waiting.push(order);
      return;
    }
    if (order?.command === 'UPDATE_SITUATION') this.spot = order.data;
    const change = changeOf(order, this.feed?.game ?? null, this.spot);
    if (change?.graphic === 'decision') {
      this.commanded = true;
      this.decide(change.data);
      return;
    }
    const graphic = change && this.graphics.get(change.graphic);
    if (!graphic) return;
    if (change.graphic !== 'key-play') {
      this.commanded = true;
      void graphic.updateAction({ data: change.data });
      this.show();
      return;
    }
    void graphic
      .updateAction({ data: change.data })
      .then(() => graphic.playAction({ skipAnimation: reducedMotion() }));
  }

  private watch(): void {
    const heard = this.feed?.link.heard_at;
    if (!this.onAir || heard == null) return;
    if (Date.now() - heard < SILENCE_MS) return;
    this.onAir = false;
    for (const graphic of this.graphics.values()) void graphic.stopAction({});
    // When the connection is back, the first change of the feed brings them on again.
    this.commanded = false;
  }
}

/** Makes a graphic as any OGraf renderer does: manifest, module, element. */
async function make(name: Name): Promise<Graphic> {
  const folder = new URL(`/graphics/${name}/`, location.origin);
  const response = await fetch(new URL(`${name}.ograf.json`, folder));
  if (!response.ok) throw new Error(`manifest answered ${response.status}`);
  const manifest = (await response.json()) as GraphicsManifest;
  const module = (await import(/* @vite-ignore */ new URL(manifest.main, folder).href)) as {
    default: new () => Graphic;
  };
  const tag = `ograf-${name}`;
  if (!customElements.get(tag)) customElements.define(tag, module.default);
  return document.createElement(tag) as Graphic;
}

customElements.define('md-overlay', Overlay);
