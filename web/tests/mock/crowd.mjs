// An invented crowd around an invented game: momentum that follows the plays, microphones, chat rooms, moments. It is a
// function of the plays and of time alone, so that the same game has the same crowd.

const TENTH = 100_000;
const SECOND = 1_000_000;
const STEP_MS = 10_000;
/** The crowd knows of a play so long after the snap. */
const PLAY = 4 * SECOND;

const round = (x, digits = 3) => Number(x.toFixed(digits));
const clamp = (x, low, high) => Math.min(high, Math.max(low, x));
/** A slow wander between -1 and 1, other for every `n`. */
const wander = (t, n) =>
  (Math.sin(t / (31e6 + 7e6 * n) + n) + Math.sin(t / (73e6 + 11e6 * n) + 2 * n) + Math.sin(t / (5.3e6 + n))) /
  3;

/** Shares of the momentum by sense; what is not here is not heard. */
const SHARES = { game: 0.44, sound: 0.27, chat: 0.16, body: 0.05, vision: 0.08 };

const ROOMS = [
  ['club-app', 38, 0.92],
  ['stream-chat', 410, 0.97],
  ['fans-es', 4, 0.31],
];

export const emptyCrowd = (game) => ({
  game,
  momentum: null,
  trail: [],
  levels: [],
  sounds: [],
  moods: [],
  moments: [],
  troubles: [],
  fans: [],
  seen: [],
  gaze: null,
});

/** The rules of `Crowd::apply`, written a second time so that the pages are checked against another hand. */
export function applyCrowd(crowd, facts) {
  const next = { ...crowd };
  for (const [name, list] of Object.entries(crowd)) if (Array.isArray(list)) next[name] = [...list];
  const whole = (x) => Math.trunc(clamp(x, -100, 100) + Math.sign(x) * 0.5) + 0;
  const put = (list, key, item) => {
    const at = list.findIndex((known) => key(known) === key(item));
    if (at >= 0) list[at] = item;
    else list.push(item);
  };
  for (const { fact, sound, body, vision, gaze, ...item } of facts) {
    if (fact === 'momentum') {
      const at_ms = Math.floor(item.at / 1000 / STEP_MS) * STEP_MS;
      const last = next.trail.at(-1);
      const intensity = whole(item.intensity);
      const point = { at_ms, home: whole(item.home), away: whole(item.away), intensity };
      if (last && last.at_ms >= at_ms) {
        point.at_ms = last.at_ms;
        point.intensity = Math.max(last.intensity, intensity);
        next.trail.pop();
      }
      next.trail.push(point);
      next.trail.splice(0, next.trail.length - 2160);
      next.momentum = item;
    } else if (fact === 'moment') {
      put(next.moments, (m) => m.number, item);
      next.moments.sort((a, b) => a.number - b.number).splice(0, next.moments.length - 40);
    } else if (fact === 'mood') put(next.moods, (m) => m.room, item);
    else if (sound === 'level') put(next.levels, (l) => l.mic, item);
    else if (sound === 'heard') {
      put(next.sounds, (s) => `${s.mic}|${s.kind}|${s.onset}`, item);
      next.sounds.splice(0, next.sounds.length - 40);
    } else if (sound === 'refused') {
      next.troubles = next.troubles.filter((t) => !(t.mic === item.mic && t.code === item.code));
      if (item.phase === 'began') next.troubles.push(item);
    } else if (body === 'fans') put(next.fans, (f) => f.side, item);
    else if (vision === 'crowd') put(next.seen, (f) => f.side, item);
    else if (gaze === 'shares') next.gaze = item;
  }
  return next;
}

const KINDS = [
  [(p) => p.tags.includes('touchdown') || p.tags.includes('return_touchdown'), 'score'],
  [(p) => p.kind === 'field_goal' && p.tags.includes('good'), 'score'],
  [(p) => p.kind === 'field_goal', 'near_miss'],
  [(p) => p.tags.includes('interception') || p.tags.includes('fumble_lost'), 'turnover'],
];

/** The crowd of one game. `facts(until)` gives what it says up to a time of its own. */
export class InventedCrowd {
  constructor(kickoff) {
    this.now = kickoff - 300 * SECOND;
    this.plays = [];
    this.seen = new Set();
    this.due = [];
    this.number = 0;
    this.clipped = false;
    this.greeted = false;
  }

  /** Takes in plays that it has not seen yet. */
  learn(plays, walls) {
    plays.forEach((play, i) => {
      if (this.seen.has(play.play_id)) return;
      this.seen.add(play.play_id);
      const at = walls[i];
      this.plays.push({ at: at + PLAY, wpa: play.wpa_home });
      const kind = KINDS.find(([test]) => test(play))?.[1];
      if (kind || Math.abs(play.wpa_home) >= 0.07) this.stir(play, at + PLAY, kind ?? 'big_play');
    });
    this.due.sort((a, b) => a.at - b.at);
  }

  /** A moment as it is told: at first by its sound alone, then what it was, then that it is over. */
  stir(play, onset, kind) {
    const home = play.wpa_home >= 0;
    const side = kind === 'turnover' ? play.spot.possession : home ? 'home' : 'away';
    const player = play.text.match(/\b[A-Z]\.[A-Z][a-z]+/)?.[0];
    const intensity = round(clamp(42 + Math.abs(play.wpa_home) * 260, 0, 99), 1);
    const number = ++this.number;
    const first = { fact: 'moment', number, kind: 'crowd', side: null, intensity: intensity - 14, onset };
    const found = onset + 0.28 * SECOND;
    const known = { ...first, kind, side, intensity, ...(player ? { player } : {}), found };
    const all = ['game', 'sound', 'chat'];
    const sound = {
      fact: 'sound',
      sound: 'heard',
      mic: 'stadium',
      kind: home ? 'roar' : 'groan',
      onset,
      found: onset + 0.4 * SECOND,
      confidence: 0.86,
      level_db: round(78 + intensity * 0.3, 1),
      rise_db: round(6 + intensity * 0.12, 1),
    };
    const whistle = { ...sound, kind: 'whistle', onset: onset - SECOND, duration_ms: 420, rate: 3840 };
    this.due.push(
      { at: onset, fact: whistle },
      { at: found, fact: { ...first, found, confidence: 0.71, senses: ['sound'] } },
      { at: sound.found, fact: { ...sound, duration_ms: null } },
      { at: onset + 3.2 * SECOND, fact: { ...known, confidence: 0.97, senses: all } },
      { at: onset + 7 * SECOND, fact: { ...sound, duration_ms: 6600 } },
      {
        at: onset + 25 * SECOND,
        fact: { ...known, confidence: 0.97, senses: all, ended: onset + 24 * SECOND },
      },
    );
  }

  momentum(t) {
    let [pull, heat] = [0, 0];
    for (let i = this.plays.length - 1; i >= 0; i--) {
      const { at, wpa } = this.plays[i];
      const age = (t - at) / SECOND;
      if (age > 400) break;
      if (age < 0) continue;
      pull += 560 * wpa * Math.exp(-age / 75);
      heat += 120 * Math.sqrt(Math.abs(wpa)) * Math.exp(-age / 38);
    }
    const lift = 7 + 9 * wander(t, 5) + heat * 0.12;
    const home = clamp(pull + lift + 5 * wander(t, 1), -100, 100);
    const away = clamp(-0.85 * pull + lift + 5 * wander(t, 2), -100, 100);
    const intensity = clamp(16 + 7 * wander(t, 3) + heat, 0, 100);
    // Viewers' eyes are measured for forty seconds, and then for forty not.
    const gaze = Math.floor(t / (40 * SECOND)) % 2 === 0;
    const shares = Object.entries(gaze ? { ...SHARES, game: 0.38, gaze: 0.06 } : SHARES);
    const parts = shares.map(([sense, share]) => ({
      sense,
      home: round(home * share, 2),
      away: round(away * share, 2),
      intensity: round(intensity * share, 2),
    }));
    return {
      fact: 'momentum',
      at: t,
      home: round(home, 2),
      away: round(away, 2),
      intensity: round(intensity, 2),
      parts,
    };
  }

  levels(t, intensity) {
    const level = (mic, slow, calibrated, over = 0) => ({
      fact: 'sound',
      sound: 'level',
      mic,
      at: t,
      a_slow_db: round(slow, 1),
      c_slow_db: round(slow + 4.2, 1),
      a_max_db: round(slow + 3 + over, 1),
      short_term_lufs: round(slow - 118, 1),
      above_usual_db: round(intensity * 0.24 - 3, 1),
      calibrated,
    });
    const loud = 74 + intensity * 0.33 + 2 * wander(t, 4);
    const facts = [level('stadium', loud, true, 2.5), level('home-end', loud + 4, true, 3.5)];
    facts.push({ ...level('radio mix', loud - 112, false), short_term_lufs: round(loud - 110, 1) });
    const clipped = loud > 99;
    if (clipped !== this.clipped) facts.push(this.refused('home-end', 'clipped', t, clipped));
    this.clipped = clipped;
    return facts;
  }

  refused(mic, code, at, began) {
    return { fact: 'sound', sound: 'refused', mic, at, code, phase: began ? 'began' : 'ended' };
  }

  moods(t, { home, intensity }) {
    return ROOMS.map(([room, rate, confidence], n) => {
      const stir = intensity / 100;
      const joy = clamp(0.12 + 0.004 * home + 0.08 * wander(t, n), 0.02, 0.7);
      const rage = clamp(0.1 - 0.003 * home + 0.06 * wander(t, n + 3), 0.02, 0.6);
      const surprise = clamp(0.03 + 0.2 * stir * stir, 0, 0.25);
      const sum = Math.max(1, joy + rage + surprise + 0.05);
      const shares = [joy, rage, surprise].map((s) => round(s / sum));
      const spike = clamp(stir * 1.3, 0.02, 0.99);
      const keywords = [
        { group: 'slow-mo', surprise: round(spike), mentions: Math.round(40 * stir), expected: 3.1 },
        { group: 'ankle', surprise: round(0.2 * spike), mentions: 1, expected: 0.8 },
      ];
      return {
        fact: 'mood',
        room,
        at: t,
        joy: shares[0],
        rage: shares[1],
        surprise: shares[2],
        neutral: round(1 - shares[0] - shares[1] - shares[2]),
        rate_per_s: round(rate * (0.6 + 2 * stir), 1),
        volatility: round(clamp(0.1 + 0.4 * stir + 0.1 * wander(t, n), 0, 1)),
        spam_share: round(0.06 + 0.05 * n),
        confidence,
        ...(n < 2 ? { keywords } : {}),
      };
    });
  }

  /** Hearts, stands and eyes. Nobody measures eyes while the gaze is no part of the momentum. */
  fans(t, { home, away, intensity, parts }) {
    const stir = intensity / 100;
    const seen = (side, pull, n) => ({
      fact: 'vision',
      vision: 'crowd',
      at: t,
      side,
      sections: 6 + n,
      share: round(clamp(0.08 + (0.5 * Math.max(0, pull)) / 100 + 0.3 * stir, 0, 1)),
      above_usual: round(clamp(Math.max(0, pull) / 130 + 0.1 * stir, -1, 1)),
    });
    const hearts = (side, wearers, pull) => ({
      fact: 'body',
      body: 'fans',
      at: t,
      side,
      wearers,
      median_bpm: round(76 + 34 * stir + Math.abs(pull) * 0.1, 1),
      median_rise_bpm: round(4 + 34 * stir + Math.abs(pull) * 0.1, 1),
      over_110_share: round(clamp(stir * 0.7 - 0.05, 0, 1)),
      mean_rmssd_z: round(-1.4 * stir, 2),
      strength: round(clamp((4 + 34 * stir) / 30, 0, 1)),
    });
    const facts = [hearts(null, 212, home), hearts('home', 140, home), hearts('away', 61, away)];
    facts.push(seen('home', home, 3), seen('away', away, 0));
    if (!parts.some((p) => p.sense === 'gaze')) return facts;
    const region = (name, share) => ({
      region: name,
      share: round(share),
      dwell_p50_ms: Math.round(400 + 900 * share),
      dwell_p90_ms: Math.round(900 + 2600 * share),
    });
    const regions = [region('ball_carrier', 0.42 + 0.2 * stir), region('scoreboard', 0.11)];
    facts.push({
      fact: 'gaze',
      gaze: 'shares',
      at: t,
      viewers: 1834,
      away: round(0.21 - 0.15 * stir),
      regions,
    });
    return facts;
  }

  /** What it says from where it stands to `until`: ten momenta a second, or one in ten seconds of a longer way. */
  facts(until) {
    const facts = [];
    if (!this.greeted) facts.push(this.refused('radio mix', 'uncalibrated', this.now, true));
    this.greeted = true;
    const stride = until - this.now > 20 * SECOND ? 10 * SECOND : TENTH;
    while (this.now + stride <= until) {
      this.now += stride;
      while (this.due[0]?.at <= this.now) facts.push(this.due.shift().fact);
      const momentum = this.momentum(this.now);
      facts.push(momentum);
      const last = this.now + stride > until;
      if (stride === TENTH ? this.now % SECOND < TENTH : last)
        facts.push(...this.levels(this.now, momentum.intensity), ...this.fans(this.now, momentum));
      if (stride === TENTH ? this.now % (2 * TENTH) < TENTH : last)
        facts.push(...this.moods(this.now, momentum));
    }
    return facts;
  }
}
