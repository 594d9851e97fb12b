/**
 * What a rule asks of a frame, as settings and as a test of its headers; access lists and flow rules share it. The answer has three
 * values: a frame may claim a header that cannot be read (a later piece of a packet has no ports, a cut header none either). Who
 * permits takes only YES; who forbids takes MAYBE too: so nothing slips through by being unreadable.
 */
import * as v from 'valibot';
import { type Prefix, parsePrefix, startsWith } from '#base/packets/prefix';
import { macBytes } from '#base/packets/values';
import { macOfText } from './ether-frame.ts';
import { type Headers, IP_PROTOCOL } from './headers.ts';

export const NO = 0;
export const MAYBE = 1;
export const YES = 2;
export type Match = typeof NO | typeof MAYBE | typeof YES;

const whole = (least: number, most: number): v.GenericSchema<number> =>
  v.pipe(v.number(), v.integer(), v.minValue(least), v.maxValue(most));
const Mac = v.pipe(
  v.string(),
  v.check((text) => macBytes(text) !== undefined, 'scenario.badMac'),
);
const IpPrefix = v.pipe(
  v.string(),
  v.maxLength(49),
  v.check((text) => parsePrefix(text) !== undefined, 'scenario.badPrefix'),
);
const Port = whole(0, 65_535);
/** One port, or from the first to the last. */
const Ports = v.union([Port, v.tuple([Port, Port])]);

type PortRange = number | [number, number];
type Given<T> = v.OptionalSchema<v.GenericSchema<T>, undefined>;

/** What is absent, every frame has. */
export const MATCH: {
  readonly sourceMac: Given<string>;
  readonly destinationMac: Given<string>;
  /** VLAN; 0 for frames of none. */
  readonly vlan: Given<number>;
  readonly etherType: Given<number>;
  /** `10.0.0.0/24`, `fd00::/8` */
  readonly sourceIp: Given<string>;
  readonly destinationIp: Given<string>;
  /** Of IP: a number, or the name of a usual one. */
  readonly protocol: Given<number | keyof typeof IP_PROTOCOL>;
  readonly sourcePort: Given<PortRange>;
  readonly destinationPort: Given<PortRange>;
} = {
  sourceMac: v.optional(Mac),
  destinationMac: v.optional(Mac),
  vlan: v.optional(whole(0, 4094)),
  etherType: v.optional(whole(0, 65_535)),
  sourceIp: v.optional(IpPrefix),
  destinationIp: v.optional(IpPrefix),
  protocol: v.optional(v.union([whole(0, 255), v.picklist(['icmp', 'icmpv6', 'tcp', 'udp'])])),
  sourcePort: v.optional(Ports),
  destinationPort: v.optional(Ports),
};

export type MatchSettings = v.InferOutput<v.StrictObjectSchema<typeof MATCH, undefined>>;

type Test = (headers: Headers, vlan: number) => Match;

const yesIf = (holds: boolean): Match => (holds ? YES : NO);

function addressTest(text: string, isSource: boolean): Test {
  const prefix: Prefix = parsePrefix(text) ?? { address: new Uint8Array(4), bits: 32 };
  const wantsIpv6 = prefix.address.length === 16;
  return (headers) => {
    if (headers.network !== 'known') return headers.network === 'unknown' ? MAYBE : NO;
    if (headers.isIpv6 !== wantsIpv6) return NO;
    const at = isSource ? headers.sourceAddress : headers.destinationAddress;
    return yesIf(startsWith(prefix, headers.bytes, at));
  };
}

function protocolTest(wanted: number): Test {
  return ({ network, protocol }) => {
    if (network === 'absent') return NO;
    return network === 'unknown' || protocol < 0 ? MAYBE : yesIf(protocol === wanted);
  };
}

function portTest(wanted: number | readonly [number, number], isSource: boolean): Test {
  const [least, most] = typeof wanted === 'number' ? [wanted, wanted] : wanted;
  return (headers) => {
    if (headers.ports !== 'known') return headers.ports === 'unknown' ? MAYBE : NO;
    const port = isSource ? headers.sourcePort : headers.destinationPort;
    return yesIf(port >= least && port <= most);
  };
}

/** The tests of a match, the cheapest first. */
function testsOf(match: MatchSettings): Test[] {
  const tests: Test[] = [];
  const { vlan: wantedVlan, etherType, protocol, sourcePort, destinationPort } = match;
  if (wantedVlan !== undefined) tests.push((_, vlan) => yesIf(vlan === wantedVlan));
  if (etherType !== undefined)
    tests.push((headers) => (headers.etherType < 0 ? MAYBE : yesIf(headers.etherType === etherType)));
  if (match.sourceMac !== undefined) {
    const mac = macOfText(match.sourceMac);
    tests.push((headers) => yesIf(headers.source === mac));
  }
  if (match.destinationMac !== undefined) {
    const mac = macOfText(match.destinationMac);
    tests.push((headers) => yesIf(headers.destination === mac));
  }
  if (protocol !== undefined)
    tests.push(protocolTest(typeof protocol === 'number' ? protocol : IP_PROTOCOL[protocol]));
  if (match.sourceIp !== undefined) tests.push(addressTest(match.sourceIp, true));
  if (match.destinationIp !== undefined) tests.push(addressTest(match.destinationIp, false));
  if (sourcePort !== undefined) tests.push(portTest(sourcePort, true));
  if (destinationPort !== undefined) tests.push(portTest(destinationPort, false));
  return tests;
}

/** The VLAN of a frame: that of its domain; where no stage knows VLANs, what its own tag says. */
export function vlanOf(headers: Headers, domain: number): number {
  return domain === 0 && headers.vlan > 0 ? headers.vlan : domain;
}

/** Makes a test of a match; `vlan` is that of the frame. */
export function matcher(match: MatchSettings): Test {
  const tests = testsOf(match);
  const [only, ...others] = tests;
  if (only !== undefined && others.length === 0) return only;
  return (headers, vlan) => {
    let answer: Match = YES;
    for (const test of tests) {
      const each = test(headers, vlan);
      if (each === NO) return NO;
      if (each === MAYBE) answer = MAYBE;
    }
    return answer;
  };
}
