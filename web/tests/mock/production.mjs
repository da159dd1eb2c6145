// The operators' doors of the invented games: desks that take orders, rule sets, mixers. Times are microseconds.
export const TOKEN = 'invented-operators-token';

const CAMERAS = ['main', 'tight', 'rail', 'keeper', 'wing', 'crowd', 'baseline'];
const RATES = { 25: [25, 1], 29.97: [30_000, 1_001], 50: [50, 1], 59.94: [60_000, 1_001] };

export const SETS = {
  new: {
    id: '7f3a91c2d4e5b608',
    authors: ['A. Ferrer', 'matchday'],
    notes: ['Keeper, wing and zoom.', 'The rail waits for two rooms.'],
    rules: 12,
  },
  old: {
    id: 'ab12cd34ef560718',
    authors: ['matchday'],
    notes: ['Keeper, wing and zoom.'],
    rules: 11,
  },
  first: {
    id: '00c4e1f2a3b4c5d6',
    authors: ['matchday'],
    notes: ['The crowd camera, in every sport.'],
    rules: 3,
  },
};

export const DIFF = [
  {
    change: 'changed',
    rule: 'crowd-on-hearts',
    fields: [
      { field: 'when', before: 'leap.players >= 4', after: 'leap.players >= 4 && leap.rise_bpm > 30.0' },
      { field: 'cooldown', before: null, after: '10s' },
      {
        field: 'action',
        before: '{"do":"shot","camera":"crowd"}',
        after: '{"do":"shot","camera":"crowd","fade_ms":500}',
      },
    ],
  },
  { change: 'added', rule: 'rail-on-replay-words', title: 'Rail camera when a room asks for slow motion' },
  { change: 'removed', rule: 'rail-on-ankle', title: 'Rail camera when a room speaks of an ankle' },
];

const RULES = [
  [
    'crowd-on-hearts',
    'Crowd camera when four or more players’ hearts jump at once',
    null,
    'any/crowd.toml',
    4,
  ],
  [
    'rail-on-replay-words',
    'Rail camera when a room suddenly speaks of an ankle or asks for slow motion',
    null,
    'any/rail.toml',
    4,
  ],
  [
    'keeper-on-penalty-gaze',
    'Keeper camera while most viewers look at the penalty mark, until the run-up',
    'soccer',
    'soccer/cameras.toml',
    4,
  ],
  ['wing-on-overlap', 'Wing camera when a full-back overlaps at speed', 'soccer', 'soccer/cameras.toml', 47],
  [
    'confetti-on-three',
    'Four seconds of confetti with a coupon when a room is joyful after a three-pointer',
    'basketball',
    'basketball/rewards.toml',
    4,
  ],
].map(([id, title, sport, file, line]) => ({ id, title, sport, file, line }));

/** One desk, as `DeskView` of the server. */
export class InventedDesk {
  constructor(game, rate = '59.94', now = Date.now() * 1000) {
    this.rate = rate;
    this.cause = 4100;
    this.history = [];
    this.view = {
      game,
      rules: null,
      before: null,
      diff: [],
      change: null,
      on_air: { camera: 'main' },
      cut: null,
      held: false,
      frame_rate: rate,
      rows: 0,
      evaluated: 0,
      fired: 0,
      held_back: 0,
      recent: [],
    };
    this.use(SETS.first, now - 600e6);
    this.use(SETS.old, now - 420e6);
    this.cut('crowd', now - 300e6, { rule: 'crowd-on-hearts', why: WHY.crowd, fade_ms: 500 });
    this.cut('main', now - 296e6, { reason: 'return', rule: 'crowd-on-hearts', why: WHY.back });
    this.use(SETS.new, now - 240e6, DIFF);
    this.fired('confetti-on-three', now - 180e6, {
      key: 'club-app',
      action: { do: 'confetti', coupon: true },
      why: 'chat.joy 0.81, play.kind three_pointer',
      refused: 'no_consent',
    });
    this.fired('rail-on-replay-words', now - 12.4e6, { delay: 300e3, why: WHY.words, key: 'club-app' });
    this.cut('rail', now - 12.1e6, {
      rule: 'rail-on-replay-words',
      why: WHY.rail,
      over: ['crowd-on-hearts'],
    });
    Object.assign(this.view, { rows: 48_213, evaluated: 9_120, fired: 31, held_back: 7 });
  }

  say(entry) {
    this.cause += 3;
    this.view.recent.unshift({ cause: this.cause, ...entry });
    this.view.recent.length = Math.min(this.view.recent.length, 200);
  }

  use(set, at, diff = [], change = 'ordered', more = {}) {
    if (change === 'ordered' && this.view.rules) this.history.push(this.view.rules);
    const before = this.history.at(-1) ?? null;
    const fact = { at, set: set.id, ...(before ? { before: before.id } : {}), change, ...more };
    Object.assign(this.view, { before, rules: set, diff, change: fact });
    this.say({ decided: 'rules', ...fact });
  }

  fired(rule, at, { delay = 0, key, action = { do: 'shot', camera: 'rail' }, why, refused } = {}) {
    const due = at + delay;
    this.view.fired += 1;
    this.say({
      decided: 'fired',
      rule,
      ...(key ? { key } : {}),
      at,
      due,
      until: due + 4e6,
      action,
      priority: 45,
      confidence: 0.83,
      why,
      ...(refused ? { refused } : {}),
    });
  }

  /** A cut; told ahead it is on air only when `air()` says so. */
  cut(camera, at, { reason = 'rule', rule, over, why, fade_ms, ahead = false, refused } = {}) {
    const [n, d] = RATES[this.rate];
    const frame = Math.ceil((at / 1e6) * (n / d));
    const shot = { camera, ...(fade_ms ? { fade_ms } : {}) };
    const cut = { frame, rate: this.rate, at, from: this.view.on_air.camera, shot, reason, why };
    if (rule) cut.rule = rule;
    if (over) cut.over = over;
    this.view.cut = cut;
    this.say({ decided: 'cut', ...cut, ...(refused ? { refused } : {}) });
    if (!ahead) this.view.on_air = shot;
  }

  direct({ order, camera }, now = Date.now() * 1000) {
    if (order === 'take') {
      this.cut(camera, now, { reason: 'manual', why: `the operator takes ${camera}` });
      this.view.held = true;
    } else this.view.held = order === 'hold';
  }

  rules({ order, set }, now = Date.now() * 1000) {
    const before = order === 'roll_back' ? this.history.pop() : null;
    if (order === 'use') {
      this.use(
        Object.values(SETS).find((s) => s.id === set),
        now,
      );
    } else if (before) {
      this.use(before, now, [], 'rolled_back');
    } else {
      const fact = { at: now, set: this.view.rules.id, change: 'rolled_back', refused: 'nothing_before' };
      this.view.change = fact;
      this.say({ decided: 'rules', ...fact });
    }
  }
}

const WHY = {
  words: 'keyword.surprise 0.91, keyword.group slow_mo',
  rail: 'rail-on-replay-words: keyword.surprise 0.91, keyword.group slow_mo (priority 45)',
  crowd: 'crowd-on-hearts: leap.players 6, leap.rise_bpm 38.5 (priority 40)',
  back: 'crowd-on-hearts is over: back to main',
};

/** All desks, and what else operators see. */
export class InventedProduction {
  /** `games` are produced; of the `known` ones an order begins it. */
  constructor(games, known = games) {
    const rates = Object.keys(RATES);
    this.known = known;
    this.desks = new Map(games.map((id, i) => [id, new InventedDesk(id, rates[(i + 3) % 4])]));
    this.trouble = null;
    /** Without one nobody comes in, as where none is configured. */
    this.token = TOKEN;
    this.nightly = null;
    /** Why no order is taken in, if none is. */
    this.refuse = null;
    /** Every order that came in, oldest first. */
    this.orders = [];
    /** Every address that was asked for. */
    this.asked = [];
    this.beats = 0;
  }

  sets() {
    const entry = (set, diff, rules) => ({ set, rules, diff });
    const added = [{ change: 'added', rule: 'keeper-on-penalty-gaze', title: RULES[2].title }];
    return {
      current: SETS.new.id,
      sets: [
        entry(SETS.first, added, RULES.slice(0, 1)),
        entry(SETS.new, [], RULES),
        entry(SETS.old, DIFF, RULES.slice(0, 4)),
      ],
      trouble: this.trouble,
    };
  }

  mixers() {
    this.beats += 120;
    const now = Date.now() * 1000;
    const output = (name, kind, more) => ({
      name,
      kind,
      game: null,
      dry_run: false,
      connected: true,
      connects: 1,
      waiting: 0,
      sent: 104,
      confirmed: 104,
      caught_up: 0,
      passed_over: 0,
      too_old: 0,
      unconfirmed: 0,
      refused: 0,
      on_air: 'rail',
      last_cut: { camera: 'rail', at: now - 12e6, confirmed_at: now - 11.98e6 },
      last_sent: 'SetCurrentProgramScene',
      last_error: null,
      latency: { cuts: 104, p50_us: 18_400, p99_us: 41_200, max_us: 63_000 },
      ...more,
    });
    return {
      outputs: [
        output('truck-obs', 'obs', {}),
        output('gallery-vmix', 'vmix', {
          connected: false,
          on_air: null,
          unconfirmed: 2,
          last_error: 'connection refused',
        }),
        output('tally', 'tsl', {
          dry_run: true,
          last_cut: null,
          latency: { cuts: 0, p50_us: 0, p99_us: 0, max_us: 0 },
        }),
      ],
      links: [
        {
          name: 'wall',
          address: '10.0.8.4:4710',
          dry_run: false,
          streams: [{ game: [...this.desks.keys()][0], number: 1, waiting: 0 }],
          events: 311,
          repeats: 71_000 + this.beats,
          empty: 12,
          below_confidence: 40,
          too_old: 0,
          dropped: 0,
          unsent: 3,
          skipped: 0,
          late_us_p50: 61,
          late_us_p99: 420,
          late_us_max: 2100,
          cpu_us: 91_000,
        },
      ],
    };
  }

  /** Answers what is below `/api/v1/production`; `text` is the body. */
  answer(method, url, headers, text) {
    const problem = (status, title, detail) => ({
      status,
      type: 'application/problem+json',
      body: JSON.stringify({ title, status, detail }),
    });
    const json = (data, status = 200) => ({ status, type: 'application/json', body: JSON.stringify(data) });
    this.asked.push(url.pathname + url.search);
    if (!this.token) {
      return problem(
        403,
        'Forbidden',
        'no operator is configured: name a file with a token as operator.secret_file',
      );
    }
    if (headers.authorization !== `Bearer ${this.token}`) {
      return problem(401, 'Unauthorized', 'the operator’s token is missing or wrong');
    }
    const parts = url.pathname.split('/').slice(4).map(decodeURIComponent);
    if (parts.length === 0) {
      return json({ games: [...this.desks.keys()], rules: SETS.new, trouble: this.trouble });
    }
    if (parts[0] === 'rules') return json(this.sets());
    if (parts[0] === 'mixers') return json(this.mixers());
    if (parts[0] === 'nightly') {
      return this.nightly
        ? { status: 200, type: 'text/html; charset=utf-8', body: this.nightly }
        : problem(404, 'Not Found', 'no night was tested yet');
    }
    let desk = this.desks.get(parts[1]);
    if (!desk && this.known.includes(parts[1]) && parts[2] === 'director') {
      desk = new InventedDesk(parts[1]);
      this.desks.set(parts[1], desk);
    }
    if (!desk) {
      const detail = `${parts[1]} has no production: it begins with the first report of a sense, or with an order`;
      return problem(404, 'Not Found', detail);
    }
    if (method !== 'POST') return json(desk.view);
    if (this.refuse) return problem(503, 'Service Unavailable', this.refuse);
    const order = JSON.parse(text);
    this.orders.push(order);
    if (parts[2] === 'director') {
      if (order.order === 'take' && !CAMERAS.includes(order.camera)) {
        return problem(422, 'Unprocessable Entity', `${order.camera} is no camera`);
      }
      desk.direct(order);
    } else if (order.order === 'use' && !Object.values(SETS).some((s) => s.id === order.set)) {
      return problem(404, 'Not Found', `no rule set ${order.set} is at hand`);
    } else desk.rules(order);
    return { status: 202, type: 'text/plain', body: '' };
  }
}
