/** What the samples of a host and of its VMs tell, in words, and from which of them it was drawn. */
import * as v from 'valibot';
import { fail, ok } from '#base/result';
import { NS_PER_S, type VirtualNs } from '#base/virtual-time';
import type { Host } from '../../host.ts';
import { defineQuestion, type Question } from '../../questions/question.ts';
import { NAME, whole } from '../../shapes/values.ts';
import type { Vm } from '../../vm/vm.ts';
import { type Conclusion, drawn } from '../analysis/conclusion.ts';
import { coursesIn } from '../analysis/courses.ts';
import { framesEnd, workingSetOf } from '../analysis/memory-use.ts';
import { portsOf } from '../analysis/ports.ts';
import { disksOf, hartsOf, wantsCpu } from '../analysis/saturation.ts';

interface Args {
  /** That VM alone; else the host and all of its VMs. */
  readonly vm?: string;
  /** How far back is looked: a minute unless said. */
  readonly windowNs?: VirtualNs;
}

const USUAL_WINDOW_NS = 60 * NS_PER_S;
/** Whose course is looked at. */
const OF_HOST: ReadonlySet<string> = new Set([
  'host-guests',
  'host-ready',
  'host-memory-used',
  'host-swap-used',
]);
const OF_VM: ReadonlySet<string> = new Set([
  ...['cpu', 'steal', 'exits', 'memory', 'disk-read', 'disk-write', 'disk-p95', 'net-rx', 'net-tx'],
  ...['response-time', 'swap-in'],
]);

export const conclusions: Question<'conclusions', Args, readonly Conclusion[]> = defineQuestion<
  'conclusions',
  Args,
  readonly Conclusion[]
>({
  id: 'conclusions',
  text: {
    en: 'what the samples tell: what is unusual, rises or falls, what is full, what memory is worked with; each with what it was drawn from',
    zh: '由采样得出的结论：异常、趋势、饱和、工作集；每条都附有依据',
  },
  arguments: {
    vm: v.exactOptional(NAME),
    windowNs: v.exactOptional(whole({ least: NS_PER_S, most: 500 * NS_PER_S })),
  },
  ask({ vm, windowNs = USUAL_WINDOW_NS }, host) {
    if (vm === undefined) {
      const all = [...ofHost(host, windowNs), ...host.vms().flatMap((each) => ofVm(host, each, windowNs))];
      return ok(inOrder(all));
    }
    const found = host.vm(vm);
    return found === undefined ? fail('no-such-vm', { vm }) : ok(inOrder(ofVm(host, found, windowNs)));
  },
});

/** What matters first. */
function inOrder(all: readonly Conclusion[]): Conclusion[] {
  return [...all.filter(({ matters }) => matters), ...all.filter(({ matters }) => !matters)];
}

function ofHost(host: Host, windowNs: VirtualNs): Conclusion[] {
  const rows = host.monitor.sampled.fine.metrics.filter(({ id }) => OF_HOST.has(id));
  return [
    ...framesEnd(host, windowNs),
    ...hartsOf(host, windowNs),
    ...disksOf(host, windowNs),
    ...portsOf(host, windowNs),
    ...rows.flatMap(({ id }) => coursesIn(host, drawn(host, { metric: id }, windowNs))),
  ];
}

function ofVm(host: Host, vm: Vm, windowNs: VirtualNs): Conclusion[] {
  const name = vm.spec.name;
  const rows = host.metrics.filter(({ id }) => OF_VM.has(id));
  return [
    ...wantsCpu(host, name, windowNs),
    ...rows.flatMap(({ id }) => coursesIn(host, drawn(host, { metric: id, vm: name }, windowNs))),
    ...workingSetOf(host, vm, windowNs),
  ];
}
