/** The spanning tree of a switch as a form: who becomes the root, how fast it notices, and what each port is worth. */
import { NativeSelect, NumberInput, Switch } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import layout from '../../kit/layout.module.css';
import { ScrollX } from '../../kit/scroll-x.tsx';
import table from '../../kit/table.module.css';
import texts from '../../kit/texts.module.css';
import { portNames } from './port-names.ts';
import {
  BRIDGE_PRIORITIES,
  COSTS,
  EDGES,
  GUARDS,
  isCost,
  PORT_PRIORITIES,
  TIME_IDS,
  TIMES,
  type TreeDraft,
  type TreePortDraft,
  USUAL_PORT,
  wrongTimes,
} from './tree-draft.ts';

interface Props {
  readonly draft: TreeDraft;
  readonly ports: readonly string[];
  /** What each port's cable costs now, by name. */
  readonly costs: Readonly<Record<string, number>>;
  readonly onChange: (draft: TreeDraft) => void;
}

function Ports({ draft, ports, costs, onChange }: Props) {
  const { t } = useTranslation();
  const names = portNames(ports, Object.keys(draft.ports));
  const set = (name: string, more: Partial<TreePortDraft>): void => {
    const port = { ...(draft.ports[name] ?? USUAL_PORT), ...more };
    onChange({ ...draft, ports: { ...draft.ports, [name]: port } });
  };
  return (
    <ScrollX label={t('treeForm.ports')}>
      <table className={table['table']} aria-label={t('treeForm.ports')}>
        <thead>
          <tr>
            <th>{t('switch.port')}</th>
            <th title={t('treeForm.portPriorityHint')}>{t('treeForm.portPriority')}</th>
            <th title={t('treeForm.costHint')}>{t('treeForm.cost')}</th>
            <th title={t('treeForm.edgeHint')}>{t('treeForm.edge')}</th>
          </tr>
        </thead>
        <tbody>
          {names.map((name) => {
            const { priority, cost, edge } = draft.ports[name] ?? USUAL_PORT;
            const of = (what: string) => `${name}: ${t(`treeForm.${what}`)}`;
            return (
              <tr key={name}>
                <td className={texts['mono']}>{name}</td>
                <td>
                  <NativeSelect
                    size="xs"
                    miw={112}
                    aria-label={of('portPriority')}
                    value={priority}
                    onChange={(event) => set(name, { priority: event.currentTarget.value })}
                    data={[{ value: '', label: t('treeForm.usualPriority') }, ...PORT_PRIORITIES]}
                  />
                </td>
                <td>
                  <NumberInput
                    size="xs"
                    w={130}
                    aria-label={of('cost')}
                    value={cost}
                    allowDecimal={false}
                    allowNegative={false}
                    hideControls
                    placeholder={costs[name] === undefined ? t('treeForm.bySpeed') : String(costs[name])}
                    error={isCost(cost) ? undefined : t('port.wrong', COSTS)}
                    onChange={(value) => set(name, { cost: value })}
                  />
                </td>
                <td>
                  <NativeSelect
                    size="xs"
                    miw={140}
                    aria-label={of('edge')}
                    value={edge}
                    onChange={(event) => set(name, { edge: event.currentTarget.value })}
                    data={EDGES.map((value) => ({
                      value,
                      label: t(`treeForm.edges.${value === '' ? 'usual' : value}`),
                    }))}
                  />
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </ScrollX>
  );
}

export function TreePanel(props: Props) {
  const { draft, onChange } = props;
  const { t } = useTranslation();
  const wrong = wrongTimes(draft);
  const set = (more: Partial<TreeDraft>): void => onChange({ ...draft, ...more });
  return (
    <>
      <p className={texts['quiet']}>{t('treeForm.hint')}</p>
      <Switch
        size="xs"
        label={t('treeForm.isOn')}
        checked={draft.isOn}
        onChange={(event) => set({ isOn: event.currentTarget.checked })}
      />
      {draft.isOn ? (
        <>
          <div className={layout['row-form']}>
            <NativeSelect
              label={t('treeForm.priority')}
              description={t('treeForm.priorityHint')}
              value={draft.priority}
              onChange={(event) => set({ priority: event.currentTarget.value })}
              data={BRIDGE_PRIORITIES}
            />
            <NativeSelect
              label={t('treeForm.guard')}
              description={t('treeForm.guardHint')}
              value={draft.guard}
              onChange={(event) => set({ guard: event.currentTarget.value })}
              data={GUARDS.map((value) => ({ value, label: t(`treeForm.guards.${value}`) }))}
            />
          </div>
          <div className={layout['row-form']}>
            {TIME_IDS.map((id) => (
              <NumberInput
                key={id}
                label={t(`treeForm.${id}`)}
                description={t(`treeForm.${id}Hint`)}
                value={draft[id]}
                min={TIMES[id].least}
                max={TIMES[id].most}
                clampBehavior="none"
                allowDecimal={false}
                suffix=" s"
                error={wrong[id] === undefined ? undefined : t('port.wrong', wrong[id])}
                onChange={(value) => set({ [id]: value })}
              />
            ))}
          </div>
          <p className={texts['quiet']}>{t('treeForm.timesHint')}</p>
          <Ports {...props} />
        </>
      ) : null}
    </>
  );
}
