import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { serve } from '../mock/server.mjs';
import { audit, DESK, fits, PHONE, shot, SMALL, stage, steers, still, until, WALL } from './stage.mjs';

describe('game', () => {
  let s;
  let id;
  before(async () => {
    s = await stage();
    id = await s.firstGame();
  });
  after(() => s.close());

  const open = async (options, game = id) => {
    const page = await s.open(`/game/${game}`, options);
    await page.locator('wp-chart .curve').waitFor({ state: 'attached' });
    return page;
  };
  const chart = (page) => page.locator('wp-chart');
  const stageOf = (page) => page.locator('wp-chart .stage');
  const picked = (page) => chart(page).evaluate((el) => el.selected);
  const row = (page) => page.locator('play-list [aria-selected="true"]');

  it('shows chart, situation, key plays and plays in both themes, and passes the audit', async () => {
    for (const [scheme, viewport] of [
      ['dark', WALL],
      ['light', DESK],
    ]) {
      const page = await open({ scheme, viewport });
      await page.locator('play-list .play').first().waitFor();
      await shot(page, `game-${scheme}`);
      await audit(page, `a game, ${scheme}`);
    }
  });

  it('fits a phone', async () => {
    const page = await open({ viewport: PHONE, deviceScaleFactor: 2 });
    await fits(page);
    await shot(page, 'game-phone');
    await page.locator('play-list .play').first().scrollIntoViewIfNeeded();
    await shot(page, 'game-phone-plays');
    await audit(page, 'a game on a phone');
  });

  it('keeps scores in sight on the smallest screen, however long the names are', steers, async () => {
    const game = s.world.games.get(id);
    const { home } = game.snapshot.info;
    const short = { ...home };
    Object.assign(home, { abbr: 'WÜRZBURG', name: 'Würzburger Kickers von 1907, erste Mannschaft' });
    try {
      const page = await open({ viewport: SMALL });
      await page.getByText('WÜRZBURG', { exact: true }).first().waitFor();
      await fits(page);
      const inside = await page.locator('md-game .score .team.home').evaluate((team) => {
        const [name, score] = ['.name', 'strong'].map((s) => team.querySelector(s).getBoundingClientRect());
        return score.right <= name.left + 1 && name.right <= innerWidth;
      });
      assert.ok(inside, 'the name ends where the score is');
    } finally {
      Object.assign(home, short);
    }
  });

  it('is walked by the arrow keys, and the list and the words follow', still, async () => {
    const page = await open();
    const plays = await chart(page).evaluate((el) => el.model.points.map((p) => p.id));
    await stageOf(page).focus();
    await page.keyboard.press('Home');
    assert.equal(await picked(page), plays[0]);
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    assert.equal(await picked(page), plays[2]);
    await until(
      page,
      (wanted) => {
        const game = document.querySelector('md-app').shadowRoot.querySelector('md-game').shadowRoot;
        return (
          game.querySelector('play-list').shadowRoot.querySelector('[aria-selected="true"]')?.dataset.id ===
          wanted
        );
      },
      plays[2],
    );
    const seen = await until(page, () => {
      const game = document.querySelector('md-app').shadowRoot.querySelector('md-game').shadowRoot;
      const list = game.querySelector('play-list');
      const row = list.shadowRoot.querySelector('[aria-selected="true"]').getBoundingClientRect();
      const box = list.getBoundingClientRect();
      return row.top >= box.top && row.bottom <= box.bottom;
    });
    assert.ok(seen, 'the list shows the play');
    const value = await stageOf(page).getAttribute('aria-valuetext');
    assert.match(value, /^(Q|OT)\d? .+ \d+ ?%, score \d+–\d+$/);
    // The arrows up and down go from mark to mark.
    await page.keyboard.press('ArrowDown');
    const marks = await chart(page).evaluate((el) => el.model.marks.map((m) => m.id));
    assert.ok(marks.includes(await picked(page)));
    await shot(page, 'game-walking');
    await page.keyboard.press('Escape');
    assert.equal(await picked(page), null);
  });

  it('follows the pointer, lets go when it leaves, and holds what was touched', async () => {
    const page = await open();
    const box = await stageOf(page).boundingBox();
    await page.mouse.move(box.x + box.width * 0.3, box.y + 80);
    const hovered = await picked(page);
    assert.ok(hovered);
    await row(page).waitFor();
    await page.mouse.move(box.x + box.width * 0.3, box.y + box.height + 120);
    assert.equal(await picked(page), null);
    await page.mouse.click(box.x + box.width * 0.4, box.y + 80);
    await page.mouse.move(box.x + box.width * 0.4, box.y + box.height + 120);
    assert.ok(await picked(page));
  });

  it('is moved by the list and by the key plays', async () => {
    const page = await open();
    await page.locator('play-list .play').nth(3).click();
    const wanted = await page.locator('play-list .play').nth(3).getAttribute('data-id');
    assert.equal(await picked(page), wanted);
    await page.locator('play-list [role="listbox"]').press('ArrowDown');
    assert.notEqual(await picked(page), wanted);
    const key = page.locator('.keys button').first();
    if (await key.count()) {
      await key.click();
      assert.equal(
        await picked(page),
        await chart(page).evaluate((el) => el.model.marks.find((m) => m.rank === 1).id),
      );
    }
  });

  it('has a table of every play behind the chart', async () => {
    const page = await open();
    const plays = await chart(page).evaluate((el) => el.model.points.length);
    assert.equal(await chart(page).locator('tbody tr').count(), plays);
    await chart(page).locator('.tools button').click();
    assert.ok(await chart(page).locator('.scroll table').isVisible());
    await shot(page, 'game-table');
  });

  it('says a key play or a score politely when it comes', steers, async () => {
    const game = s.world.games.get(id);
    const page = await open();
    const known = new Set(await chart(page).evaluate((el) => el.model.marks.map((m) => m.id)));
    const live = page.locator('wp-chart [aria-live="polite"]');
    assert.equal((await live.textContent()).trim(), '');
    for (let fresh = false; !fresh && game.at < game.steps.length;) {
      s.world.advance(id, 1);
      const { plays, key_plays } = game.snapshot;
      const last = plays.at(-1);
      const scored =
        last.score_after.home + last.score_after.away > last.score_before.home + last.score_before.away;
      fresh =
        !known.has(last.play_id) &&
        (key_plays.includes(last.play_id) || (scored && last.kind !== 'extra_point'));
    }
    const said = await until(page, () => {
      const game = document.querySelector('md-app').shadowRoot.querySelector('md-game').shadowRoot;
      return game.querySelector('wp-chart').shadowRoot.querySelector('[aria-live]').textContent.trim();
    });
    assert.match(said, /\d+–\d+/);
  });

  it('ends exactly at the edge that the winner owns, with nothing left to come', steers, async () => {
    for (const game of s.world.games.keys()) s.world.advance(game, 400);
    const seen = new Set();
    for (const [game, { snapshot }] of [...s.world.games].slice(0, 6)) {
      const page = await open({}, game);
      const { home, away } = snapshot.state.score;
      const end = await chart(page).evaluate((el) => {
        const root = el.shadowRoot;
        const numbers = root
          .querySelector('.curve')
          .getAttribute('d')
          .match(/-?[\d.]+/g)
          .map(Number);
        const rules = [...root.querySelectorAll('.rule:not(.quarter)')].map((r) =>
          Number(r.getAttribute('y1')),
        );
        return { y: numbers.at(-1), top: Math.min(...rules), bottom: Math.max(...rules) };
      });
      const wanted = home > away ? end.top : home < away ? end.bottom : (end.top + end.bottom) / 2;
      assert.ok(Math.abs(end.y - wanted) < 0.01, `${game} ends at ${end.y}, not at ${wanted}`);
      seen.add(Math.sign(home - away));
      await page
        .locator('.field .big')
        .getByText(home === away ? 'tie' : 'won by')
        .waitFor();
      if (seen.size === 1) await shot(page, 'game-final');
      await page.context().close();
    }
    assert.ok(seen.size >= 2, 'both sides won some');
  });

  it('says so where there is no such game', async () => {
    const page = await s.open('/game/nfl-0');
    await page.getByText('There is no such game').waitFor();
    await shot(page, 'game-unknown');
    await audit(page, 'an unknown game');
  });

  it('follows events where sockets do not get through', steers, async () => {
    const server = await serve(s.world, { refuseSockets: true });
    const page = await s.browser.newPage();
    await page.goto(`${server.url}/game/${id}`);
    await page.locator('wp-chart .curve').waitFor({ state: 'attached' });
    const { transport } = await page.evaluate(
      () =>
        document
          .querySelector('md-app')
          .shadowRoot.querySelector('md-game')
          .shadowRoot.querySelector('link-figure').link,
    );
    assert.equal(transport, 'sse');
    await page.close();
    await server.kill();
  });
});
