/** What a fourth down or a try comes down to, in words and figures. */

import type { Choice, Decision, PlayFact, Side, Snapshot } from './types';

const NAMES: Record<Choice, string> = {
  go: 'Go for it',
  punt: 'Punt',
  field_goal: 'Field goal',
  kick_one: 'Kick for one',
  two_point: 'Go for two',
};

const DONE: Record<Choice, string> = {
  go: 'went for it',
  punt: 'punted',
  field_goal: 'kicked',
  kick_one: 'kicked for one',
  two_point: 'went for two',
};

export const choiceName = (choice: Choice): string => NAMES[choice];
export const choiceDone = (choice: Choice): string => DONE[choice];

export const decisionTitle = (decision: Decision): string =>
  decision.kind === 'try' ? 'After the touchdown' : 'Fourth down';

/** The sentence that comes first: what to do, or that nobody can tell. */
export const verdict = (decision: Decision): string =>
  decision.toss_up || !decision.options[0] ? 'Toss-up' : NAMES[decision.options[0].choice];

/** Win probability that the call gave away; `null` while there is none. */
export function cost(decision: Decision): number | null {
  const called = decision.options.find((o) => o.choice === decision.called);
  const best = decision.options[0];
  return called && best ? best.wp - called.wp : null;
}

/** How a side called its fourth downs and tries so far. */
export interface Calls {
  made: number;
  agreed: number;
  lost: number;
}

export function callsOf(plays: readonly PlayFact[], side: Side): Calls {
  const calls = { made: 0, agreed: 0, lost: 0 };
  for (const { decision } of plays) {
    if (!decision || decision.side !== side) continue;
    const lost = cost(decision);
    if (lost == null) continue;
    calls.made += 1;
    calls.lost += lost;
    if (decision.toss_up || lost === 0) calls.agreed += 1;
  }
  return calls;
}

/** The decision to show: of the chosen play, else the one that is open, else the last one made. */
export function decisionOf(
  game: Snapshot,
  selected: string | null,
): { decision: Decision; play: PlayFact | null } | null {
  const chosen = game.plays.find((p) => p.play_id === selected);
  if (chosen?.decision) return { decision: chosen.decision, play: chosen };
  if (game.state.decision) return { decision: game.state.decision, play: null };
  const last = game.plays.findLast((p) => p.decision);
  return last?.decision ? { decision: last.decision, play: last } : null;
}

/** The stretch of win probability that all intervals lie in, never so narrow that noise looks large. */
export function span(decision: Decision): [number, number] {
  const low = Math.min(...decision.options.map((o) => o.wp_low));
  const high = Math.max(...decision.options.map((o) => o.wp_high));
  const room = Math.max(0.06, (high - low) * 1.15);
  const middle = (low + high) / 2;
  return [middle - room / 2, middle + room / 2];
}
