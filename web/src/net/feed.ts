import type { ReactiveController, ReactiveControllerHost } from 'lit';
import { applyCards, applyUpdate } from '../model/apply';
import { completeSnapshot } from '../model/sport';
import type { GameCard, Scoreboard, Snapshot, Update } from '../model/types';
import { Connection, type Link } from './connection';

/** Something that follows a channel of the gateway and tells when it changed, at most once a frame. */
export abstract class Feed extends EventTarget {
  link: Link = { state: 'connecting', transport: 'ws', delay_ms: null, heard_at: null, retry_at: null };
  private due = false;
  /** Milliseconds to gather changes for; 0 tells at the next frame. */
  protected readonly pace_ms: number = 0;
  private users = 0;
  protected abstract readonly connection: Pick<
    Connection<unknown, unknown>,
    'open' | 'close' | 'nudge' | 'clock'
  >;
  private readonly wake = (): void => this.connection.nudge();
  private readonly look = (): void => {
    if (document.visibilityState === 'visible') this.connection.nudge();
  };

  /** One more view follows this feed; the first opens the connection. */
  follow(): void {
    if (this.users++ > 0) return;
    addEventListener('online', this.wake);
    addEventListener('offline', this.wake);
    document.addEventListener('visibilitychange', this.look);
    this.connection.open();
  }

  /** One view less; the last closes the connection. */
  leave(): void {
    if (--this.users > 0) return;
    removeEventListener('online', this.wake);
    removeEventListener('offline', this.wake);
    document.removeEventListener('visibilitychange', this.look);
    this.connection.close();
  }

  get clockOffset(): number {
    return this.connection.clock.offset;
  }

  protected changed(): void {
    if (this.due) return;
    this.due = true;
    let frame = 0;
    let timer = 0;
    const tell = (): void => {
      this.due = false;
      // The other of the two would cut the next round short.
      cancelAnimationFrame(frame);
      clearTimeout(timer);
      this.dispatchEvent(new Event('change'));
    };
    // A page in the background gets no frames: a timer sees to it that it stays in step all the same.
    if (this.pace_ms === 0) frame = requestAnimationFrame(tell);
    timer = window.setTimeout(tell, this.pace_ms || 250);
  }
}

/** All games. */
export class BoardFeed extends Feed {
  /** `null` until the first snapshot. */
  games: Map<string, GameCard> | null = null;
  /** On a Sunday of sixteen games something happens all the time; eight pictures a second are enough. */
  protected override readonly pace_ms = 120;
  protected readonly connection = new Connection<Scoreboard, Scoreboard>('', {
    snapshot: ({ data }) => {
      this.games = applyCards(new Map(), data);
      this.changed();
    },
    update: ({ data }) => {
      this.games = applyCards(this.games ?? new Map(), data);
      this.changed();
    },
    link: (link) => {
      this.link = link;
      this.changed();
    },
  });
}

/** One game. */
export class GameFeed extends Feed {
  /** `null` until the first snapshot. */
  game: Snapshot | null = null;
  protected readonly connection: Connection<Snapshot, Update>;

  constructor(readonly id: string) {
    super();
    this.connection = new Connection<Snapshot, Update>(`/${encodeURIComponent(id)}`, {
      snapshot: ({ data }) => {
        this.game = completeSnapshot(data);
        this.changed();
      },
      update: ({ data }) => {
        if (this.game) this.game = applyUpdate(this.game, data);
        this.changed();
      },
      link: (link) => {
        this.link = link;
        this.changed();
      },
    });
  }
}

/** Ties a feed to an element: follows it while the element is in the page, and renders when it changed. */
export class Following<F extends Feed> implements ReactiveController {
  private connected = false;
  private readonly changed = (): void => this.host.requestUpdate();

  constructor(
    private readonly host: ReactiveControllerHost,
    private current: F | null,
  ) {
    host.addController(this);
  }

  get feed(): F | null {
    return this.current;
  }

  /** Follows another feed, or none. */
  set feed(feed: F | null) {
    if (feed === this.current) return;
    if (this.connected) this.detach();
    this.current = feed;
    if (this.connected) this.attach();
    this.host.requestUpdate();
  }

  hostConnected(): void {
    this.connected = true;
    this.attach();
  }

  hostDisconnected(): void {
    this.connected = false;
    this.detach();
  }

  private attach(): void {
    this.current?.addEventListener('change', this.changed);
    this.current?.follow();
  }

  private detach(): void {
    this.current?.removeEventListener('change', this.changed);
    this.current?.leave();
  }
}
