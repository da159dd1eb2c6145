import { describe, expect, it } from 'vitest';
import { Attention, neutralOrder, orderGames } from '../../src/model/order';
import type { GameCard } from '../../src/model/types';
import { generate } from './mock';

const base = generate(1)[0]!.steps[20]!.card;
const card = (id: string, change: Partial<GameCard>): GameCard => ({ ...base, id, phase: 'live', ...change });

describe('orderGames', () => {
  it('goes by leverage, then by closeness, live first and finals last', () => {
    const cards = [
      card('final', { phase: 'final', leverage: null, wp_home: 1 }),
      card('quiet', { leverage: 0.2, wp_home: 0.99 }),
      card('soon', { phase: 'scheduled', leverage: null, kickoff: 5 }),
      card('close', { leverage: 0.2, wp_home: 0.52 }),
      card('hot', { leverage: 3.1, wp_home: 0.4 }),
      card('break', { phase: 'halftime', leverage: null }),
    ];
    expect(orderGames(cards)).toEqual(['hot', 'close', 'quiet', 'break', 'soon', 'final']);
  });

  it('lets near-equals keep their places, and a clear lead pass', () => {
    const a = card('a', { leverage: 1.0 });
    expect(orderGames([a, card('b', { leverage: 1.2 })], ['a', 'b'])).toEqual(['a', 'b']);
    expect(orderGames([a, card('b', { leverage: 1.3 })], ['a', 'b'])).toEqual(['b', 'a']);
  });

  it('comes to rest: ordering its own result changes nothing', () => {
    const finals = generate(16).map((g, i) => g.steps[40 + i]!.card);
    const once = orderGames(finals);
    expect(orderGames(finals, once)).toEqual(once);
    expect(new Set(once).size).toBe(finals.length);
  });
});

describe('Attention', () => {
  const [a, b] = [card('a', { leverage: 1 }), card('b', { leverage: 0.5 })];
  const order = (felt: Attention, ...cards: GameCard[]): string[] => orderGames(cards, ['a', 'b'], felt.of);

  it('begins with what is', () => {
    const felt = new Attention();
    felt.note([a, b], 0);
    expect([felt.of(a), felt.of(b)]).toEqual([1, 0.5]);
  });

  it('lets one snap of a fast replay pass by, and one that lasts move its game up', () => {
    const hot = card('b', { leverage: 4 });
    const fast = new Attention();
    fast.note([a, b], 0);
    fast.note([a, hot], 1000);
    fast.note([a, b], 2000);
    expect(order(fast, a, b)).toEqual(['a', 'b']);
    const real = new Attention();
    real.note([a, b], 0);
    real.note([a, hot], 1000);
    real.note([a, hot], 5000);
    expect(order(real, a, hot)).toEqual(['b', 'a']);
  });

  it('comes to what has been for long', () => {
    const felt = new Attention();
    felt.note([a], 0);
    felt.note([card('a', { leverage: null })], 1);
    felt.note([card('a', { leverage: null })], 120_000);
    expect(felt.of(a)).toBeLessThan(0.001);
  });
});

it('tells nothing by the order when spoilers are hidden', () => {
  const cards = [card('b', { leverage: 9 }), card('a', { leverage: 0 }), card('c', { phase: 'final' })];
  expect(neutralOrder(cards)).toEqual(['a', 'b', 'c']);
});
