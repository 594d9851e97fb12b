/** An address space of a guest: where the vCPU is, a process that the guest names, or a space that ran lately. */
import { NativeSelect } from '@mantine/core';
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import type { KnownSpace } from '#bridge/protocol/answers';
import { type Format, groupedHex } from '../kit/format.ts';
import { useAnswer, useClient, useFormat, useRunning } from './lab.tsx';

/** The space of the vCPU, as questions name it. */
export const NOW = 'now';

/** A space by the name that the guest gives it, or by its root table. */
export function spaceName(t: TFunction, { name, pid, root }: KnownSpace): string {
  if (pid !== undefined) return t('walk.process', { pid, name });
  if (name !== undefined) return name === 'kernel' ? t('walk.kernel') : name;
  return root === undefined ? t('walk.noTranslation') : t('walk.root', { root: groupedHex(root) });
}

/** With when the vCPU was there last, where that is known. */
function optionOf(t: TFunction, format: Format, space: KnownSpace): { value: string; label: string } {
  const name = spaceName(t, space);
  const label =
    space.lastNs === undefined || space.isNow
      ? name
      : t('walk.ranAt', { space: name, time: format.clock(space.lastNs) });
  return { value: space.id, label };
}

interface Props {
  readonly host: number;
  readonly vm: string;
  readonly vcpu: number;
  readonly value: string;
  readonly onChange: (space: string) => void;
  readonly className?: string | undefined;
  /** Its label is read and not shown: where it stands says what it is. */
  readonly isSmall?: boolean;
}

export function SpacePicker({ host, vm, vcpu, value, onChange, className, isSmall = false }: Props) {
  const { t } = useTranslation();
  const client = useClient();
  const format = useFormat();
  const isRunning = useRunning();
  const answer = useAnswer(() => client.ask(host, 'spaces', { vm, vcpu }), 1000, [host, vm, vcpu]);
  const spaces = answer.value?.spaces ?? [];
  // Of a lab that runs the vCPU is elsewhere by the time that this is read; what was asked of `now` says itself where it was.
  const here = isRunning ? undefined : spaces.find(({ isNow }) => isNow);
  const now =
    here === undefined ? t('walk.now', { vcpu }) : t('walk.nowIn', { vcpu, space: spaceName(t, here) });
  const named = spaces.filter(({ name }) => name !== undefined).map((space) => optionOf(t, format, space));
  const recent = spaces
    .filter(({ name, isNow }) => name === undefined && !isNow)
    .map((space) => optionOf(t, format, space));
  const isListed = [NOW, ...[...named, ...recent].map((option) => option.value)].includes(value);
  return (
    <NativeSelect
      {...(isSmall ? { size: 'xs' as const, 'aria-label': t('walk.space') } : { label: t('walk.space') })}
      {...(className === undefined ? {} : { className })}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
      data={[
        { value: NOW, label: now },
        ...(isListed ? [] : [{ value, label: value }]),
        ...(named.length === 0 ? [] : [{ group: t('walk.named'), items: named }]),
        ...(recent.length === 0 ? [] : [{ group: t('walk.recent'), items: recent }]),
        ...(answer.value?.namesProcesses === false
          ? [{ value: '', label: t('walk.noProcesses'), disabled: true }]
          : []),
      ]}
    />
  );
}
