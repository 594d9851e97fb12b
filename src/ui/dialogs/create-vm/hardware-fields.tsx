/** What a new VM is made of: memory, vCPUs, disk, network card; and what its kernel is told. */

import { NativeSelect, NumberInput, Switch, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { ALLOCATION_IDS } from '#base/catalogue/allocation-modes';
import { DESKTOP_KINDS } from '#base/catalogue/desktop-kinds';
import { DISK_WAY_IDS, type DiskWay, isPassedThrough } from '#base/catalogue/disk-ways';
import { LIMITS } from '#base/catalogue/limits';
import type { KeptImage } from '#bridge/protocol/disks';
import { imageChoices } from '../../parts/disks/image-choices.ts';
import { cardIn, type Draft, diskFrom, diskIn } from './draft.ts';
import css from './fields.module.css';
import type { FormPart } from './use-new-vm.ts';

interface AmountProps extends FormPart {
  readonly field: 'memoryMib' | 'usableMib' | 'vcpus' | 'diskMib';
  readonly label: string;
  readonly min: number;
  readonly max?: number;
  readonly suffix?: string;
  readonly placeholder?: string;
}

function Amount({ draft, change, wrong, field, ...rest }: AmountProps) {
  return (
    <NumberInput
      {...rest}
      value={draft[field]}
      onChange={(value) => change({ [field]: typeof value === 'number' ? value : '' })}
      error={wrong(field)}
    />
  );
}

interface Props extends FormPart {
  readonly switches: readonly string[];
  /** Physical disks of the host; empty where it has one that nobody named. */
  readonly disks: readonly string[];
  readonly diskImages: readonly KeptImage[];
  readonly onSwitch: (name: string) => void;
}

export function HardwareFields({ switches, disks, diskImages, onSwitch, ...form }: Props) {
  const { t } = useTranslation();
  const { draft, change, wrong } = form;
  const isWhole = isPassedThrough({ way: draft.diskWay });
  const hasDisk = draft.diskMib !== '' && draft.diskMib > 0;
  return (
    <>
      <div className={css['three']}>
        <Amount {...form} field="memoryMib" label={t('create.memory')} suffix=" MiB" min={1} />
        <Amount {...form} field="vcpus" label={t('create.vcpus')} min={1} max={LIMITS.vcpus} />
        <Amount {...form} field="diskMib" label={t('create.disk')} suffix=" MiB" min={0} />
        {disks.length < 2 ? null : (
          <NativeSelect
            label={t('create.diskOn')}
            value={draft.diskOn}
            onChange={(event) => change({ diskOn: event.currentTarget.value })}
            data={disks.map((name, at) => ({ value: at === 0 ? '' : name, label: name }))}
          />
        )}
        <NativeSelect
          label={t('create.diskContent')}
          disabled={isWhole}
          value={draft.diskLayer}
          onChange={(event) => {
            const { value } = event.currentTarget;
            change(
              diskFrom(
                diskImages.find(({ layer }) => layer === value),
                draft.diskMib,
              ),
            );
          }}
          data={imageChoices(t, diskImages)}
          error={wrong('diskLayer')}
        />
        <NativeSelect
          label={t('create.diskWay')}
          value={draft.diskWay}
          onChange={(event) => change(diskIn(event.currentTarget.value as Draft['diskWay'], draft))}
          disabled={!hasDisk}
          data={DISK_WAY_IDS.map((way) => ({ value: way, label: t(`way.${way}`) }))}
        />
        <NativeSelect
          label={t('create.allocation')}
          value={draft.allocation}
          onChange={(event) => change({ allocation: event.currentTarget.value as Draft['allocation'] })}
          data={ALLOCATION_IDS.map((mode) => ({ value: mode, label: t(`allocation.${mode}`) }))}
        />
        <NativeSelect
          label={t('create.screen')}
          value={draft.screen}
          onChange={(event) => change({ screen: event.currentTarget.value as Draft['screen'] })}
          data={[
            { value: '', label: t('create.noScreen') },
            ...DESKTOP_KINDS.map((kind) => ({ value: kind, label: t(`desktop.kind.${kind}`) })),
          ]}
        />
        <NativeSelect
          label={t('create.switch')}
          value={draft.switchName}
          onChange={(event) => onSwitch(event.currentTarget.value)}
          data={[
            { value: '', label: t('create.noNetwork') },
            ...switches.map((name) => ({ value: name, label: name })),
          ]}
        />
        <TextInput
          label={t('create.address')}
          placeholder={t('create.byDhcp')}
          value={draft.address}
          onChange={(event) => change({ address: event.currentTarget.value })}
          error={wrong('address')}
          disabled={draft.switchName === ''}
          autoComplete="off"
        />
        <NativeSelect
          label={t('create.cardWay')}
          value={draft.cardWay}
          onChange={(event) => change(cardIn(event.currentTarget.value as DiskWay, draft))}
          disabled={draft.switchName === ''}
          data={DISK_WAY_IDS.map((way) => ({ value: way, label: t(`way.${way}`) }))}
        />
      </div>
      <Switch
        size="xs"
        label={t('create.balloon')}
        checked={draft.balloon}
        onChange={(event) => change({ balloon: event.currentTarget.checked })}
      />
      {draft.balloon ? (
        <Amount
          {...form}
          field="usableMib"
          label={t('create.usable')}
          placeholder={t('create.usableAll')}
          suffix=" MiB"
          min={1}
        />
      ) : null}
      <Switch
        size="xs"
        label={t('create.keepDisk')}
        checked={draft.keepDisk}
        onChange={(event) => change({ keepDisk: event.currentTarget.checked })}
        disabled={isWhole || !hasDisk}
      />
      <Switch
        size="xs"
        label={t('create.diskAtOnce')}
        checked={draft.diskAtOnce}
        onChange={(event) => change({ diskAtOnce: event.currentTarget.checked })}
        disabled={isWhole || !hasDisk || draft.keepDisk || draft.diskLayer !== ''}
      />
      <TextInput
        label={t('create.append')}
        value={draft.append}
        onChange={(event) => change({ append: event.currentTarget.value })}
        spellCheck={false}
        autoComplete="off"
      />
    </>
  );
}
