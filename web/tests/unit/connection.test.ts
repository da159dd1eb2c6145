import { beforeEach, describe, expect, it } from 'vitest';
import type { Message } from '../../src/model/types';
import { Connection, type Link, type Surroundings } from '../../src/net/connection';

class FakeSocket {
  readyState = 1;
  sent: { type: string }[] = [];
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: ((event: { code: number; reason?: string }) => void) | null = null;
  constructor(readonly url: string) {}
  send(text: string): void {
    this.sent.push(JSON.parse(text));
  }
  close(): void {
    this.onclose?.({ code: 1000 });
  }
  say(message: object): void {
    this.onmessage?.({ data: JSON.stringify(message) });
  }
}

class FakeStream {
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: string }) => void) | null = null;
  onerror: (() => void) | null = null;
  closed = false;
  constructor(readonly url: string) {}
  addEventListener(): void {}
  close(): void {
    this.closed = true;
  }
}

interface Data {
  n: number;
}
const message = (type: 'snapshot' | 'update', seq: number, epoch = 'e1', at_ms = 0): Message<Data> => ({
  type,
  channel: 'game:g',
  seq,
  epoch,
  at_ms,
  data: { n: seq },
});

let sockets: FakeSocket[];
let streams: FakeStream[];
let timers: { run: () => void; ms: number; dead: boolean }[];
let now: number;
let online: boolean;
let dice: number;
let got: string[];
let link: Link;

const world: Surroundings = {
  webSocket: (url) => {
    const socket = new FakeSocket(url);
    sockets.push(socket);
    return socket as unknown as WebSocket;
  },
  eventSource: (url) => {
    const stream = new FakeStream(url);
    streams.push(stream);
    return stream as unknown as EventSource;
  },
  now: () => now,
  random: () => dice,
  later: (run, ms) => {
    const timer = { run, ms, dead: false };
    timers.push(timer);
    return () => {
      timer.dead = true;
    };
  },
  online: () => online,
};

function open(): Connection<Data, Data> {
  const connection = new Connection<Data, Data>(
    '/g',
    {
      snapshot: (m) => got.push(`S${m.seq}`),
      update: (m) => got.push(`U${m.seq}`),
      link: (l) => {
        link = l;
      },
    },
    world,
    'http://host',
  );
  connection.open();
  return connection;
}

/** Lets the next timer that is due run. */
function tick(): number {
  const timer = timers.find((t) => !t.dead)!;
  timer.dead = true;
  now += timer.ms;
  timer.run();
  return timer.ms;
}

beforeEach(() => {
  sockets = [];
  streams = [];
  timers = [];
  now = 1_000_000;
  online = true;
  dice = 0.5;
  got = [];
});

describe('Connection', () => {
  it('takes a snapshot, then updates in turn, and says how late they are', () => {
    open();
    const [socket] = sockets;
    socket!.onopen!();
    expect(socket!.url).toBe('ws://host/ws/g');
    socket!.say(message('snapshot', 4));
    socket!.say(message('update', 5, 'e1', now - 120));
    expect(got).toEqual(['S4', 'U5']);
    expect(link).toMatchObject({ state: 'live', delay_ms: 120 });
  });

  it('resumes where it stopped, and passes over what it has', () => {
    open();
    sockets[0]!.onopen!();
    sockets[0]!.say(message('snapshot', 4));
    sockets[0]!.onclose!({ code: 1006 });
    expect(link.state).toBe('stale');
    tick();
    expect(sockets[1]!.url).toBe('ws://host/ws/g?seq=4&epoch=e1');
    sockets[1]!.onopen!();
    for (const seq of [3, 4, 5, 6]) sockets[1]!.say(message('update', seq));
    expect(got).toEqual(['S4', 'U5', 'U6']);
    expect(link.state).toBe('live');
  });

  it('asks for everything, once, where a number is missing or the numbering is another', () => {
    open();
    const socket = sockets[0]!;
    socket.onopen!();
    socket.say(message('snapshot', 4));
    socket.say(message('update', 7));
    socket.say(message('update', 8));
    const asked = (): number => socket.sent.filter((m) => m.type === 'request_snapshot').length;
    expect(asked()).toBe(1);
    socket.say(message('snapshot', 8));
    socket.say(message('update', 9));
    expect(got).toEqual(['S4', 'S8', 'U9']);
    socket.say(message('update', 10, 'e2'));
    expect(asked()).toBe(2);
    expect(got).toHaveLength(3);
  });

  it('gives up on a game that nobody knows', () => {
    open();
    sockets[0]!.onclose!({ code: 1008 });
    expect(link.state).toBe('unknown');
    expect(timers.filter((t) => !t.dead)).toHaveLength(0);
  });

  it('spreads its attempts, doubles them, and stops doubling at a quarter of a minute', () => {
    open();
    dice = 1;
    const waits: number[] = [];
    for (let i = 0; i < 8; i++) {
      const last = sockets.length > streams.length ? sockets.at(-1) : undefined;
      if (streams.length && !streams.at(-1)!.closed) streams.at(-1)!.onerror!();
      else last!.onclose!({ code: 1006 });
      waits.push(tick());
    }
    expect(waits).toEqual([600, 1100, 2100, 4100, 8100, 15_100, 15_100, 15_100]);
    dice = 0;
    if (streams.length && !streams.at(-1)!.closed) streams.at(-1)!.onerror!();
    else sockets.at(-1)!.onclose!({ code: 1006 });
    expect(tick()).toBe(100);
  });

  it('waits as long as a server that goes down advises', () => {
    open();
    sockets[0]!.onopen!();
    sockets[0]!.say(message('snapshot', 4));
    sockets[0]!.onclose!({ code: 1001, reason: 'reconnect_ms=3400' });
    expect(tick()).toBe(3400);
    sockets[1]!.onopen!();
    sockets[1]!.say({ type: 'resumed', channel: 'game:g', seq: 4, epoch: 'e1', recovered: true, missed: 0 });
    expect(link.state).toBe('live');
    sockets[1]!.onclose!({ code: 1001, reason: 'reconnect_ms=99999999' });
    expect(tick()).toBe(30_000);
  });

  it('goes over to events where sockets never open', () => {
    open();
    sockets[0]!.onclose!({ code: 1006 });
    tick();
    sockets[1]!.onclose!({ code: 1006 });
    tick();
    expect(streams[0]!.url).toBe('http://host/sse/g');
    streams[0]!.onmessage!({ data: JSON.stringify(message('snapshot', 2)) });
    expect(link).toMatchObject({ state: 'live', transport: 'sse' });
    // A gap cannot be asked about on a one-way stream: it is opened anew, without resuming.
    streams[0]!.onmessage!({ data: JSON.stringify(message('update', 9)) });
    expect(streams[0]!.closed).toBe(true);
    expect(streams[1]!.url).toBe('http://host/sse/g');
  });

  it('notices silence: stale at first, then a new socket', () => {
    open();
    const socket = sockets[0]!;
    socket.onopen!();
    socket.say(message('snapshot', 1));
    const pings = (): number => socket.sent.filter((m) => m.type === 'ping').length;
    expect(pings()).toBe(1);
    for (let i = 0; i < 4; i++) tick();
    expect(link.state).toBe('stale');
    expect(pings()).toBeGreaterThan(3);
    for (let i = 0; i < 4 && sockets.length === 1; i++) tick();
    expect(sockets).toHaveLength(2);
  });

  it('learns the clock of the server from its answers', () => {
    const connection = open();
    sockets[0]!.onopen!();
    now += 100;
    sockets[0]!.say({ type: 'pong', t: now - 100, server_ms: now - 50 + 5000 });
    expect(connection.clock.offset).toBe(5000);
  });

  it('says so when the browser is offline, and tries at once when told', () => {
    const connection = open();
    sockets[0]!.onopen!();
    sockets[0]!.say(message('snapshot', 1));
    online = false;
    sockets[0]!.onclose!({ code: 1006 });
    expect(link.state).toBe('offline');
    online = true;
    connection.nudge();
    expect(sockets).toHaveLength(2);
  });

  it('survives nonsense', () => {
    open();
    sockets[0]!.onopen!();
    for (const data of ['', '{', 'null', '[]', '"x"', '{"type":"what"}']) sockets[0]!.onmessage!({ data });
    sockets[0]!.say(message('snapshot', 1));
    expect(got).toEqual(['S1']);
  });
});
