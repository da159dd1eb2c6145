// An invented football game, play by play, as the gateway would tell it. The same seed gives the same game.
import { teams } from './teams.mjs';

/** A small seeded generator of numbers from 0 to 1 (mulberry32). */
export function random(seed) {
  let a = seed >>> 0;
  return () => {
    a = (a + 0x6d2b79f5) >>> 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const other = (side) => (side === 'home' ? 'away' : 'home');
const phi = (z) => 1 / (1 + Math.exp(-1.702 * z));

function expectedPoints(yardsToGoal) {
  return 6.3 - 0.078 * yardsToGoal;
}

const NAMES = [
  'A.Brook',
  'D.Lark',
  'J.Stone',
  'M.Reed',
  'T.Vale',
  'K.Frost',
  'R.Hale',
  'S.Wick',
  'C.Moor',
  'B.Ash',
];

class Game {
  constructor(id, seed, home, away, kickoff) {
    this.next = random(seed);
    this.info = {
      sport: 'american_football',
      league: 'nfl',
      season: 2030,
      week: 17,
      postseason: false,
      home,
      away,
      kickoff,
      neutral: false,
      venue: `${home.name.split(' ')[0]} Field`,
      line: { spread_home: Math.round((this.next() - 0.5) * 26) / 2, total: 44.5 },
    };
    this.id = id;
    this.score = { home: 0, away: 0 };
    this.period = 1;
    this.left = 900;
    this.timeouts = { home: 3, away: 3 };
    this.side = 'home';
    this.toGoal = 75;
    this.down = 1;
    this.distance = 10;
    this.drive = 0;
    this.order = 0;
    this.plays = [];
    this.drives = [];
    this.steps = [];
    this.healed = {};
    this.keys = [];
    this.phase = 'scheduled';
    this.nextPlay = 'kickoff';
    this.secondReceiver = 'away';
    this.over = false;
    // Microseconds since the epoch; a game whose provider does not stamp its plays has none.
    this.wall = kickoff;
    this.stamped = true;
  }

  names() {
    return { home: this.info.home.abbr, away: this.info.away.abbr };
  }

  secondsLeft() {
    return this.period <= 4 ? (4 - this.period) * 900 + this.left : this.left;
  }

  /** Home win probability by a normal approximation of the margin to come. */
  wp(toGoal = this.toGoal, side = this.side) {
    const t = this.secondsLeft() / 3600;
    if (this.over) return this.score.home > this.score.away ? 1 : this.score.home < this.score.away ? 0 : 0.5;
    const sign = side === 'home' ? 1 : -1;
    const ep = this.nextPlay === 'scrimmage' ? sign * expectedPoints(toGoal) : sign * 0.6;
    const margin = this.score.home - this.score.away + Math.min(1, t * 12) * ep;
    const z = (margin - this.info.line.spread_home * t) / (13.2 * Math.sqrt(t) + 0.9);
    return Math.min(0.998, Math.max(0.002, phi(z)));
  }

  leverage() {
    if (this.over || this.phase === 'halftime') return null;
    const t = this.secondsLeft() / 3600;
    const z =
      (this.score.home - this.score.away - this.info.line.spread_home * t) / (13.2 * Math.sqrt(t) + 0.9);
    const swing = Math.exp((-z * z) / 2) / (13.2 * Math.sqrt(t) + 2.2);
    const downs = [0, 0.85, 1, 1.25, 1.7][this.down ?? 1] ?? 1;
    return Math.round(((swing * downs * 11.5) / 1) * 100) / 100;
  }

  clock() {
    return { period: this.period, clock_s: Math.max(0, Math.round(this.left)) };
  }

  spot() {
    if (this.nextPlay === 'kickoff' || this.nextPlay === 'try') {
      return {
        possession: this.side,
        down: null,
        distance: null,
        yards_to_goal: this.nextPlay === 'try' ? 15 : 35,
      };
    }
    if (this.nextPlay === 'over')
      return { possession: null, down: null, distance: null, yards_to_goal: null };
    return {
      possession: this.side,
      down: this.down,
      distance: Math.min(this.distance, this.toGoal),
      yards_to_goal: Math.max(1, Math.min(99, this.toGoal)),
    };
  }

  state() {
    return {
      phase: this.phase,
      clock: this.clock(),
      score: { ...this.score },
      spot: this.spot(),
      next: this.nextPlay,
      timeouts: { ...this.timeouts },
      wp_home: this.wp(),
      ep: this.nextPlay === 'scrimmage' ? expectedPoints(this.toGoal) : null,
      leverage: this.leverage(),
      drive: this.drive,
    };
  }

  heal(code, count = 1) {
    this.healed = { ...this.healed, [code]: (this.healed[code] ?? 0) + count };
    this.healedChanged = true;
  }

  /** Records what changed as one update of the game, `wait` seconds of play after the one before. */
  step(change, wait) {
    this.keyPlays();
    const update = { state: this.state(), plays: change.plays ?? [] };
    if (change.removed) update.removed = change.removed;
    if (change.info) update.info = this.info;
    if (this.keysChanged) update.key_plays = [...this.keys];
    if (this.driveChanged) update.drives = this.drives.slice(-2).map((d) => ({ ...d }));
    if (this.healedChanged) update.healed = { ...this.healed };
    this.keysChanged = false;
    this.driveChanged = false;
    this.healedChanged = false;
    this.steps.push({ wait, update, card: this.card(change.plays?.at(-1)) });
  }

  card(play) {
    const trail = this.plays.slice(-39).map((p) => p.wp_home_after);
    trail.push(this.wp());
    const gained = (s) => play && play.score_after[s] > play.score_before[s];
    return {
      id: this.id,
      league: this.info.league,
      home: this.info.home,
      away: this.info.away,
      kickoff: this.info.kickoff,
      phase: this.phase,
      clock: this.clock(),
      score: { ...this.score },
      spot: this.spot(),
      next: this.nextPlay,
      wp_home: this.wp(),
      wp_trail: trail.map((v) => Math.round(v * 1e4) / 1e4),
      leverage: this.leverage(),
      last_play: play?.text ?? this.plays.at(-1)?.text ?? null,
      last_wpa_home: play?.wpa_home ?? 0,
      scored: gained('home') ? 'home' : gained('away') ? 'away' : null,
      game_seq: this.steps.length + 1,
    };
  }

  keyPlays() {
    const keys = this.plays
      .filter((p) => Math.abs(p.wpa_home) >= 0.1)
      .sort((a, b) => Math.abs(b.wpa_home) - Math.abs(a.wpa_home) || a.order - b.order)
      .slice(0, 5)
      .map((p) => p.play_id);
    if (keys.join() !== this.keys.join()) {
      this.keys = keys;
      this.keysChanged = true;
    }
  }

  /** Runs `act`, which changes the game, and records it as a play. */
  play(kind, seconds, act) {
    const before = {
      clock: this.clock(),
      spot: this.spot(),
      score: { ...this.score },
      wp: this.plays.at(-1)?.wp_home_after ?? this.wp(),
      leverage: this.leverage(),
      ep: this.nextPlay === 'scrimmage' ? expectedPoints(this.toGoal) : null,
    };
    this.order += 1000;
    const side = this.side;
    const done = act();
    this.left = Math.max(0, this.left - seconds);
    const after = this.wp();
    const sign = side === 'home' ? 1 : -1;
    const play = {
      play_id: String(40 + this.order / 1000 + Math.floor(this.next() * 3) * 0.1),
      order: this.order,
      ...(this.stamped ? { wall: this.wall } : {}),
      drive: this.drive,
      clock: before.clock,
      spot: before.spot,
      kind: done.kind ?? kind,
      tags: done.tags ?? [],
      yards: done.yards ?? null,
      text: done.text,
      score_before: before.score,
      score_after: { ...this.score },
      wp_home_before: before.wp,
      wp_home_after: after,
      wpa_home: after - before.wp,
      ep_before: before.ep,
      epa: before.ep === null ? null : Math.round((after - before.wp) * sign * 120) / 10,
      leverage: before.leverage,
    };
    this.plays.push(play);
    const drive = this.drives.at(-1);
    if (drive && drive.number === play.drive && before.spot.down) {
      drive.plays += 1;
      drive.yards += done.gained ?? 0;
      drive.end = this.clock();
      if (done.result) drive.result = done.result;
      this.driveChanged = true;
    }
    this.step({ plays: [play] }, Math.max(6, seconds));
    const pause =
      kind === 'end_half' ? 720 : kind === 'end_period' || done.tags?.includes('touchdown') ? 90 : 8;
    this.wall += (seconds + pause) * 1e6;
    // Now and then the provider puts a play right, a moment later.
    if (this.next() < 0.02 && play.yards !== null) {
      const put = { ...play, text: `${play.text} (corrected)` };
      this.plays[this.plays.length - 1] = put;
      this.heal('corrected');
      this.step({ plays: [put] }, 2);
    }
    if (this.next() < 0.03)
      this.heal(['clock_backward', 'duplicate', 'score_drop', 'down_missing'][this.order % 4]);
    return play;
  }

  who() {
    return NAMES[Math.floor(this.next() * NAMES.length)];
  }

  newDrive(side, toGoal) {
    this.side = side;
    this.toGoal = Math.max(1, Math.min(99, Math.round(toGoal)));
    this.down = 1;
    this.distance = Math.min(10, this.toGoal);
    this.nextPlay = 'scrimmage';
    this.drive += 1;
    this.drives.push({
      number: this.drive,
      side,
      start: this.clock(),
      start_yards_to_goal: this.toGoal,
      end: this.clock(),
      plays: 0,
      yards: 0,
      result: null,
    });
    this.driveChanged = true;
  }

  kickoff(receiver) {
    this.side = receiver;
    this.nextPlay = 'kickoff';
    this.down = null;
    const text = `${this.who()} kicks off`;
    this.play('kickoff', 6, () => {
      const back = this.next();
      this.newDrive(receiver, back < 0.6 ? 75 : 85 - back * 22);
      this.drive -= 1;
      return {
        tags: back < 0.6 ? ['touchback'] : [],
        text: back < 0.6 ? `${text}, touchback` : `${text}, returned to the ${100 - this.toGoal}`,
        yards: 65,
      };
    });
    this.drive += 1;
  }

  afterTouchdown(side) {
    this.side = side;
    this.nextPlay = 'try';
    this.down = null;
  }

  tryAfter(side) {
    this.play('extra_point', 0, () => {
      const good = this.next() < 0.94;
      if (good) this.score[side] += 1;
      this.side = other(side);
      this.nextPlay = 'kickoff';
      return {
        tags: [good ? 'good' : 'no_good'],
        text: `${this.who()} extra point is ${good ? 'good' : 'no good'}`,
      };
    });
  }

  /** One play from scrimmage. Returns what must follow: a try, a kick-off, or nothing. */
  scrimmage() {
    const side = this.side;
    const roll = this.next();
    const late = this.period === 4 && this.left < 300;
    const trailing = this.score[side] < this.score[other(side)];
    if (this.down === 4 && !(late && trailing && this.score[other(side)] - this.score[side] > 3)) {
      return this.toGoal <= 36 ? this.fieldGoal(side) : this.punt(side);
    }
    const pace = late && trailing ? 12 : 32;
    if (roll < 0.016) return this.turnover(side, pace);
    const pass = this.next() < (late && trailing ? 0.85 : 0.57);
    return this.gain(side, pass, pace);
  }

  gain(side, pass, pace) {
    const n = this.next();
    let yards = 0;
    let kind = pass ? 'pass' : 'run';
    const tags = [];
    if (pass && n < 0.34) tags.push('incomplete');
    else if (pass && n < 0.4) {
      kind = 'sack';
      yards = -Math.round(3 + this.next() * 6);
    } else {
      yards = Math.round(pass ? 3 + this.next() ** 2.6 * 48 : this.next() ** 2 * 14 - 1.5);
      if (pass) tags.push('complete');
    }
    yards = Math.min(yards, this.toGoal);
    if (this.toGoal - yards >= 100) yards = this.toGoal - 99;
    const scored = yards === this.toGoal;
    const from = this.who();
    const to = this.who();
    const follow = { kind: null };
    this.play(kind, tags[0] === 'incomplete' ? 6 : pace, () => {
      let result;
      const fourth = this.down === 4;
      const start = this.toGoal;
      this.toGoal -= yards;
      if (scored) {
        this.score[side] += 6;
        tags.push('touchdown');
        result = 'touchdown';
        this.afterTouchdown(side);
        follow.kind = 'try';
      } else if (yards >= this.distance) {
        tags.push('first_down');
        this.down = 1;
        this.distance = Math.min(10, this.toGoal);
      } else if (fourth) {
        tags.push('turnover_on_downs');
        result = 'downs';
        follow.kind = 'drive';
        follow.toGoal = 100 - this.toGoal;
        this.side = other(side);
        this.toGoal = 100 - this.toGoal;
        this.down = 1;
        this.distance = 10;
      } else {
        this.down += 1;
        this.distance -= yards;
      }
      const end = scored ? ', TOUCHDOWN' : '';
      const words = {
        sack: `${from} sacked for ${yards} yards by ${to}`,
        run: `${from} ${['left end', 'up the middle', 'right tackle'][start % 3]} for ${yards} yards${end}`,
        pass: tags.includes('incomplete')
          ? `${from} pass incomplete, meant for ${to}`
          : `${from} pass ${start % 2 ? 'deep' : 'short'} right to ${to} for ${yards} yards${end}`,
      };
      return { tags, yards, gained: yards, result, text: words[kind] };
    });
    return follow;
  }

  turnover(side, pace) {
    const from = this.who();
    const by = this.who();
    const pick = this.next() < 0.6;
    const house = this.next() < 0.12;
    const spotToGoal = Math.max(5, Math.min(95, 100 - this.toGoal + (pick ? -15 : 0)));
    this.play(pick ? 'pass' : 'run', pace, () => {
      this.side = other(side);
      this.nextPlay = 'scrimmage';
      this.toGoal = spotToGoal;
      this.down = 1;
      this.distance = 10;
      if (house) {
        this.score[other(side)] += 6;
        this.afterTouchdown(other(side));
      }
      return {
        tags: [pick ? 'interception' : 'fumble_lost', ...(house ? ['return_touchdown'] : [])],
        yards: 0,
        result: 'turnover',
        text: pick
          ? `${from} pass INTERCEPTED by ${by}${house ? ', returned for a TOUCHDOWN' : ''}`
          : `${from} FUMBLES, recovered by ${by}${house ? ', returned for a TOUCHDOWN' : ''}`,
      };
    });
    return house ? { kind: 'try' } : { kind: 'drive', toGoal: spotToGoal };
  }

  fieldGoal(side) {
    const length = this.toGoal + 17;
    const good = this.next() < 1.15 - length / 90;
    const kicker = this.who();
    this.play('field_goal', 5, () => {
      if (good) this.score[side] += 3;
      this.side = other(side);
      this.nextPlay = good ? 'kickoff' : 'scrimmage';
      this.toGoal = good ? 75 : Math.min(80, 100 - this.toGoal + 7);
      this.down = good ? null : 1;
      return {
        tags: [good ? 'good' : 'no_good'],
        result: good ? 'field_goal' : 'missed_field_goal',
        text: `${kicker} ${length}-yard field goal is ${good ? 'GOOD' : 'NO GOOD'}`,
      };
    });
    return good ? { kind: 'kickoff' } : { kind: 'drive', toGoal: this.toGoal };
  }

  punt(side) {
    const net = Math.round(34 + this.next() * 14);
    const toGoal = Math.min(93, Math.max(80, 100 - (this.toGoal - net)));
    this.play('punt', 10, () => {
      this.side = other(side);
      this.toGoal = toGoal;
      this.down = 1;
      this.distance = 10;
      return { tags: [], yards: net, result: 'punt', text: `${this.who()} punts ${net} yards` };
    });
    return { kind: 'drive', toGoal };
  }

  endPeriod() {
    const last = this.drives.at(-1);
    const kind = this.period === 2 ? 'end_half' : 'end_period';
    if ((this.period === 2 || this.period === 4) && last && !last.result) {
      last.result = 'end_of_half';
      this.driveChanged = true;
    }
    if (this.period >= 4 && (this.score.home !== this.score.away || this.period > 4)) return this.end();
    this.left = 0;
    if (this.period === 2) this.phase = 'halftime';
    this.play(kind, 0, () => ({ text: `End of quarter ${this.period}` }));
    const half = this.period === 2;
    this.period += 1;
    this.left = this.period > 4 ? 600 : 900;
    this.phase = 'live';
    if (half) this.timeouts = { home: 3, away: 3 };
    if (half || this.period > 4) {
      this.kickoff(this.secondReceiver);
    }
    return undefined;
  }

  end() {
    this.over = true;
    this.phase = 'final';
    this.nextPlay = 'over';
    const last = this.drives.at(-1);
    if (last && !last.result) last.result = 'end_of_half';
    this.driveChanged = true;
    this.play('end_game', 0, () => ({ text: 'End of the game' }));
  }

  timeout() {
    const side = this.score.home < this.score.away ? 'home' : 'away';
    if (this.timeouts[side] === 0) return;
    this.play('timeout', 0, () => {
      this.timeouts = { ...this.timeouts, [side]: this.timeouts[side] - 1 };
      return { text: `Timeout ${this.names()[side]}` };
    });
  }

  run() {
    this.step({ info: true }, 0);
    this.phase = 'live';
    this.kickoff(other(this.secondReceiver));
    for (let guard = 0; !this.over && guard < 400; guard++) {
      if (this.left <= 0) {
        this.endPeriod();
        continue;
      }
      const follow = this.scrimmage();
      if (follow.kind === 'try') {
        this.tryAfter(this.side);
        if (this.period > 4) {
          this.end();
          continue;
        }
        this.kickoff(this.side);
      } else if (follow.kind === 'kickoff') this.kickoff(this.side);
      else if (follow.kind === 'drive') this.newDrive(this.side, follow.toGoal ?? this.toGoal);
      if (this.left < 240 && this.period % 2 === 0 && this.next() < 0.16) this.timeout();
    }
    return this;
  }
}

/** `count` games with all their updates: `{ id, steps: [{ wait, update, card }] }`. */
export function generate(count = 16, seed = 7) {
  const kickoff = Date.UTC(2030, 11, 29, 18, 0) * 1000;
  return Array.from({ length: count }, (_, i) => {
    const home = teams[(i * 2) % teams.length];
    const away = teams[(i * 2 + 1) % teams.length];
    const late = i % 4 === 3 ? 3 * 3600 * 1e6 : 0;
    const game = new Game(
      `nfl-20301229${String(i).padStart(2, '0')}`,
      seed * 1000 + i * 77 + 5,
      home,
      away,
      kickoff + late,
    );
    // The sixteenth's provider says of no play when it was.
    game.stamped = i % 16 !== 15;
    return { id: game.id, steps: game.run().steps };
  });
}

/** An empty snapshot, before the first update of a game. */
export function emptySnapshot(id) {
  return {
    id,
    info: null,
    state: {
      phase: 'scheduled',
      clock: { period: 1, clock_s: 900 },
      score: { home: 0, away: 0 },
      spot: { possession: null, down: null, distance: null, yards_to_goal: null },
      next: 'kickoff',
      timeouts: { home: 3, away: 3 },
      wp_home: 0.5,
      ep: null,
      leverage: null,
      drive: 0,
    },
    wp_model: 'wp-mock@1',
    plays: [],
    key_plays: [],
    drives: [],
    healed: {},
  };
}

/** The rules of `Snapshot::apply`, written a second time so that the pages are checked against another hand. */
export function apply(snapshot, update) {
  const gone = new Set([...(update.removed ?? []), ...update.plays.map((p) => p.play_id)]);
  const plays = [...snapshot.plays.filter((p) => !gone.has(p.play_id)), ...update.plays].sort(
    (a, b) => a.order - b.order || (a.play_id < b.play_id ? -1 : 1),
  );
  const drives = new Map(snapshot.drives.map((d) => [d.number, d]));
  for (const d of update.drives ?? []) drives.set(d.number, d);
  return {
    ...snapshot,
    info: update.info ?? snapshot.info,
    state: update.state,
    plays,
    key_plays: update.key_plays ?? snapshot.key_plays,
    drives: [...drives.values()].filter((d) => update.drives_end == null || d.number <= update.drives_end),
    healed: update.healed ?? snapshot.healed,
  };
}
