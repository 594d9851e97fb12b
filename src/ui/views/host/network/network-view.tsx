/** The switches of a host: who hangs at which port and what keeps them apart, what was learned, and what rules decided. */
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Facts } from '../../../kit/facts.tsx';
import { later } from '../../../kit/later.tsx';
import layout from '../../../kit/layout.module.css';
import { SmallButton } from '../../../kit/small-button.tsx';
import texts from '../../../kit/texts.module.css';
import type { AppliancePanelProps } from '../../../parts/appliance/appliance-panel.tsx';
import BandwidthSection from '../../../parts/bandwidth-section.tsx';
import { UndoButtons } from '../../../parts/deeds/undo-buttons.tsx';
import { applianceName } from '../../../parts/engine-names.ts';
import { ErrorAlert } from '../../../parts/error-text.tsx';
import { useFormat, useHostAnswer } from '../../../parts/lab.tsx';
import PartCounters from '../../../parts/switch/part-counters.tsx';
import { SwitchDialog } from '../../../parts/switch/switch-dialog.tsx';
import type { SwitchState } from '../../../parts/switch/use-switch.ts';
import type { HostViewProps } from '../../view.ts';
import { AllocationSection } from './allocation-section.tsx';
import { ForwardingTable } from './forwarding-table.tsx';
import { PortTable } from './port-table.tsx';
import { RulesSection } from './rules-section.tsx';
import { TreeSection } from './tree-section.tsx';

const COUNTERS = ['forwarded', 'flooded', 'chosen', 'filtered', 'learned', 'moved', 'notLearned'];

interface CardProps {
  readonly index: number;
  readonly at: SwitchState;
  readonly switches: readonly SwitchState[];
  readonly onChanged: () => void;
}

function SwitchCard({ index, at, switches, onChanged }: CardProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const [isOpen, setOpen] = useState(false);
  const mirror = at.parts.find(({ part }) => part === 'mirror');
  return (
    <section className={layout['card']} data-testid={`switch-${at.name}`}>
      <header className={layout['row-wrap']}>
        <h3>{at.name}</h3>
        <span className={layout['grow']} />
        <SmallButton
          icon="table"
          aria-label={`${t('switch.setUp')} ${at.name}`}
          onClick={() => setOpen(true)}
        >
          {t('switch.setUp')}
        </SmallButton>
      </header>
      <Facts
        testId={`switch-facts-${at.name}`}
        facts={COUNTERS.map((id) => [
          t(`network.counter.${id}`),
          format.integer(at.counters[id] ?? 0),
          t(`network.counterHint.${id}`),
        ])}
      />
      <PartCounters at={at} />
      {mirror === undefined ? null : <p>{t('network.mirrored', { to: String(mirror.settings['to']) })}</p>}
      <PortTable host={index} {...{ at, switches, onChanged }} />
      <ForwardingTable at={at} />
      <TreeSection at={at} />
      <BandwidthSection at={at} />
      <h4>{t('network.rules')}</h4>
      <RulesSection at={at} />
      {isOpen ? (
        <SwitchDialog
          of={{ host: index, switch: at.name }}
          onClose={() => {
            setOpen(false);
            onChanged();
          }}
        />
      ) : null}
    </section>
  );
}

const AppliancePanel = later(() => import('../../../parts/appliance/appliance-panel.tsx'));

function ApplianceCard({ index, appliance }: AppliancePanelProps) {
  const { t } = useTranslation();
  const { name, kind } = appliance.spec;
  return (
    <section className={layout['card']} data-testid={`appliance-${name}`}>
      <header className={layout['row-wrap']}>
        <h3>{name}</h3>
        <span className={texts['quiet']}>{applianceName(t, kind)}</span>
      </header>
      <AppliancePanel {...{ index, appliance }} />
    </section>
  );
}

/** Where all ports are fixed and no bandwidth is given out there is nothing to compare. */
function hasAllocations({ vms }: HostViewProps['host'], switches: readonly SwitchState[]): boolean {
  return (
    vms.some(({ spec }) => spec.nics.some(({ portAllocation }) => portAllocation !== undefined)) ||
    switches.some(({ parts }) => parts.some(({ part }) => part === 'bandwidth'))
  );
}

export default function NetworkView({ index, host }: HostViewProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const card = useRef<HTMLDivElement>(null);
  const { value, error, at, ask } = useHostAnswer(index, 'switches', {}, 500, { card });
  return (
    <div ref={card} className={layout['sections']} data-testid="network">
      <div className={layout['row']}>
        <p className={`${texts['quiet']} ${layout['grow']}`}>{t('network.about')}</p>
        <UndoButtons />
      </div>
      <ErrorAlert error={error} />
      {value?.map((each) => (
        <SwitchCard key={each.name} {...{ index, at: each, switches: value }} onChanged={ask} />
      ))}
      {hasAllocations(host, value ?? []) ? <AllocationSection index={index} /> : null}
      {host.appliances?.map((appliance) => (
        <ApplianceCard key={appliance.spec.name} {...{ index, appliance }} />
      ))}
      {value?.length === 0 ? <p className={texts['quiet']}>{t('network.noSwitch')}</p> : null}
      <p className={texts['quiet']}>{t('common.trueAt', { time: format.clock(at) })}</p>
    </div>
  );
}
