import { describe, expect, it } from 'vitest';
import type { Cut, DeskView, Entry, RuleDiff, RuleSetFact } from '../../src/model/production';
import { isOf, KINDS, programme, timeOf, told } from '../../src/model/production';
import {
  actionText,
  changeText,
  diffSummary,
  entryText,
  fieldValue,
  firedTiming,
  lasting,
  refusalText,
  shotWords,
} from '../../src/model/production-words';
import { frameAt, timecode, timecodeAt } from '../../src/model/timecode';
import { tokenIn } from '../../src/net/operator';
// @ts-expect-error the mock is plain JavaScript
import { InventedDesk } from '../mock/production.mjs';

describe('timecodes', () => {
  it('drop numbers where the rate is uneven', () => {
    expect(timecode(25 * 3661 + 7, '25')).toBe('01:01:01:07');
    expect(timecode(50 * 59 + 49, '50')).toBe('00:00:59:49');
    // SMPTE ST 12-1: 00:00:59;29 is followed by 00:01:00;02, and ten minutes are 17,982 frames.
    expect(timecode(1_799, '29.97')).toBe('00:00:59;29');
    expect(timecode(1_800, '29.97')).toBe('00:01:00;02');
    expect(timecode(17_981, '29.97')).toBe('00:09:59;29');
    expect(timecode(17_982, '29.97')).toBe('00:10:00;00');
    expect(timecode(3_600, '59.94')).toBe('00:01:00;04');
  });

  it('keep to the clock, on a day of our years too', () => {
    expect(timecode(frameAt(3_600e6, '59.94'), '59.94')).toBe('01:00:00;00');
    const evening = Date.UTC(2026, 10, 21, 19, 4, 59, 480) * 1000;
    expect(timecodeAt(evening, '25')).toBe('19:04:59:12');
    expect(timecodeAt(evening, '50')).toBe('19:04:59:24');
    // Dropped numbers keep to the clock within a tenth of a second a day.
    expect(timecodeAt(evening, '29.97')).toBe('19:04:59;15');
    expect(timecodeAt(evening, '59.94')).toBe('19:04:59;30');
    // The last frame of a day is of that day, the next one begins another.
    const midnight = Date.UTC(2026, 10, 22) * 1000;
    expect(timecodeAt(midnight - 1, '25')).toBe('23:59:59:24');
    expect(timecodeAt(midnight, '25')).toBe('00:00:00:00');
    expect(timecodeAt(midnight + 40_000, '29.97')).toBe('00:00:00;00');
    expect(timecodeAt(midnight + 40_000, '59.94')).toBe('00:00:00;02');
  });

  it('say nothing of a rate or a frame that is none', () => {
    expect(timecode(1, '24' as '25')).toBe('--:--:--:--');
    expect(timecode(NaN, '25')).toBe('--:--:--:--');
  });
});

const cut = (frame: number, from: Cut['from'], camera: Cut['from'], more: object = {}): Entry => ({
  decided: 'cut',
  cause: frame,
  frame,
  rate: '50',
  at: frame * 20_000,
  from,
  shot: { camera },
  reason: 'rule',
  why: `to ${camera}`,
  ...more,
});
const desk = (on_air: Cut['from'], recent: Entry[]): DeskView => ({
  ...(new InventedDesk('g', '50').view as DeskView),
  on_air: { camera: on_air },
  cut: (recent.find((e) => e.decided === 'cut') as Cut | undefined) ?? null,
  recent,
});

describe('decisions', () => {
  it('say which cuts were taken back by later ones', () => {
    // Newest first: rail was told for frame 200, then the operator took keeper for 190.
    const list = told([cut(190, 'main', 'keeper'), cut(200, 'main', 'rail'), cut(100, 'crowd', 'main')]);
    expect(list.map((t) => t.off)).toEqual([false, true, false]);
    // What the guard kept in took nothing back.
    const kept = told([cut(190, 'main', 'keeper', { refused: 'manual_hold' }), cut(200, 'main', 'rail')]);
    expect(kept.map((t) => t.off)).toEqual([false, false]);
  });

  it('keep their names while the list grows at its head', () => {
    const same = [
      cut(3, 'main', 'rail', { cause: 7 }),
      cut(2, 'main', 'wing', { cause: 7 }),
      cut(1, 'wing', 'main'),
    ];
    const before = told(same).map((t) => t.key);
    expect(new Set(before).size).toBe(3);
    const after = told([cut(4, 'rail', 'main', { cause: 9 }), ...same]).map((t) => t.key);
    expect(after.slice(1)).toEqual(before);
  });

  it('count what was refused besides what it is', () => {
    const { recent } = new InventedDesk('g').view as DeskView;
    const counts = Object.fromEntries(KINDS.map((k) => [k, recent.filter((e) => isOf(e, k)).length]));
    expect(counts).toEqual({ cut: 3, fired: 2, released: 0, rules: 3, refused: 1 });
  });

  it('are told in words', () => {
    const fired: Entry = {
      decided: 'fired',
      cause: 1,
      rule: 'confetti-on-three',
      key: 'club-app',
      at: 1e6,
      due: 1.3e6,
      until: 5.3e6,
      action: { do: 'confetti', coupon: true },
      priority: 50,
      confidence: 0.8,
      why: 'chat.joy 0.81',
      refused: 'no_consent',
    };
    expect(entryText(fired)).toBe(
      'confetti-on-three, club-app: Confetti with a coupon. Kept in: the viewers have not agreed to it.',
    );
    expect(firedTiming(fired)).toBe('300 ms later, for 4.0 s at most');
    expect(entryText(cut(1, 'main', 'rail'))).toBe('Main to Rail: to rail.');
    expect(entryText({ decided: 'released', cause: 1, rule: 'crowd-on-hearts', at: 1 })).toBe(
      'crowd-on-hearts asks no more.',
    );
    expect(refusalText('unknown')).toBe('Not carried out: no such rule set is at hand.');
    expect(refusalText('too_windy')).toBe('Kept in: too windy.');
  });

  it('name what a rule asks for', () => {
    const shot = { camera: 'tight', fade_ms: 500, zoom: 1.4, zoom_within_ms: 800, buffer_frames: 2 } as const;
    expect(shotWords(shot)).toEqual(['fade 500 ms', 'zoom 1.4× within 800 ms', '2 frames kept before it']);
    expect(actionText({ do: 'overlay', overlay: 'ball_trace' })).toBe('Graphic “ball trace”');
    expect(actionText({ do: 'code', percent: 10 })).toBe('Discount code of 10%');
    expect(actionText({ do: 'sing' } as never)).toBe('Sing');
    expect([lasting(300_000), lasting(1_400_000)]).toEqual(['300 ms', '1.4 s']);
  });
});

describe('the programme', () => {
  it('is since the cut that put it there', () => {
    const view = desk('rail', [cut(150, 'rail', 'rail', { why: 'stays' }), cut(100, 'main', 'rail')]);
    const { cut: since, next } = programme(view, 151 * 20_000);
    expect(since?.frame).toBe(100);
    expect(next).toBeNull();
  });

  it('knows what is told ahead, and that it may be taken back', () => {
    const recent = [cut(200, 'rail', 'keeper'), cut(100, 'main', 'rail')];
    const now = 199 * 20_000;
    expect(programme(desk('rail', recent), now)).toMatchObject({ cut: { frame: 100 }, next: { frame: 200 } });
    expect(programme(desk('keeper', recent), now + 40_000)).toMatchObject({
      cut: { frame: 200 },
      next: null,
    });
    // What is on air follows from the cuts, also where the desk was last told before the frame.
    expect(programme(desk('rail', recent), now + 40_000)).toMatchObject({
      shot: { camera: 'keeper' },
      next: null,
    });
    const off = [cut(200, 'rail', 'rail', { why: 'off: rail stays' }), ...recent];
    expect(programme(desk('rail', off), now)).toMatchObject({ cut: { frame: 100 }, next: null });
  });

  it('goes by the time of the match, which in a replay is not the clock’s', () => {
    const view = desk('rail', [cut(100, 'main', 'rail')]);
    expect(timeOf(view, 5e6)).toBe(5e6);
    expect(timeOf(view, 1.5e6), 'told ahead').toBe(1.5e6);
    expect(timeOf(view, 0.5e6), 'further ahead than any cut is told').toBe(2e6);
    expect(timeOf({ ...view, now: 7e6 }, 5e6)).toBe(7e6);
  });

  it('begins with no cut at all', () => {
    expect(programme(desk('main', []), 1)).toEqual({ shot: { camera: 'main' }, cut: null, next: null });
  });
});

describe('rules', () => {
  const change: RuleSetFact = {
    at: 1,
    set: '7f3a91c2d4e5b608',
    before: 'ab12cd34ef560718',
    change: 'ordered',
  };

  it('say how they came to be in force', () => {
    expect(changeText(change)).toBe('Set 7f3a91c2 was ordered in place of ab12cd34.');
    expect(changeText({ ...change, before: undefined })).toBe('Set 7f3a91c2 was ordered.');
    expect(changeText({ ...change, change: 'rolled_back' })).toBe('Rolled back by hand to 7f3a91c2.');
    expect(changeText({ ...change, change: 'frowns', share: 0.083 })).toBe(
      'Rolled back by itself to 7f3a91c2: too many viewers frowned (8% of viewers).',
    );
    expect(changeText({ ...change, change: 'rolled_back', refused: 'nothing_before' })).toBe(
      'A roll-back was ordered; 7f3a91c2 stays in force.',
    );
  });

  it('are set beside those before', () => {
    const diff: RuleDiff[] = [
      { change: 'added', rule: 'a', title: '' },
      { change: 'changed', rule: 'b', fields: [] },
      { change: 'changed', rule: 'c', fields: [] },
    ];
    expect(diffSummary(diff)).toBe('1 added, 2 changed');
    expect(diffSummary([])).toBe('no rule differs');
    expect(fieldValue('cooldown', null)).toBe('not said');
    expect(fieldValue('when', 'leap.players >= 4')).toBe('leap.players >= 4');
    expect(fieldValue('action', '{"do":"shot","camera":"rail","fade_ms":500}')).toBe(
      'Rail camera, fade 500 ms',
    );
    expect(fieldValue('action', 'not json')).toBe('not json');
  });
});

it('takes a token out of an address as it is written', () => {
  expect(tokenIn('#token=Zm9v+/bar==')).toBe('Zm9v+/bar==');
  expect(tokenIn('#from=mail&token=a%20b&more=1')).toBe('a b');
  expect(tokenIn('#token=100%')).toBe('100%');
  expect(tokenIn('#tokens=x')).toBeNull();
  expect(tokenIn('')).toBeNull();
});
