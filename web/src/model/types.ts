/**
 * What the gateway sends, as `crates/event/src/view.rs` and its neighbours define it. Names stay as they
 * stand on the wire, so that a message can be used without being copied.
 */

export type Side = 'home' | 'away';
export type Sport = 'american_football' | 'basketball' | 'soccer' | 'tennis';
export type GamePhase = 'scheduled' | 'live' | 'halftime' | 'delayed' | 'final';
export type NextPlay = 'kickoff' | 'scrimmage' | 'try' | 'over';
export type PlayKind =
  | 'kickoff'
  | 'run'
  | 'pass'
  | 'sack'
  | 'punt'
  | 'field_goal'
  | 'extra_point'
  | 'two_point'
  | 'kneel'
  | 'spike'
  | 'no_play'
  | 'timeout'
  | 'end_period'
  | 'end_half'
  | 'end_game'
  | 'other'
  | (string & {});
export type PlayTag =
  | 'complete'
  | 'incomplete'
  | 'interception'
  | 'fumble'
  | 'fumble_lost'
  | 'good'
  | 'no_good'
  | 'blocked'
  | 'touchback'
  | 'onside'
  | 'touchdown'
  | 'return_touchdown'
  | 'safety'
  | 'penalty'
  | 'defensive_penalty'
  | 'first_down'
  | 'turnover_on_downs'
  | 'kicking_team_ball'
  | 'reversed'
  | 'defensive_two_point';
export type DriveResult =
  'touchdown' | 'field_goal' | 'missed_field_goal' | 'punt' | 'turnover' | 'downs' | 'safety' | 'end_of_half';

export interface Score {
  home: number;
  away: number;
}

/** A period (1 to 4 quarters, 5 and up overtime; a half; a set) and the seconds left in it, in soccer played in it. */
export interface GameClock {
  period: number;
  clock_s: number;
}

export interface Spot {
  possession: Side | null;
  down: number | null;
  distance: number | null;
  yards_to_goal: number | null;
}

export interface Team {
  id: string;
  abbr: string;
  name: string;
  color: string | null;
  alt_color: string | null;
}

export interface GameInfo {
  sport: string;
  league: string;
  season: number | null;
  week: number | null;
  postseason: boolean;
  home: Team;
  away: Team;
  /** Microseconds since the Unix epoch. */
  kickoff: number | null;
  neutral: boolean;
  venue: string | null;
  line: { spread_home: number | null; total: number | null } | null;
}

export type Choice = 'go' | 'punt' | 'field_goal' | 'kick_one' | 'two_point';

/** One option of a decision; win probabilities are of the side that decides. */
export interface DecisionOption {
  choice: Choice;
  wp: number;
  wp_low: number;
  wp_high: number;
  success: number | null;
  wp_success: number | null;
  wp_failure: number | null;
  usual: number;
}

/** What can be chosen before a fourth down or a try, best first. */
export interface Decision {
  kind: 'fourth_down' | 'try';
  side: Side;
  options: DecisionOption[];
  toss_up: boolean;
  edge: number;
  edge_low: number;
  edge_high: number;
  break_even: number | null;
  reason: string;
  called: Choice | null;
}

/** A basketball player so far. */
export interface CourtPlayer {
  id: string;
  name: string;
  on_court: boolean;
  plus_minus: number;
  points: number;
  played_s: number;
}

/** The three ways a soccer match can end. */
export interface Outcome {
  home: number;
  draw: number;
  away: number;
}

/** A set of tennis in progress. */
export interface SetScore {
  games: Score;
  points: [string, string];
  tie_break?: boolean;
}

export type Stake = 'break_point' | 'set_point' | 'match_point';

export interface PlayFact {
  sport?: Sport;
  /** Basketball: points scored. */
  points?: number;
  /** Whose the event was, in the sports without possession of drives. */
  side?: Side | null;
  player?: string | null;
  /** Soccer: the minute, and expected goals of a shot. */
  minute?: number;
  added_min?: number | null;
  xg?: number | null;
  /** Tennis: what was at stake, and the speed of the serve. */
  stakes?: Stake[];
  serve_kmh?: number | null;
  server?: Side | null;
  play_id: string;
  order: number;
  /** When it was played, in microseconds since the epoch, where the provider stamps plays. */
  wall?: number | null;
  drive: number;
  clock: GameClock;
  spot: Spot;
  kind: PlayKind;
  tags: PlayTag[];
  yards: number | null;
  text: string | null;
  score_before: Score;
  score_after: Score;
  wp_home_before: number;
  wp_home_after: number;
  wpa_home: number;
  ep_before: number | null;
  epa: number | null;
  leverage: number | null;
  /** On a fourth down or a try. */
  decision?: Decision | null;
}

export interface StateFact {
  sport?: Sport;
  /** Basketball. */
  possession?: Side | null;
  home?: CourtPlayer[];
  away?: CourtPlayer[];
  /** Soccer. */
  outcome?: Outcome;
  minute?: number;
  reds?: Score;
  yellows?: Score;
  shots?: Score;
  on_target?: Score;
  corners?: Score;
  shootout?: Score | null;
  /** Tennis. */
  server?: Side | null;
  sets?: Score[];
  set?: SetScore;
  best_of?: number;
  stakes?: Stake[];
  home_serve?: number;
  away_serve?: number;
  phase: GamePhase;
  clock: GameClock;
  score: Score;
  spot: Spot;
  next: NextPlay;
  timeouts: Score;
  wp_home: number;
  ep: number | null;
  leverage: number | null;
  drive: number;
  /** Before a fourth down or a try. */
  decision?: Decision | null;
}

export interface DriveFact {
  number: number;
  side: Side;
  start: GameClock;
  start_yards_to_goal: number | null;
  end: GameClock;
  plays: number;
  yards: number;
  result: DriveResult | null;
}

/** A whole game. */
export interface Snapshot {
  id: string;
  info: GameInfo | null;
  state: StateFact;
  wp_model: string;
  plays: PlayFact[];
  /** Largest swing first. */
  key_plays: string[];
  drives: DriveFact[];
  /** Faults healed, by code. */
  healed: Record<string, number>;
}

/** What changed in a game. */
export interface Update {
  info?: GameInfo | null;
  state: StateFact;
  plays: PlayFact[];
  removed?: string[];
  key_plays?: string[] | null;
  drives?: DriveFact[];
  drives_end?: number | null;
  healed?: Record<string, number> | null;
}

/** One game on the wall. */
export interface GameCard {
  sport?: Sport;
  possession?: Side | null;
  outcome?: Outcome;
  reds?: Score;
  shootout?: Score | null;
  server?: Side | null;
  sets?: Score[];
  set?: SetScore;
  id: string;
  league: string;
  home: Team | null;
  away: Team | null;
  kickoff: number | null;
  phase: GamePhase;
  clock: GameClock;
  score: Score;
  spot: Spot;
  next: NextPlay;
  wp_home: number;
  wp_trail: number[];
  leverage: number | null;
  last_play: string | null;
  last_wpa_home: number;
  scored: Side | null;
  game_seq: number;
}

export interface Scoreboard {
  games: GameCard[];
}

/** What every message of a channel has around its data. */
export interface Message<T> {
  type: 'snapshot' | 'update';
  channel: string;
  seq: number;
  epoch: string;
  /** When the signal behind it was received, in Unix milliseconds of the server's clock. */
  at_ms: number;
  recovered?: boolean;
  data: T;
}

/** The win probability strip, in per cent with one decimal (`deliver::graphics`). */
export interface WinProbabilityOrder {
  home: number;
  away: number;
  /** Points of per cent that the last play moved home. */
  delta: number;
}

export interface KeyPlayOrder {
  play_id: string;
  text: string;
  side: Side;
  /** Points of per cent that the side gained. */
  wpa: number;
  /** How long to show it, in milliseconds. */
  duration: number;
}

export interface SituationOrder {
  score: Score;
  period: number;
  clock_s: number;
  possession: Side | null;
  down: number | null;
  distance: number | null;
  yards_to_goal: number | null;
  leverage: number | null;
}

/** One option on air, in percent. */
export interface OptionOrder {
  choice: Choice;
  wp: number;
  wp_low: number;
  wp_high: number;
  success: number | null;
  usual: number;
}

/** A fourth down or a try on air, best option first, in percent. */
export interface DecisionOrder {
  kind: 'fourth_down' | 'try';
  side: Side;
  /** `go for it`, …, or `toss-up`. */
  verdict: string;
  edge: number;
  options: OptionOrder[];
  break_even: number | null;
}

/** A command on a game's graphics channel: the data of its updates. */
export type GraphicsCommand =
  | { command: 'UPDATE_WIN_PROBABILITY'; data: WinProbabilityOrder }
  | { command: 'SHOW_KEY_PLAY'; data: KeyPlayOrder }
  | { command: 'UPDATE_SITUATION'; data: SituationOrder }
  | { command: 'UPDATE_DECISION'; data: DecisionOrder | null };

/** What the graphics of a game show now: the data of a graphics channel's snapshot. */
export interface OnAir {
  home: Team | null;
  away: Team | null;
  win_probability: WinProbabilityOrder | null;
  situation: SituationOrder | null;
  key_play: (KeyPlayOrder & { at_ms: number }) | null;
  decision?: DecisionOrder | null;
}

/** `/api/v1/report`. */
export interface Report {
  games: number;
  events: number;
  updates: number;
  peak_events_per_s: number;
  clients: number;
  clients_peak?: number;
  guard?: { approved: number; refused: Record<string, number> };
  faults_healed: Record<string, number>;
  stages: StageLatency[];
  uptime_s: number;
  finished: boolean;
  feeds?: FeedState[];
}

export interface StageLatency {
  stage: string;
  mean_us: number;
  p50_us?: number;
  p95_us: number;
  p99_us: number;
  count: number;
}

export interface FeedState {
  name: string;
  state: string;
  age_ms: number | null;
  faults?: Record<string, number>;
}
