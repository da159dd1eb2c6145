/**
 * What differs from sport to sport: clocks, periods, situations and words. Fields that only football has are filled
 * with nothing in other sports when a message comes in, so that a view asks for the sport only where it shows it.
 */
import { percent } from './format';
import type { GameCard, GameClock, PlayFact, Score, Side, Snapshot, Sport, StateFact, Update } from './types';

const NO_SPOT = { possession: null, down: null, distance: null, yards_to_goal: null };

/** The sport of a play, a state or a card; football where an older server does not say. */
export const sportOf = (of: { sport?: Sport }): Sport => of.sport ?? 'american_football';

const isFootball = (of: { sport?: Sport }): boolean => sportOf(of) === 'american_football';

function play(p: PlayFact): PlayFact {
  if (isFootball(p)) return p;
  return { ...p, drive: 0, spot: NO_SPOT, tags: [], yards: null, ep_before: null, epa: null };
}

function state(s: StateFact): StateFact {
  if (isFootball(s)) return s;
  const spot = { ...NO_SPOT, possession: ball(s) };
  return { ...s, spot, next: 'over', timeouts: { home: 0, away: 0 }, ep: null, drive: 0 };
}

export function completeCard(c: GameCard): GameCard {
  return isFootball(c) ? c : { ...c, spot: { ...NO_SPOT, possession: ball(c) }, next: 'over' };
}

export function completeSnapshot(game: Snapshot): Snapshot {
  if (isFootball(game.state)) return game;
  return { ...game, state: state(game.state), plays: game.plays.map(play), drives: game.drives ?? [] };
}

export function completeUpdate(update: Update): Update {
  if (isFootball(update.state)) return update;
  return { ...update, state: state(update.state), plays: update.plays.map(play) };
}

/** Who has the ball or serves. */
function ball(of: Pick<StateFact, 'sport' | 'server'> & { possession?: Side | null }): Side | null {
  if (of.sport === 'tennis') return of.server ?? null;
  return of.sport === 'basketball' ? (of.possession ?? null) : null;
}

/** `Q3`, `OT`, `2nd half`, `Set 4`. */
export function periodName(period: number, sport: Sport = 'american_football'): string {
  if (sport === 'tennis') return `Set ${period}`;
  if (sport === 'soccer')
    return ['', '1st half', '2nd half', 'Extra 1', 'Extra 2', 'Penalties'][period] ?? '';
  if (period <= 4) return `Q${period}`;
  return period === 5 ? 'OT' : `OT${period - 4}`;
}

/** The minute of a soccer match as people say it: `67′`, `45+2′`. */
export function minuteText(clock: GameClock): string {
  const [base, most] = [
    [0, 45],
    [0, 45],
    [45, 90],
    [90, 105],
    [105, 120],
  ][clock.period] ?? [120, 120];
  if (clock.period === 5) return 'Penalties';
  const minute = base! + Math.floor(clock.clock_s / 60) + 1;
  return minute <= most! ? `${minute}′` : `${most}+${minute - most!}′`;
}

/** Where a game of another sport stands, beside score and clock. */
export function situationOf(of: StateFact | GameCard): string {
  switch (sportOf(of)) {
    case 'tennis':
      return tennisScore(of);
    case 'soccer': {
      const { reds, shootout, outcome } = of;
      if (shootout) return `${shootout.away}–${shootout.home} on penalties`;
      const cards = (['away', 'home'] as const).filter((s) => reds?.[s]).length;
      const draw = outcome && of.phase !== 'final' ? `draw ${percent(outcome.draw)}` : '';
      return [draw, cards ? 'red card' : ''].filter(Boolean).join(' · ');
    }
    default:
      return '';
  }
}

/** Visitors first, as scores are shown: `4–6 3–2 (40–15)`. */
export function tennisScore(
  of: Pick<StateFact, 'sets' | 'set' | 'phase'> | Pick<GameCard, 'sets' | 'set' | 'phase'>,
): string {
  const pair = (s: Score): string => `${s.away}–${s.home}`;
  const sets = (of.sets ?? []).map(pair);
  const now = of.set;
  if (!now || of.phase === 'final') return sets.join(' ');
  return [...sets, pair(now.games), `(${now.points[1]}–${now.points[0]})`].join(' ');
}

/** What win probability is of: where a match can be drawn it counts a draw as half. */
export const chanceOf = (abbr: string, sport: Sport): string =>
  sport === 'soccer' ? `${abbr} to win, draw as half` : `${abbr} to win`;

const WORDS: Record<string, string> = {
  made: 'Basket',
  missed: 'Missed shot',
  free_throw: 'Free throw',
  jump_ball: 'Jump ball',
  start_period: 'Play begins',
  end_period: 'Play ends',
  own_goal: 'Own goal',
  penalty_goal: 'Penalty scored',
  penalty_missed: 'Penalty missed',
  shot_saved: 'Shot saved',
  shot_off: 'Shot off target',
  shot_blocked: 'Shot blocked',
  yellow_card: 'Yellow card',
  second_yellow: 'Second yellow card',
  red_card: 'Red card',
  free_kick: 'Free kick',
  penalty_won: 'Penalty given',
  end_match: 'The match is over',
  double_fault: 'Double fault',
  forced_error: 'Forced error',
  unforced_error: 'Unforced error',
};

/** A few words for a play of another sport. */
export function titleOf(p: PlayFact): string {
  if (p.sport === 'tennis') {
    const at = p.stakes?.includes('match_point')
      ? 'Match point'
      : p.stakes?.includes('set_point')
        ? 'Set point'
        : p.stakes?.includes('break_point')
          ? 'Break point'
          : '';
    const kind = p.kind === 'other' ? 'Point' : wordOf(p.kind);
    return at ? `${at}: ${kind.toLowerCase()}` : kind;
  }
  if (p.sport === 'basketball' && p.kind === 'made') {
    return p.points === 3 ? 'Three-pointer' : 'Basket';
  }
  return wordOf(p.kind);
}

const wordOf = (kind: string): string =>
  WORDS[kind] ?? (kind.charAt(0).toUpperCase() + kind.slice(1)).replaceAll('_', ' ');

/** What a scoring play is called on the chart and in the list. */
export function scoreWord(p: PlayFact): string {
  if (p.sport === 'soccer') return p.kind === 'own_goal' ? 'OG' : 'Goal';
  if (p.sport === 'tennis') return 'Set';
  return `+${Math.abs(p.score_after.home - p.score_before.home) + Math.abs(p.score_after.away - p.score_before.away)}`;
}

/** Whether a scoring play is worth a mark of its own on the chart: in basketball there are too many. */
export const marksScores = (sport: Sport): boolean => sport !== 'basketball';
