// Records what public client libraries say for the same orders, for tests to compare ours with:
//   npm i tsl-umd-v5@1.0.7 casparcg-connection@6.3.3 node-vmix@1.7.1
//   pip install tslumd==0.0.7
//   node scripts/mixer_exemplars.mjs > crates/deliver/tests/exemplars/mixer/libraries.json
// Run it where the packages are installed (NODE_PATH, PYTHONPATH). Tests read the file and fetch nothing.
import { createRequire } from 'node:module'
import { createServer } from 'node:net'
import { execFileSync } from 'node:child_process'

const require = createRequire(process.env.NODE_PATH ? `${process.env.NODE_PATH}/` : import.meta.url)
const TSL5 = require('tsl-umd-v5')
const { CasparCG, Commands, Enum } = require('casparcg-connection')
const { ConnectionTCP } = require('node-vmix')

const tslCases = [
  { screen: 0, index: 1, text: 'MAIN', right: 1, words: 1, left: 1, brightness: 3 },
  { screen: 5, index: 254, text: 'RAIL', right: 2, words: 2, left: 2, brightness: 1 },
  { screen: 65278, index: 2, text: 'CROWD', right: 0, words: 0, left: 0, brightness: 3 },
]
const tsl = tslCases.map((c) => {
  const packet = (framed) => {
    const tally = {
      screen: c.screen,
      index: c.index,
      display: { text: c.text, rh_tally: c.right, text_tally: c.words, lh_tally: c.left, brightness: c.brightness },
    }
    return new TSL5().constructPacket(tally, framed).toString('hex')
  }
  const python = execFileSync('python3', ['-c', `
import json, sys
from tslumd import Tally, TallyColor
from tslumd.messages import Message, Display
c = json.loads(sys.argv[1])
d = Display(index=c["index"], text=c["text"], brightness=c["brightness"], rh_tally=TallyColor(c["right"]),
            txt_tally=TallyColor(c["words"]), lh_tally=TallyColor(c["left"]))
print(Message(screen=c["screen"], displays=[d]).build_message().hex())
`, JSON.stringify(c)]).toString().trim()
  return { ...c, 'tsl-umd-v5': packet(false), 'tsl-umd-v5 framed': packet(true), tslumd: python }
})

// Takes what a library sends to a server that answers everything.
async function heard(answer, use) {
  const lines = []
  const server = createServer((socket) => {
    let text = ''
    socket.on('error', () => {})
    socket.on('data', (data) => {
      text += data
      const parts = text.split('\r\n')
      text = parts.pop()
      for (const line of parts) {
        lines.push(line)
        socket.write(answer(line))
      }
    })
  })
  await new Promise((done) => server.listen(0, '127.0.0.1', done))
  await use(server.address().port)
  server.close()
  return lines
}

const amcpLines = await heard(
  (line) => {
    const [, id, command] = line.match(/^REQ (\S+) (\S+)/) ?? []
    return command === 'VERSION' ? `RES ${id} 201 VERSION OK\r\n2.3.3\r\n` : `RES ${id} 202 ${command} OK\r\n`
  },
  async (port) => {
    const caspar = new CasparCG({ host: '127.0.0.1', port, autoConnect: true })
    await new Promise((done) => caspar.once('connect', done))
    const mix = (duration) => ({ transitionType: Enum.TransitionType.Mix, duration })
    const layer = { channel: 1, layer: 10 }
    const cg = { channel: 1, layer: 20, cgLayer: 3 }
    const data = { text: 'M. Ryan says "go" \\ now', wpa: 14.2 }
    for (const call of [
      () => caspar.play({ ...layer, clip: 'AMB' }),
      () => caspar.play({ ...layer, clip: 'AMB', transition: mix(25) }),
      () => caspar.executeCommand({ command: Commands.PlayDecklink, params: { ...layer, device: 3 } }),
      () => caspar.executeCommand({ command: Commands.PlayRoute, params: { ...layer, route: { channel: 2 } } }),
      () => caspar.mixerFill({ ...layer, x: -0.4, y: -0.4, xScale: 1.8, yScale: 1.8, duration: 13 }),
      () => caspar.cgAdd({ ...cg, template: 'matchday/key-play', playOnLoad: true, data }),
      () => caspar.cgUpdate({ ...cg, data }),
      () => caspar.cgStop(cg),
    ]) {
      const { error, request } = await call()
      if (error) throw error
      const answer = await request
      if (answer.responseCode !== 202) throw new Error(`the library did not understand ${JSON.stringify(answer)}`)
    }
    caspar.disconnect()
  },
)

const vmixLines = await heard(
  (line) => (line.startsWith('SUBSCRIBE') ? 'SUBSCRIBE OK TALLY\r\n' : 'FUNCTION OK Completed\r\n'),
  async (port) => {
    const vmix = new ConnectionTCP('127.0.0.1', { port, autoReconnect: false })
    await new Promise((done) => vmix.on('connect', done))
    await vmix.send('SUBSCRIBE TALLY')
    for (const command of [
      { Function: 'CutDirect', Input: 2 },
      { Function: 'Fade', Input: 3, Duration: 500 },
      { Function: 'CutDirect', Input: 'Rail cam & co' },
      { Function: 'OverlayInput2In', Input: 7 },
      { Function: 'OverlayInput2Out' },
    ]) {
      await vmix.send(command)
    }
    await new Promise((done) => setTimeout(done, 300))
    vmix.shutdown()
  },
)

const wanted = amcpLines.filter((line) => !/ (VERSION|INFO)/.test(line)).map((line) => line.replace(/^REQ \S+ /, ''))
console.log(JSON.stringify({
  made_with: ['tsl-umd-v5 1.0.7 (npm)', 'tslumd 0.0.7 (PyPI)', 'casparcg-connection 6.3.3 (npm)', 'node-vmix 1.7.1 (npm)'],
  tsl,
  amcp: wanted,
  vmix: vmixLines,
}, null, 2))
process.exit(0)
