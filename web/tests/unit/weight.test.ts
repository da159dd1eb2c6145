import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';

/** Budgets in bytes, gzipped. `npm test` builds first. */
const FAN = 60_000;
const ALL = 150_000;
const DIST = new URL('../../dist/', import.meta.url).pathname;

interface Chunk {
  file: string;
  imports?: string[];
  css?: string[];
}
const manifest = JSON.parse(readFileSync(join(DIST, 'manifest.json'), 'utf8')) as Record<string, Chunk>;
const weight = (file: string): number => gzipSync(readFileSync(join(DIST, file))).length;

/** Everything that is fetched before a view can draw. */
function initial(view: string): Set<string> {
  const files = new Set<string>(['index.html']);
  const visit = (key: string): void => {
    const chunk = manifest[key];
    if (!chunk || files.has(chunk.file)) return;
    files.add(chunk.file);
    for (const css of chunk.css ?? []) files.add(css);
    for (const next of chunk.imports ?? []) visit(next);
  };
  visit('index.html');
  visit(view);
  return files;
}

describe('weight', () => {
  it.each(['src/ui/game.ts', 'src/ui/crowd.ts', 'src/ui/wall.ts', 'src/ui/report.ts'])(
    '%s stays a fan page',
    (view) => {
      expect(manifest[view], `${view} is a chunk of its own`).toBeDefined();
      const files = [...initial(view)];
      const total = files.reduce((sum, file) => sum + weight(file), 0);
      expect(files.some((f) => f.endsWith('.css'))).toBe(true);
      expect(total, `${view}: ${total} bytes`).toBeLessThan(FAN);
    },
  );

  it('brings the operators’ pages to operators alone', () => {
    const desk = manifest['src/ui/production.ts']!.file;
    for (const view of ['src/ui/game.ts', 'src/ui/wall.ts']) expect(initial(view)).not.toContain(desk);
  });

  it('stays within the budget of the operator with every view', () => {
    const assets = readdirSync(join(DIST, 'assets')).map((f) => weight(join('assets', f)));
    const total = assets.reduce((sum, n) => sum + n, 0);
    expect(total, `all views: ${total} bytes`).toBeLessThan(ALL);
  });
});
