import { axisEnd, type ChartModel } from '../model/timeline';
import type { Outcome, Score, Side, Sport, Spot, Team } from '../model/types';
import { periodName } from '../model/words';

/** A team as a graphic's data carries it: the manifest's names, no nulls. */
export interface TeamData {
  abbr: string;
  name?: string;
  color?: string;
  altColor?: string;
}

export function team(data: TeamData | undefined, fallback: string): Team {
  const abbr = data?.abbr ?? fallback;
  return {
    id: abbr,
    abbr,
    name: data?.name ?? abbr,
    color: data?.color ?? null,
    alt_color: data?.altColor ?? null,
  };
}

export function teamData(team: Team | null | undefined): TeamData | undefined {
  if (!team) return undefined;
  return {
    abbr: team.abbr,
    name: team.name,
    ...(team.color ? { color: team.color } : {}),
    ...(team.alt_color ? { altColor: team.alt_color } : {}),
  };
}

/** The data of the win probability graphic, as its manifest describes it. */
export interface WinProbabilityData {
  home: TeamData;
  away: TeamData;
  /** Home's win probability, 0 to 1. */
  wpHome: number;
  /** What the last play added to it. */
  deltaHome: number;
  final: boolean;
  /** What its periods are called by; football where it is not said. */
  sport?: Sport;
  /** Seconds in each period, in order. */
  periods: number[];
  /** The line so far: seconds of play and home's probability. */
  series: [number, number][];
}

/** The chart of the page, made from a graphic's data. */
export function modelOf(data: Partial<WinProbabilityData>): ChartModel {
  const periods = data.periods?.length ? data.periods : [900, 900, 900, 900];
  let start = 0;
  const spans = periods.map((length, i) => {
    const span = { period: i + 1, label: periodName(i + 1, data.sport), start, length };
    start += length;
    return span;
  });
  const series = data.series ?? [];
  const y = data.wpHome ?? series.at(-1)?.[1] ?? 0.5;
  const last = series.at(-1)?.[0] ?? 0;
  return {
    home: team(data.home, 'HOME'),
    away: team(data.away, 'AWAY'),
    spans,
    points: series.map(([x, after], i) => ({
      id: String(i),
      x0: series[i - 1]?.[0] ?? 0,
      x1: x,
      before: series[i - 1]?.[1] ?? after,
      after,
      clock: '',
      spot: '',
      text: '',
      score: '',
    })),
    marks: [],
    now: { x: Math.min(axisEnd(spans), last), y },
    final: data.final === true,
  };
}

/** The data of the key play graphic, as its manifest describes it. */
export interface KeyPlayData {
  /** The side that gained by the play. */
  team: TeamData;
  text: string;
  /** Win probability it gained, 0 to 1. */
  wpa: number;
  /** How long the graphic stands. */
  durationMs: number;
}

/** The data of the situation graphic, as its manifest describes it. What a sport does not have is left out. */
export interface SituationData {
  sport: Sport;
  home: TeamData;
  away: TeamData;
  score: { home: number; away: number };
  period: number;
  clockS: number;
  /** `scheduled`, `live`, `halftime`, `delayed` or `final`. */
  phase: string;
  possession: Side | 'none';
  down: number;
  distance: number;
  yardsToGoal: number;
  /** Yards to goal at each snap of the drive in progress. */
  drive: number[];
  /** Players sent off, in soccer. */
  reds?: Score;
  /** Kicks of a shoot-out that counted. */
  shootout?: Score;
  /** The three ways a soccer match can end, 0 to 1. */
  outcome?: Outcome;
  /** Games of the sets that are over, in tennis, and of the one in progress. */
  sets?: Score[];
  games?: Score;
  /** Points of the game as they are called, home first. */
  points?: string[];
}

/** The next snap, or `null` where the data names none. */
export function spotOf(data: Partial<SituationData>): Spot | null {
  if (!data.possession || data.possession === 'none' || !data.yardsToGoal) return null;
  return {
    possession: data.possession,
    down: data.down || null,
    distance: data.distance || null,
    yards_to_goal: data.yardsToGoal,
  };
}

/** One option of a decision, as the manifest describes it; probabilities from 0 to 1. */
export interface OptionData {
  name: string;
  wp: number;
  wpLow: number;
  wpHigh: number;
  /** Chance that it works; absent for a punt. */
  success?: number;
  /** How often coaches choose it. */
  usual?: number;
}

/** The data of the decision graphic, as its manifest describes it. */
export interface DecisionData {
  /** The side that decides. */
  team: TeamData;
  kind: 'fourth_down' | 'try';
  /** `4th & 2 at the KC 40`, or empty. */
  situation: string;
  verdict: string;
  tossUp: boolean;
  edge: number;
  options: OptionData[];
  breakEven?: number;
}
