/** A VM that was suspended to a file goes on here, as it was, wherever that was. */
import * as v from 'valibot';
import type { HeardCard } from '#base/card-conflicts';
import { fail, ok, type Result } from '#base/result';
import { maybe } from '../shapes/document.ts';
import { FILE_NAME, NAME } from '../shapes/values.ts';
import { HEARD } from '../shapes/vm.ts';
import { guarded, snapshotHash } from '../snapshot/file.ts';
import { readVmFile } from '../snapshot/vm-file.ts';
import { type CommandDefinition, type CommandedHost, defineCommand } from './command.ts';

interface Args {
  /** What it is called here. */
  readonly vm: string;
  /** The file, by its name and the hash that it states: a log that is repeated with another file does not pass for this one. */
  readonly file: string;
  readonly hash: string;
  /** Where its cards are plugged in; where they were unless given. */
  readonly switch?: string;
  readonly heard?: readonly HeardCard[];
}

export const vmMoveIn: CommandDefinition<'vm.moveIn', Args> = defineCommand({
  op: 'vm.moveIn',
  plugsIn: true,
  shape: () =>
    v.strictObject({
      vm: NAME,
      file: FILE_NAME,
      hash: v.pipe(v.string(), v.regex(/^[0-9a-f]{16}$/, 'scenario.badText')),
      switch: v.exactOptional(NAME),
      heard: v.exactOptional(HEARD),
    }),
  fill: ({ vm, file, hash, switch: to, heard }: Args): Args => ({
    ...{ vm, file, hash },
    ...maybe('switch', to),
    ...maybe('heard', heard),
  }),
  short: (args) => args,
  creates: ({ vm }) => ({ name: vm }),
  files: ({ file }) => [file],
  run(args, host) {
    const moved = moveIn(args, host);
    const event = { at: host.now, vm: args.vm };
    if (moved.ok) host.log.add({ ...event, severity: 'info', code: 'vm-moveIn', data: { file: args.file } });
    else host.log.add({ ...event, severity: 'error', ...moved.error });
    return moved;
  },
});

function moveIn({ vm: name, file, hash, switch: to, heard }: Args, host: CommandedHost): Result<null> {
  if (host.bare !== undefined) return fail('scenario.ownSoftware', { host: host.spec.name });
  const bytes = host.file(file);
  if (bytes === undefined) return fail('image-missing', { name: file });
  if (snapshotHash(bytes) !== hash) return fail('vm.otherFile', { file });
  const read = readVmFile(bytes, host.hashBytes, host.snapshots.parts);
  if (!read.ok) return read;
  const { vm: state, ram } = read.value;
  const nics = state.spec.nics.map((nic) => (to === undefined ? nic : { ...nic, switch: to }));
  return guarded(() => {
    const spec = { ...state.spec, name, nics };
    const moved = host.vmTable.moveInStranger({ ...state, spec }, ram, heard);
    return moved.ok ? ok(null) : moved;
  });
}
