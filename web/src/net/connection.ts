import type { Message } from '../model/types';
import { ServerClock } from './clock';

/**
 * Where a connection stands. `live`: what is held is current. `stale`: what is held was current and is kept
 * while we reconnect. `offline`: the browser has no network. `unknown`: the server knows no such channel.
 */
export type LinkState = 'connecting' | 'live' | 'stale' | 'offline' | 'unknown';

export interface Link {
  state: LinkState;
  transport: 'ws' | 'sse';
  /** Milliseconds from the server's receiving a signal to our having its update, at the last update. */
  delay_ms: number | null;
  /** Our clock when we last heard anything. */
  heard_at: number | null;
  /** Our clock when the next attempt is due. */
  retry_at: number | null;
}

/** The parts of a browser that a connection needs, so that tests can hand in their own. */
export interface Surroundings {
  webSocket(url: string): WebSocket;
  eventSource(url: string): EventSource;
  now(): number;
  random(): number;
  later(run: () => void, ms: number): () => void;
  online(): boolean;
}

export const browser: Surroundings = {
  webSocket: (url) => new WebSocket(url),
  eventSource: (url) => new EventSource(url),
  now: () => Date.now(),
  random: () => Math.random(),
  later: (run, ms) => {
    const id = setTimeout(run, ms);
    return () => clearTimeout(id);
  },
  online: () => navigator.onLine,
};

export interface Handlers<S, U> {
  snapshot(message: Message<S>): void;
  update(message: Message<U>): void;
  link(link: Link): void;
}

const PING_MS = 2000;
/** Silence after which what is held is called stale, and after which the socket is given up. */
const STALE_MS = 6000;
const DEAD_MS = 12_000;
const BACKOFF_CAP_MS = 15_000;
const ADVICE_CAP_MS = 30_000;
const POLICY_VIOLATION = 1008;

/**
 * Keeps one channel of the gateway in step: a WebSocket, or Server-Sent Events where sockets do not get
 * through. After a break it resumes at the update it holds; where the server cannot, or a number is missing,
 * it takes a snapshot. Attempts are spread by full jitter, so that a restarted server is not met by everyone
 * at once.
 */
export class Connection<S, U> {
  readonly clock = new ServerClock();
  private seq = 0;
  private epoch = '';
  private socket: WebSocket | null = null;
  private stream: EventSource | null = null;
  private attempt = 0;
  /** WebSockets in a row that never opened: a proxy that eats them makes us try the other way. */
  private neverOpened = 0;
  private cancelRetry: (() => void) | null = null;
  private cancelBeat: (() => void) | null = null;
  private closed = false;
  private asked = false;
  private link: Link = {
    state: 'connecting',
    transport: 'ws',
    delay_ms: null,
    heard_at: null,
    retry_at: null,
  };

  constructor(
    /** `''` for the scoreboard, `/<game id>` for a game. */
    private readonly path: string,
    private readonly handlers: Handlers<S, U>,
    private readonly world: Surroundings = browser,
    private readonly origin: string = location.origin,
  ) {}

  open(): void {
    this.closed = false;
    this.connect();
  }

  close(): void {
    this.closed = true;
    this.drop();
    this.cancelRetry?.();
    this.cancelRetry = null;
  }

  /** Tries at once, as when the network has come back or the page is looked at again. */
  nudge(): void {
    if (this.closed || this.link.state === 'unknown') return;
    if (!this.world.online()) {
      this.setLink({ state: 'offline' });
      return;
    }
    if (this.socket || this.stream) {
      this.beat();
      return;
    }
    this.cancelRetry?.();
    this.attempt = 0;
    this.connect();
  }

  private connect(): void {
    this.cancelRetry = null;
    const resume = this.epoch ? `?seq=${this.seq}&epoch=${encodeURIComponent(this.epoch)}` : '';
    const transport = this.neverOpened >= 2 && this.neverOpened % 4 !== 0 ? 'sse' : 'ws';
    this.asked = false;
    this.setLink({ transport, retry_at: null });
    try {
      if (transport === 'ws') this.connectSocket(resume);
      else this.connectStream(resume);
    } catch {
      this.broken();
    }
  }

  private connectSocket(resume: string): void {
    const url = `${this.origin.replace(/^http/, 'ws')}/ws${this.path}${resume}`;
    const socket = this.world.webSocket(url);
    this.socket = socket;
    let opened = false;
    socket.onopen = () => {
      opened = true;
      this.neverOpened = 0;
      this.heard();
      this.beat();
    };
    socket.onmessage = (event) => this.receive(event.data);
    socket.onclose = (event) => {
      if (this.socket !== socket) return;
      this.socket = null;
      if (event.code === POLICY_VIOLATION) {
        this.drop();
        this.setLink({ state: 'unknown' });
        return;
      }
      if (!opened) this.neverOpened += 1;
      const advised = /reconnect_ms=(\d+)/.exec(event.reason ?? '')?.[1];
      this.broken(advised === undefined ? undefined : Math.min(ADVICE_CAP_MS, Number(advised)));
    };
  }

  private connectStream(resume: string): void {
    const stream = this.world.eventSource(`${this.origin}/sse${this.path}${resume}`);
    this.stream = stream;
    const take = (event: MessageEvent): void => this.receive(event.data);
    stream.onmessage = take;
    stream.addEventListener('snapshot', take);
    stream.addEventListener('update', take);
    stream.addEventListener('resumed', take);
    stream.onopen = () => this.heard();
    stream.onerror = () => {
      if (this.stream !== stream) return;
      this.neverOpened += 1;
      this.broken();
    };
  }

  private receive(text: unknown): void {
    let message: unknown;
    try {
      message = JSON.parse(String(text));
    } catch {
      // Half a message cannot be used; a missing number is noticed at the next one.
      return;
    }
    if (typeof message !== 'object' || message === null) return;
    const { type } = message as { type?: string };
    if (type === 'resumed') {
      this.caughtUp(null);
    } else if (type === 'pong') {
      const pong = message as { t?: number; server_ms?: number };
      if (typeof pong.t === 'number' && typeof pong.server_ms === 'number') {
        this.clock.sample(pong.t, this.world.now(), pong.server_ms);
      }
      this.heard();
    } else if (type === 'snapshot') {
      this.takeSnapshot(message as Message<S>);
    } else if (type === 'update') {
      this.takeUpdate(message as Message<U>);
    }
  }

  private takeSnapshot(message: Message<S>): void {
    this.seq = message.seq;
    this.epoch = message.epoch;
    this.asked = false;
    this.handlers.snapshot(message);
    this.caughtUp(null);
  }

  private takeUpdate(message: Message<U>): void {
    if (message.epoch !== this.epoch || message.seq > this.seq + 1) {
      this.askSnapshot();
      return;
    }
    if (message.seq <= this.seq) return;
    this.seq = message.seq;
    this.handlers.update(message);
    this.caughtUp(message.at_ms);
  }

  /** A number is missing: everything is sent for again, once. */
  private askSnapshot(): void {
    if (this.asked) return;
    this.asked = true;
    if (this.socket) this.socket.send(JSON.stringify({ type: 'request_snapshot' }));
    else {
      this.epoch = '';
      this.drop();
      this.connect();
    }
  }

  private caughtUp(at_ms: number | null): void {
    this.attempt = 0;
    const now = this.world.now();
    const delay = at_ms === null ? this.link.delay_ms : Math.max(0, now + this.clock.offset - at_ms);
    this.setLink({ state: 'live', delay_ms: delay, heard_at: now });
  }

  private heard(): void {
    const held = this.epoch !== '';
    this.setLink({ heard_at: this.world.now(), ...(held ? { state: 'live' as const } : {}) });
  }

  /** Asks for a sign of life, and judges the last one. */
  private beat(): void {
    this.cancelBeat?.();
    if (!this.socket) return;
    const silent = this.world.now() - (this.link.heard_at ?? this.world.now());
    if (silent > DEAD_MS) {
      this.broken();
      return;
    }
    if (silent > STALE_MS) this.setLink({ state: 'stale' });
    if (this.socket.readyState === 1) {
      this.socket.send(JSON.stringify({ type: 'ping', t: this.world.now() }));
    }
    this.cancelBeat = this.world.later(() => this.beat(), PING_MS);
  }

  private drop(): void {
    this.cancelBeat?.();
    this.cancelBeat = null;
    const { socket, stream } = this;
    this.socket = null;
    this.stream = null;
    if (socket) {
      socket.onclose = null;
      socket.onmessage = null;
      socket.close();
    }
    stream?.close();
  }

  /** Tries again after a wait: the server's advice as it goes down, which it spreads itself, or our own. */
  private broken(advised?: number): void {
    this.drop();
    if (this.closed) return;
    const ceiling = Math.min(BACKOFF_CAP_MS, 500 * 2 ** this.attempt);
    this.attempt += 1;
    const wait = advised ?? 100 + this.world.random() * ceiling;
    const offline = !this.world.online();
    this.setLink({
      state: offline ? 'offline' : this.epoch ? 'stale' : 'connecting',
      retry_at: this.world.now() + wait,
    });
    this.cancelRetry?.();
    this.cancelRetry = this.world.later(() => this.connect(), wait);
  }

  private setLink(change: Partial<Link>): void {
    this.link = { ...this.link, ...change };
    this.handlers.link(this.link);
  }
}
