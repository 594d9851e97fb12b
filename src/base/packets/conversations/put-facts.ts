/** Puts what a packet is in its conversation among its fields, where filters, lists and the tree of fields find it like any other. */
import { NS_PER_S } from '../../virtual-time.ts';
import { layersOf, type Packet } from '../dissect.ts';
import type { Layer } from '../layer.ts';
import { headerBytes } from '../protocols/tcp.ts';
import type { ConversationFacts } from './conversations.ts';
import type { MessageFacts } from './http-messages.ts';
import { transportLayer } from './segment.ts';

export function putFacts(packet: Packet, facts: ConversationFacts | undefined): void {
  const layer = facts === undefined ? undefined : transportLayer(packet, facts.transport);
  if (facts === undefined || layer === undefined) return;
  const { transport, stream, sinceFirstNs, sinceLastNs, tcp } = facts;
  const put = (name: string, value: number | undefined): void => {
    if (value !== undefined) layer.put(name, 0, 0, value);
  };
  put(`${transport}.stream`, stream);
  put('tcp.seq', tcp?.seq);
  put('tcp.nxtseq', tcp?.next);
  put('tcp.ack', tcp?.ack);
  put('tcp.window_size', tcp?.window);
  put('tcp.window_size_scalefactor', tcp?.scale);
  put(`${transport}.time_relative`, seconds(sinceFirstNs));
  put(`${transport}.time_delta`, seconds(sinceLastNs));
  if (transport === 'tcp') putAnalysis(layer, facts, put);
  if (facts.messages !== undefined) putMessages(packet, layer, facts.messages);
}

/** What stood in it was taken apart as if it were all: instead of that come the messages that end here. */
function putMessages(packet: Packet, layer: Layer, { whole, isPart }: MessageFacts): void {
  packet.layers.splice(packet.layers.indexOf(layer) + 1);
  const header = headerBytes(layer);
  if (isPart) layer.put('tcp.segment_data', header, Math.max(0, layer.length - header));
  for (const { bytes, start, end, frames } of whole) {
    if (frames.length > 1)
      layer.group('tcp.segments', 0, 0, () => {
        for (const frame of frames) layer.put('tcp.segment', 0, 0, frame);
        layer.put('tcp.segment.count', 0, 0, frames.length);
        layer.put('tcp.reassembled.length', 0, 0, end - start);
      });
    packet.layers.push(...layersOf(bytes, 'http', { start, end }));
  }
}

function putAnalysis(
  layer: Layer,
  { tcp, reusesPorts = false }: ConversationFacts,
  put: (name: string, value: number | undefined) => void,
): void {
  const { acknowledges, openedInNs, inFlight, duplicate } = tcp ?? {};
  const flags: readonly string[] = [...(reusesPorts ? ['reused_ports'] : []), ...(tcp?.flags ?? [])];
  if (flags.length === 0 && (acknowledges ?? openedInNs ?? inFlight) === undefined) return;
  layer.group('tcp.analysis', 0, 0, () => {
    put('tcp.analysis.acks_frame', acknowledges?.frame);
    put('tcp.analysis.ack_rtt', seconds(acknowledges?.afterNs));
    put('tcp.analysis.initial_rtt', seconds(openedInNs));
    put('tcp.analysis.bytes_in_flight', inFlight);
    if (flags.length > 0)
      layer.group('tcp.analysis.flags', 0, 0, () => {
        for (const flag of flags) layer.put(`tcp.analysis.${flag}`, 0, 0);
      });
    put('tcp.analysis.duplicate_ack_num', duplicate?.count);
    put('tcp.analysis.duplicate_ack_frame', duplicate?.frame);
  });
}

function seconds(ns: number | undefined): number | undefined {
  return ns === undefined ? undefined : ns / NS_PER_S;
}
