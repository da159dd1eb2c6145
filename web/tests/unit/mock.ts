/** The invented games of the mock gateway, typed. */
import type { GameCard, Snapshot, Team, Update } from '../../src/model/types';
// @ts-expect-error the mock is plain JavaScript
import * as generator from '../mock/generator.mjs';
// @ts-expect-error the mock is plain JavaScript
import { teams as plain } from '../mock/teams.mjs';

export const teams = plain as Team[];
export const generate = generator.generate as (
  count?: number,
  seed?: number,
) => { id: string; steps: { wait: number; update: Update; card: GameCard }[] }[];
export const emptySnapshot = generator.emptySnapshot as (id: string) => Snapshot;
export const applyByAnotherHand = generator.apply as (snapshot: Snapshot, update: Update) => Snapshot;

/** A whole invented game, folded to its end or to a share of it. */
export function played(index: number, share = 1): Snapshot {
  const game = generate(index + 1)[index]!;
  return game.steps
    .slice(0, Math.ceil(game.steps.length * share))
    .reduce((s, { update }) => applyByAnotherHand(s, update), emptySnapshot(game.id));
}
