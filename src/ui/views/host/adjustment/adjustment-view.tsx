/** What adjusts resources of the host by itself: policies as loops, what they decided, and alarms beside them. */
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { AlarmSpec, PolicySpec } from '#base/scenario';
import type { Command } from '#bridge/protocol/lab-api';
import layout from '../../../kit/layout.module.css';
import { SmallButton } from '../../../kit/small-button.tsx';
import texts from '../../../kit/texts.module.css';
import { useDeeds } from '../../../parts/deeds/deeds.ts';
import { useEdit } from '../../../parts/deeds/editing.ts';
import { UndoButtons } from '../../../parts/deeds/undo-buttons.tsx';
import { ErrorAlert } from '../../../parts/error-text.tsx';
import { useAnswer, useClient, useFormat } from '../../../parts/lab.tsx';
import type { HostViewProps } from '../../view.ts';
import { AlarmsSection, specOf } from './alarms-section.tsx';
import { DecisionsTable } from './decisions-table.tsx';
import { PolicyCard } from './policy-card.tsx';
import { PolicyDialog } from './policy-dialog.tsx';
import { draftOf, newDraft } from './policy-draft.ts';

/** How often it is looked which parts there are. */
const PARTS_MS = 5000;

function setPolicy(name: string, policy: PolicySpec | null, was: PolicySpec | null): Command {
  return { op: 'host.setPolicy', args: { name, policy, was } };
}

export default function AdjustmentView({ index, host }: HostViewProps) {
  const { t } = useTranslation();
  const client = useClient();
  const format = useFormat();
  const { act } = useEdit();
  const card = useRef<HTMLDivElement>(null);
  // What somebody sets or takes back shows also while the lab stands: no description of the host has it.
  const changes = [index, host, useDeeds()];
  const asked = useAnswer(() => client.ask(index, 'adjustment', {}), 500, changes, { card });
  const alarms = useAnswer(() => client.ask(index, 'alarms', {}), 500, changes, { card });
  const measured = useAnswer(() => client.ask(index, 'measured', {}), PARTS_MS, [index, host], { card });
  /** Of which policy the form is open; null: of one that is new. */
  const [edited, setEdited] = useState<PolicySpec | null>();
  const { value } = asked;
  const vms = host.vms.map(({ spec }) => spec.name);
  const slots = new Map(host.vms.map(({ slot, spec }) => [spec.name, slot]));
  const set = async (name: string, policy: PolicySpec | null, was: PolicySpec | null): Promise<boolean> => {
    const there = setPolicy(name, policy, was);
    const isDone = await act({ kind: 'command', host: index, there, back: setPolicy(name, was, policy) });
    asked.ask();
    return isDone;
  };
  const setAlarms = async (wanted: readonly AlarmSpec[]): Promise<boolean> => {
    const command = (all: readonly AlarmSpec[]): Command => ({
      op: 'host.setAlarms',
      args: { alarms: all },
    });
    const back = command((alarms.value ?? []).map(specOf));
    const isDone = await act({ kind: 'command', host: index, there: command(wanted), back });
    alarms.ask();
    return isDone;
  };
  return (
    <div ref={card} className={layout['sections']} data-testid="adjustment">
      <div className={layout['row']}>
        <p className={`${texts['quiet']} ${layout['grow']}`}>{t('adjustment.about')}</p>
        <UndoButtons />
      </div>
      <ErrorAlert error={asked.error ?? alarms.error} />
      {value === null ? null : (
        <>
          <div className={layout['row-wrap']}>
            <h3>{t('adjustment.policies')}</h3>
            <span className={layout['grow']} />
            <SmallButton icon="plus" disabled={vms.length === 0} onClick={() => setEdited(null)}>
              {t('adjustment.newPolicy')}
            </SmallButton>
          </div>
          {value.policies.length === 0 ? (
            <p className={texts['quiet']}>{t('adjustment.none')}</p>
          ) : (
            value.policies.map((policy) => (
              <PolicyCard
                key={policy.spec.name}
                policy={policy}
                slot={slots.get(policy.spec.vm)}
                last={value.decisions.findLast((each) => each.policy === policy.spec.name)}
                onEdit={() => setEdited(policy.spec)}
                onDelete={() => void set(policy.spec.name, null, policy.spec)}
              />
            ))
          )}
          <section className={layout['card']}>
            <h3>{t('adjustment.decisions')}</h3>
            <DecisionsTable answer={value} />
          </section>
        </>
      )}
      {alarms.value === null ? null : (
        <AlarmsSection {...{ vms, measured: measured.value, alarms: alarms.value }} onSet={setAlarms} />
      )}
      {value === null || edited === undefined ? null : (
        <PolicyDialog
          {...{ index, vms, targets: value.targets, measured: measured.value }}
          alarms={(alarms.value ?? []).map(({ name }) => name)}
          taken={value.policies.map(({ spec }) => spec.name).filter((name) => name !== edited?.name)}
          was={edited ?? undefined}
          initial={edited === null ? newDraft(vms[0] ?? '', value.targets[0]?.id ?? '') : draftOf(edited)}
          onSave={(spec) => set(spec.name, spec, edited)}
          onClose={() => setEdited(undefined)}
        />
      )}
      <p className={texts['quiet']}>{t('common.trueAt', { time: format.clock(asked.at) })}</p>
    </div>
  );
}
