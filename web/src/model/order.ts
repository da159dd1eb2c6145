import type { GameCard } from './types';

/** Live games first, then those to come, then those that are over. */
export function wallGroup(card: GameCard): 'live' | 'scheduled' | 'final' {
  return card.phase === 'final' || card.phase === 'scheduled' ? card.phase : 'live';
}
const GROUPS = { live: 0, scheduled: 1, final: 2 };

const closeness = (card: GameCard): number => Math.abs(card.wp_home - 0.5);
/** How much a game asks to be looked at. At a break there is no next snap, hence no leverage. */
type Pull = (card: GameCard) => number;
const atOnce: Pull = (card) => card.leverage ?? 0;

function strict(a: GameCard, b: GameCard, pull: Pull): number {
  const groups = GROUPS[wallGroup(a)] - GROUPS[wallGroup(b)];
  if (groups) return groups;
  if (wallGroup(a) === 'live' && pull(a) !== pull(b)) return pull(b) - pull(a);
  if (wallGroup(a) === 'scheduled' && a.kickoff !== b.kickoff) return (a.kickoff ?? 0) - (b.kickoff ?? 0);
  return closeness(a) - closeness(b) || (a.id < b.id ? -1 : 1);
}

/** In this time a change of leverage is felt by two thirds. A snap lasts longer, a snap of a replay at 30 times does not. */
const FELT_MS = 10_000;

/**
 * Leverage as it is felt over some seconds. In real time that is the leverage of the next play, a little late; where
 * games are replayed fast it is that of the last few, so that the wall does not go round and round.
 */
export class Attention {
  private readonly felt = new Map<string, { leverage: number; felt: number; at: number }>();

  /** Takes in the games as they are now, in milliseconds of any clock that does not run back. */
  note(cards: Iterable<GameCard>, now: number): void {
    for (const card of cards) {
      const leverage = atOnce(card);
      const before = this.felt.get(card.id);
      // What was in force until now counts for as long as it was.
      const felt = before
        ? before.leverage + (before.felt - before.leverage) * Math.exp(-(now - before.at) / FELT_MS)
        : leverage;
      this.felt.set(card.id, { leverage, felt, at: now });
    }
  }

  readonly of: Pull = (card) => this.felt.get(card.id)?.felt ?? atOnce(card);
}

/** A game moves ahead of a neighbour only when it asks for this much more attention. */
const PASS = 1.25;

/**
 * The order of the wall: by leverage, then by closeness. A live game that stands ahead of another keeps its
 * place until the other passes it by a quarter, so that near-equals do not swap at every play.
 */
export function orderGames(
  cards: readonly GameCard[],
  previous: readonly string[] = [],
  pull: Pull = atOnce,
): string[] {
  const place = new Map(previous.map((id, i) => [id, i]));
  const sorted = cards.slice().sort((a, b) => strict(a, b, pull));
  const live = sorted.filter((c) => wallGroup(c) === 'live');
  if (live.every((c) => place.has(c.id))) live.sort((a, b) => place.get(a.id)! - place.get(b.id)!);
  // Each swap needs a strict lead, so that no pair swaps back and the passes come to an end.
  for (let swapped = true; swapped;) {
    swapped = false;
    for (let i = 1; i < live.length; i++) {
      if (pull(live[i]!) > pull(live[i - 1]!) * PASS) {
        [live[i - 1], live[i]] = [live[i]!, live[i - 1]!];
        swapped = true;
      }
    }
  }
  return [...live, ...sorted.filter((c) => wallGroup(c) !== 'live')].map((c) => c.id);
}

/** The order with spoilers hidden: kick-off and id, which tell nothing about the games. */
export function neutralOrder(cards: readonly GameCard[]): string[] {
  return cards
    .slice()
    .sort((a, b) => (a.kickoff ?? 0) - (b.kickoff ?? 0) || (a.id < b.id ? -1 : 1))
    .map((card) => card.id);
}
