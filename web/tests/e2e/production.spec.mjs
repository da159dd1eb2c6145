import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import { DIFF, InventedDesk, SETS, TOKEN } from '../mock/production.mjs';
import { serve } from '../mock/server.mjs';
import { audit, DESK, fits, PHONE, shot, stage, steers, until } from './stage.mjs';

const LOOKS = [
  ['dark', {}],
  ['light', { scheme: 'light' }],
  ['phone', { viewport: PHONE, deviceScaleFactor: 2 }],
];

describe('production', steers, () => {
  let s;
  let id;
  const production = () => s.world.production;
  const desk = () => production().desks.get(id);
  before(async () => {
    s = await stage();
    id = await s.firstGame();
  });
  after(() => s.close());
  beforeEach(() => {
    production().desks.set(id, new InventedDesk(id, '59.94'));
    Object.assign(production(), {
      token: TOKEN,
      trouble: null,
      nightly: null,
      refuse: null,
      orders: [],
      asked: [],
    });
  });

  // A page that stays open goes on asking.
  afterEach(() => Promise.all(s.browser.contexts().map((context) => context.close())));

  /** A page whose visitor bears the token. */
  const open = async (options, path = `/game/${id}/production`) => {
    const page = await s.open(`${path}#token=${TOKEN}`, options);
    await page.locator('on-air, .set-card, li[data-game]').first().waitFor();
    return page;
  };
  const camera = (page, name) => page.locator(`on-air [data-camera="${name}"]`);

  it('shows what is on air, since when and why, in both themes and on a phone', async () => {
    for (const [name, options] of LOOKS) {
      const page = await open(options);
      assert.equal(await page.locator('on-air .camera').textContent(), 'Rail');
      assert.match(await page.locator('on-air .tc').textContent(), /^\d\d:\d\d:\d\d;\d\d$/);
      assert.match(
        await page.locator('on-air .why').textContent(),
        /keyword\.surprise 0\.91[^]*over crowd-on-hearts/,
      );
      assert.equal(await camera(page, 'rail').getAttribute('aria-current'), 'true');
      await page.getByText('GLD', { exact: false }).first().waitFor();
      await fits(page);
      await shot(page, `desk-${name}`, { fullPage: true });
      await audit(page, `the desk, ${name}`);
    }
  });

  it('asks for the token, keeps it for the tab, and lets it into no address', async () => {
    const page = await s.open(`/game/${id}/production`);
    await page.getByText('For operators').waitFor();
    await audit(page, 'the door');
    assert.equal(production().asked.length, 0, 'nothing is asked without a token');
    await page.locator('#token').fill('not the token');
    await page.keyboard.press('Enter');
    await page.getByText('This token does not open it.').waitFor();
    await audit(page, 'the door, with a wrong token');
    await page.locator('#token').fill(TOKEN);
    await page.getByRole('button', { name: 'Open' }).click();
    await page.locator('on-air .camera').waitFor();
    assert.equal(await page.evaluate(() => location.href.includes('token')), false);
    assert.deepEqual(await page.evaluate(() => [sessionStorage.length, JSON.stringify(localStorage)]), [
      1,
      '{}',
    ]);
    await page.reload();
    await page.locator('on-air .camera').waitFor();
    assert.ok(!production().asked.some((address) => address.includes(TOKEN)));
  });

  it('takes the token from the address once, and out of it', async () => {
    const page = await open();
    assert.equal(await page.evaluate(() => location.hash), '');
    await page.goBack().catch(() => null);
    assert.ok(!page.url().includes(TOKEN));
  });

  it('says what to do where no operator is configured, and where nothing is produced', async () => {
    production().token = null;
    const page = await s.open(`/rules#token=${TOKEN}`);
    await page.getByText('No operator is configured').waitFor();
    assert.match(await page.locator('operator-door pre').textContent(), /secret_file/);
    await audit(page, 'no operator configured');
    production().token = TOKEN;
    const other = await s.open(`/game/nobody/production#token=${TOKEN}`);
    await other.getByText('it begins with the first report of a sense').waitFor();
    production().desks.set('nobody', new InventedDesk('nobody'));
    await other.locator('on-air .camera').waitFor();
    production().desks.delete('nobody');
    const quiet = [...s.world.games.keys()][3];
    const third = await s.open(`/game/${quiet}/production#token=${TOKEN}`);
    await third.getByRole('button', { name: 'Begin the production' }).waitFor();
    await audit(third, 'a match that is not produced');
    await third.getByRole('button', { name: 'Begin the production' }).click();
    await third.locator('on-air .camera').waitFor();
    assert.deepEqual(production().orders, [{ order: 'release' }]);
    production().desks.delete(quiet);
  });

  it('takes, holds and releases by button and by key', async () => {
    const page = await open();
    await camera(page, 'keeper').click();
    await page.locator('on-air .camera', { hasText: 'Keeper' }).waitFor();
    await page.getByText('Held by hand').first().waitFor();
    await shot(page, 'desk-held');
    await audit(page, 'a held desk');
    await page.keyboard.press('r');
    await page.locator('on-air .held').waitFor({ state: 'detached' });
    await page.keyboard.press('H');
    await page.locator('on-air .held').waitFor();
    await page.keyboard.press('2');
    await page.locator('on-air .camera', { hasText: 'Tight' }).waitFor();
    const orders = [
      { order: 'take', camera: 'keeper' },
      { order: 'release' },
      { order: 'hold' },
      { order: 'take', camera: 'tight' },
    ];
    assert.deepEqual(production().orders, orders);
    await page.keyboard.press('Control+3');
    await page.keyboard.press('9');
    await page.getByRole('button', { name: 'Keys on' }).click();
    await page.keyboard.press('3');
    await page.getByRole('button', { name: 'Keys off' }).waitFor();
    assert.deepEqual(production().orders, orders, 'no other key gives an order');
  });

  it('says when an order was not carried out', async () => {
    const page = await open();
    production().refuse = 'the log cannot be written';
    await camera(page, 'wing').click();
    await page.getByRole('alert').getByText('Take wing: not done, the log cannot be written.').waitFor();
    assert.equal(await page.locator('on-air .camera').textContent(), 'Rail');
  });

  it('marks what is told ahead, and strikes what was taken back', async () => {
    const page = await open();
    const soon = (Date.now() + 60_000) * 1000;
    desk().view.now = Date.now() * 1000;
    desk().cut('wing', soon, { ahead: true, why: 'wing-on-overlap: run.speed_mps 8.4 (priority 45)' });
    await page.locator('on-air .next', { hasText: 'Wing' }).waitFor();
    assert.equal(await page.locator('on-air .camera').textContent(), 'Rail');
    await shot(page, 'desk-next');
    await audit(page, 'a cut that is told ahead');
    desk().cut('keeper', soon - 1e6, {
      ahead: true,
      why: 'keeper-on-penalty-gaze: gaze.share 0.71 (priority 70)',
    });
    await page.locator('decision-log li.off', { hasText: 'Wing' }).getByText('taken back').waitFor();
  });

  it('lists decisions newest first, by kind', async () => {
    const page = await open();
    const rows = page.locator('decision-log li');
    assert.equal(await rows.count(), desk().view.recent.length);
    assert.match(await rows.first().textContent(), /Rail\s+from Main/);
    await page.locator('decision-log [data-kind="refused"]').first().click();
    assert.equal(await rows.count(), 1);
    assert.match(await rows.first().textContent(), /confetti-on-three[^]*the viewers have not agreed to it/);
    await page.locator('decision-log .filters [data-kind="released"]').click();
    await page.getByText('None of this kind.').waitFor();
    const row = page.locator('decision-log li', { hasText: 'crowd-on-hearts asks no more' });
    desk().say({ decided: 'released', rule: 'crowd-on-hearts', at: Date.now() * 1000 });
    await row.waitFor();
  });

  it('shows what the rules do differently, and rolls back when that is confirmed', async () => {
    const page = await open({ scheme: 'light' });
    await page.getByText('1 added, 1 removed, 1 changed').click();
    for (const { change, rule } of DIFF) {
      await page.locator(`rule-diff [data-change="${change}"]`, { hasText: rule }).waitFor();
    }
    await page.getByRole('button', { name: 'Roll back…' }).click();
    await page.getByText('Back to set ab12cd34, at once?').waitFor();
    await shot(page, 'desk-roll-back');
    await audit(page, 'a roll-back asked about');
    await page.keyboard.press('r');
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Roll back…' }).waitFor();
    assert.deepEqual(production().orders, [], 'nothing was ordered yet');
    await page.getByRole('button', { name: 'Roll back…' }).click();
    await page.getByRole('button', { name: 'Roll back', exact: true }).click();
    await page.locator('rules-card').getByText('Rolled back by hand to ab12cd34.').waitFor();
    assert.deepEqual(production().orders, [{ order: 'roll_back' }]);
    await page.getByText('Another set at hand').click();
    await page.getByRole('button', { name: `Use set ${SETS.new.id.slice(0, 8)}` }).click();
    await page.getByRole('button', { name: 'Use it' }).click();
    await page.locator('rules-card').getByText('Set 7f3a91c2 was ordered in place of ab12cd34.').waitFor();
  });

  it('says when viewers’ frowns rolled the rules back', async () => {
    const page = await open();
    desk().use(SETS.old, Date.now() * 1000, [], 'frowns', { share: 0.083 });
    await page
      .locator('rules-card')
      .getByText(/too many viewers frowned \(8/)
      .waitFor();
    await audit(page, 'rules rolled back by frowns');
  });

  it('has a wall of all productions', async () => {
    for (const [name, options] of LOOKS) {
      desk().view.held = true;
      const page = await open(options, '/production');
      const cards = page.locator('li[data-game]');
      assert.equal(await cards.count(), production().desks.size);
      const own = page.locator(`li[data-game="${id}"]`);
      assert.match(await own.textContent(), /Rail\s+Held/);
      assert.match(await own.textContent(), /rail-on-replay-words/);
      await fits(page);
      await shot(page, `productions-${name}`);
      await audit(page, `the wall of productions, ${name}`);
      await own.getByRole('link').click();
      await page.locator('on-air .camera').waitFor();
      assert.ok(page.url().endsWith(`/game/${id}/production`));
    }
  });

  it('shows rule sets, what is wrong with the folder, and the mixers', async () => {
    production().trouble = 'any/crowd.toml:7: unknown fact leap.player: did you mean leap.players?';
    for (const [name, options] of LOOKS) {
      const page = await open(options, '/rules');
      await page.getByRole('alert').getByText('did you mean leap.players?').waitFor();
      await page.locator(`[data-set="${SETS.new.id}"]`).getByText('soccer/cameras.toml:47').waitFor();
      const old = page.locator(`details[data-set="${SETS.old.id}"]`);
      await old.locator('summary').click();
      await old.locator('rule-diff [data-change="changed"]').waitFor();
      await page.locator('[data-output="gallery-vmix"]').getByText('Away').waitFor();
      await page.locator('[data-link="wall"]').getByText('10.0.8.4:4710').waitFor();
      assert.equal(await page.getByText('Nightly report').count(), 0, 'there is none yet');
      await fits(page);
      await shot(page, `rules-${name}`, { fullPage: true });
      await audit(page, `the rules, ${name}`);
    }
  });

  it('opens the nightly report, which needs the token, without telling it', async () => {
    production().nightly = '<!doctype html><title>Night</title><h1>Twenty matches</h1>';
    const page = await open({}, '/rules');
    const [report] = await Promise.all([
      page.context().waitForEvent('page'),
      page.getByRole('link', { name: 'Nightly report' }).click(),
    ]);
    await report.getByText('Twenty matches').waitFor();
    assert.ok(!report.url().includes(TOKEN));
  });

  it('is led to from the game, and more plainly for who bears the token', async () => {
    const page = await s.open(`/game/${id}`);
    await page.getByText('For operators: production desk').click();
    await page.getByText('The production desk asks for').waitFor();
    await page.locator('#token').fill(TOKEN);
    await page.keyboard.press('Enter');
    await page.locator('on-air').waitFor();
    await page.getByRole('link', { name: 'Crowd', exact: true }).click();
    await page.locator('nav.tabs').getByRole('link', { name: 'Production', exact: true }).click();
    await page.locator('on-air').waitFor();
  });

  it('reads from right to left', async () => {
    for (const viewport of [DESK, PHONE]) {
      const page = await s.open(`/game/${id}/production?lang=ar-EG#token=${TOKEN}`, { viewport });
      await page.locator('on-air .camera').waitFor();
      await fits(page);
      await shot(page, `desk-rtl-${viewport.width}`);
    }
  });

  it('survives a restart: greyed, kept, and healed without a reload', async () => {
    const own = await stage();
    const page = await own.open(`/game/${id}/production#token=${TOKEN}`);
    await page.locator('on-air .camera').waitFor();
    await page.evaluate(() => {
      window.stayed = true;
    });
    await own.server.kill();
    await page.getByText('The server does not answer. What you see is as it was').waitFor();
    assert.equal(await page.locator('on-air .camera').textContent(), 'Rail');
    await camera(page, 'main').click();
    await page.getByRole('alert').getByText('not done, the server does not answer').waitFor();
    const again = await serve(own.world, { port: own.server.port });
    await until(page, () => {
      const { desk } = document.querySelector('md-app').shadowRoot.querySelector('md-desk');
      return !desk.stale && !desk.trouble;
    });
    assert.equal(await page.evaluate(() => window.stayed), true, 'the page was not loaded again');
    await again.kill();
    await own.close();
  });
});
