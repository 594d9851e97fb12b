/**
 * `virtlab resume`: a VM that was suspended to a file goes on in a scenario or a saved lab. Prints what became of the lab, as `run`
 * does, or saves it.
 */
import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import { checkVmFile } from '#base/given-files';
import { fail, ok, type Result } from '#base/result';
import { hasher } from '#hypervisor/snapshot/hasher';
import { type SuspendedVm, suspendedVm } from '#hypervisor/snapshot/suspended-vm';
import { engineModule } from './engine.ts';
import { describe } from './messages.ts';
import { hostNamed, type OwnFile, withLab } from './open-lab.ts';
import { parseDuration } from './options.ts';
import { readPath } from './paths.ts';
import { printReport } from './run.ts';
import { saveLab } from './save.ts';

const RESUME_OPTIONS = {
  at: { type: 'string', default: '0s' },
  for: { type: 'string', default: '10s' },
  on: { type: 'string' },
  as: { type: 'string' },
  switch: { type: 'string' },
  save: { type: 'string' },
  hash: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
} as const;

/** Runs the command; the result is the exit status: 1 when the host refused, or something is not well afterwards. */
export async function resume(
  args: readonly string[],
  print: (text: string) => void,
): Promise<Result<number>> {
  const { values, positionals } = parseArgs({
    ...{ args: [...args], options: RESUME_OPTIONS, allowPositionals: true },
  });
  const [source, path] = positionals;
  if (source === undefined || path === undefined || positionals.length > 2)
    return fail('usage', { command: 'resume' });
  const at = parseDuration(values.at, 'at');
  if (!at.ok) return at;
  const span = parseDuration(values.for, 'for');
  if (!span.ok) return span;
  const found = fileOf(path);
  if (!found.ok) return found;
  const { file, name, hash } = found.value;
  const startMs = performance.now();
  return withLab(
    source,
    async (lab) => {
      const host = hostNamed(lab, values.on);
      if (!host.ok) return host;
      await lab.advance(at.value);
      const to = values.switch;
      const where = { vm: values.as ?? name, ...(to === undefined ? {} : { switch: to }) };
      const command = { op: 'vm.moveIn', args: { ...where, file: file.name, hash } } as const;
      const done = await lab.execute(host.value, command);
      if (!done.ok) {
        print(`virtlab: ${describe(done.error)}\n`);
        return ok(1);
      }
      await lab.advance(lab.now + span.value);
      const saved = values.save === undefined ? ok(null) : await saveLab(lab, values.save);
      return saved.ok ? ok(await printReport(lab, { ...values, startMs }, print)) : saved;
    },
    { ownFiles: [file], print },
  );
}

/** The file of a VM, and what is in it. */
function fileOf(path: string): Result<SuspendedVm & { readonly file: OwnFile }> {
  const bytes = readPath(path);
  if (!bytes.ok) return bytes;
  const wanted = checkVmFile(bytes.value);
  if (!wanted.ok) return { ok: false, error: { ...wanted.error, where: path } };
  const vm = suspendedVm(bytes.value, hasher(engineModule()));
  // Names of files in commands have no leading dot.
  const name = basename(path).replace(/^\.+/, '');
  return vm.ok ? ok({ ...vm.value, file: { name, bytes: bytes.value } }) : vm;
}
