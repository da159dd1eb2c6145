// A viewer with Centrifugo's own SDK. It says on standard output, a JSON line each, what happens to it; a line on
// standard input makes it ask for everything else the protocol offers, and leave.
// usage: node client.mjs ws://127.0.0.1:PORT/connection/websocket
import { once } from 'node:events';
import { Centrifuge, UnauthorizedError } from 'centrifuge';
import WebSocket from 'ws';

const say = (event) => console.log(JSON.stringify(event));
const centrifuge = new Centrifuge(process.argv[2], {
  websocket: WebSocket,
  minReconnectDelay: 5,
  maxReconnectDelay: 50,
});
centrifuge.on('connected', ({ client }) => say({ event: 'connected', client }));
centrifuge.on('connecting', ({ code, reason }) => say({ event: 'connecting', code, reason }));
centrifuge.on('error', ({ error }) => {
  if (error instanceof UnauthorizedError) say({ event: 'unauthorized' });
});

const follow = (channel) => {
  const subscription = centrifuge.newSubscription(channel, {
    minResubscribeDelay: 5,
    maxResubscribeDelay: 50,
  });
  subscription.on(
    'subscribed',
    ({ wasRecovering, recovered, recoverable, positioned, streamPosition, data }) =>
      say({
        event: 'subscribed',
        channel,
        wasRecovering,
        recovered,
        recoverable,
        positioned,
        streamPosition,
        data,
      }),
  );
  subscription.on('publication', ({ offset, data }) =>
    say({ event: 'publication', channel, offset, type: data.type, seq: data.seq }),
  );
  subscription.subscribe();
  return subscription;
};

const game = follow('game:nfl-1');
centrifuge.connect();

await once(process.stdin, 'data');
const refusal = async (ask) => {
  try {
    await ask();
    return null;
  } catch (error) {
    return error.code;
  }
};
const offsets = (history) => history.publications.map((p) => p.offset);
const unknown = centrifuge.newSubscription('game:nfl-404');
const unknownCode = new Promise((resolve) => unknown.on('unsubscribed', ({ code }) => resolve(code)));
unknown.subscribe();
say({
  event: 'asked',
  unknown: await unknownCode,
  publish: await refusal(() => game.publish({ mine: true })),
  presence: await refusal(() => game.presence()),
  rpc: await refusal(() => centrifuge.rpc('anything', {})),
  presenceStats: await game.presenceStats(),
  head: offsets(await game.history({ limit: 0 })),
  first: offsets(await game.history({ limit: 2 })),
  last: offsets(await game.history({ limit: 2, reverse: true })),
});
game.unsubscribe();
say({ event: 'left' });
await once(process.stdin, 'data');
centrifuge.disconnect();
process.stdin.destroy();
