// `npm run mock -- --port 8080 --at 0.6 --rate 4`: invented games for working on the pages without a server.
import { parseArgs } from 'node:util';
import { serve, World } from './server.mjs';

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '8080' },
    games: { type: 'string', default: '16' },
    at: { type: 'string', default: '0.5' },
    spread: { type: 'string', default: '0.4' },
    rate: { type: 'string', default: '4' },
  },
});

const world = new World({ games: Number(values.games) });
world.seek(Number(values.at), Number(values.spread));
const server = await serve(world, { port: Number(values.port) });
console.log(`invented games at ${server.url}`);
const ids = [...world.games.keys()];
let turn = 0;
const rate = Number(values.rate);
if (rate > 0 && ids.length > 0) setInterval(() => world.advance(ids[(turn++ * 5) % ids.length]), 1000 / rate);
// A crowd is never still.
setInterval(() => {
  for (const id of ids) world.pass(id);
}, 100);
