/**
 * How many frames of the least size the switch forwards in a second of wall time, alone: without stages, with those of every port, and
 * with ports that are kept apart and shaped. QEMU joins networks by a hub that no frame reaches but by a socket or a guest, so that there are two
 * comparisons: with that hub between sockets, and of two guests that run the same program here and there (`frames.ts`).
 */
import type { PortSettings } from '#base/scenario';
import { ether, ipv4, mac, udp } from '#hypervisor/network/fixtures/frames';
import type { StageKind } from '#hypervisor/network/stages/stage';
import { PORT_STAGES } from '#hypervisor/network/stages/stages';
import { VirtualSwitch } from '#hypervisor/network/virtual-switch';
import { EventQueue } from '#machine/event-queue';
import { type Figure, type FigureGroup, rounded } from '../figure.ts';
import { throughHub } from './qemu-hub.ts';

const FRAME_BYTES = 60;
const FRAMES = 2_000_000;
/** Sent at one instant; the queue of a port has room for them. */
const BURST = 64;
const ROUNDS = 3;
/** Fewer of QEMU, which takes longer. */
const HUB_FRAMES = 200_000;

/** One VLAN, a list that every frame is held against to its end both ways, and a rate that is there without being reached. */
const ISOLATED: PortSettings = {
  vlan: { access: 10 },
  'access-list': {
    rules: [
      { action: 'deny', direction: 'in', protocol: 'udp', destinationPort: 67 },
      { action: 'deny', direction: 'in', destinationIp: '10.9.0.0/16' },
      { action: 'permit', direction: 'in', sourceMac: '52:54:00:00:00:01' },
      { action: 'deny', direction: 'out', protocol: 'tcp', destinationPort: [20, 23] },
      { action: 'permit', direction: 'out', sourceIp: '10.0.0.0/24' },
    ],
    defaultIn: 'deny',
    defaultOut: 'deny',
  },
  shape: { bitsPerSecond: 20_000_000_000 },
};

/** From one station to the other: learned both ways before. */
function frameFrom(sender: number, receiver: number): Uint8Array {
  const addresses = { to: mac(receiver), from: mac(sender), type: 0x800, least: FRAME_BYTES };
  const packet = { from: `10.0.0.${sender}`, to: `10.0.0.${receiver}`, protocol: 17, data: udp(4000, 9) };
  return ether({ ...addresses, data: ipv4(packet) });
}

/** Frames in a second. */
function forwarded(stages: readonly StageKind[], settings: PortSettings = {}): number {
  const events = new EventQueue();
  let now = 0;
  let received = 0;
  const network = new VirtualSwitch({ name: 'lan', events, now: () => now, stages });
  for (const name of ['a', 'b']) network.connect(name, { receive: () => (received += 1) }, settings);
  network.send(1, frameFrom(2, 1));
  const frame = frameFrom(1, 2);
  const start = performance.now();
  for (let sent = 0; sent < FRAMES; sent += BURST) {
    for (let n = 0; n < BURST; n++) network.send(0, frame);
    for (; events.length > 0; events.runDue(now)) now = events.nextAt();
  }
  const seconds = (performance.now() - start) / 1000;
  if (received < FRAMES) throw new Error(`${received} of ${FRAMES} frames came`);
  return Math.round(FRAMES / seconds);
}

/** A plain loop: as many frames, each copied once. */
function copied(): number {
  const from = frameFrom(1, 2);
  const room = new Uint8Array(BURST * FRAME_BYTES);
  const start = performance.now();
  for (let sent = 0; sent < FRAMES; sent++) room.set(from, (sent % BURST) * FRAME_BYTES);
  return Math.round(FRAMES / ((performance.now() - start) / 1000));
}

const best = (measure: () => number): number => Math.max(...Array.from({ length: ROUNDS }, measure));

export const ISOLATED_SWITCH: FigureGroup = {
  id: 'isolated-switch',
  measure({ say }) {
    const [isolated, loop] = [best(() => forwarded(PORT_STAGES, ISOLATED)), best(copied)];
    say(`${isolated} frames a second with VLAN, access list and shaping; a copying loop ${loop}`);
    const name = 'switch: frames with VLAN, access list and shaping';
    return Promise.resolve([
      { name, value: isolated },
      { name: `${name}, against a copying loop`, value: rounded(isolated / loop) },
    ]);
  },
};

export const SWITCH: FigureGroup = {
  id: 'switch',
  async measure({ say }) {
    const [bare, usual, loop] = [best(() => forwarded([])), best(() => forwarded(PORT_STAGES)), best(copied)];
    say(`${bare} frames a second without stages, ${usual} with the usual ones; a copying loop ${loop}`);
    const figures: Figure[] = [
      { name: 'switch: frames without stages', value: bare },
      { name: 'switch: frames with the stages of every port', value: usual },
      {
        name: 'switch: frames without stages, against a copying loop',
        value: rounded(bare / loop),
      },
    ];
    const hub = await throughHub(frameFrom(1, 2), HUB_FRAMES);
    say(`the hub of QEMU between two sockets: ${hub}`);
    const name = 'switch: frames without stages, against the hub of QEMU between sockets';
    figures.push(typeof hub === 'string' ? { name, why: hub } : { name, value: rounded(bare / hub, 1) });
    return figures;
  },
};
