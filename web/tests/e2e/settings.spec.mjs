import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { audit, DESK, fits, PHONE, shot, stage } from './stage.mjs';

/** All text that the page shows, shadow trees included. */
const text = (page) =>
  page.evaluate(() => {
    const read = (node) => {
      if (node.nodeType === Node.TEXT_NODE) return node.textContent;
      if (node.nodeName === 'STYLE' || node.nodeName === 'SCRIPT' || node.nodeName === 'NOSCRIPT') return '';
      const children = [...(node.shadowRoot?.childNodes ?? node.childNodes)];
      const label = node.getAttribute?.('aria-label') ?? '';
      return `${label} ${children.map(read).join('')}`;
    };
    return read(document.body);
  });

describe('settings', () => {
  let s;
  let id;
  before(async () => {
    s = await stage();
    id = await s.firstGame();
  });
  after(() => s.close());

  it('hides scores and win probability until asked, and remembers', async () => {
    const page = await s.open('/');
    await page.locator('game-tile').first().waitFor();
    assert.match(await text(page), /%|\bwon\b/);
    await page.locator('#spoilers').click();
    await page.locator('game-tile .veil').first().waitFor();
    assert.doesNotMatch(await text(page), /%| to win|\bwon\b|\d+ to \d+|\bOT\b/);
    const order = await page.locator('game-tile').evaluateAll((els) => els.map((el) => el.card));
    const neutral = order
      .slice()
      .sort((a, b) => (a.kickoff ?? 0) - (b.kickoff ?? 0) || (a.id < b.id ? -1 : 1));
    assert.deepEqual(
      order.map((c) => c.id),
      neutral.map((c) => c.id),
      'the order tells nothing',
    );
    await shot(page, 'wall-hidden');
    await audit(page, 'the wall with spoilers hidden');
    await page.reload();
    await page.locator('game-tile .veil').first().waitFor();
    await page.locator('game-tile .veil button').first().click();
    await page.locator('game-tile .wp strong').first().waitFor();
    assert.equal(await page.locator('game-tile .wp strong').count(), 1, 'only the game that was asked for');
  });

  it('hides a game page as well, and shows it on request', async () => {
    const page = await s.open(`/game/${id}`);
    await page.locator('wp-chart').waitFor();
    await page.locator('#spoilers').click();
    await page.getByText('Spoilers are hidden').waitFor();
    assert.equal(await page.locator('wp-chart').count(), 0);
    assert.equal(await page.locator('play-list').count(), 0);
    assert.doesNotMatch(await text(page), /\d+ ?%/);
    assert.doesNotMatch(await page.title(), /\d/);
    await shot(page, 'game-hidden');
    await audit(page, 'a game with spoilers hidden');
    await page.getByText('Show this game').click();
    await page.locator('wp-chart').waitFor();
  });

  it('takes the theme of the system, and lets it be overridden', async () => {
    const page = await s.open('/', { scheme: 'light' });
    const ground = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
    const light = await ground();
    await page.emulateMedia({ colorScheme: 'dark' });
    const dark = await ground();
    assert.notEqual(light, dark);
    await page.locator('#theme').click();
    await page.locator('#theme').click();
    assert.equal(await ground(), light, 'light by choice on a dark system');
    await page.reload();
    await page.locator('game-tile').first().waitFor();
    assert.equal(await ground(), light);
  });

  it('prints light on paper, all plays, and goes back to the screen’s theme', async () => {
    const page = await s.open(`/game/${id}`, { scheme: 'dark' });
    await page.locator('wp-chart').waitFor();
    const ground = () => page.evaluate(() => getComputedStyle(document.documentElement).colorScheme);
    const fill = () =>
      page.locator('wp-chart .curve').evaluate((el) => getComputedStyle(el).getPropertyValue('--surface'));
    assert.equal(await ground(), 'dark');
    await page.emulateMedia({ media: 'print' });
    await page.evaluate(() => dispatchEvent(new Event('beforeprint')));
    assert.equal(await ground(), 'light');
    assert.match((await fill()).trim(), /^#fff(fff)?$/);
    const hidden = await page.locator('play-list .drive').evaluateAll((drives) => {
      return drives.filter((el) => getComputedStyle(el).contentVisibility !== 'visible').length;
    });
    assert.equal(hidden, 0);
    await page.evaluate(() => dispatchEvent(new Event('afterprint')));
    await page.emulateMedia({ media: 'screen', colorScheme: 'dark' });
    assert.equal(await ground(), 'dark');
  });

  it('reads from right to left, with the numbers of the locale', async () => {
    for (const viewport of [DESK, PHONE]) {
      const page = await s.open(`/game/${id}?lang=ar-EG`, { viewport });
      await page.locator('wp-chart').waitFor();
      assert.equal(await page.evaluate(() => document.documentElement.dir), 'rtl');
      await fits(page);
      assert.match(await text(page), /[٠-٩]/);
      const direction = await page.locator('wp-chart').evaluate((el) => getComputedStyle(el).direction);
      assert.equal(direction, 'ltr', 'time runs to the right on a chart everywhere');
      await shot(page, `game-rtl-${viewport.width}`);
    }
  });

  it('stands still where motion is to be reduced', async () => {
    const page = await s.open(`/game/${id}`, { motion: 'reduce' });
    await page.locator('wp-chart .stage').press('Home');
    assert.equal(await page.evaluate(() => document.getAnimations().length), 0);
  });
});
