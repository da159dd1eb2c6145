import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { audit, DESK, fits, PHONE, shot, stage, steers, until, WALL } from './stage.mjs';

const FULL = { fullPage: true };

describe('crowd', steers, () => {
  let s;
  let id;
  before(async () => {
    s = await stage();
    id = [...s.world.games.keys()][1];
  });
  after(() => s.close());

  const open = async (options, game = id) => {
    const page = await s.open(`/game/${game}/crowd`, options);
    await page.locator('momentum-strip .fill').first().waitFor({ state: 'attached' });
    return page;
  };

  it('shows all in both themes and on a phone, and passes the audit', async () => {
    for (const [name, options] of [
      ['dark', { viewport: WALL }],
      ['light', { scheme: 'light', viewport: DESK }],
      ['phone', { viewport: PHONE, deviceScaleFactor: 2 }],
    ]) {
      const page = await open(options);
      await fits(page);
      await shot(page, `crowd-${name}`, FULL);
      await audit(page, `the crowd, ${name}`);
    }
  });
});
