import { marksScores, sportOf } from './sport';
import type { PlayFact, Side, Snapshot, Sport, Team } from './types';
import { abbrs, clockName, periodName, playTitle, scoreKind, scorer, situationText } from './words';

/** A quarter or an overtime on the time axis, in seconds of play. */
export interface PeriodSpan {
  period: number;
  label: string;
  start: number;
  length: number;
}

/**
 * One play on the chart: from `x0, before` to `x1, after`. A play of football or a point of tennis takes its time; a goal
 * or a basket happens at once, so that there `x0` and `x1` are the same.
 */
export interface ChartPoint {
  id: string;
  x0: number;
  x1: number;
  before: number;
  after: number;
  /** Clock at the snap, in words. */
  clock: string;
  /** Down, distance and place. */
  spot: string;
  text: string;
  /** Visitors first, as scores are read out: `14–10`. */
  score: string;
}

/** A play that is marked on the chart. */
export interface ChartMark {
  id: string;
  index: number;
  title: string;
  /** 1 for the largest swing; absent for a scoring play that is not a key play. */
  rank?: number;
  side: Side;
  /** `TD`, `FG`, … where points were scored. */
  score?: string;
  wpa: number;
}

/** All that a chart draws, made from a snapshot or handed to a graphic as data. */
export interface ChartModel {
  home: Team | null;
  away: Team | null;
  spans: PeriodSpan[];
  points: ChartPoint[];
  marks: ChartMark[];
  /** Where the line stands now. */
  now: { x: number; y: number };
  final: boolean;
}

const QUARTER_S = 900;
const UNTIMED_S = 300;

/**
 * The periods on the axis. Four quarters always; overtimes as played. A timed overtime is 10 or 15 minutes,
 * by the clock seen in it; an untimed one (college) gets a fixed width and its plays share it evenly.
 */
export function periodSpans(
  plays: readonly PlayFact[],
  lastPeriod: number,
  sport: Sport = 'american_football',
): PeriodSpan[] {
  if (sport !== 'american_football') return otherSpans(plays, lastPeriod, sport);
  const spans: PeriodSpan[] = [];
  let start = 0;
  const last = Math.max(4, lastPeriod, ...plays.map((p) => p.clock.period));
  for (let period = 1; period <= last; period++) {
    let length = QUARTER_S;
    if (period > 4) {
      const most = Math.max(0, ...plays.filter((p) => p.clock.period === period).map((p) => p.clock.clock_s));
      length = most === 0 ? UNTIMED_S : most <= 600 ? 600 : QUARTER_S;
    }
    spans.push({ period, label: periodName(period), start, length });
    start += length;
  }
  return spans;
}

/** Seconds of width that a point of tennis has, which no clock measures. */
const POINT_S = 30;

function otherSpans(plays: readonly PlayFact[], lastPeriod: number, sport: Sport): PeriodSpan[] {
  const most = Math.max(lastPeriod, ...plays.map((p) => p.clock.period));
  const last = sport === 'basketball' ? Math.max(4, most) : sport === 'soccer' ? Math.max(2, most) : most;
  const spans: PeriodSpan[] = [];
  let start = 0;
  for (let period = 1; period <= last; period++) {
    const own = plays.filter((p) => p.clock.period === period);
    const seen = Math.max(0, ...own.map((p) => p.clock.clock_s));
    const length =
      sport === 'basketball'
        ? Math.max(period <= 4 ? 720 : 300, seen)
        : sport === 'soccer'
          ? Math.max(period <= 2 ? 2700 : period <= 4 ? 900 : UNTIMED_S, seen)
          : POINT_S * Math.max(24, own.length);
    spans.push({ period, label: periodName(period, sport), start, length });
    start += length;
  }
  return spans;
}

/** Where each play of another sport begins: basketball counts down, soccer up, tennis point by point. */
function otherTimes(plays: readonly PlayFact[], spans: readonly PeriodSpan[], sport: Sport): number[] {
  const points = new Map<number, number>();
  let last = 0;
  return plays.map((p) => {
    const span = spans[p.clock.period - 1] ?? spans[0]!;
    const seen = points.get(p.clock.period) ?? 0;
    points.set(p.clock.period, seen + 1);
    const into =
      sport === 'tennis'
        ? seen * POINT_S
        : sport === 'soccer'
          ? p.clock.period > 4
            ? seen * 20
            : p.clock.clock_s
          : span.length - p.clock.clock_s;
    last = Math.max(span.start + Math.min(span.length, Math.max(0, into)), last + (last === 0 ? 0 : 0.5));
    return Math.min(last, axisEnd(spans));
  });
}

export const axisEnd = (spans: readonly PeriodSpan[]): number => {
  const last = spans.at(-1);
  return last ? last.start + last.length : 4 * QUARTER_S;
};

function snapTimes(plays: readonly PlayFact[], spans: readonly PeriodSpan[]): number[] {
  const untimed = new Map<number, { seen: number; all: number }>();
  for (const p of plays) {
    if (p.clock.period <= 4) continue;
    const entry = untimed.get(p.clock.period) ?? { seen: 0, all: 0 };
    entry.all += 1;
    untimed.set(p.clock.period, entry);
  }
  let last = 0;
  return plays.map((p) => {
    const span = spans[p.clock.period - 1] ?? spans[0]!;
    let x = span.start + span.length - Math.min(span.length, Math.max(0, p.clock.clock_s));
    if (span.length === UNTIMED_S && p.clock.period > 4) {
      const entry = untimed.get(p.clock.period)!;
      x = span.start + (span.length * entry.seen++) / Math.max(1, entry.all);
    }
    // Plays that share a second (a touchdown, its try and the kick-off) are set two seconds apart, so
    // that each can be pointed at; the next running clock takes the drift back.
    last = Math.max(x, last + (last === 0 ? 0 : 2));
    return Math.min(last, axisEnd(spans));
  });
}

/** The win probability a finished game ends at: exactly 0, 1 or, for a tie, one half. */
export function finalProbability(score: { home: number; away: number }): number {
  return score.home > score.away ? 1 : score.home < score.away ? 0 : 0.5;
}

/** Makes the chart of a game. */
export function chartModel(game: Snapshot): ChartModel {
  const { plays, state } = game;
  const sport = sportOf(state);
  const spans = periodSpans(plays, state.clock.period, sport);
  const end = axisEnd(spans);
  const final = state.phase === 'final';
  const xs = sport === 'american_football' ? snapTimes(plays, spans) : otherTimes(plays, spans, sport);
  const span = spans[state.clock.period - 1] ?? spans[0]!;
  const otherX =
    sport === 'tennis'
      ? (xs.at(-1) ?? 0) + POINT_S
      : span.start + (sport === 'soccer' ? state.clock.clock_s : span.length - state.clock.clock_s);
  const footballX =
    span.length === UNTIMED_S ? (xs.at(-1) ?? 0) + 4 : span.start + span.length - state.clock.clock_s;
  const clockX = sport === 'american_football' ? footballX : otherX;
  const nowX =
    final && sport !== 'american_football'
      ? Math.max(xs.at(-1) ?? 0, Math.min(end, otherX))
      : final
        ? Math.max(end - (span.period > 4 ? state.clock.clock_s : 0), xs.at(-1) ?? 0)
        : clockX;
  // At half-time the clock may say anything: it stands between the halves.
  const atBreak = state.phase === 'halftime' && sport !== 'tennis';
  const half = spans[sport === 'soccer' ? 1 : 2]?.start ?? end;
  const now = {
    x: Math.min(atBreak ? half : end, end, Math.max(0, nowX, xs.at(-1) ?? 0)),
    // Who goes through after a shoot-out, or by retirement, the score does not say.
    y: final && sport === 'american_football' ? finalProbability(state.score) : state.wp_home,
  };
  const names = abbrs(game.info);
  const takesTime = sport === 'american_football' || sport === 'tennis';
  const points = plays.map((p, i) => ({
    id: p.play_id,
    x0: xs[i]!,
    x1: !takesTime ? xs[i]! : i + 1 < plays.length ? xs[i + 1]! : now.x,
    before: p.wp_home_before,
    after: i + 1 < plays.length || !final ? p.wp_home_after : now.y,
    clock: clockName(p.clock, sport),
    spot: p.spot.down ? situationText(p.spot, 'scrimmage', names) : '',
    text: p.text ?? playTitle(p),
    score: `${p.score_after.away}–${p.score_after.home}`,
  }));
  return {
    home: game.info?.home ?? null,
    away: game.info?.away ?? null,
    spans,
    points,
    marks: marks(game),
    now,
    final,
  };
}

function marks(game: Snapshot): ChartMark[] {
  const ranks = new Map(game.key_plays.map((id, i) => [id, i + 1]));
  const found: ChartMark[] = [];
  game.plays.forEach((play, index) => {
    const rank = ranks.get(play.play_id);
    const side = scorer(play);
    const kind = side ? scoreKind(play) : undefined;
    // An extra point hardly moves the game; the touchdown before it is marked already.
    const score = kind === 'XP' || !marksScores(sportOf(game.state)) ? undefined : kind;
    if (!rank && !score) return;
    found.push({
      id: play.play_id,
      index,
      title: playTitle(play),
      rank,
      side: side ?? (play.wpa_home >= 0 ? 'home' : 'away'),
      score,
      wpa: play.wpa_home,
    });
  });
  return found;
}

/** The line through the points: from before the first play through all of them to where the game stands now. */
export function lineOf(model: ChartModel): [number, number][] {
  const path: [number, number][] = [[0, model.points[0]?.before ?? model.now.y]];
  for (const p of model.points) {
    const [x, y] = path.at(-1)!;
    // Where time passed since the play before, the line comes to the foot of this one first.
    if (p.x0 > x || Math.abs(p.before - y) > 0.004) path.push([p.x0, p.before]);
    path.push([p.x1, p.after]);
  }
  path.push([model.now.x, model.now.y]);
  return path;
}

/** The index of the play whose time is nearest to `x`. */
export function nearest(points: readonly ChartPoint[], x: number): number {
  let low = 0;
  let high = points.length - 1;
  if (high < 0) return -1;
  while (low < high) {
    const mid = (low + high) >> 1;
    if (points[mid]!.x1 < x) low = mid + 1;
    else high = mid;
  }
  const previous = points[low - 1];
  return previous && Math.abs(previous.x1 - x) < Math.abs(points[low]!.x1 - x) ? low - 1 : low;
}
