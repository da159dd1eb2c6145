/** The time axis of the momentum strip: the chart's own, where plays say when they were played, else the wall clock's. */
import { TRAIL_STEP_MS, type TrailPoint } from './crowd';
import { timeOfDay } from './format';
import { axisEnd, type ChartModel, nearest } from './timeline';
import type { Snapshot } from './types';

export interface StripAxis {
  /** `game`: seconds of play, as on the chart. `wall`: Unix milliseconds. */
  kind: 'game' | 'wall';
  start: number;
  end: number;
  /** Where a time of day lies; `null` off the axis. */
  x(at_ms: number): number | null;
  /** The time of day at a place on the axis. */
  at(x: number): number;
  /** A time of day in words: the game clock where the axis has it. */
  name(at_ms: number): string;
  /** Lines across the strip, and what stands under them. */
  rules: { x: number; label: string }[];
}

interface Anchor {
  ms: number;
  x: number;
}

/** Straight between anchors; `null` before the first and after the last. */
function between(anchors: readonly Anchor[], value: number, from: 'ms' | 'x', to: 'ms' | 'x'): number | null {
  let low = 0;
  let high = anchors.length - 1;
  if (high < 1 || value < anchors[0]![from] || value > anchors[high]![from]) return null;
  while (high - low > 1) {
    const mid = (low + high) >> 1;
    if (anchors[mid]![from] <= value) low = mid;
    else high = mid;
  }
  const [a, b] = [anchors[low]!, anchors[high]!];
  const length = b[from] - a[from];
  return length === 0 ? b[to] : a[to] + ((b[to] - a[to]) * (value - a[from])) / length;
}

/** The axis of the chart, or `null` where plays do not say when they were played, or say it of another day. */
export function gameAxis(game: Snapshot, chart: ChartModel, trail: readonly TrailPoint[]): StripAxis | null {
  const anchors: Anchor[] = [];
  let stamped = 0;
  game.plays.forEach(({ wall }, i) => {
    const x = chart.points[i]?.x0;
    if (wall == null || x === undefined) return;
    stamped += 1;
    const ms = wall / 1000;
    // A stamp that runs back is passed over: the chart never does.
    if (anchors.length === 0 || ms > anchors.at(-1)!.ms) anchors.push({ ms, x });
  });
  if (anchors.length < 2 || stamped * 2 < game.plays.length) return null;
  const newest = trail.at(-1);
  const now_ms = newest ? newest.at_ms + TRAIL_STEP_MS : 0;
  if (!chart.final && now_ms > anchors.at(-1)!.ms) anchors.push({ ms: now_ms, x: chart.now.x });
  const x = (ms: number): number | null => between(anchors, ms, 'ms', 'x');
  if (trail.length > 0 && !trail.some((p) => x(p.at_ms + TRAIL_STEP_MS) !== null)) return null;
  return {
    kind: 'game',
    start: 0,
    end: axisEnd(chart.spans),
    x,
    at(at) {
      const [first, last] = [anchors[0]!, anchors.at(-1)!];
      return between(anchors, Math.min(last.x, Math.max(first.x, at)), 'x', 'ms') ?? last.ms;
    },
    name(ms) {
      const at = x(ms);
      const play = at === null ? undefined : chart.points[nearest(chart.points, at)];
      return play ? `${play.clock}, ${timeOfDay(ms)}` : timeOfDay(ms);
    },
    rules: chart.spans.slice(1).map((s) => ({ x: s.start, label: s.label })),
  };
}

const MINUTE = 60_000;
const STEPS = [1, 2, 5, 10, 15, 30, 60, 120].map((m) => m * MINUTE);

/** An axis of the time of day over the whole trail, at least ten minutes of it, with six to ten lines. */
export function wallAxis(trail: readonly TrailPoint[]): StripAxis {
  const start = trail[0]?.at_ms ?? 0;
  const end = Math.max(start + 10 * MINUTE, (trail.at(-1)?.at_ms ?? 0) + TRAIL_STEP_MS);
  const step = STEPS.find((s) => (end - start) / s <= 8) ?? STEPS.at(-1)!;
  const rules: StripAxis['rules'] = [];
  for (let at = Math.ceil((start + 1) / step) * step; at < end; at += step) {
    rules.push({ x: at, label: timeOfDay(at) });
  }
  return {
    kind: 'wall',
    start,
    end,
    x: (ms) => (ms >= start && ms <= end ? ms : null),
    at: (x) => Math.min(end, Math.max(start, x)),
    name: (ms) => timeOfDay(ms, true),
    rules,
  };
}

/** What the strip draws at one place: of all points that fall there, each number where it was largest. */
export interface Column {
  x: number;
  at_ms: number;
  home: number;
  away: number;
  intensity: number;
}

/** A minute without a point is a gap, which no line crosses. */
const GAP_MS = 60_000;

const larger = (a: number, b: number): number => (Math.abs(b) > Math.abs(a) ? b : a);

/** The trail as pieces without gaps, `count` columns over the axis at most. Each point stands at its end. */
export function columns(trail: readonly TrailPoint[], axis: StripAxis, count: number): Column[][] {
  const pieces: Column[][] = [];
  const width = (axis.end - axis.start) / Math.max(1, count);
  let before = Number.NEGATIVE_INFINITY;
  let bucket = -1;
  for (const p of trail) {
    const x = axis.x(p.at_ms + TRAIL_STEP_MS);
    if (x === null) continue;
    const own = Math.floor((x - axis.start) / width);
    const piece = pieces.at(-1);
    const last = piece?.at(-1);
    if (!piece || !last || p.at_ms - before > GAP_MS) {
      pieces.push([{ x, at_ms: p.at_ms, home: p.home, away: p.away, intensity: p.intensity }]);
    } else if (own === bucket) {
      last.home = larger(last.home, p.home);
      last.away = larger(last.away, p.away);
      last.intensity = Math.max(last.intensity, p.intensity);
      last.at_ms = p.at_ms;
      last.x = x;
    } else {
      piece.push({ x, at_ms: p.at_ms, home: p.home, away: p.away, intensity: p.intensity });
    }
    bucket = own;
    before = p.at_ms;
  }
  return pieces;
}

/** The index of the point of the trail that holds a time; -1 in an empty one. */
export function pointAt(trail: readonly TrailPoint[], at_ms: number): number {
  let low = 0;
  let high = trail.length - 1;
  while (low < high) {
    const mid = (low + high + 1) >> 1;
    if (trail[mid]!.at_ms <= at_ms) low = mid;
    else high = mid - 1;
  }
  return high < 0 ? -1 : low;
}

/** The trail by the minute, for the table: both numbers at its end, the highest intensity within. */
export function minutes(trail: readonly TrailPoint[]): TrailPoint[] {
  const rows: TrailPoint[] = [];
  for (const p of trail) {
    const at_ms = Math.floor(p.at_ms / MINUTE) * MINUTE;
    const last = rows.at(-1);
    if (last?.at_ms === at_ms) {
      last.home = p.home;
      last.away = p.away;
      last.intensity = Math.max(last.intensity, p.intensity);
    } else rows.push({ ...p, at_ms });
  }
  return rows;
}

/**
 * Marks that would lie on each other become one. The most important of them stands where it belongs, and the others
 * behind the nearest that stands; from left to right.
 */
export function cluster<T>(
  items: readonly T[],
  at: (item: T) => number,
  rank: (item: T) => number,
  apart: number,
): { x: number; top: T; all: T[] }[] {
  const groups: { x: number; top: T; all: T[] }[] = [];
  for (const top of items.slice().sort((a, b) => rank(b) - rank(a))) {
    const x = at(top);
    const far = (g: { x: number }): number => Math.abs(g.x - x);
    const nearest = groups.slice().sort((a, b) => far(a) - far(b))[0];
    if (nearest && far(nearest) < apart) nearest.all.push(top);
    else groups.push({ x, top, all: [top] });
  }
  return groups.sort((a, b) => a.x - b.x);
}
