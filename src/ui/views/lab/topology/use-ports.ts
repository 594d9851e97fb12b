/** What the switches tell of their ports: state, counters, and the rates between two answers, or as they were sampled last. */
import { useMemo, useRef } from 'react';
import { ok } from '#base/result';
import type { LabDescription, TreePortView, TreeView } from '#bridge/protocol/answers';
import { useDeeds } from '../../../parts/deeds/deeds.ts';
import { useAnswer, useClient } from '../../../parts/lab.tsx';
import { ofAllHosts } from '../../../parts/of-all-hosts.ts';
import type { SwitchState } from '../../../parts/switch/use-switch.ts';

/** The role of a port in a spanning tree, and whether frames pass. */
export type TreeRoleOf = Pick<TreePortView, 'role' | 'state'>;

/** Frames do not pass a link, since one of the ends does not let them. */
export function isBlocked(roles: readonly (TreeRoleOf | undefined)[]): boolean {
  return roles.some((role) => role !== undefined && role.state !== 'forwarding');
}

/** A port of a switch, as of the last answer. */
export interface Port {
  readonly host: number;
  readonly switch: string;
  readonly state: SwitchState['ports'][number];
  /** What the spanning tree of its switch has made of it, where there is one. */
  readonly tree?: TreeRoleOf;
  /** Bytes a second of virtual time, from and to what hangs there; null before anything was sampled. */
  readonly fromRate: number | null;
  readonly toRate: number | null;
}
/** By key: `host/vm/card` of a card, `host/appliance/port`, `host#link` of an uplink, `host#trunk@switch` of a trunk's end. */
export type Ports = ReadonlyMap<string, Port>;

/** Key of the port at which a card hangs. */
export function cardKey(host: number, vm: string, card: number): string {
  return `${host}/${vm}/${card}`;
}
/** Key of the port at which a link to another host hangs. */
export function uplinkKey(host: number, link: number): string {
  return `${host}#${link}`;
}

/** Key of the port at which an appliance's port hangs. */
export function appliancePortKey(host: number, appliance: string, port: string): string {
  return `${host}/${appliance}/${port}`;
}
/** Key of one end of a trunk. */
export function trunkEndKey(host: number, trunk: number, at: string): string {
  return `${host}#trunk/${trunk}@${at}`;
}

function keyOf(host: number, at: string, { name, uplink, trunk }: Port['state']): string {
  if (uplink !== undefined) return uplinkKey(host, uplink);
  // Cards and appliances are called by their own names, which a host has once.
  return trunk === undefined ? `${host}/${name}` : trunkEndKey(host, trunk, at);
}

type All = readonly (readonly SwitchState[])[];

interface Told {
  readonly at: number;
  readonly ports: Ports;
}

function treeOf(parts: SwitchState['parts']): TreeView | undefined {
  const shows = parts.find(({ part }) => part === 'spanningTree')?.shows;
  return shows === undefined ? undefined : (shows as TreeView);
}
function treePortOf(tree: TreeView | undefined, port: string): { readonly tree?: TreeRoleOf } {
  const found = tree?.ports.find(({ name }) => name === port);
  return found === undefined ? {} : { tree: { role: found.role, state: found.state } };
}

/** The ports of an answer; rates since the one before, which a lab that stands since it was opened has not: then as they were sampled. */
export function portsOf(all: All, at: number, before: Told): Ports {
  const seconds = (at - before.at) / 1e9;
  const ports = new Map<string, Port>();
  all.forEach((switches, host) => {
    for (const { name, ports: each, parts } of switches) {
      const tree = treeOf(parts);
      for (const state of each) {
        const key = keyOf(host, name, state);
        const last = before.ports.get(key);
        const rate = (way: 'rx' | 'tx'): number | null =>
          last === undefined || seconds <= 0
            ? (state[`${way}Rate`] ?? null)
            : Math.max(0, state[`${way}Bytes`] - last.state[`${way}Bytes`]) / seconds;
        // Who asks twice at one moment learns what somebody has done since, and no rates.
        const { fromRate, toRate } =
          last !== undefined && at === before.at ? last : { fromRate: rate('rx'), toRate: rate('tx') };
        ports.set(key, {
          ...{ host, switch: name, state },
          ...treePortOf(tree, state.name),
          ...{ fromRate, toRate },
        });
      }
    }
  });
  return ports;
}

/** All ports of all switches, asked each second and when somebody has done something; the same while nothing but time passes. */
export function usePorts({ hosts: described }: LabDescription): Ports {
  const client = useClient();
  const deeds = useDeeds();
  const hosts = described.length;
  const told = useRef<Told>({ at: 0, ports: new Map() });
  const ask = async () => {
    const answer = await ofAllHosts(client, hosts, 'switches', {});
    if (!answer.ok) return answer;
    const { at, value } = answer.value;
    told.current = { at, ports: portsOf(value, at, told.current) };
    return ok({ at, value: [...told.current.ports] });
  };
  const { value } = useAnswer(ask, 1000, [described, deeds]);
  return useMemo(() => new Map(value), [value]);
}
