// A gateway made of invented games: the same messages, numbers and close codes as the real one.
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { WebSocketServer } from 'ws';
import { applyCrowd, emptyCrowd, InventedCrowd } from './crowd.mjs';
import { apply, emptySnapshot, generate } from './generator.mjs';
import { InventedProduction } from './production.mjs';

const DIST = fileURLToPath(new URL('../../dist', import.meta.url));
const TYPES = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
};

/** Where every game stands, and how it goes on. Lives outside a server, so that one can die and come back. */
export class World {
  constructor({ games = 16, seed = 7, epoch = 'mock-1' } = {}) {
    this.epoch = epoch;
    this.games = new Map(
      generate(games, seed).map((g) => [
        g.id,
        {
          ...g,
          at: 0,
          snapshot: emptySnapshot(g.id),
          ring: [],
          air: silent(g.id),
          crowd: { seq: 0, ring: [], state: emptyCrowd(g.id), invented: null },
        },
      ]),
    );
    // Of every fourth game nobody makes a production.
    const ids = [...this.games.keys()];
    this.production = new InventedProduction(
      ids.filter((_, i) => i % 4 !== 3),
      ids,
    );
    this.board = { seq: 0, ring: [], cards: new Map() };
    this.listeners = new Set();
    this.events = 0;
    [...this.games.values()].forEach((game, i) => {
      this.advance(game.id, 1);
      // Nobody listens to every fifth game.
      if (i % 5 !== 4) game.crowd.invented = new InventedCrowd(game.snapshot.info.kickoff);
    });
  }

  message(type, channel, seq, data, extra = {}) {
    return { type, channel, seq, epoch: this.epoch, at_ms: Date.now(), ...extra, data };
  }

  /** Takes a game `count` updates further and tells the listeners. */
  advance(id, count = 1) {
    const game = this.games.get(id);
    for (let i = 0; i < count && game.at < game.steps.length; i++) {
      const { update, card } = game.steps[game.at];
      game.at += 1;
      game.snapshot = apply(game.snapshot, update);
      const message = this.message('update', `game:${id}`, game.at, update);
      game.ring = [...game.ring, message].slice(-64);
      this.board.seq += 1;
      this.board.cards.set(id, card);
      const boardMessage = this.message('update', 'scoreboard', this.board.seq, { games: [card] });
      this.board.ring = [...this.board.ring, boardMessage].slice(-512);
      this.events += 1;
      for (const order of commands(game.snapshot, update.plays.at(-1))) this.command(id, order);
      for (const tell of this.listeners) {
        tell(`game:${id}`, message);
        tell('scoreboard', boardMessage);
      }
    }
    this.catchUp(game);
  }

  /** Brings the crowd of a game to its last play, in one long update. */
  catchUp({ id, snapshot, at, steps, crowd: { invented } }) {
    const { plays, info } = snapshot;
    if (!invented || plays.length === 0) return;
    // Where the provider stamps no play, the crowd knows all the same when it was.
    const gone = steps.slice(0, at).reduce((sum, step) => sum + step.wait + 8, 0);
    const last = plays.at(-1).wall ?? info.kickoff + gone * 1e6;
    const walls = plays.map((p, i) => p.wall ?? last - (plays.length - 1 - i) * 38e6);
    invented.learn(plays, walls);
    this.tellCrowd(id, invented.facts(Math.max(invented.now, last + 6e6)));
  }

  /** Lets time pass for a game's crowd: ten updates a second of it. */
  pass(id, ms = 100) {
    const { invented } = this.games.get(id).crowd;
    for (let gone = 0; invented && gone < ms; gone += 100) {
      this.tellCrowd(id, invented.facts(invented.now + 100_000));
    }
  }

  /** Sends facts on a game's crowd channel. */
  tellCrowd(id, facts) {
    if (facts.length === 0) return;
    const { crowd } = this.games.get(id);
    crowd.state = applyCrowd(crowd.state, facts);
    crowd.seq += 1;
    const update = { game: id, at: Date.now() * 1000, facts };
    const message = this.message('update', `crowd:${id}`, crowd.seq, update);
    crowd.ring = [...crowd.ring, message].slice(-64);
    for (const tell of this.listeners) tell(`crowd:${id}`, message);
  }

  /** Sends a command on a game's graphics channel, and keeps what is on air by it. */
  command(id, { command, data }) {
    const { air } = this.games.get(id);
    const at_ms = Date.now();
    if (command === 'UPDATE_WIN_PROBABILITY') air.state.win_probability = data;
    if (command === 'UPDATE_SITUATION') air.state.situation = data;
    if (command === 'UPDATE_DECISION') air.state.decision = data;
    if (command === 'SHOW_KEY_PLAY') air.state.key_play = { ...data, at_ms };
    air.seq += 1;
    const message = this.message('update', `graphics:${id}`, air.seq, {
      id: `${id}-${air.seq}-${command}`,
      game: id,
      command,
      data,
    });
    air.ring = [...air.ring, message].slice(-64);
    for (const tell of this.listeners) tell(`graphics:${id}`, message);
  }

  /** Takes every game to a share of its length, games spread around it so that the wall is varied. */
  seek(share, spread = 0) {
    let i = 0;
    for (const game of this.games.values()) {
      const own = Math.min(1, Math.max(0, share + spread * (((i++ * 7) % 16) / 15 - 0.5) * 2));
      this.advance(game.id, Math.max(0, Math.round(own * game.steps.length) - game.at));
    }
  }

  snapshotOf(channel) {
    if (channel === 'scoreboard') {
      return this.message('snapshot', channel, this.board.seq, { games: [...this.board.cards.values()] });
    }
    const [kind, id] = channel.split(':');
    const game = this.games.get(id);
    if (!game) return undefined;
    if (kind === 'graphics') {
      const { home = null, away = null } = game.snapshot.info ?? {};
      return this.message('snapshot', channel, game.air.seq, { ...game.air.state, home, away });
    }
    if (kind === 'crowd') return this.message('snapshot', channel, game.crowd.seq, game.crowd.state);
    return this.message('snapshot', channel, game.at, game.snapshot);
  }

  /** What a client that holds `seq` of `epoch` is sent: the updates it missed, or everything. */
  since(channel, seq, epoch) {
    const [kind, id] = channel.split(':');
    const game = this.games.get(id);
    const { ring } =
      kind === 'scoreboard'
        ? this.board
        : kind === 'graphics'
          ? game.air
          : kind === 'crowd'
            ? game.crowd
            : game;
    const missed = ring.filter((m) => m.seq > seq);
    const now = this.snapshotOf(channel).seq;
    if (epoch === this.epoch && seq <= now && missed.length === now - seq) {
      return [{ type: 'resumed', channel, seq, epoch, recovered: true, missed: missed.length }, ...missed];
    }
    return [{ ...this.snapshotOf(channel), recovered: false }];
  }

  report() {
    const all = [...this.games.values()];
    const faults = {};
    for (const g of all)
      for (const [code, n] of Object.entries(g.snapshot.healed)) faults[code] = (faults[code] ?? 0) + n;
    return {
      games: all.length,
      events: this.events,
      updates: this.board.seq,
      peak_events_per_s: 63,
      clients: this.listeners.size,
      faults_healed: faults,
      stages: [
        { stage: 'feed', mean_us: 820, p95_us: 2100, p99_us: 4800, count: this.events },
        { stage: 'log', mean_us: 1340, p95_us: 3900, p99_us: 6100, count: this.events },
        { stage: 'fold', mean_us: 41, p95_us: 88, p99_us: 160, count: this.events },
        { stage: 'gateway', mean_us: 310, p95_us: 760, p99_us: 1900, count: this.events },
        { stage: 'signal_to_socket', mean_us: 2510, p95_us: 6200, p99_us: 11800, count: this.events },
      ],
      uptime_s: 432,
      finished: all.every((g) => g.at === g.steps.length),
      feeds: [
        { name: 'gsis:http', state: 'ok', age_ms: 240, faults },
        { name: 'odds:http', state: 'open', age_ms: 41_000, faults: { timeout: 3 } },
      ],
    };
  }
}

const tenths = (share) => Math.round(share * 1000) / 10;
const silent = (id) => ({
  seq: 0,
  ring: [],
  state: {
    game: id,
    home: null,
    away: null,
    win_probability: null,
    situation: null,
    key_play: null,
    decision: null,
  },
});

function commands({ state }, play) {
  const home = tenths(state.wp_home);
  const { score, clock, spot, leverage } = state;
  const out = [
    {
      command: 'UPDATE_WIN_PROBABILITY',
      data: { home, away: Math.round((100 - home) * 10) / 10, delta: tenths(play?.wpa_home ?? 0) },
    },
    {
      command: 'UPDATE_SITUATION',
      data: { score, ...clock, ...spot, clock: '', text: '', leverage },
    },
  ];
  if (play && Math.abs(play.wpa_home) >= 0.1) {
    const data = {
      play_id: play.play_id,
      text: play.text,
      side: play.wpa_home > 0 ? 'home' : 'away',
      wpa: tenths(Math.abs(play.wpa_home)),
      duration: 5000,
    };
    out.push({ command: 'SHOW_KEY_PLAY', data });
  }
  return out;
}

/** Serves a world until closed. `kill()` cuts every connection at once, as a killed process does. */
export async function serve(world, { port = 0, dist = DIST, refuseSockets = false } = {}) {
  const sockets = new Set();
  const server = createServer((request, response) => {
    handle(world, dist, request, response).catch((error) => {
      response.statusCode = 500;
      response.end(String(error));
    });
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  const wss = new WebSocketServer({ noServer: true });
  server.on('upgrade', (request, socket, head) => {
    if (refuseSockets) socket.destroy();
    else wss.handleUpgrade(request, socket, head, (ws) => converse(world, request, ws));
  });
  await new Promise((resolve) => server.listen(port, '127.0.0.1', resolve));
  const kill = () =>
    new Promise((resolve) => {
      server.close(() => resolve());
      for (const ws of wss.clients) ws.terminate();
      for (const socket of sockets) socket.destroy();
    });
  return { port: server.address().port, url: `http://127.0.0.1:${server.address().port}`, kill };
}

function channelOf(path, prefix) {
  const parts = decodeURIComponent(path.slice(prefix.length + 1)).split('/');
  if (parts[0] === 'graphics' || parts[0] === 'crowd') return `${parts[0]}:${parts[1]}`;
  return parts[0] ? `game:${parts[0]}` : 'scoreboard';
}

function converse(world, request, ws) {
  const url = new URL(request.url, 'http://mock');
  const channel = channelOf(url.pathname, '/ws');
  if (!world.snapshotOf(channel)) {
    ws.close(1008, 'unknown game');
    return;
  }
  const send = (message) => ws.send(JSON.stringify(message));
  const tell = (name, message) => name === channel && send(message);
  world.listeners.add(tell);
  ws.on('close', () => world.listeners.delete(tell));
  const { searchParams } = url;
  for (const message of searchParams.has('seq')
    ? world.since(channel, Number(searchParams.get('seq')), searchParams.get('epoch'))
    : [world.snapshotOf(channel)]) {
    send(message);
  }
  ws.on('message', (raw) => {
    const message = JSON.parse(String(raw));
    if (message.type === 'ping') send({ type: 'pong', t: message.t, server_ms: Date.now() });
    if (message.type === 'request_snapshot') send(world.snapshotOf(channel));
    if (message.type === 'resume') for (const m of world.since(channel, message.seq, message.epoch)) send(m);
  });
}

function stream(world, channel, url, response) {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
  const send = (message) =>
    response.write(`id: ${message.epoch}:${message.seq}
event: ${message.type}
data: ${JSON.stringify(message)}

`);
  response.write(': hello\n\n');
  const tell = (name, message) => name === channel && send(message);
  world.listeners.add(tell);
  response.on('close', () => world.listeners.delete(tell));
  const seq = url.searchParams.get('seq');
  const first = seq
    ? world.since(channel, Number(seq), url.searchParams.get('epoch'))
    : [world.snapshotOf(channel)];
  for (const message of first) send(message);
}

async function handle(world, dist, request, response) {
  const url = new URL(request.url, 'http://mock');
  const path = url.pathname;
  const json = (data, status = 200) => {
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(data));
  };
  if (path === '/__mock/advance') {
    const count = Number(url.searchParams.get('n') ?? 1);
    const only = url.searchParams.get('game');
    for (const id of only ? [only] : world.games.keys()) world.advance(id, count);
    return json({ ok: true });
  }
  if (path === '/api/v1/report') return json(world.report());
  if (path === '/api/v1/games') return json(world.snapshotOf('scoreboard'));
  if (path.startsWith('/api/v1/games/')) {
    const [id, what] = path.slice(14).split('/').map(decodeURIComponent);
    const found = world.snapshotOf(`${what === 'crowd' ? 'crowd' : 'game'}:${id}`);
    return found ? json(found) : json({ error: 'unknown game' }, 404);
  }
  if (path === '/api/v1/production' || path.startsWith('/api/v1/production/')) {
    let text = '';
    for await (const part of request) text += part;
    const { status, type, body } = world.production.answer(request.method, url, request.headers, text);
    response.writeHead(status, { 'content-type': type });
    return response.end(body);
  }
  if (path.startsWith('/api/')) return json({ error: 'not found' }, 404);
  if (path === '/sse' || path.startsWith('/sse/')) {
    const channel = channelOf(path, '/sse');
    return world.snapshotOf(channel)
      ? stream(world, channel, url, response)
      : json({ error: 'unknown game' }, 404);
  }
  const file = normalize(join(dist, path));
  if (!file.startsWith(dist)) return json({ error: 'not found' }, 404);
  const found = extname(file) ? await readFile(file).catch(() => null) : null;
  if (found) {
    response.writeHead(200, { 'content-type': TYPES[extname(file)] ?? 'application/octet-stream' });
    return response.end(found);
  }
  response.writeHead(200, { 'content-type': TYPES['.html'] });
  return response.end(await readFile(join(dist, 'index.html')));
}
