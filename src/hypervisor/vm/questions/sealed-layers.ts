/** The layers that disks of a host have sealed: whoever keeps a state of it must keep them beside it. */
import * as v from 'valibot';
import { ok } from '#base/result';
import { defineQuestion, type Question } from '../../questions/question.ts';
import { LAYER, listOf } from '../../shapes/values.ts';

const MOST_KNOWN = 4096;

export interface SealedLayerFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

interface Known {
  /** Names of those that whoever asks has. */
  readonly known?: readonly string[];
}

export const sealedLayers: Question<'sealed-layers', Known, readonly SealedLayerFile[]> = defineQuestion({
  id: 'sealed-layers',
  text: {
    en: 'the layers that disks of a host have sealed, as files; those aside that are known',
    zh: '主机的磁盘封存的层（文件）；已知者除外',
  },
  arguments: { known: v.exactOptional(listOf(LAYER, MOST_KNOWN)) },
  ask: ({ known = [] }, { layers }) =>
    ok(
      layers.own.filter(({ name }) => !known.includes(name)).map(({ name, file }) => ({ name, bytes: file })),
    ),
});
