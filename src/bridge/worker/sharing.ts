/** What leaves the lab: a link, or a file, with which somebody else has the same run. */
import { fail, ok, type Result } from '#base/result';
import type { VirtualNs } from '#base/virtual-time';
import type { LinkContent, OtherHarts, SharedAs, ShareLink } from '#bridge/protocol/lab-api';
import { parseExtensions, writeExtensions } from '#isa/extensions';
import { decodeLink, encodeLink } from '#lab/link';
import { findLink } from '#lab/link-carriers';
import type { Scenario } from '#lab/scenario';
import { filesOf, layersNamed, layersOf, vmsOf } from '#lab/software';

/** What is typed, and what belongs to it. */
const TYPING: ReadonlySet<string> = new Set([
  'console.input',
  'console.resize',
  'desktop.input',
  'desktop.remoteInput',
]);

/** What of a run that has come to a time somebody else shall have. */
function sharedRun(run: Scenario, now: VirtualNs, as: SharedAs): Scenario {
  switch (as) {
    case 'now':
      // Clocks of walls have parts of nanoseconds; labs do not notice them.
      return { ...run, moment: Math.floor(now) };
    case 'start':
      return run;
    case 'set-up':
      return { ...run, commands: run.commands.filter(({ op }) => !TYPING.has(op)) };
  }
}

/** The link of a recorded run that has come to a time; it can name a person's own files but not carry them. */
export function linkOf(run: Scenario, now: VirtualNs, as: SharedAs, others?: OtherHarts): Result<ShareLink> {
  const changed = others === undefined ? ok(run) : withHarts(run, others);
  if (!changed.ok) return changed;
  const record = sharedRun(changed.value, now, as);
  const link = encodeLink(record);
  if (!link.ok) return link;
  const images = vmsOf(record).flatMap(({ image, initrd }) =>
    initrd === undefined ? [image] : [image, initrd],
  );
  const named = images.filter(({ kind }) => kind === 'file').map(({ name }) => name);
  const files = [...named, ...filesOf(record.commands).map((key) => key.replace(/^file:/, ''))];
  const plugged = record.commands.filter(({ op }) => op === 'vm.plugDisk');
  const layers = [
    ...vmsOf(record).flatMap((vm) => layersOf(vm)),
    ...layersNamed(plugged).map((key) => key.replace(/^layer:/, '')),
  ].map(layerWord);
  return ok({
    fragment: link.value,
    commands: record.commands.length,
    omittedFiles: [...new Set([...files, ...layers])],
  });
}

/** The same run, with harts of a host that have other extensions. */
function withHarts(run: Scenario, { host, extensions: names }: OtherHarts): Result<Scenario> {
  const text = names.length === 0 ? 'none' : names.join(',');
  const extensions = parseExtensions(text);
  if (extensions === undefined) return fail('scenario.badIsa', { found: text });
  if (run.hosts[host] === undefined) return fail('no-such-host', { host });
  const isa = writeExtensions(extensions);
  const hosts = run.hosts.map((each, index) => {
    if (index !== host) return each;
    const { isa: _, ...spec } = each;
    return isa === undefined ? spec : { ...spec, isa };
  });
  return ok({ ...run, hosts });
}

/** A layer as people can tell it from others. */
function layerWord(name: string): string {
  return `${name.slice(0, LAYER_WORD)}….layer`;
}
const LAYER_WORD = 12;

/** What a link holds, as it arrived. */
export function contentOf(text: string): Result<LinkContent> {
  const found = findLink(text);
  if (!found.ok) return found;
  const scenario = decodeLink(found.value.text);
  if (!scenario.ok) return scenario;
  const { hosts } = scenario.value;
  const vms = hosts.reduce((sum, host) => sum + host.vms.length, 0);
  return ok({ characters: found.value.text.length, hosts: hosts.length, vms });
}

/** The same as a file, which has no bound that a person comes to. */
export function fileOf(run: Scenario, now: VirtualNs, as: SharedAs): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(sharedRun(run, now, as)));
}
