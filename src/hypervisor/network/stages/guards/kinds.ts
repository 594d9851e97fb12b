/** The guards' rows of the table of stages: what a scenario may say of them. Their code comes with the first port that is guarded. */
import * as v from 'valibot';
import { Later } from '#base/later';
import { givenBindings } from '../bindings.ts';
import { defineStage, type StageKind } from '../stage.ts';

const ARP_ROWS = [
  { id: 'spoofed', unit: 'count', text: { en: 'ARP that says what is not so', zh: 'ARP 内容与绑定不符' } },
  { id: 'malformed', unit: 'count', text: { en: 'ARP that cannot be read', zh: '无法读取的 ARP' } },
  {
    id: 'otherAddress',
    unit: 'count',
    text: { en: 'IPv4 from an address of somebody else', zh: 'IPv4 源地址属于他人' },
  },
  {
    id: 'rogueServer',
    unit: 'count',
    text: { en: 'a DHCP server’s message', zh: '来自该端口的 DHCP 服务器报文' },
  },
] as const;
export type ArpGuardCounter = (typeof ARP_ROWS)[number]['id'];

const ND_ROWS = [
  {
    id: 'spoofed',
    unit: 'count',
    text: { en: 'a neighbour’s message that says what is not so', zh: '邻居报文内容与绑定不符' },
  },
  {
    id: 'router',
    unit: 'count',
    text: { en: 'a router’s message, and no router is here', zh: '非路由器端口发来的路由器报文' },
  },
  {
    id: 'malformed',
    unit: 'count',
    text: { en: 'cut, or in pieces, so that it cannot be read', zh: '残缺或分片，无法读取' },
  },
] as const;
export type NdGuardCounter = (typeof ND_ROWS)[number]['id'];

const arp = new Later(() => import('./arp-guard.ts'));
const nd = new Later(() => import('./nd-guard.ts'));

export const ARP_GUARD: StageKind = defineStage({
  id: 'arp-guard',
  isUsual: false,
  settings: {
    /** Who has which address. */
    bindings: givenBindings(4, 15),
    /** Addresses that a DHCP server gives are learned. */
    dhcp: v.optional(v.boolean(), false),
    /** IPv4 packets from other addresses end here too. */
    packets: v.optional(v.boolean(), false),
  },
  counters: ARP_ROWS,
  later: { code: arp, words: ['arp-guard'] },
  // Known with its code, which comes before any state is read.
  get state() {
    return arp.isHere ? arp.here.STATE : undefined;
  },
  create: (settings, _port, counters) => arp.here.create(settings, counters),
});

export const ND_GUARD: StageKind = defineStage({
  id: 'nd-guard',
  isUsual: false,
  settings: {
    /** Who has which address; the link-local one that a station makes of its MAC address is its own too. */
    bindings: givenBindings(16, 45),
    /** A router is behind the port. */
    router: v.optional(v.boolean(), false),
  },
  counters: ND_ROWS,
  later: { code: nd, words: ['nd-guard'] },
  create: (settings, _port, counters) => nd.here.create(settings, counters),
});
