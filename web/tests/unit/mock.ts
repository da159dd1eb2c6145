/** The invented games of the mock gateway, typed. */
import type { Crowd, CrowdFact } from '../../src/model/crowd';
import type { GameCard, Snapshot, Team, Update } from '../../src/model/types';
// @ts-expect-error the mock is plain JavaScript
import * as crowds from '../mock/crowd.mjs';
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

export const emptyCrowd = crowds.emptyCrowd as (game: string) => Crowd;
export const applyCrowdByAnotherHand = crowds.applyCrowd as (crowd: Crowd, facts: CrowdFact[]) => Crowd;

/** What an invented crowd says of a whole game: play by play, then ten seconds of every tenth. */
export function crowdOf(game: Snapshot): CrowdFact[][] {
  const invented = new crowds.InventedCrowd(game.info!.kickoff);
  const walls = game.plays.map((p) => p.wall!);
  invented.learn(game.plays, walls);
  const updates = walls.map((wall) => invented.facts(wall) as CrowdFact[]);
  const end = invented.now;
  for (let tenth = 1; tenth <= 100; tenth++) updates.push(invented.facts(end + tenth * 100_000));
  return updates.filter((facts) => facts.length > 0);
}
