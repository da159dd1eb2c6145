import { describe, expect, it } from 'vitest';
import { contrast, distance, gameColors, parseHex, readable } from '../../src/model/color';
import { teams } from './mock';

const GROUNDS = { dark: '#14171c', light: '#ffffff', graphic: '#10141a' };

describe('gameColors', () => {
  for (const [name, ground] of Object.entries(GROUNDS)) {
    it(`gives every pairing of clubs colours that can be seen and told apart on ${name}`, () => {
      for (const home of teams) {
        for (const away of teams) {
          if (home === away) continue;
          const { home: h, away: a } = gameColors(home, away, ground);
          const pair = `${away.abbr} at ${home.abbr}`;
          for (const color of [h, a]) {
            expect(contrast(color.fill, ground), `${pair} fill`).toBeGreaterThanOrEqual(3);
            expect(contrast(color.text, ground), `${pair} text`).toBeGreaterThanOrEqual(4.5);
            expect(contrast(color.on, color.fill), `${pair} on`).toBeGreaterThanOrEqual(4.5);
          }
          expect(distance(h.fill, a.fill), pair).toBeGreaterThanOrEqual(0.07);
        }
      }
    });
  }

  it('has colours for teams that come without any', () => {
    const { home, away } = gameColors(null, null, GROUNDS.dark);
    expect(distance(home.fill, away.fill)).toBeGreaterThan(0.1);
  });
});

it('leaves a colour alone that is readable already', () => {
  expect(readable('#ffffff', '#000000', 4.5)).toBe('#ffffff');
  expect(readable('#b4232a', '#ffffff', 4.5)).toBe('#b4232a');
});

it('reads short and long hex and nothing else', () => {
  expect(parseHex('#fff')).toEqual([1, 1, 1]);
  expect(parseHex('000000')).toEqual([0, 0, 0]);
  for (const bad of ['', 'red', '#12', '#1234567', null, undefined]) expect(parseHex(bad)).toBeNull();
});

it('measures contrast as WCAG does', () => {
  expect(contrast('#000000', '#ffffff')).toBeCloseTo(21, 5);
  expect(contrast('#777777', '#ffffff')).toBeCloseTo(4.48, 2);
});
