import { copyFileSync } from 'node:fs';
import { defineConfig, type Plugin } from 'vite';

const names = ['win-probability', 'key-play', 'situation', 'decision'];

/** Lays each manifest beside the module that it names. */
function manifests(name: string): Plugin {
  return {
    name: 'ograf-manifest',
    closeBundle() {
      copyFileSync(`graphics/${name}/${name}.ograf.json`, `dist/graphics/${name}/${name}.ograf.json`);
    },
  };
}

/** One broadcast graphic, all in one module: an OGraf renderer loads it from a folder of its own. */
export default defineConfig(() => {
  const name = process.env.GRAPHIC ?? '';
  if (!names.includes(name)) throw new Error(`GRAPHIC must be one of ${names.join(', ')}`);
  return {
    publicDir: false as const,
    plugins: [manifests(name)],
    build: {
      target: 'chrome103',
      outDir: `dist/graphics/${name}`,
      lib: { entry: `src/graphics/${name}.ts`, formats: ['es' as const], fileName: () => `${name}.js` },
      rolldownOptions: { output: { codeSplitting: false } },
    },
  };
});
