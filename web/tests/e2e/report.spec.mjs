import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { audit, fits, PHONE, shot, stage } from './stage.mjs';

describe('report', () => {
  let s;
  before(async () => {
    s = await stage();
  });
  after(() => s.close());

  it('tells what a broadcaster asks, in both themes and on a phone', async () => {
    for (const [name, options] of [
      ['dark', {}],
      ['light', { scheme: 'light' }],
      ['phone', { viewport: PHONE, deviceScaleFactor: 2 }],
    ]) {
      const page = await s.open('/report', options);
      await page.locator('tbody tr').first().waitFor();
      for (const word of [
        'Games',
        'Events',
        'Updates sent',
        'Peak events',
        'Viewers',
        'Faults healed',
        'p95',
        'p99',
      ]) {
        assert.ok(await page.getByText(word, { exact: true }).first().isVisible(), word);
      }
      await fits(page);
      await shot(page, `report-${name}`);
      await audit(page, `the report, ${name}`);
    }
  });
});
