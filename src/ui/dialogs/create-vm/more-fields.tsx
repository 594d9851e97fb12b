/** What few new VMs need said: what becomes of errors of the disk, queues, what the card takes over from the driver. */
import { NativeSelect, Switch } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { READ_ERROR_POLICIES, WRITE_ERROR_POLICIES } from '#base/catalogue/disk-errors';
import { isPassedThrough, USUAL_WAY } from '#base/catalogue/disk-ways';
import { LIMITS, type Range } from '#base/catalogue/limits';
import layout from '../../kit/layout.module.css';
import { WholeNumber } from '../../kit/whole-number.tsx';
import type { Draft } from './draft.ts';
import css from './fields.module.css';
import type { FormPart } from './use-new-vm.ts';

interface MaybeProps extends FormPart {
  readonly field: 'diskQueues' | 'firstUseUs' | 'mtu' | 'vlan' | 'cardQueues';
  readonly limits: Range;
  /** Absent: none. */
  readonly usual?: number;
  readonly suffix?: string;
  readonly disabled: boolean;
}

/** A number that may be left out. */
function Maybe({ draft, change, wrong, field, limits, usual, suffix = '', disabled }: MaybeProps) {
  const { t } = useTranslation();
  return (
    <WholeNumber
      label={t(`create.${field}`)}
      limits={limits}
      placeholder={usual === undefined ? t('create.noVlan') : `${usual}${suffix}`}
      suffix={suffix}
      value={draft[field]}
      onChange={(value) => change({ [field]: typeof value === 'number' ? value : '' })}
      error={wrong(field)}
      disabled={disabled}
    />
  );
}

export function MoreFields(form: FormPart) {
  const { t } = useTranslation();
  const { draft, change } = form;
  const noDisk = draft.diskMib === '' || draft.diskMib === 0;
  const noErrors = noDisk || isPassedThrough({ way: draft.diskWay });
  const noCard = draft.switchName === '';
  return (
    <details>
      <summary>{t('create.more')}</summary>
      <div className={layout['stack']}>
        <div className={css['three']}>
          <NativeSelect
            label={t('create.readErrors')}
            value={draft.readErrors}
            disabled={noErrors}
            onChange={({ currentTarget }) =>
              change({ readErrors: currentTarget.value as Draft['readErrors'] })
            }
            data={READ_ERROR_POLICIES.map((value) => ({ value, label: t(`create.errors.${value}`) }))}
          />
          <NativeSelect
            label={t('create.writeErrors')}
            value={draft.writeErrors}
            disabled={noErrors}
            onChange={({ currentTarget }) =>
              change({ writeErrors: currentTarget.value as Draft['writeErrors'] })
            }
            data={WRITE_ERROR_POLICIES.map((value) => ({ value, label: t(`create.errors.${value}`) }))}
          />
          <Maybe
            {...form}
            field="diskQueues"
            limits={LIMITS.diskQueues}
            usual={1}
            disabled={noDisk || draft.diskWay !== USUAL_WAY}
          />
          <Maybe
            {...form}
            field="firstUseUs"
            limits={LIMITS.diskFirstUseUs}
            usual={0}
            suffix=" µs"
            disabled={noErrors || draft.keepDisk || draft.diskLayer !== '' || draft.diskAtOnce}
          />
          <Maybe {...form} field="mtu" limits={LIMITS.mtu} usual={LIMITS.mtu.most} disabled={noCard} />
          <Maybe {...form} field="vlan" limits={LIMITS.vlans} disabled={noCard} />
          <Maybe
            {...form}
            field="cardQueues"
            limits={LIMITS.cardQueues}
            usual={1}
            disabled={noCard || draft.cardWay !== USUAL_WAY}
          />
        </div>
        <Switch
          size="xs"
          label={t('create.offload')}
          checked={draft.offload}
          disabled={noCard || draft.cardWay !== USUAL_WAY}
          onChange={(event) => change({ offload: event.currentTarget.checked })}
        />
        <Switch
          size="xs"
          label={t('create.portOnDemand')}
          checked={draft.portOnDemand}
          disabled={noCard}
          onChange={(event) => change({ portOnDemand: event.currentTarget.checked })}
        />
        <Switch
          size="xs"
          label={t('create.packed')}
          checked={draft.packed}
          onChange={(event) => change({ packed: event.currentTarget.checked })}
        />
      </div>
    </details>
  );
}
