import { describe, expect, it } from 'vitest';
import { applyCards, applyUpdate } from '../../src/model/apply';
import type { PlayFact, Update } from '../../src/model/types';
import { applyByAnotherHand, emptySnapshot, generate, played } from './mock';

describe('applyUpdate', () => {
  it('agrees with a second implementation at every update of every game', () => {
    for (const game of generate(6)) {
      let ours = emptySnapshot(game.id);
      let theirs = emptySnapshot(game.id);
      for (const { update } of game.steps) {
        ours = applyUpdate(ours, update);
        theirs = applyByAnotherHand(theirs, update);
      }
      expect(ours).toEqual(theirs);
      expect(ours.plays.length).toBeGreaterThan(100);
    }
  });

  const game = played(0);
  const none: Update = { state: game.state, plays: [] };
  const ids = (plays: PlayFact[]): string[] => plays.map((p) => p.play_id);

  it('takes plays away before it lays plays in', () => {
    const gone = game.plays[3]!;
    const moved = { ...gone, order: game.plays[10]!.order + 1 };
    const next = applyUpdate(game, { ...none, removed: [gone.play_id], plays: [moved] });
    expect(ids(next.plays).indexOf(gone.play_id)).toBe(10);
    expect(next.plays).toHaveLength(game.plays.length);
  });

  it('sorts equal orders by id, and replaces a play that is there', () => {
    const [first] = game.plays;
    const twin = { ...first!, play_id: `${first!.play_id}z` };
    const next = applyUpdate(game, { ...none, plays: [twin, { ...first!, text: 'put right' }] });
    expect(ids(next.plays).slice(0, 2)).toEqual([first!.play_id, twin.play_id]);
    expect(next.plays[0]!.text).toBe('put right');
  });

  it('drops the drives that a correction undid', () => {
    const next = applyUpdate(game, { ...none, drives_end: 4 });
    expect(next.drives.map((d) => d.number)).toEqual([1, 2, 3, 4]);
  });

  it('keeps what an update does not name, and never changes the snapshot it was given', () => {
    const before = structuredClone(game);
    const next = applyUpdate(game, { ...none, healed: { duplicate: 3 } });
    expect(next.key_plays).toBe(game.key_plays);
    expect(next.plays).toBe(game.plays);
    expect(next.healed).toEqual({ duplicate: 3 });
    expect(game).toEqual(before);
  });
});

it('lays cards over the ones held', () => {
  const card = generate(1)[0]!.steps[5]!.card;
  const held = new Map([[card.id, card]]);
  const next = applyCards(held, { games: [{ ...card, game_seq: 99 }] });
  expect(next.get(card.id)?.game_seq).toBe(99);
  expect(held.get(card.id)?.game_seq).not.toBe(99);
});
