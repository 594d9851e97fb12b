/** A new VM: from the catalogue or from the person's own kernel and initramfs, by file picker or by dropping files. */
import { Button, NativeSelect, NumberInput, Switch, TextInput } from '@mantine/core';
import { type DragEvent, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { LabError } from '#base/result';
import { failureOf } from '#bridge/client/worker-client';
import { type ImageInfo, MAX_FILE_BYTES } from '#bridge/protocol/lab-api';
import { Dialog } from '../../kit/dialog.tsx';
import { Icon } from '../../kit/icons.tsx';
import layout from '../../kit/layout.module.css';
import texts from '../../kit/texts.module.css';
import { ErrorAlert } from '../../parts/error-text.tsx';
import { useClient, useCommand, useFormat, useLab } from '../../parts/lab.tsx';
import { useChoices } from '../../state/choices.ts';
import { tell, tellFailure } from '../../state/notices.ts';
import css from './create-vm-dialog.module.css';
import { complaintsOf, type Draft, draftFor, imageKey, specOf } from './draft.ts';

export default function CreateVmDialog({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation();
  const client = useClient();
  const command = useCommand();
  const format = useFormat();
  const lab = useLab();
  const [hostIndex, setHostIndex] = useState(0);
  const [images, setImages] = useState<readonly ImageInfo[] | null>(null);
  const [draft, setDraft] = useState<Draft | null>(null);
  const [error, setError] = useState<LabError | null>(null);
  const [tried, setTried] = useState(false);
  const [dragging, setDragging] = useState(false);
  const picker = useRef<HTMLInputElement>(null);
  const host = lab?.hosts[hostIndex];

  // biome-ignore lint/correctness/useExhaustiveDependencies: asked once, when the dialog opens
  useEffect(() => {
    client.calls
      .images()
      .then((list) => {
        setImages(list);
        setDraft(
          draftFor(
            list.find((image) => image.kind === 'kernel' && image.available),
            host,
          ),
        );
      })
      .catch((reason: unknown) => setError(failureOf(reason).error));
  }, [client]);

  const kernels = images?.filter((image) => image.kind === 'kernel') ?? [];
  const initrds = images?.filter((image) => image.kind === 'initrd') ?? [];
  const complaints = draft === null || images === null ? [] : complaintsOf(draft, host, images);
  const wrong = (field: keyof Draft): string | null => {
    const complaint =
      tried || field === 'name' ? complaints.find((candidate) => candidate.field === field) : undefined;
    return complaint === undefined ? null : t(complaint.key, complaint.data);
  };
  const change = (part: Partial<Draft>): void =>
    setDraft((old) => (old === null ? old : { ...old, ...part }));

  const takeFiles = async (files: readonly File[]): Promise<void> => {
    setError(null);
    for (const file of files) {
      // Refused before it is read.
      if (file.size > MAX_FILE_BYTES) {
        const data = { name: file.name, bytes: file.size, limit: MAX_FILE_BYTES };
        setError({ code: 'image-too-large', data });
        return;
      }
      const answer = await client.calls.addImage(file.name, new Uint8Array(await file.arrayBuffer()));
      if (!answer.ok) {
        setError(answer.error);
        return;
      }
      const info = answer.value;
      const key = imageKey(info.spec);
      setImages((old) => [...(old ?? []).filter((image) => imageKey(image.spec) !== key), info]);
      if (info.kind === 'initrd') change({ initrd: key });
      else {
        const least = Math.ceil(info.defaultMemoryBytes / 2 ** 20);
        setDraft((old) =>
          old === null
            ? old
            : { ...old, image: key, memoryMib: Math.max(old.memoryMib === '' ? 0 : old.memoryMib, least) },
        );
      }
    }
  };

  const create = async (): Promise<void> => {
    setTried(true);
    if (draft === null || complaints.length > 0) return;
    const vm = specOf(draft);
    if (vm === undefined) return;
    if (!(await command(hostIndex, { op: 'vm.create', args: { vm } }))) return;
    if (draft.autostart && !(await command(hostIndex, { op: 'vm.start', args: { vm: vm.name } }))) {
      // It is as if nothing had been done: what was filled in stays, and the name is free for another try.
      await command(hostIndex, { op: 'vm.delete', args: { vm: vm.name } });
      return;
    }
    tell('notice.created', { vm: vm.name });
    useChoices.getState().select(`${host?.name ?? ''}/${vm.name}`);
    onClose();
  };

  const onDrop = (event: DragEvent): void => {
    event.preventDefault();
    setDragging(false);
    takeFiles([...event.dataTransfer.files]).catch(tellFailure);
  };
  const imageLabel = (image: ImageInfo): string =>
    t(image.available ? 'create.imageOption' : 'create.imageMissing', {
      name: t(`image.${image.spec.name}`, { defaultValue: image.spec.name }),
      size: format.bytes(image.bytes),
    });

  return (
    <Dialog opened onClose={onClose} title={t('create.title')} size="lg" closeLabel={t('common.close')}>
      <form
        className={`${layout['stack']} ${css['form']}`}
        data-dragging={dragging || undefined}
        onDragOver={(event) => {
          event.preventDefault();
          setDragging(true);
        }}
        onDragLeave={() => setDragging(false)}
        onDrop={onDrop}
        onSubmit={(event) => {
          event.preventDefault();
          create().catch(tellFailure);
        }}
      >
        <ErrorAlert error={error} />
        {draft === null ? (
          <p className={texts['quiet']}>{t('common.loading')}</p>
        ) : (
          <>
            <div className={css['fields']}>
              <TextInput
                label={t('create.name')}
                value={draft.name}
                onChange={(event) => change({ name: event.currentTarget.value })}
                error={wrong('name')}
                data-autofocus
                spellCheck={false}
                autoComplete="off"
              />
              {(lab?.hosts.length ?? 0) > 1 ? (
                <NativeSelect
                  label={t('create.host')}
                  value={String(hostIndex)}
                  onChange={(event) => setHostIndex(Number(event.currentTarget.value))}
                  data={
                    lab?.hosts.map((candidate, index) => ({ value: String(index), label: candidate.name })) ??
                    []
                  }
                />
              ) : null}
              <NativeSelect
                label={t('create.image')}
                value={draft.image}
                onChange={(event) => {
                  const key = event.currentTarget.value;
                  const fresh = draftFor(
                    kernels.find((image) => imageKey(image.spec) === key),
                    host,
                  );
                  change({
                    image: key,
                    initrd: fresh.initrd,
                    memoryMib: fresh.memoryMib,
                    append: fresh.append,
                  });
                }}
                error={wrong('image')}
                data={kernels.map((image) => ({
                  value: imageKey(image.spec),
                  label: imageLabel(image),
                  disabled: !image.available,
                }))}
              />
              <NativeSelect
                label={t('create.initrd')}
                value={draft.initrd}
                onChange={(event) => change({ initrd: event.currentTarget.value })}
                data={[
                  { value: '', label: t('create.none') },
                  ...initrds.map((image) => ({
                    value: imageKey(image.spec),
                    label: imageLabel(image),
                    disabled: !image.available,
                  })),
                ]}
              />
            </div>
            <div className={css['drop']}>
              <Icon name="file" />
              <span>{t('create.drop')}</span>
              <Button variant="default" size="compact-sm" onClick={() => picker.current?.click()}>
                {t('create.choose')}
              </Button>
              <input
                ref={picker}
                type="file"
                multiple
                hidden
                aria-label={t('create.choose')}
                onChange={(event) => {
                  const files = [...(event.currentTarget.files ?? [])];
                  event.currentTarget.value = '';
                  takeFiles(files).catch(tellFailure);
                }}
              />
            </div>
            <div className={`${css['fields']} ${css['three']}`}>
              <NumberInput
                label={t('create.memory')}
                suffix=" MiB"
                min={1}
                value={draft.memoryMib}
                onChange={(value) => change({ memoryMib: typeof value === 'number' ? value : '' })}
                error={wrong('memoryMib')}
              />
              <NumberInput
                label={t('create.vcpus')}
                min={1}
                max={8}
                value={draft.vcpus}
                onChange={(value) => change({ vcpus: typeof value === 'number' ? value : '' })}
                error={wrong('vcpus')}
              />
              <NumberInput
                label={t('create.disk')}
                suffix=" MiB"
                min={0}
                value={draft.diskMib}
                onChange={(value) => change({ diskMib: typeof value === 'number' ? value : '' })}
                error={wrong('diskMib')}
              />
              <NativeSelect
                label={t('create.allocation')}
                value={draft.allocation}
                onChange={(event) => change({ allocation: event.currentTarget.value as Draft['allocation'] })}
                data={(['on-demand', 'fixed'] as const).map((mode) => ({
                  value: mode,
                  label: t(`allocation.${mode}`),
                }))}
              />
              <NativeSelect
                label={t('create.switch')}
                value={draft.switchName}
                onChange={(event) => change({ switchName: event.currentTarget.value })}
                data={[
                  { value: '', label: t('create.noNetwork') },
                  ...(host?.switches.map((name) => ({ value: name, label: name })) ?? []),
                ]}
              />
              <TextInput
                label={t('create.address')}
                placeholder="10.0.0.5/24"
                value={draft.address}
                onChange={(event) => change({ address: event.currentTarget.value })}
                error={wrong('address')}
                disabled={draft.switchName === ''}
                autoComplete="off"
              />
            </div>
            <TextInput
              label={t('create.append')}
              value={draft.append}
              onChange={(event) => change({ append: event.currentTarget.value })}
              spellCheck={false}
              autoComplete="off"
            />
            <div className={layout['row-wrap']}>
              <Switch
                size="xs"
                label={t('create.autostart')}
                checked={draft.autostart}
                onChange={(event) => change({ autostart: event.currentTarget.checked })}
              />
              <span className={layout['grow']} />
              <Button variant="default" onClick={onClose}>
                {t('common.cancel')}
              </Button>
              <Button type="submit" disabled={tried && complaints.length > 0}>
                {t('create.create')}
              </Button>
            </div>
          </>
        )}
      </form>
    </Dialog>
  );
}
