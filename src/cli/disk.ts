/**
 * `virtlab disk`: what an image is, whether it is whole, and the same disk in another format. The exit status of `check` is 0 for an
 * image that is as it says, 1 for one with errors or leaks.
 */
import { existsSync, unlinkSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { fail, ok, type Result } from '#base/result';
import type { ByteFile, ByteSource } from '#lab/disks/formats/byte-file';
import {
  type DiskImage,
  IMAGE_FORMATS,
  type ImageFormat,
  type WritableImage,
} from '#lab/disks/formats/disk-image';
import { copyImage, openImage } from '#lab/disks/formats/open-image';
import { checkQcow2 } from '#lab/disks/formats/qcow2/check';
import { createQcow2 } from '#lab/disks/formats/qcow2/create';
import { Qcow2Image } from '#lab/disks/formats/qcow2/image';
import { WritableRawImage } from '#lab/disks/formats/raw';
import { imageOfLayer, layerOfImage } from '#lab/disks/image-layer';
import { layerFinder } from '#lab/software';
import { withDiskFile } from './disk-file.ts';
import { GuestFiles, LAYER_ENDING } from './guest-files.ts';
import { say } from './messages.ts';
import { parseCount, parseSize } from './options.ts';

const OPTIONS = {
  to: { type: 'string', default: 'qcow2' },
  compat: { type: 'string', default: '3' },
  'cluster-size': { type: 'string', default: '64K' },
  snapshot: { type: 'string' },
  backing: { type: 'string' },
  json: { type: 'boolean', default: false },
} as const;
type Values = ReturnType<typeof read>['values'];

function read(args: readonly string[]) {
  return parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true });
}

/** A disk of two petabytes is as large as an L1 table allows with usual clusters. */
const SIZES = { least: 512, most: 2 ** 51 } as const;
const CLUSTER_SIZES = { least: 512, most: 2 << 20 } as const;

/** Runs the command; the result is the exit status. */
export function disk(args: readonly string[]): Promise<Result<number>> | Result<number> {
  const [verb, ...rest] = args;
  const { values, positionals } = read(rest);
  const [first, second] = positionals;
  if (first === undefined || positionals.length > 2) return fail('usage', { command: 'disk' });
  switch (verb) {
    case 'info':
      return second === undefined ? info(first, values) : fail('usage', { command: 'disk info' });
    case 'check':
      return second === undefined ? check(first, values) : fail('usage', { command: 'disk check' });
    case 'convert':
      return second === undefined
        ? fail('usage', { command: 'disk convert' })
        : convert(first, second, values);
    case 'layer':
      return second === undefined ? fail('usage', { command: 'disk layer' }) : layer(first, second, values);
    case 'flatten':
      return second === undefined
        ? fail('usage', { command: 'disk flatten' })
        : flatten(first, second, values);
    case 'create':
      return second === undefined ? fail('usage', { command: 'disk create' }) : create(first, second, values);
    default:
      return fail('usage', { command: 'disk' });
  }
}

/** Opens an image with the file below that the options name. */
function withImage<T>(
  path: string,
  { snapshot, backing }: Pick<Values, 'snapshot' | 'backing'>,
  work: (image: DiskImage, source: ByteSource) => Result<T> | Promise<Result<T>>,
): Promise<Result<T>> {
  return withDiskFile(path, 'r', (file) => {
    const open = (below?: DiskImage): Result<T> | Promise<Result<T>> => {
      const image = openImage(file, {
        ...(snapshot === undefined ? {} : { snapshot }),
        ...(below === undefined ? {} : { backing: below }),
      });
      return image.ok ? work(image.value, file) : image;
    };
    return backing === undefined ? open() : withImage(backing, {}, (below) => open(below));
  });
}

function info(path: string, values: Values): Promise<Result<number>> {
  return withImage(path, values, (image, file) => {
    const rows: Record<string, string | number> = {
      format: image.format,
      sizeBytes: image.sizeBytes,
      fileBytes: file.sizeBytes,
    };
    if (image instanceof Qcow2Image) {
      const { header, snapshots } = image;
      rows['version'] = header.version;
      rows['clusterBytes'] = header.clusterBytes;
      rows['refcountBits'] = header.refcountBits;
      if (header.backing !== undefined) rows['backing'] = header.backing;
      for (const [number, { id, name, diskBytes }] of snapshots.entries())
        rows[`snapshot${number + 1}`] = `${id} ${name} (${diskBytes})`;
      for (const { name, type } of header.extensions) rows[`extension 0x${type.toString(16)}`] = name ?? '?';
      if (header.isDirty) rows['dirty'] = 'yes';
      if (header.isCorrupt) rows['corrupt'] = 'yes';
    }
    print(rows, values.json);
    return ok(0);
  });
}

function print(rows: Readonly<Record<string, string | number>>, isJson: boolean): void {
  const text = isJson
    ? JSON.stringify(rows, null, 2)
    : Object.entries(rows)
        .map(([name, value]) => `${name}: ${value}`)
        .join('\n');
  process.stdout.write(`${text}\n`);
}

function check(path: string, values: Values): Promise<Result<number>> {
  return withDiskFile(path, 'r', async (file) => {
    const image = openImage(file);
    // Without the file below the image itself can be looked at all the same.
    if (!image.ok && image.error.code !== 'qcow2.backing') return image;
    if (image.ok && image.value.format === 'raw') {
      process.stdout.write(`${say('diskRaw')}\n`);
      return ok(0);
    }
    const found = checkQcow2(file);
    if (!found.ok) return found;
    print({ ...found.value }, values.json);
    return ok(found.value.errors + found.value.leaks === 0 ? 0 : 1);
  });
}

async function convert(from: string, to: string, values: Values): Promise<Result<number>> {
  const make = maker(values);
  if (!make.ok) return make;
  return withImage(from, values, (image) =>
    written(to, async (file) => {
      const target = make.value(file, image.sizeBytes);
      if (!target.ok) return target;
      const copied = await copyImage(image, target.value, async () => true);
      return copied.ok ? ok(0) : copied;
    }),
  );
}

/** The layer that disks of scenarios can lie on: a file of its name, in a folder beside scenarios. */
function layer(path: string, folder: string, values: Values): Promise<Result<number>> {
  return withImage(path, values, async (image) => {
    const made = await layerOfImage(image, async () => true);
    if (!made.ok) return made;
    const { name, file, sizeBytes } = made.value;
    const target = join(folder, `${name}${LAYER_ENDING}`);
    const isThere = existsSync(target);
    const kept = isThere
      ? ok(0)
      : await written(target, (out) => {
          out.write(0, file);
          return ok(0);
        });
    if (kept.ok) print({ layer: name, sizeBytes, fileBytes: file.length }, values.json);
    return kept;
  });
}

/** What a disk on a layer reads, as an image; the layers below lie beside it. */
function flatten(path: string, to: string, values: Values): Promise<Result<number>> | Result<number> {
  const name = basename(path, LAYER_ENDING);
  const files = new GuestFiles(dirname(path));
  const loaded = files.loadFiles([`layer:${name}`]);
  const make = loaded.ok ? maker(values) : loaded;
  const image = make.ok ? imageOfLayer(name, layerFinder(files)) : make;
  if (!image.ok || !make.ok) return image.ok ? fail('usage', { command: 'disk flatten' }) : image;
  return written(to, async (file) => {
    const target = make.value(file, image.value.sizeBytes);
    if (!target.ok) return target;
    const copied = await copyImage(image.value, target.value, async () => true);
    return copied.ok ? ok(0) : copied;
  });
}

async function create(path: string, size: string, values: Values): Promise<Result<number>> {
  const sizeBytes = parseSize(size, 'size', SIZES);
  if (!sizeBytes.ok) return sizeBytes;
  const make = maker(values);
  if (!make.ok) return make;
  return written(path, (file) => {
    const made = make.value(file, sizeBytes.value);
    return made.ok ? ok(0) : made;
  });
}

/** A new file; what was begun and could not be finished is removed. */
async function written(
  path: string,
  work: (file: ByteFile) => Result<number> | Promise<Result<number>>,
): Promise<Result<number>> {
  let isOurs = false;
  const done = await withDiskFile(path, 'wx+', (file) => {
    isOurs = true;
    return work(file);
  });
  if (!done.ok && isOurs) unlinkSync(path);
  return done;
}

type Maker = (file: ByteFile, sizeBytes: number) => Result<WritableImage>;

/** How an image of the wanted format is made. */
function maker(values: Values): Result<Maker> {
  const format = IMAGE_FORMATS.find((name) => name === values.to);
  if (format === undefined)
    return fail('option.choice', { option: 'to', choices: IMAGE_FORMATS.join(', '), text: values.to });
  const version = parseCount(values.compat, 'compat', 3);
  if (!version.ok) return version;
  const clusterSize = parseSize(values['cluster-size'], 'cluster-size', CLUSTER_SIZES);
  if (!clusterSize.ok) return clusterSize;
  const clusterBits = 31 - Math.clz32(clusterSize.value);
  if (clusterSize.value !== 2 ** clusterBits)
    return fail('qcow2.field', { field: 'cluster_bits', value: values['cluster-size'] });
  const makers: Readonly<Record<ImageFormat, Maker>> = {
    raw: (file, sizeBytes) => ok(WritableRawImage.create(file, sizeBytes)),
    qcow2: (file, sizeBytes) =>
      createQcow2(file, { sizeBytes, version: version.value === 2 ? 2 : 3, clusterBits }),
  };
  return ok(makers[format]);
}
