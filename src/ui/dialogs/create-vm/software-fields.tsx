/** What a new VM is called, where it shall be, and what it boots. */
import { NativeSelect, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { HostDescription } from '#bridge/protocol/answers';
import type { ImageInfo } from '#bridge/protocol/lab-api';
import { imageName } from '../../parts/engine-names.ts';
import { useFormat } from '../../parts/lab.tsx';
import { imageKey, softwareOf } from './draft.ts';
import css from './fields.module.css';
import type { FormPart } from './use-new-vm.ts';

interface Props extends FormPart {
  readonly hosts: readonly HostDescription[];
  readonly hostIndex: number;
  readonly onHost: (index: number) => void;
  readonly images: readonly ImageInfo[];
}

/** Images as entries of a list; those that this site has not got cannot be chosen. */
function useImageEntries(): (images: readonly ImageInfo[]) => { value: string; label: string }[] {
  const { t } = useTranslation();
  const format = useFormat();
  return (images) =>
    images.map((image) => ({
      value: imageKey(image.spec),
      label: t(image.available ? 'create.imageOption' : 'create.imageMissing', {
        name: imageName(t, image.spec.name),
        size: format.bytes(image.bytes),
      }),
      disabled: !image.available,
    }));
}

export function SoftwareFields({ draft, change, wrong, hosts, hostIndex, onHost, images }: Props) {
  const { t } = useTranslation();
  const entriesOf = useImageEntries();
  const kernels = images.filter((image) => image.kind === 'kernel');
  const initrds = images.filter((image) => image.kind === 'initrd');
  const { comesWith, onDisk } = kernels.find((image) => imageKey(image.spec) === draft.image) ?? {};
  const withoutOne = t(onDisk === true ? 'create.onDisk' : 'create.none');
  const own = comesWith === undefined ? withoutOne : t('create.comesWith', { name: imageName(t, comesWith) });
  const chooseKernel = (key: string): void => {
    const kernel = kernels.find((image) => imageKey(image.spec) === key);
    change({ ...softwareOf(kernel), image: key });
  };
  return (
    <div className={css['two']}>
      <TextInput
        label={t('create.name')}
        value={draft.name}
        onChange={(event) => change({ name: event.currentTarget.value })}
        error={wrong('name')}
        data-autofocus
        spellCheck={false}
        autoComplete="off"
      />
      {hosts.length > 1 ? (
        <NativeSelect
          label={t('create.host')}
          value={String(hostIndex)}
          onChange={(event) => onHost(Number(event.currentTarget.value))}
          data={hosts.map(({ name }, index) => ({ value: String(index), label: name }))}
        />
      ) : null}
      <NativeSelect
        label={t('create.image')}
        value={draft.image}
        onChange={(event) => chooseKernel(event.currentTarget.value)}
        error={wrong('image')}
        data={[
          ...(draft.image === '' ? [{ value: '', label: t('create.wrong.image'), disabled: true }] : []),
          ...entriesOf(kernels),
        ]}
      />
      <NativeSelect
        label={t('create.initrd')}
        value={draft.initrd}
        onChange={(event) => change({ initrd: event.currentTarget.value })}
        data={[{ value: '', label: own }, ...entriesOf(initrds)]}
      />
    </div>
  );
}
