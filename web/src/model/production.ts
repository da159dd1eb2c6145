/**
 * What the operators' doors say, and what follows from it. Types follow `crates/app/src/production.rs`,
 * `crates/event/src/production` and `crates/deliver/src/mixer`: change them together.
 */
import type { FrameRate } from './timecode';

/** In the order of the keys 1 to 7. */
export const CAMERAS = ['main', 'tight', 'rail', 'keeper', 'wing', 'crowd', 'baseline'] as const;
export type Camera = (typeof CAMERAS)[number];

export interface Shot {
  camera: Camera;
  fade_ms?: number;
  zoom?: number;
  zoom_within_ms?: number;
  buffer_frames?: number;
}

export type Action =
  | ({ do: 'shot' } & Shot)
  | { do: 'overlay'; overlay: string }
  | { do: 'confetti'; coupon?: boolean }
  | { do: 'poll'; poll: string }
  | { do: 'code'; percent: number }
  | { do: 'mark'; mark: string };

export interface Cut {
  frame: number;
  rate: FrameRate;
  at: number;
  from: Camera;
  shot: Shot;
  reason: 'rule' | 'model' | 'return' | 'manual';
  rule?: string;
  over?: string[];
  why: string;
}

export interface Fired {
  rule: string;
  key?: string;
  at: number;
  due: number;
  until?: number;
  action: Action;
  priority: number;
  confidence: number;
  why: string;
}

export interface Released {
  rule: string;
  key?: string;
  at: number;
}

export interface RuleSetFact {
  at: number;
  set: string | null;
  /** What a roll-back would lead to. */
  before?: string;
  change: 'ordered' | 'rolled_back' | 'frowns';
  /** With frowns: who frowned, 0 to 1. */
  share?: number;
  /** Why the order was not carried out. */
  refused?: string;
}

/** Another camera model proposes shots below the rules, or none does any more. */
export interface CameraModelFact {
  at: number;
  model: string | null;
  /** Why the order was not carried out. */
  refused?: string;
}

/** A decision, and why the guard did not let it out, if it did not. */
export type Entry = { cause: number; refused?: string } & (
  | ({ decided: 'cut' } & Cut)
  | ({ decided: 'fired' } & Fired)
  | ({ decided: 'released' } & Released)
  | ({ decided: 'rules' } & RuleSetFact)
  | ({ decided: 'camera_model' } & CameraModelFact)
);

export interface SetView {
  id: string;
  authors: string[];
  notes: string[];
  rules: number;
}

export interface FieldDiff {
  field: string;
  before: string | null;
  after: string | null;
}

export type RuleDiff =
  | { change: 'added' | 'removed'; rule: string; title: string }
  | { change: 'changed'; rule: string; fields: FieldDiff[] };

export interface DeskView {
  game: string;
  rules: SetView | null;
  before: SetView | null;
  /** What the rules in force do differently from those before. */
  diff: RuleDiff[];
  change: RuleSetFact | null;
  on_air: Shot;
  /** The last cut that was told; its frame may be yet to come. */
  cut: Cut | null;
  held: boolean;
  /** The match's own time, where the server tells it: in a replay it is not the clock's. */
  now?: number;
  frame_rate: FrameRate;
  rows: number;
  evaluated: number;
  fired: number;
  held_back: number;
  /** Newest first. */
  recent: Entry[];
}

export interface Productions {
  games: string[];
  rules: SetView;
  trouble: string | null;
}

export interface RuleLine {
  id: string;
  title: string;
  sport: string | null;
  file: string;
  line: number;
}

export interface RuleSets {
  current: string;
  /** `diff`: what the current set does differently from this one. */
  sets: { set: SetView; rules: RuleLine[]; diff: RuleDiff[] }[];
  trouble: string | null;
}

export interface Output {
  name: string;
  kind: string;
  game: string | null;
  dry_run: boolean;
  connected: boolean;
  connects: number;
  waiting: number;
  unconfirmed: number;
  refused: number;
  on_air: Camera | null;
  last_cut: { camera: Camera; at: number; confirmed_at: number } | null;
  last_error: string | null;
  latency: { cuts: number; p50_us: number; p99_us: number; max_us: number };
}

export interface MicroLink {
  name: string;
  address: string;
  dry_run: boolean;
  streams: { game: string; number: number; waiting: number }[];
  events: number;
  repeats: number;
  empty: number;
  below_confidence: number;
  too_old: number;
  dropped: number;
  unsent: number;
  skipped: number;
  late_us_p50: number;
  late_us_p99: number;
}

export interface Mixers {
  outputs: Output[];
  links: MicroLink[];
}

export type Order = { order: 'take'; camera: Camera } | { order: 'hold' } | { order: 'release' };
export type RulesOrder = { order: 'roll_back' } | { order: 'use'; set: string };

/** What a list of decisions can be narrowed down to. */
export const KINDS = ['cut', 'fired', 'released', 'rules', 'refused'] as const;
export type Kind = (typeof KINDS)[number];

/** Whether an entry is of a kind: what was refused is besides what it would have been. */
export const isOf = (entry: Entry, kind: Kind): boolean =>
  kind === 'refused'
    ? entry.refused !== undefined
    : entry.decided === kind || (kind === 'rules' && entry.decided === 'camera_model');

/** An entry, with a name that stays its own, and whether a cut that was told is not to be. */
export interface Told {
  key: string;
  entry: Entry;
  off: boolean;
}

/**
 * Newest first, as they come. A cut stands in the place of every cut told before it whose frame is the same or
 * later; one that the guard kept in was told to nobody.
 */
export function told(recent: Entry[]): Told[] {
  let first = Infinity;
  const list = recent.map((entry) => {
    const off = entry.decided === 'cut' && entry.frame >= first;
    if (entry.decided === 'cut' && !entry.refused) first = Math.min(first, entry.frame);
    return { key: '', entry, off };
  });
  // Several decisions may follow from one record: they are numbered from the oldest on.
  const seen = new Map<number, number>();
  for (let i = list.length - 1; i >= 0; i--) {
    const t = list[i]!;
    const n = seen.get(t.entry.cause) ?? 0;
    seen.set(t.entry.cause, n + 1);
    t.key = `${t.entry.cause}.${n}`;
  }
  return list;
}

/** What is on air, the cut that put it there, and the one that is told ahead. */
export interface Programme {
  shot: Shot;
  cut: Cut | null;
  next: Cut | null;
}

/** No cut is told further ahead than this. */
const LEAD_US = 1_000_000;

/**
 * The time of a match: its own where it is told, else the server's. What lies further ahead of the server's clock than
 * any cut is told shows that the match runs by a clock of its own, as a replay does, which stands there at least.
 */
export function timeOf(view: DeskView, server: number): number {
  if (view.now !== undefined) return view.now;
  const newest = Math.max(0, ...view.recent.slice(0, 20).map((e) => e.at));
  return newest > server + LEAD_US ? newest : server;
}

/** What is on air at a time: the last cut that was not taken back says so from its first frame on. */
export function programme(view: DeskView, now: number): Programme {
  const cuts = told(view.recent).flatMap(({ entry, off }) =>
    entry.decided === 'cut' && !off && !entry.refused ? [entry as Cut] : [],
  );
  if (cuts.length === 0 && view.cut) cuts.push(view.cut);
  const came = cuts.filter((c) => c.at <= now);
  const shot = came[0]?.shot ?? view.on_air;
  const newest = cuts[0];
  const next = newest && newest.at > now && newest.shot.camera !== shot.camera ? newest : null;
  // A cut from a camera to itself leaves the picture where it is: since when is said by the one before.
  const cut = came.find((c) => c.shot.camera === shot.camera && c.from !== c.shot.camera);
  return { shot, cut: cut ?? came[0] ?? null, next };
}
