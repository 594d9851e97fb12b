/** The layers of a lab's disks: which VMs lie on which, and those that were sealed in it. */
import type { VmSpec } from '#base/scenario';
import type { AnswerOf } from '#bridge/protocol/answers';
import type { Lab } from '#lab/lab';
import type { DiskService } from './disk-service.ts';

interface UsedLayer {
  readonly vm: string;
  readonly disks: AnswerOf<'disk-layers'>;
}

/** All VMs of a lab, as far as its hosts answer. */
export async function vmsOfLab(lab: Lab): Promise<{ readonly host: number; readonly spec: VmSpec }[]> {
  const found: { host: number; spec: VmSpec }[] = [];
  for (const host of lab.hosts.keys()) {
    const vms = await lab.ask(host, 'vms', {}).catch(() => undefined);
    if (vms?.ok !== true) continue;
    found.push(...(vms.value.value as AnswerOf<'vms'>).map(({ spec }) => ({ host, spec })));
  }
  return found;
}

async function layersOfLab(lab: Lab): Promise<UsedLayer[]> {
  const found: UsedLayer[] = [];
  for (const { host, spec } of await vmsOfLab(lab)) {
    if (!spec.disks.some(({ content }) => content?.kind === 'layered')) continue;
    const disks = await lab.ask(host, 'disk-layers', { vm: spec.name });
    if (disks.ok) found.push({ vm: spec.name, disks: disks.value.value as AnswerOf<'disk-layers'> });
  }
  return found;
}

/** By layer, the VMs whose disks lie on it or have sealed it. */
export async function layersInUse(lab: Lab | undefined): Promise<ReadonlyMap<string, readonly string[]>> {
  const used = new Map<string, string[]>();
  for (const { vm, disks } of lab === undefined ? [] : await layersOfLab(lab)) {
    const names = disks.flatMap(({ below, tree }) => [below, ...tree.map(({ layer }) => layer)]);
    for (const name of new Set(names))
      if (name !== undefined) used.set(name, [...(used.get(name) ?? []), vm]);
  }
  return used;
}

/** What was kept of each lab already. */
const kept = new WeakMap<Lab, Set<string>>();

/** Keeps layers that disks of a lab have sealed, before a checkpoint that names them. */
export async function keepSealed(lab: Lab, disks: DiskService): Promise<void> {
  const known = kept.get(lab) ?? new Set<string>();
  kept.set(lab, known);
  const trees = await layersOfLab(lab);
  const nodes = trees.flatMap((each) => each.disks.flatMap(({ tree }) => tree));
  if (nodes.every(({ layer }) => known.has(layer))) return;
  const titles = new Map(nodes.map(({ layer, title }) => [layer, title]));
  for (const host of lab.hosts.keys()) {
    const sealed = await lab.ask(host, 'sealed-layers', { known: [...known] });
    if (!sealed.ok) continue;
    const files = sealed.value.value as AnswerOf<'sealed-layers'>;
    const done = await disks.keep(
      files.map(({ name, bytes }) => ({ bytes, title: titles.get(name) ?? name })),
    );
    // Where there is no room now there may be some at the next checkpoint.
    if (done.ok) for (const { name } of files) known.add(name);
  }
}
