import { defineConfig } from 'vite';

const backend = process.env.MATCHDAY_URL ?? 'http://127.0.0.1:8080';
const proxied = Object.fromEntries(
  ['/api', '/sse', '/ws'].map((path) => [path, { target: backend, ws: path === '/ws' }]),
);

const COMMON = new RegExp(
  [
    '/src/ui/(?:figures|ground|icons|link-figure|moves|score-head|wp-spark)\\.ts',
    '/src/net/(?:clock|connection|feed)\\.ts',
    '/src/model/(?:apply|color|format|sport|timeline|words)\\.ts',
    '/lit(?:-html)?/(?:async-directive|directive|directives/\\w+)\\.js',
  ].join('|'),
);

/** The pages. The broadcast graphics are built on their own by `vite.graphics.config.ts`. */
export default defineConfig({
  server: { proxy: proxied },
  build: {
    target: ['chrome103', 'firefox115', 'safari16'],
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    manifest: 'manifest.json',
    rolldownOptions: {
      output: {
        // What nearly every view of a game needs is one file: many small ones weigh more.
        codeSplitting: {
          groups: [{ name: 'common', test: COMMON }],
        },
      },
    },
  },
  test: { include: ['tests/unit/**/*.test.ts'], reporters: ['dot'] },
} as Parameters<typeof defineConfig>[0]);
