import type { ReactiveController, ReactiveControllerHost } from 'lit';
import type { Link } from './connection';
import { operator } from './operator';

/** An answer that is no success: `status` 0 where none came. `detail` is the server's own word. */
export class Refused extends Error {
  constructor(
    readonly status: number,
    readonly detail: string,
  ) {
    super(`${status}: ${detail}`);
  }
}

const ROOT = '/api/v1/production';
const TIMEOUT_MS = 8000;

/** How far the server's clock is from ours by its own answers, in milliseconds; they tell whole seconds. */
let offset_ms = 0;

/** The server's time, in microseconds. */
export const serverNow = (): number => (Date.now() + offset_ms) * 1000;

async function knock(path: string, init: RequestInit = {}): Promise<Response> {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), TIMEOUT_MS);
  const headers = new Headers(init.headers);
  try {
    // A header is made of bytes.
    const bytes = String.fromCharCode(...new TextEncoder().encode(operator.token ?? ''));
    headers.set('authorization', `Bearer ${bytes}`);
  } catch {
    throw new Refused(401, 'the token cannot be sent');
  }
  let response: Response;
  try {
    response = await fetch(ROOT + path, { ...init, headers, cache: 'no-store', signal: stop.signal });
  } catch {
    throw new Refused(0, 'the server does not answer');
  } finally {
    clearTimeout(timer);
  }
  const date = Date.parse(response.headers.get('date') ?? '');
  if (Number.isFinite(date)) {
    const apart = date + 500 - Date.now();
    offset_ms = Math.abs(apart) < 2000 ? 0 : apart;
  }
  if (response.ok) return response;
  throw new Refused(response.status, await detailOf(response));
}

async function detailOf(response: Response): Promise<string> {
  try {
    const { detail } = (await response.json()) as { detail?: unknown };
    if (typeof detail === 'string') return detail;
  } catch {
    // What stands between us and the server may answer with a page of its own.
  }
  return response.statusText || `the server answered ${response.status}`;
}

export const ask = async <T>(path: string): Promise<T> => (await (await knock(path)).json()) as T;

/** A page of the server's, as text; `null` where there is none. */
export async function askPage(path: string): Promise<string | null> {
  try {
    return await (await knock(path)).text();
  } catch {
    return null;
  }
}

export async function order(path: string, body: object): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  await knock(path, { method: 'POST', headers, body: JSON.stringify(body) });
}

/** The address of what belongs to a game. */
export const gamePath = (game: string): string => `/games/${encodeURIComponent(game)}`;

const POLL_MS = 1000;
const SLOWEST_MS = 15_000;
/** What is held is called stale after this many rounds without an answer. */
const STALE_AFTER = 2;

/** Asks again and again while the page is seen, more seldom while it fails, and renders its host. */
export class Asking<T> implements ReactiveController {
  /** The newest answer; it stays while the server is away. */
  value: T | null = null;
  /** Why there was none the last time. */
  trouble: Refused | null = null;
  private failures = 0;
  private heard_at: number | null = null;
  private retry_at: number | null = null;
  private took_ms: number | null = null;
  private timer = 0;
  private round = 0;
  private connected = false;
  private unwatch: (() => void) | null = null;

  constructor(
    private readonly host: ReactiveControllerHost,
    private readonly what: () => Promise<T>,
    /** Milliseconds between an answer and the next question. */
    public every_ms = POLL_MS,
  ) {
    host.addController(this);
  }

  hostConnected(): void {
    this.connected = true;
    document.addEventListener('visibilitychange', this.look);
    addEventListener('online', this.look);
    this.unwatch = operator.watch(() => this.now());
    this.now();
  }

  hostDisconnected(): void {
    this.connected = false;
    document.removeEventListener('visibilitychange', this.look);
    removeEventListener('online', this.look);
    this.unwatch?.();
    clearTimeout(this.timer);
    this.round += 1;
  }

  private readonly look = (): void => {
    if (document.visibilityState === 'visible') this.now();
  };

  /** Forgets what is held: it was another game's. */
  anew(): void {
    this.value = this.trouble = this.heard_at = null;
    if (this.connected) this.now();
  }

  /** Asks at once, and goes on from there. */
  now(): void {
    clearTimeout(this.timer);
    if (!this.connected) return;
    this.round += 1;
    void this.go(this.round);
  }

  private async go(round: number): Promise<void> {
    const began = Date.now();
    let value: T | null = null;
    let trouble: Refused | null = null;
    if (operator.token === null) {
      trouble = new Refused(401, '');
    } else {
      try {
        value = await this.what();
      } catch (error) {
        trouble = error instanceof Refused ? error : new Refused(0, 'the answer could not be read');
      }
    }
    if (round !== this.round) return;
    this.trouble = trouble;
    if (trouble) {
      this.failures += 1;
      // What a token no longer opens, or a game no longer has, is not shown on.
      if ([401, 403, 404].includes(trouble.status)) this.value = null;
    } else {
      this.failures = 0;
      this.value = value;
      this.heard_at = Date.now();
      this.took_ms = this.heard_at - began;
    }
    this.next();
    this.host.requestUpdate();
  }

  private next(): void {
    this.retry_at = null;
    // A token that does not open is no use a second time; a hidden page asks when it is seen again.
    if (this.trouble?.status === 401 || document.visibilityState === 'hidden') return;
    let wait = this.every_ms;
    if (this.failures > 0) {
      const most = Math.min(SLOWEST_MS, POLL_MS * 2 ** this.failures);
      wait = most * (0.5 + Math.random() / 2);
      this.retry_at = Date.now() + wait;
    }
    this.timer = window.setTimeout(() => this.now(), wait);
  }

  /** Whether what is held is as it was some time ago. */
  get stale(): boolean {
    return this.value !== null && this.failures >= STALE_AFTER;
  }

  /** The same as a link, so that its figure shows how old what is seen is. */
  get link(): Link {
    const state =
      this.value === null
        ? 'connecting'
        : navigator.onLine === false
          ? 'offline'
          : this.failures > 0
            ? 'stale'
            : 'live';
    const { heard_at, retry_at, took_ms: delay_ms } = this;
    return { state, transport: 'ws', delay_ms, heard_at, retry_at };
  }
}
