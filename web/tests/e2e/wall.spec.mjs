import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { serve, World } from '../mock/server.mjs';
import { audit, fits, PHONE, REAL, shot, SMALL, stage, steers, still, until, WALL } from './stage.mjs';

describe('wall', () => {
  let s;
  before(async () => {
    s = await stage();
  });
  after(() => s.close());

  const tiles = (page) => page.locator('game-tile');
  const ready = async (page) => tiles(page).first().waitFor();

  it('shows all games on one screen of a truck, the most decisive first', async () => {
    const page = await s.open('/', { viewport: WALL });
    await ready(page);
    assert.equal(await tiles(page).count(), 16);
    // A live wall does not jump at every play, so that only one which holds still is in order by the last of them.
    if (!REAL) {
      await until(page, () => {
        const wall = document.querySelector('md-app').shadowRoot.querySelector('md-wall');
        const levers = [...wall.shadowRoot.querySelectorAll('game-tile')]
          .filter((el) => !['final', 'scheduled'].includes(el.card.phase))
          .map((el) => el.card.leverage ?? 0);
        return levers.slice(1).every((l, i) => l <= levers[i] * 1.25 + 1e-9);
      });
      const below = await page.evaluate(() => document.documentElement.scrollHeight - innerHeight);
      assert.ok(below <= 0, `the wall is ${below} pixels too high`);
    }
    await shot(page, 'wall-1080p-dark');
  });

  it('passes the audit in both themes', still, async () => {
    for (const scheme of ['dark', 'light']) {
      const page = await s.open('/', { scheme });
      await ready(page);
      await shot(page, `wall-${scheme}`);
      await audit(page, `the wall, ${scheme}`);
    }
  });

  it('fits a phone', still, async () => {
    const page = await s.open('/', { viewport: PHONE, deviceScaleFactor: 2 });
    await ready(page);
    await fits(page);
    await shot(page, 'wall-phone');
    await audit(page, 'the wall on a phone');
    const small = await s.open('/', { viewport: SMALL });
    await ready(small);
    await fits(small);
  });

  it('is walked by the arrow keys and opened by Enter', async () => {
    const page = await s.open('/');
    await ready(page);
    await tiles(page).first().locator('a').focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowDown');
    const id = await page.evaluate(
      () =>
        document.querySelector('md-app').shadowRoot.querySelector('md-wall').shadowRoot.activeElement.card.id,
    );
    const first = await tiles(page)
      .first()
      .evaluate((el) => el.card.id);
    assert.notEqual(id, first);
    await page.keyboard.press('Enter');
    await page.locator('wp-chart').waitFor();
    assert.equal(new URL(page.url()).pathname, `/game/${id}`);
    await page.goBack();
    await ready(page);
  });

  it('tells each game to a screen reader in one sentence', async () => {
    const page = await s.open('/');
    await ready(page);
    const label = await tiles(page).first().locator('a').getAttribute('aria-label');
    assert.match(label, /^.+ at .+, \d+ to \d+, .+/);
  });

  it('says who scored, for a while, and changes in place', steers, async () => {
    const page = await s.open('/', { motion: 'reduce' });
    await ready(page);
    await page.evaluate(() => {
      window.stayed = true;
    });
    const [id] = [...s.world.games.keys()].filter(
      (g) => s.world.games.get(g).snapshot.state.phase === 'live',
    );
    const game = s.world.games.get(id);
    const { home, away } = game.snapshot.state.score;
    while (game.at < game.steps.length) {
      s.world.advance(id, 1);
      const now = game.snapshot.state.score;
      if (now.home !== home || now.away !== away) break;
    }
    const card = s.world.board.cards.get(id);
    await until(
      page,
      ([wanted, seq]) => {
        const wall = document.querySelector('md-app').shadowRoot.querySelector('md-wall').shadowRoot;
        const tile = [...wall.querySelectorAll('game-tile')].find((t) => t.card.id === wanted);
        return tile.card.game_seq === seq && tile.shadowRoot.querySelector('.last em')?.textContent;
      },
      [id, card.game_seq],
    );
    const moving = await page.evaluate(() => document.getAnimations().length);
    assert.equal(moving, 0, 'nothing moves where motion is to be reduced');
    assert.equal(await page.evaluate(() => window.stayed), true);
  });

  it('offers the demo on an empty server', steers, async () => {
    const empty = await serve(new World({ games: 0 }));
    const page = await s.browser.newPage();
    await page.goto(empty.url);
    await page.getByText('No games yet').waitFor();
    await page.getByText('matchday demo').first().waitFor();
    await shot(page, 'wall-empty');
    await audit(page, 'the empty wall');
    await page.close();
    await empty.kill();
  });

  it('leads to the report when all games are over', steers, async () => {
    const over = new World({ games: 4 });
    over.seek(1);
    const server = await serve(over);
    const page = await s.browser.newPage();
    await page.goto(server.url);
    await page.getByText('see the report').click();
    await page.getByText('All games are over.').waitFor();
    await shot(page, 'report-over');
    await page.close();
    await server.kill();
  });
});
