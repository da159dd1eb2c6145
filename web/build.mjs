// `npm run build`: the pages, then each broadcast graphic as a module that stands alone.
import { build } from 'vite';

await build();
for (const name of ['win-probability', 'key-play', 'situation', 'decision']) {
  process.env.GRAPHIC = name;
  await build({ configFile: 'vite.graphics.config.ts', logLevel: 'warn' });
}
