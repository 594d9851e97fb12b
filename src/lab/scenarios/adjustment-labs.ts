/**
 * Resources that follow what is measured. `curedNeighbour`: a web server shares a hart with neighbours whose load is stepped up; it answers
 * later and later, an alarm says so, and a policy gives it as much weight as its answers take too long. `memoryByNeed`: two VMs may have more
 * memory than they need at first; policies lend what they leave free to their host, and give it back when they want it. `memoryPressure`: a
 * VM waits for pages nearly always while another has done with most of its own, until a policy moves them. `loadControl`: two VMs use more
 * together than their host has, and wait; a policy lets one of them run as little as the other needs.
 * `nightShift`: alarms give their host commands: who works by night is paused while who works by day waits for the CPU.
 */
import type { AlarmSpec, PolicySpec, VmSpec } from '#base/scenario';
import { NS_PER_MS } from '#base/virtual-time';
import type { Scenario } from '../scenario.ts';
import { at, host, linuxVm, MIB, scenario, teachingVm, type } from './parts.ts';

/** A page that takes the server some thousand instructions of a shell to make. */
const PAGE = "'#!/bin/sh\\ni=0\\nwhile [ $i -lt 200 ]; do i=$((i+1)); done\\necho\\necho $i\\n'";
const SERVE = `mkdir -p www/cgi-bin; cd www; printf ${PAGE} > cgi-bin/page; chmod +x cgi-bin/page; httpd`;
const ASK = 'while wget -q -O /dev/null http://10.0.0.1/cgi-bin/page; do :; done';

/** What an answer may take, and what the policy goes for: of a web page, of a datagram. */
const TIMES = { linux: { mostMs: 100, aimMs: 80, perMs: 4 }, teaching: { mostMs: 5, aimMs: 4, perMs: 40 } };

export function curedNeighbour({ linux }: { readonly linux: boolean }): Scenario {
  const { mostMs, aimMs, perMs } = TIMES[linux ? 'linux' : 'teaching'];
  const on = (hart: number, number: number): Partial<VmSpec> => ({
    nics: [{ switch: 'lan', address: `10.0.0.${number}/24` }],
    cpu: { harts: [hart] },
  });
  const guest = linux ? linuxVm : teachingVm;
  const busy = ['busy-1', 'busy-2', 'busy-3'].map((name) => teachingVm(name, { cpu: { harts: [0] } }));
  const policy: PolicySpec = {
    ...{ name: 'in-time', vm: 'web', target: 'cpu-weight', device: 0 },
    terms: [{ metric: `response-time / 1000000 - ${aimMs}`, coefficient: perMs }],
    ...{ holdNs: 0, coolDownNs: 400 * NS_PER_MS, overNs: 400 * NS_PER_MS, priority: 0 },
    ...{ step: 300, least: 100, most: 4000 },
  };
  const slow: AlarmSpec = {
    ...{ name: 'slow', metric: 'response-time', vm: 'web', when: 'above' },
    ...{ threshold: mostMs * NS_PER_MS, windowNs: 200 * NS_PER_MS, forNs: 200 * NS_PER_MS },
  };
  const lab = scenario(
    74,
    [
      host([guest('web', on(0, 1)), guest('client', on(1, 2)), ...busy], {
        ...{ harts: 2, scheduler: { kind: 'fair' }, alarms: [slow] },
      }),
    ],
    [
      ...(linux
        ? [at(0.8, type('web', SERVE)), at(1, type('client', ASK))]
        : [at(1, type('client', 'bounce 10.0.0.1 100000000 1000'))]),
      at(2, type('busy-1', 'spin')),
      ...['busy-2', 'busy-3'].map((vm) => at(3, type(vm, 'spin'))),
      at(8, { op: 'host.setPolicy', args: { name: policy.name, policy } }),
    ],
  );
  return linux ? lab : { ...lab, nsPerInstruction: 1000, quantumInstructions: 400 };
}

/**
 * `second` has written to much memory and freed it again, which its host cannot see: it goes by shares alone, and its own reclaiming wants no more
 * of a balloon than two thirds. A policy knows what the guest tells, and takes a quarter of what is free at a time, only while `first` waits.
 */
export function memoryPressure(): Scenario {
  const policy: PolicySpec = {
    ...{ name: 'what-is-free', vm: 'second', target: 'memory', device: 0 },
    terms: [{ metric: 'guest-free', coefficient: -0.25 }],
    when: { metric: 'pressure-memory-some@first', above: 0.1 },
    ...{ holdNs: 0, coolDownNs: 600 * NS_PER_MS, overNs: 400 * NS_PER_MS, priority: 0 },
    ...{ least: 4 * MIB, most: 48 * MIB },
  };
  const devices = [{ kind: 'balloon', reporting: false, deflateOnOom: true, statisticsPeriodMs: 200 }];
  const vms = [
    teachingVm('first', { memoryBytes: 16 * MIB, append: 'run=wss_2800' }),
    teachingVm('second', { memoryBytes: 48 * MIB, devices }),
  ];
  const swap = { policy: 'aging', sizeBytes: 64 * MIB, compressPercent: 0, taxPercent: 0 };
  const lab = scenario(
    78,
    [host(vms, { ramBytes: 20 * MIB, memory: { swap } })],
    [
      at(2, type('second', 'dirty 4000 8000')),
      at(4, type('second', 'dirty 0')),
      at(7, { op: 'host.setPolicy', args: { name: policy.name, policy } }),
    ],
  );
  return { ...lab, nsPerInstruction: 50 };
}

/**
 * Load control: where the working sets of two do not fit, less of one is more of both (P. J. Denning, Thrashing, 1968). Each would fit alone.
 * The cap falls fast and rises slowly, or both would begin to thrash again each time.
 */
export function loadControl(): Scenario {
  const pages = 2800;
  const policy: PolicySpec = {
    ...{ name: 'load-control', vm: 'second', target: 'cpu-cap', device: 0 },
    terms: [{ metric: '0.05 - pressure-memory-some@first', coefficient: 20 }],
    ...{ holdNs: 0, coolDownNs: 800 * NS_PER_MS, overNs: 800 * NS_PER_MS, priority: 0 },
    ...{ step: 50, least: 1, most: 20 },
  };
  const vms = [
    teachingVm('first', { memoryBytes: 16 * MIB, append: `run=wss_${pages}` }),
    teachingVm('second', { memoryBytes: 16 * MIB }),
  ];
  const swap = { policy: 'aging', sizeBytes: 64 * MIB, compressPercent: 0, taxPercent: 75 };
  const lab = scenario(
    76,
    [host(vms, { ramBytes: 16 * MIB, memory: { swap } })],
    [
      at(2, type('second', `wss ${pages}`)),
      at(7, { op: 'host.setPolicy', args: { name: policy.name, policy } }),
    ],
  );
  return { ...lab, nsPerInstruction: 50 };
}

/** A hart is enough for one of two. The alarms are about different things, so that neither of them calls the other back at once. */
export function nightShift(): Scenario {
  const lately = { when: 'above', windowNs: 200 * NS_PER_MS, forNs: 200 * NS_PER_MS } as const;
  const alarms: readonly AlarmSpec[] = [
    {
      ...{ name: 'day-waits', metric: 'pressure-cpu-some', vm: 'day', threshold: 0.2, ...lately },
      onFiring: [{ op: 'vm.pause', args: { vm: 'night' } }],
    },
    {
      ...{ name: 'nobody-works', metric: 'host-idle', threshold: 0.6, ...lately },
      onFiring: [{ op: 'vm.resume', args: { vm: 'night' } }],
    },
  ];
  const vms = [teachingVm('day'), teachingVm('night', { append: 'run=spin' })];
  const works = (percent: number) => type('day', `cpu ${percent}`);
  const days = [at(2, works(90)), at(5, works(0)), at(9, works(90)), at(12, works(0))];
  return {
    ...scenario(77, [host(vms, { scheduler: { kind: 'fair' }, alarms })], days),
    nsPerInstruction: 100,
  };
}

export function memoryByNeed(): Scenario {
  const devices = [{ kind: 'balloon', reporting: false, deflateOnOom: true, statisticsPeriodMs: 200 }];
  const names = ['day', 'night'] as const;
  const uses = (vm: string, pages: number) => type(vm, `wss ${pages}`);
  const policies = names.map(
    (vm): PolicySpec => ({
      ...{ name: `what-${vm}-needs`, vm, target: 'memory', device: 0 },
      terms: [{ metric: `${4 * MIB} - guest-free`, coefficient: 0.5 }],
      ...{ holdNs: 0, coolDownNs: 400 * NS_PER_MS, overNs: 200 * NS_PER_MS, priority: 0 },
      ...{ step: 4 * MIB, least: 6 * MIB, most: 16 * MIB },
    }),
  );
  const vms = names.map((name) => teachingVm(name, { memoryBytes: 16 * MIB, devices }));
  const day = [at(3, uses('day', 1024)), at(9, uses('day', 256)), at(9, uses('night', 1024))];
  return { ...scenario(75, [host(vms, { policies })], day), nsPerInstruction: 100 };
}
