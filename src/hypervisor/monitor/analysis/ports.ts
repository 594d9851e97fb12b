/** How near ports of switches are to what their wire or their shaper carries, how long frames wait there, and whether any are lost. */
import type { Host } from '../../host.ts';
import { WIRE_OVERHEAD_BYTES } from '../../network/ether-frame.ts';
import type { SwitchPort } from '../../network/switch-port.ts';
import { type Conclusion, drawn, meanOf } from './conclusion.ts';
import { timesAtServer } from './queueing.ts';
import { BUSY, evidenceOf, FULL, IDLE, samplesOf } from './saturation.ts';
import { span, written } from './words.ts';

/** Of what comes to a port so much is lost, and a person should know of it. */
const LOSES = 0.001;

/** What a port carries at most, and what a frame takes of that beyond its bytes. */
function narrowest({ bitsPerSecond, settings }: SwitchPort): {
  readonly rate: number;
  readonly extra: number;
} {
  const shaped = settings['shape']?.['bitsPerSecond'];
  return typeof shaped === 'number' && shaped < bitsPerSecond
    ? { rate: shaped, extra: 0 }
    : { rate: bitsPerSecond, extra: WIRE_OVERHEAD_BYTES };
}

/** The ports towards what hangs there. */
export function portsOf(host: Host, windowNs: number): Conclusion[] {
  return [...host.network.switches.values()].flatMap(({ name, ports }) =>
    ports.flatMap((port) => portOf(host, `${name}/${port.name}`, port, windowNs)),
  );
}

function portOf(host: Host, part: string, port: SwitchPort, windowNs: number): Conclusion[] {
  const of = (metric: string) => drawn(host, { metric, part }, windowNs);
  const [frames, bytes] = [of('port-frames-out'), of('port-bytes-out')];
  const [queue, drops] = [of('port-queue'), of('port-drops')];
  if (frames === undefined || bytes === undefined || queue === undefined || drops === undefined) return [];
  const [perSecond, carried, queued, lost] = [frames, bytes, queue, drops].map(({ found }) =>
    meanOf(found.values),
  ) as [number, number, number, number];
  const { rate, extra } = narrowest(port);
  const utilisation = ((carried + extra * perSecond) * 8) / rate;
  if (perSecond === 0 || utilisation < IDLE) return [];
  const isFull = utilisation >= FULL;
  const { service, waited, least, most } = timesAtServer(utilisation, perSecond, queued);
  const lossPart = lost / (lost + perSecond);
  const [used, measured, loss] = [written('share', utilisation), span(waited), written('share', lossPart)];
  const theory = `${span(least)} – ${span(most)}`;
  const samples = samplesOf(frames);
  return [
    {
      kind: 'queue',
      matters: utilisation >= BUSY || lossPart >= LOSES,
      said: {
        en: `Port ${part} carries ${used} of what it can; a frame is ${measured} on its way out${isFull ? ': it is full' : `, ${theory} of waiting are expected of a queue`}${lost > 0 ? `; ${loss} of the frames are lost` : ''}.`,
        zh: `端口 ${part} 的利用率为 ${used}；帧在出口处平均停留 ${measured}${isFull ? '：已饱和' : `，排队模型预计等待 ${theory}`}${lost > 0 ? `；${loss} 的帧被丢弃` : ''}。`,
      },
      because: {
        en: `${samples.en} each of frames and bytes (${written('per-second', perSecond)}, ${written('byte-rate', carried)} of ${written('byte-rate', rate / 8)}), of how many were on their way (${written('count', queued)} on average; the time is theirs by Little’s law, what the wire takes included) and of lost ones${isFull ? '' : '; expected: one server, M/D/1 to M/M/1'}.`,
        zh: `帧数与字节数（${written('per-second', perSecond)}，${written('byte-rate', carried)}，上限 ${written('byte-rate', rate / 8)}）、在途帧数（平均 ${written('count', queued)}，停留时间由利特尔定律得出，含线路时间）与丢帧数各 ${samples.zh}${isFull ? '' : '；预计值：单服务台，M/D/1 至 M/M/1'}。`,
      },
      figures: { utilisation, service, queued, waited, lost, ...(isFull ? {} : { least, most }) },
      from: evidenceOf(frames, bytes, queue, drops),
    },
  ];
}
