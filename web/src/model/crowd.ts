/**
 * What the crowd's channel sends, as `crates/event/src/view/crowd.rs` and `crates/event/src/senses` define it, and how
 * updates are laid over it. Times are microseconds since the Unix epoch unless their name says otherwise.
 */
import type { Side } from './types';

/** In the order in which they are shown, which is the order of `Sense::ALL`. */
export const SENSES = ['game', 'sound', 'chat', 'body', 'vision', 'gaze', 'tracking'] as const;
export type Sense = (typeof SENSES)[number];

/** What one sense adds to the momentum. */
export interface Contribution {
  sense: Sense;
  home: number;
  away: number;
  intensity: number;
}

/** The Momentum Index: each side's own number, -100 to 100, and how stirred people are, 0 to 100. */
export interface MomentumFact {
  at: number;
  home: number;
  away: number;
  intensity: number;
  parts: Contribution[];
}

export type MomentKind =
  'score' | 'near_miss' | 'big_play' | 'turnover' | 'foul' | 'injury' | 'crowd' | (string & {});

export interface MomentFact {
  number: number;
  kind: MomentKind;
  side: Side | null;
  player?: string | null;
  intensity: number;
  onset: number;
  found: number;
  ended?: number | null;
  confidence: number;
  senses: Sense[];
}

export interface LevelFact {
  mic: string;
  at: number;
  a_slow_db: number;
  c_slow_db: number;
  a_max_db: number;
  short_term_lufs: number | null;
  above_usual_db: number;
  calibrated: boolean;
}

export type SoundKind = 'roar' | 'whistle' | 'groan' | 'chant' | (string & {});

export interface CrowdSound {
  mic: string;
  kind: SoundKind;
  onset: number;
  found: number;
  duration_ms: number | null;
  confidence: number;
  level_db: number;
  rise_db: number;
  /** Beats a minute of a chant, hertz of a whistle. */
  rate?: number | null;
}

export type SoundTrouble =
  | 'silent'
  | 'stuck'
  | 'clipped'
  | 'wrong_rate'
  | 'changed'
  | 'lost'
  | 'out_of_order'
  | 'impossible'
  | 'uncalibrated'
  | (string & {});

export interface SoundRefusal {
  mic: string;
  at: number;
  code: SoundTrouble;
  phase: 'began' | 'ended';
}

export interface KeywordSpike {
  group: string;
  surprise: number;
  mentions: number;
  expected: number;
}

export interface MoodFact {
  room: string;
  at: number;
  joy: number;
  rage: number;
  surprise: number;
  neutral: number;
  rate_per_s: number;
  volatility: number;
  spam_share: number;
  confidence: number;
  keywords?: KeywordSpike[];
}

/** Fans' hearts, five wearers' at least: one side's, or with no side everybody's. */
export interface FansFact {
  at: number;
  side: Side | null;
  wearers: number;
  median_bpm: number;
  median_rise_bpm: number;
  over_110_share: number;
  mean_rmssd_z?: number | null;
  strength: number;
}

/** How much of a part of the crowd is on its feet. */
export interface CrowdSeen {
  at: number;
  side: Side | null;
  sections: number;
  share: number;
  above_usual: number;
}

export interface RegionShare {
  region: string;
  share: number;
  /** How long half of those who look there have, and nine in ten. */
  dwell_p50_ms?: number | null;
  dwell_p90_ms?: number | null;
}

/** Where viewers look, five at least. */
export interface GazeShares {
  at: number;
  viewers: number;
  away: number;
  regions: RegionShare[];
}

/** Ten seconds of momentum: both numbers at their end, and the highest intensity within them. */
export interface TrailPoint {
  at_ms: number;
  home: number;
  away: number;
  intensity: number;
}

/** The crowd of a game. */
export interface Crowd {
  game: string;
  momentum: MomentumFact | null;
  /** Oldest first. */
  trail: TrailPoint[];
  levels: LevelFact[];
  sounds: CrowdSound[];
  moods: MoodFact[];
  /** By number. */
  moments: MomentFact[];
  troubles: SoundRefusal[];
  fans: FansFact[];
  seen: CrowdSeen[];
  gaze: GazeShares | null;
}

/** A fact of the crowd's channel. Kinds that are not known here are passed over. */
export type CrowdFact =
  | ({ fact: 'momentum' } & MomentumFact)
  | ({ fact: 'moment' } & MomentFact)
  | ({ fact: 'mood' } & MoodFact)
  | ({ fact: 'sound'; sound: 'level' } & LevelFact)
  | ({ fact: 'sound'; sound: 'heard' } & CrowdSound)
  | ({ fact: 'sound'; sound: 'refused' } & SoundRefusal)
  | { fact: 'sound'; sound: 'crossed' }
  | ({ fact: 'body'; body: 'fans' } & FansFact)
  | ({ fact: 'vision'; vision: 'crowd' } & CrowdSeen)
  | { fact: 'vision'; vision: 'celebration' | 'reaction' }
  | ({ fact: 'gaze'; gaze: 'shares' } & GazeShares);

export interface CrowdUpdate {
  game: string;
  at: number;
  facts: CrowdFact[];
}

export const TRAIL_STEP_MS = 10_000;
const TRAIL_MAX = 2160;
const RECENT = 40;
const SOURCES = 64;

/** As Rust rounds: halves away from zero, and zero has no sign. */
const whole = (x: number): number => Math.sign(x) * Math.min(100, Math.floor(Math.abs(x) + 0.5)) + 0;

/** A list with `item` in the place of the one that `same` finds, or behind the others. */
function replaced<T>(list: readonly T[], item: T, same: (known: T) => boolean): T[] {
  const at = list.findIndex(same);
  if (at < 0) return [...list, item];
  const next = list.slice();
  next[at] = item;
  return next;
}

/** As `replaced`, but a source beyond the most that are followed is left out. */
function ofSource<T>(list: readonly T[], item: T, same: (known: T) => boolean): T[] {
  return list.length >= SOURCES && !list.some(same) ? (list as T[]) : replaced(list, item, same);
}

function followed(trail: readonly TrailPoint[], now: MomentumFact): TrailPoint[] {
  const at_ms = Math.floor(Math.floor(now.at / 1000) / TRAIL_STEP_MS) * TRAIL_STEP_MS;
  const [home, away, intensity] = [whole(now.home), whole(now.away), whole(now.intensity)];
  const last = trail.at(-1);
  // Time that runs back adds to the last point, so that the trail stays in order.
  if (last && last.at_ms >= at_ms) {
    const highest = Math.max(last.intensity, intensity);
    // Nine updates of ten change no whole number: what draws the trail need not draw it again.
    if (last.home === home && last.away === away && last.intensity === highest) return trail as TrailPoint[];
    const next = trail.slice(0, -1);
    next.push({ at_ms: last.at_ms, home, away, intensity: highest });
    return next;
  }
  return [...trail, { at_ms, home, away, intensity }].slice(-TRAIL_MAX);
}

function withMoment(moments: readonly MomentFact[], moment: MomentFact): MomentFact[] {
  const next = moments.filter((m) => m.number !== moment.number);
  let at = next.length;
  while (at > 0 && next[at - 1]!.number > moment.number) at--;
  next.splice(at, 0, moment);
  return next.slice(-RECENT);
}

/** Lays one fact over the crowd, in place; lists that change are new ones. */
function take(crowd: Crowd, tagged: CrowdFact): void {
  switch (tagged.fact) {
    case 'momentum': {
      const { fact: _, ...momentum } = tagged;
      crowd.trail = followed(crowd.trail, momentum);
      crowd.momentum = momentum;
      return;
    }
    case 'moment': {
      const { fact: _, ...moment } = tagged;
      crowd.moments = withMoment(crowd.moments, moment);
      return;
    }
    case 'mood': {
      const { fact: _, ...mood } = tagged;
      crowd.moods = ofSource(crowd.moods, mood, (m) => m.room === mood.room);
      return;
    }
    case 'sound':
      takeSound(crowd, tagged);
      return;
    case 'body': {
      if (tagged.body !== 'fans') return;
      const { fact: _, body: __, ...fans } = tagged;
      crowd.fans = ofSource(crowd.fans, fans, (f) => f.side === fans.side);
      return;
    }
    case 'vision': {
      if (tagged.vision !== 'crowd') return;
      const { fact: _, vision: __, ...seen } = tagged;
      crowd.seen = ofSource(crowd.seen, seen, (s) => s.side === seen.side);
      return;
    }
    case 'gaze': {
      if (tagged.gaze !== 'shares') return;
      const { fact: _, gaze: __, ...shares } = tagged;
      crowd.gaze = shares;
    }
  }
}

function takeSound(crowd: Crowd, tagged: CrowdFact & { fact: 'sound' }): void {
  switch (tagged.sound) {
    case 'level': {
      const { fact: _, sound: __, ...level } = tagged;
      crowd.levels = ofSource(crowd.levels, level, (l) => l.mic === level.mic);
      return;
    }
    case 'heard': {
      const { fact: _, sound: __, ...sound } = tagged;
      const same = (s: CrowdSound): boolean =>
        s.mic === sound.mic && s.kind === sound.kind && s.onset === sound.onset;
      crowd.sounds = replaced(crowd.sounds, sound, same).slice(-RECENT);
      return;
    }
    case 'refused': {
      const { fact: _, sound: __, ...refusal } = tagged;
      const left = crowd.troubles.filter((t) => t.mic !== refusal.mic || t.code !== refusal.code);
      if (refusal.phase === 'began') left.push(refusal);
      crowd.troubles = left.slice(-RECENT);
    }
  }
}

/**
 * Brings a crowd up to date, as `Crowd::apply` of the server does. The result is a new object with new lists where they
 * changed, so that a view can tell what changed by identity.
 */
export function applyCrowd(crowd: Crowd, facts: readonly CrowdFact[]): Crowd {
  const next = { ...crowd };
  for (const fact of facts) take(next, fact);
  return next;
}

/** A crowd of which nothing is known yet; also what an older server leaves out. */
export const emptyCrowd = (game: string): Crowd => ({
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

/** Whether any sense has reported anything of this game. */
export const isEmpty = (c: Crowd): boolean =>
  Object.values({ ...c, game: null }).every((v) => v === null || (Array.isArray(v) && v.length === 0));

/** What each sense reports of its own, besides its part of the momentum. */
const REPORTS: Partial<Record<Sense, (c: Crowd) => readonly { at: number }[]>> = {
  sound: (c) => c.levels,
  chat: (c) => c.moods,
  body: (c) => c.fans,
  vision: (c) => c.seen,
  gaze: (c) => (c.gaze ? [c.gaze] : []),
};

const latest = (reports: readonly { at: number }[]): number => Math.max(0, ...reports.map((r) => r.at));

/** The crowd's own time: the latest that any sense speaks of, in microseconds. Replays run faster than ours. */
export function crowdNow(c: Crowd): number {
  const own = Object.values(REPORTS).map((of) => latest(of(c)));
  const now = Math.max(c.momentum?.at ?? 0, ...own);
  if (now > 0) return now;
  const found = [...c.moments, ...c.sounds].map((f) => f.found);
  return Math.max(0, ...found, (c.trail.at(-1)?.at_ms ?? 0) * 1000);
}

/** When each sense was last heard of. */
export type LastHeard = Partial<Record<Sense, number>>;

/** Notes which senses this state of the crowd shows to have been heard, and when. */
export function hear(before: LastHeard, crowd: Crowd): LastHeard {
  const next = { ...before };
  for (const { sense } of crowd.momentum?.parts ?? []) {
    next[sense] = Math.max(next[sense] ?? 0, crowd.momentum!.at);
  }
  // What a sense last reported of its own counts, even while the momentum still makes something of it.
  for (const [sense, of] of Object.entries(REPORTS) as [Sense, (c: Crowd) => { at: number }[]][]) {
    const at = latest(of(crowd));
    if (at > 0) next[sense] = at;
  }
  return next;
}

export type Hearing = 'heard' | 'stale' | 'missing';

export interface SenseState {
  sense: Sense;
  hearing: Hearing;
  /** How long it has been silent, where it is stale. */
  silent_ms: number;
  part: Contribution | null;
}

/** A sense that has said nothing for so long is stale, whatever the momentum still makes of it. */
const STALE_MS = 5000;

/** Each sense: heard, stale or missing, and what it contributes now. */
export function senseStates(crowd: Crowd, last: LastHeard): SenseState[] {
  const now = crowdNow(crowd);
  return SENSES.map((sense) => {
    const part = crowd.momentum?.parts.find((p) => p.sense === sense) ?? null;
    const at = last[sense];
    const silent_ms = at === undefined ? 0 : Math.max(0, (now - at) / 1000);
    const hearing = at === undefined ? 'missing' : silent_ms > STALE_MS ? 'stale' : 'heard';
    return { sense, hearing, silent_ms, part };
  });
}
