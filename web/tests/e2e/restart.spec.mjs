import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { serve, World } from '../mock/server.mjs';
import { shot, stage, steers, until } from './stage.mjs';

const game = () => document.querySelector('md-app').shadowRoot.querySelector('md-game');

describe('restart', steers, () => {
  for (const [name, epoch] of [
    ['a server that comes back with its log', 'mock-1'],
    ['a server that numbers anew', 'mock-2'],
  ]) {
    it(`survives ${name}: no reload, no gap, no repeat`, async () => {
      const s = await stage();
      const id = [...s.world.games.keys()][2];
      const page = await s.open(`/game/${id}`);
      await page.locator('wp-chart .curve').waitFor({ state: 'attached' });
      await page.evaluate(() => {
        window.stayed = true;
      });
      // Everything the page ever holds must be a prefix of the game: no play twice, none out of order.
      const { port } = s.server;
      await s.server.kill();
      await page.getByText('Reconnecting').waitFor();
      await page.getByText('it goes on by itself').waitFor();
      assert.ok(await page.locator('wp-chart .curve').count(), 'what was there is kept');
      await shot(page, 'game-reconnecting');
      let { world } = s;
      if (epoch !== world.epoch) {
        world = new World({ epoch });
        world.seek(0.72, 0.3);
      }
      world.advance(id, 7);
      const again = await serve(world, { port });
      const { plays, state } = world.games.get(id).snapshot;
      await until(
        page,
        ([last, count]) => {
          const app = document.querySelector('md-app').shadowRoot;
          const held = app.querySelector('md-game').following.feed.game;
          return held.plays.length === count && held.plays.at(-1).play_id === last;
        },
        [plays.at(-1).play_id, plays.length],
      );
      // The game may be over by now, which is said in place of Live.
      await page.locator('md-game link-figure[data-state=live]').waitFor();
      world.advance(id, 1);
      const expected = world.games.get(id).snapshot;
      await until(
        page,
        (count) =>
          document.querySelector('md-app').shadowRoot.querySelector('md-game').following.feed.game.plays
            .length === count,
        expected.plays.length,
      );
      const held = await page.evaluate(`(${game})().following.feed.game`);
      assert.deepEqual(held, JSON.parse(JSON.stringify(expected)));
      assert.equal(await page.evaluate(() => window.stayed), true, 'the page was not loaded again');
      assert.ok(state);
      await again.kill();
      await s.close();
    });
  }

  it('says so when the browser is offline, and heals', async () => {
    const s = await stage();
    const page = await s.open('/');
    await page.locator('game-tile').first().waitFor();
    await page.context().setOffline(true);
    await page.getByText('Offline', { exact: true }).waitFor();
    assert.equal(await page.locator('game-tile').count(), 16);
    await shot(page, 'wall-offline');
    await page.context().setOffline(false);
    await page.getByText('Live', { exact: true }).waitFor();
    await s.close();
  });
});
