import { integer } from './format';
import { minuteText, periodName as periodOf, scoreWord, sportOf, titleOf } from './sport';
import type {
  DriveResult,
  GameCard,
  GameClock,
  GameInfo,
  GamePhase,
  NextPlay,
  PlayFact,
  Side,
  Sport,
  Spot,
  Team,
} from './types';

/** Fault codes of feeds in words; a code that is not here is shown as it stands. */
const FAULTS: Record<string, string> = {
  empty_body: 'Empty answer',
  html_body: 'Web page instead of data',
  truncated: 'Answer broke off',
  malformed: 'Not the expected format',
  too_large: 'Answer too large',
  wrong_shape: 'Another game or shape',
  http_status: 'Provider answered with an error',
  timeout: 'Provider too slow',
  unreachable: 'Provider unreachable',
  circuit_open: 'Polling paused',
  bad_signature: 'Signature did not match',
  play_unreadable: 'Play unreadable',
  duplicate: 'Play twice',
  shrunk: 'Plays went missing',
  out_of_order: 'Play out of order',
  corrected: 'Play corrected',
  withdrawn: 'Play taken back',
  score_drop: 'Score fell',
  score_jump: 'Score jumped',
  score_missing: 'Score missing',
  final_mismatch: 'Final score differed',
  clock_backward: 'Clock ran backwards',
  clock_range: 'Impossible clock',
  clock_missing: 'Clock missing',
  period_range: 'Impossible quarter',
  down_missing: 'Down missing',
  down_range: 'Impossible down',
  distance_range: 'Impossible distance',
  yard_line_range: 'Impossible yard line',
  possession_missing: 'Possession missing',
  timeouts_range: 'Impossible timeouts',
  unclassified: 'Unknown kind of play',
};

export const faultName = (code: string): string => FAULTS[code] ?? code.replaceAll('_', ' ');

const ORDINALS = ['', '1st', '2nd', '3rd', '4th'];
export const ordinal = (n: number): string => ORDINALS[n] ?? `${n}th`;

export const periodName = periodOf;

/** `7:05`. */
export function clockText(clock_s: number): string {
  const s = Math.max(0, Math.round(clock_s));
  return `${Math.floor(s / 60)}:${String(s % 60).padStart(2, '0')}`;
}

/** `Q3 7:05`; untimed overtime of college has no clock to show. */
export function clockName(clock: GameClock, sport: Sport = 'american_football'): string {
  if (sport === 'soccer') return minuteText(clock);
  if (sport === 'tennis') return periodName(clock.period, sport);
  if (sport === 'basketball') return `${periodName(clock.period)} ${clockText(clock.clock_s)}`;
  const untimed = clock.period > 4 && clock.clock_s === 0;
  return untimed ? periodName(clock.period) : `${periodName(clock.period)} ${clockText(clock.clock_s)}`;
}

export function phaseName(phase: GamePhase, clock: GameClock, sport: Sport = 'american_football'): string {
  switch (phase) {
    case 'scheduled':
      return 'Scheduled';
    case 'halftime':
      return 'Half-time';
    case 'delayed':
      return 'Delayed';
    case 'final':
      if (sport === 'soccer') return clock.period > 2 ? 'Final, extra time' : 'Final';
      return clock.period > 4 && sport !== 'tennis' ? `Final, ${periodName(clock.period)}` : 'Final';
    default:
      return clockName(clock, sport);
  }
}

export interface Names {
  home: string;
  away: string;
}
export function abbrs(info: { home: Team | null; away: Team | null } | null): Names {
  return { home: info?.home?.abbr ?? 'HOME', away: info?.away?.abbr ?? 'AWAY' };
}

/** `NO 35`, `midfield`: the place on the field, named after whose half it is in. */
export function spotName(spot: Spot, names: Names): string {
  if (spot.yards_to_goal == null || !spot.possession) return '';
  if (spot.yards_to_goal === 50) return 'midfield';
  const other = spot.possession === 'home' ? 'away' : 'home';
  return spot.yards_to_goal > 50
    ? `${names[spot.possession]} ${100 - spot.yards_to_goal}`
    : `${names[other]} ${spot.yards_to_goal}`;
}

/** `3rd & 4`, `1st & goal`. */
export function downDistance(spot: Spot): string {
  if (!spot.down) return '';
  const goal = spot.distance != null && spot.yards_to_goal != null && spot.distance >= spot.yards_to_goal;
  return `${ordinal(spot.down)} & ${goal ? 'goal' : (spot.distance ?? '–')}`;
}

/** What comes next, in a few words: `3rd & 4 at NO 35`. */
export function situationText(spot: Spot, next: NextPlay, names: Names): string {
  if (next === 'over') return '';
  if (next === 'kickoff') {
    return spot.possession ? `${names[spot.possession]} to receive` : 'Kick-off';
  }
  if (next === 'try') return spot.possession ? `${names[spot.possession]} try` : 'Try';
  const where = spotName(spot, names);
  const dd = downDistance(spot);
  return [dd, where && `at ${where}`].filter(Boolean).join(' ');
}

export function scorer(play: PlayFact): Side | null {
  if (play.score_after.home > play.score_before.home) return 'home';
  if (play.score_after.away > play.score_before.away) return 'away';
  return null;
}

/** `TD`, `FG`, `XP`, `2PT`, `SAF`: what kind of points a scoring play brought. */
export function scoreKind(play: PlayFact): string {
  if (sportOf(play) !== 'american_football') return scoreWord(play);
  const points =
    play.score_after.home - play.score_before.home + (play.score_after.away - play.score_before.away);
  if (play.tags.includes('touchdown') || play.tags.includes('return_touchdown') || points >= 6) return 'TD';
  if (play.kind === 'field_goal' || points === 3) return 'FG';
  if (play.kind === 'extra_point' || points === 1) return 'XP';
  if (play.kind === 'two_point' || play.tags.includes('defensive_two_point')) return '2PT';
  return 'SAF';
}

const KINDS: Record<string, string> = {
  kickoff: 'Kick-off',
  run: 'Run',
  pass: 'Pass',
  sack: 'Sack',
  punt: 'Punt',
  field_goal: 'Field goal',
  extra_point: 'Extra point',
  two_point: 'Two-point try',
  kneel: 'Kneel',
  spike: 'Spike',
  no_play: 'No play',
  timeout: 'Timeout',
  end_period: 'End of quarter',
  end_half: 'End of half',
  end_game: 'End of game',
  other: 'Note',
};

/** A few words for a play: what made it matter first, then its kind. */
export function playTitle(play: PlayFact): string {
  if (sportOf(play) !== 'american_football') return titleOf(play);
  const has = (tag: PlayFact['tags'][number]): boolean => play.tags.includes(tag);
  const yards = play.yards != null && Math.abs(play.yards) >= 1 ? `${integer(play.yards)}-yard ` : '';
  const kind = KINDS[play.kind] ?? 'Play';
  if (has('return_touchdown')) {
    if (has('interception')) return 'Pick-six';
    return has('fumble_lost') ? 'Fumble return TD' : `${kind} return TD`;
  }
  if (has('touchdown')) return `${yards}${kind.toLowerCase()} TD`;
  if (has('safety')) return 'Safety';
  if (has('interception')) return 'Interception';
  if (has('fumble_lost')) return 'Fumble lost';
  if (has('turnover_on_downs')) return 'Stopped on downs';
  if (play.kind === 'field_goal') {
    if (has('good')) return 'Field goal';
    return has('blocked') ? 'Field goal blocked' : 'Field goal missed';
  }
  if (play.kind === 'extra_point') return has('good') ? 'Extra point' : 'Extra point missed';
  if (play.kind === 'two_point') return has('good') ? 'Two-point try good' : 'Two-point try failed';
  if (play.kind === 'punt' && has('blocked')) return 'Punt blocked';
  if (has('kicking_team_ball')) return play.kind === 'kickoff' ? 'Onside recovered' : 'Muffed punt';
  if (play.kind === 'pass') return has('incomplete') ? 'Incomplete pass' : `${yards}pass`;
  if (play.kind === 'run') return `${yards}run`;
  return kind;
}

const RESULTS: Record<DriveResult, string> = {
  touchdown: 'Touchdown',
  field_goal: 'Field goal',
  missed_field_goal: 'Missed field goal',
  punt: 'Punt',
  turnover: 'Turnover',
  downs: 'Turnover on downs',
  safety: 'Safety',
  end_of_half: 'End of half',
};
export const driveResult = (result: DriveResult | null): string => (result ? RESULTS[result] : 'In progress');

/** Words for a leverage index; 1 is an average play. */
export function leverageWord(leverage: number | null): string {
  if (leverage == null) return 'no snap';
  if (leverage >= 3) return 'decisive';
  if (leverage >= 1.75) return 'high';
  if (leverage >= 0.75) return 'average';
  return 'low';
}

export function gameTitle(game: Pick<GameInfo, 'home' | 'away'> | Pick<GameCard, 'home' | 'away'>): string {
  return `${game.away?.name ?? 'Away'} at ${game.home?.name ?? 'Home'}`;
}
