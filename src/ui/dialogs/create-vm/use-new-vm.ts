/** What stands in the form of a new VM while it is open, and what can be done with it. */
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { LabError } from '#base/result';
import { failureOf } from '#bridge/client/worker-client';
import type { KeptImage } from '#bridge/protocol/disks';
import type { ImageInfo } from '#bridge/protocol/lab-api';
import { useKeptImages } from '../../parts/disks/use-kept-images.ts';
import { errorSentence } from '../../parts/error-text.tsx';
import { useClient, useCommand } from '../../parts/lab.tsx';
import { readFile } from '../../parts/read-file.ts';
import { useChoices } from '../../state/choices.ts';
import { tell } from '../../state/notices.ts';
import {
  cardAt,
  complaintsOf,
  type Draft,
  draftFor,
  imageKey,
  type Place,
  placedAt,
  specOf,
} from './draft.ts';

/** What each part of the form needs. */
export interface FormPart {
  readonly draft: Draft;
  readonly change: (part: Partial<Draft>) => void;
  /** What is wrong with a field, in words. */
  readonly wrong: (field: keyof Draft) => string | null;
}

export interface NewVm {
  /** Null until it is known which images there are. */
  readonly form: FormPart | null;
  /** The host that it shall be on. */
  readonly hostIndex: number;
  /** Another host: with a name, a switch and an address that are free there. */
  moveTo(host: number): void;
  /** Another switch, with an address that is free there. */
  plugInto(switchName: string): void;
  readonly images: readonly ImageInfo[];
  /** Kept images that a disk can lie on. */
  readonly diskImages: readonly KeptImage[];
  readonly error: LabError | null;
  /** It was tried, and cannot be as it is. */
  readonly isRefused: boolean;
  /** Takes files of the person's own for kernel and initramfs. */
  takeFiles(files: readonly File[]): Promise<void>;
  /** True when the VM is there. */
  create(): Promise<boolean>;
}

export function useNewVm(lab: Place['lab']): NewVm {
  const { t } = useTranslation();
  const client = useClient();
  const command = useCommand();
  const [images, setImages] = useState<readonly ImageInfo[] | null>(null);
  const diskImages = useKeptImages();
  const [draft, setDraft] = useState<Draft | null>(null);
  const [error, setError] = useState<LabError | null>(null);
  const [tried, setTried] = useState(false);
  const [hostIndex, setHostIndex] = useState(0);
  const place: Place = { lab, host: hostIndex };

  // biome-ignore lint/correctness/useExhaustiveDependencies: asked once, when the dialog opens
  useEffect(() => {
    client.calls
      .images()
      .then((list) => {
        setImages(list);
        setDraft(
          draftFor(
            list.find((image) => image.kind === 'kernel' && image.available),
            place,
          ),
        );
      })
      .catch((reason: unknown) => setError(failureOf(reason).error));
  }, [client]);

  const complaints = draft === null || images === null ? [] : complaintsOf(draft, place, images);
  const wrong = (field: keyof Draft): string | null => {
    const complaint =
      tried || field === 'name' || field === 'address'
        ? complaints.find((candidate) => candidate.field === field)
        : undefined;
    if (complaint === undefined) return null;
    return 'error' in complaint ? errorSentence(complaint.error) : t(complaint.key, complaint.data);
  };
  const change = (part: Partial<Draft>): void =>
    setDraft((old) => (old === null ? old : { ...old, ...part }));

  const moveTo = (host: number): void => {
    setHostIndex(host);
    change(placedAt({ lab, host }));
  };
  const plugInto = (switchName: string): void => change(cardAt(place, switchName));

  const takeImage = (image: ImageInfo): void => {
    const key = imageKey(image.spec);
    setImages((old) => [...(old ?? []).filter((other) => imageKey(other.spec) !== key), image]);
    if (image.kind === 'initrd') {
      change({ initrd: key });
      return;
    }
    const least = Math.ceil(image.defaultMemoryBytes / 2 ** 20);
    setDraft((old) =>
      old === null
        ? old
        : { ...old, image: key, memoryMib: Math.max(old.memoryMib === '' ? 0 : old.memoryMib, least) },
    );
  };
  const takeFiles = async (files: readonly File[]): Promise<void> => {
    setError(null);
    for (const file of files) {
      const read = await readFile(file);
      const answer = read.ok ? await client.calls.addImage(file.name, read.value) : read;
      if (!answer.ok) {
        setError(answer.error);
        // What was chosen before is not what the person wants to boot: a kernel is chosen anew, or another file given.
        change({ image: '' });
        setTried(true);
        return;
      }
      takeImage(answer.value);
    }
  };

  const create = async (): Promise<boolean> => {
    setTried(true);
    const vm = draft === null || complaints.length > 0 ? undefined : specOf(draft);
    if (draft === null || vm === undefined) return false;
    if (!(await command(hostIndex, { op: 'vm.create', args: { vm } }))) return false;
    if (draft.autostart && !(await command(hostIndex, { op: 'vm.start', args: { vm: vm.name } }))) {
      // It is as if nothing had been done: what was filled in stays, and the name is free for another try.
      await command(hostIndex, { op: 'vm.delete', args: { vm: vm.name } });
      return false;
    }
    tell('notice.created', { vm: vm.name });
    useChoices.getState().select(`${lab.hosts[hostIndex]?.name ?? ''}/${vm.name}`);
    return true;
  };

  return {
    form: draft === null ? null : { draft, change, wrong },
    hostIndex,
    moveTo,
    plugInto,
    images: images ?? [],
    diskImages,
    error,
    isRefused: tried && complaints.length > 0,
    takeFiles,
    create,
  };
}
