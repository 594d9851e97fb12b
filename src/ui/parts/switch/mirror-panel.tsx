/** Who hears copies of what passes which ports: the same form at a switch and at one of its ports. */
import { Button, NativeSelect } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { LIMITS } from '#base/catalogue/limits';
import { Icon } from '../../kit/icons.tsx';
import layout from '../../kit/layout.module.css';
import texts from '../../kit/texts.module.css';
import { WholeNumber } from '../../kit/whole-number.tsx';
import {
  DIRECTIONS,
  isVlan,
  type MirrorDraft,
  MOST_SOURCES,
  type SourceDraft,
  withListener,
  withSource,
} from './mirror-draft.ts';
import { portNames } from './port-names.ts';

interface Props {
  readonly draft: MirrorDraft;
  readonly ports: readonly string[];
  /** The port at which one stands: what it carries is meant first. */
  readonly own?: string;
  readonly onChange: (draft: MirrorDraft) => void;
}

export function MirrorPanel({ draft, ports, own, onChange }: Props) {
  const { t } = useTranslation();
  const { to, sources } = draft;
  const set = (place: number, source: Partial<SourceDraft>): void =>
    onChange({ to, sources: sources.map((each, at) => (at === place ? { ...each, ...source } : each)) });
  return (
    <>
      <p className={texts['quiet']}>{t('mirror.hint')}</p>
      <div className={layout['row-form']}>
        <NativeSelect
          label={t('mirror.to')}
          value={to}
          onChange={(event) => onChange(withListener(draft, event.currentTarget.value, own))}
          data={[{ value: '', label: t('mirror.nobody') }, ...portNames(ports, [to])]}
        />
      </div>
      {to === ''
        ? null
        : sources.map(({ port, vlan, direction }, place) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a source is known by its place
            <div key={place} className={layout['row-form']} data-testid={`source-${place}`}>
              <NativeSelect
                label={t('mirror.from')}
                value={port}
                onChange={(event) => set(place, { port: event.currentTarget.value })}
                error={port === to ? t('mirror.isListener') : undefined}
                data={[{ value: '', label: t('mirror.allPorts') }, ...portNames(ports, [port])]}
              />
              <NativeSelect
                label={t('mirror.direction')}
                value={direction}
                onChange={(event) => set(place, { direction: event.currentTarget.value })}
                data={DIRECTIONS.map((value) => ({ value, label: t(`rules.choice.${value}`) }))}
              />
              <WholeNumber
                label={t('devices.vlan')}
                value={vlan}
                limits={LIMITS.vlans}
                placeholder={t('port.all')}
                error={isVlan(vlan) ? undefined : t('port.wrong', LIMITS.vlans)}
                onChange={(value) => set(place, { vlan: value })}
              />
              <Button
                variant="default"
                leftSection={<Icon name="trash" size={14} />}
                disabled={sources.length === 1}
                onClick={() => onChange({ to, sources: sources.filter((_, at) => at !== place) })}
              >
                {t('mirror.remove')}
              </Button>
            </div>
          ))}
      {to === '' ? null : (
        <div>
          <Button
            size="compact-sm"
            variant="default"
            leftSection={<Icon name="plus" size={14} />}
            disabled={sources.length >= MOST_SOURCES}
            onClick={() => onChange(withSource(draft, own))}
          >
            {t('mirror.add')}
          </Button>
        </div>
      )}
    </>
  );
}
