import { expect, it } from 'vitest';
import { callsOf, cost, decisionOf, span, verdict } from '../../src/model/decision';
import type { Decision, PlayFact, Snapshot } from '../../src/model/types';

const option = (choice: 'go' | 'punt' | 'field_goal', wp: number) => ({
  choice,
  wp,
  wp_low: wp - 0.01,
  wp_high: wp + 0.01,
  success: choice === 'punt' ? null : 0.5,
  wp_success: null,
  wp_failure: null,
  usual: 0.5,
});

const decision = (called: Decision['called'], toss_up = false): Decision => ({
  kind: 'fourth_down',
  side: 'home',
  options: [option('go', 0.62), option('punt', 0.58)],
  toss_up,
  edge: 0.04,
  edge_low: 0.01,
  edge_high: 0.07,
  break_even: 0.41,
  reason: '',
  called,
});

const play = (id: string, d: Decision | null) => ({ play_id: id, decision: d }) as unknown as PlayFact;
const game = (plays: PlayFact[], open: Decision | null) =>
  ({ plays, state: { decision: open } }) as unknown as Snapshot;

it('says what to do, or that nobody can tell', () => {
  expect(verdict(decision(null))).toBe('Go for it');
  expect(verdict(decision(null, true))).toBe('Toss-up');
});

it('counts what a call gave away', () => {
  expect(cost(decision('go'))).toBe(0);
  expect(cost(decision('punt'))).toBeCloseTo(0.04);
  expect(cost(decision(null))).toBeNull();
  const plays = [
    play('1', decision('go')),
    play('2', decision('punt')),
    play('3', decision('punt', true)),
    play('4', null),
    play('5', { ...decision('punt'), side: 'away' }),
  ];
  const calls = callsOf(plays, 'home');
  expect(calls.made).toBe(3);
  expect(calls.agreed).toBe(2);
  expect(calls.lost).toBeCloseTo(0.08);
  expect(callsOf(plays, 'away').made).toBe(1);
});

it('shows the chosen play, else what is open, else the last one made', () => {
  const [first, second] = [play('1', decision('go')), play('2', decision('punt'))];
  const open = decision(null);
  expect(decisionOf(game([first, second], open), '1')?.play).toBe(first);
  expect(decisionOf(game([first, second], open), null)).toEqual({ decision: open, play: null });
  expect(decisionOf(game([first, second, play('3', null)], null), '3')?.play).toBe(second);
  expect(decisionOf(game([play('3', null)], null), null)).toBeNull();
});

it('draws every interval on one scale that is never too fine', () => {
  const [low, high] = span(decision(null));
  expect(low).toBeLessThan(0.57);
  expect(high).toBeGreaterThan(0.63);
  const close = { ...decision(null), options: [option('go', 0.6), option('punt', 0.601)] };
  const [a, b] = span(close);
  expect(b - a).toBeGreaterThanOrEqual(0.06);
});
