/** What a switch has beside its ports: flow rules, who hears copies, its spanning tree, the bandwidth of its cards, how long it remembers. */
import { Button, NativeSelect, Tabs } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { TreeView } from '#bridge/protocol/answers';
import { Dialog } from '../../kit/dialog.tsx';
import layout from '../../kit/layout.module.css';
import texts from '../../kit/texts.module.css';
import { useEdit } from '../deeds/editing.ts';
import { AgingPanel } from './aging-panel.tsx';
import {
  agingDraftOf,
  agingOf,
  bandwidthDraftOf,
  bandwidthOf,
  isAgingRight,
  isBandwidthRight,
} from './bandwidth-draft.ts';
import { BandwidthPanel } from './bandwidth-panel.tsx';
import { deedOf, partChange, type SwitchOf, setPart } from './changes.ts';
import { isMirrorRight, mirrorDraftOf, mirrorOf } from './mirror-draft.ts';
import { MirrorPanel } from './mirror-panel.tsx';
import type { SwitchPanel } from './panels.ts';
import { RuleList } from './rule-list.tsx';
import { countedRules, rulesIn, rulesText, wrongLine } from './rule-text.ts';
import { isTreeRight, treeDraftOf, treeOf } from './tree-draft.ts';
import { TreePanel } from './tree-panel.tsx';
import { type SwitchState, useSwitch } from './use-switch.ts';

const PANELS: readonly SwitchPanel[] = ['rules', 'mirror', 'tree', 'bandwidth', 'aging'];
const MISS = ['normal', 'drop'];

interface Props {
  readonly of: SwitchOf;
  /** What is shown first. */
  readonly initial?: SwitchPanel | undefined;
  readonly onClose: () => void;
}

/** What a part shows of itself. */
interface Shown {
  readonly rules?: readonly { readonly frames: number }[];
}

function Form({ of, at, initial = 'rules', onClose }: Props & { readonly at: SwitchState }) {
  const { t } = useTranslation();
  const { act } = useEdit();
  const part = (id: string) => at.parts.find((each) => each.part === id);
  const settings = (id: string) => part(id)?.settings;
  // As they were when the dialog was opened: fields are compared with them.
  const [first] = useState(() => ({
    ...{ rules: settings('rules'), mirror: settings('mirror'), tree: settings('spanningTree') },
    ...{ bandwidth: settings('bandwidth'), aging: settings('aging') },
  }));
  const [panel, setPanel] = useState<string | null>(initial);
  const [text, setText] = useState(() => rulesText('flow', first.rules));
  const [miss, setMiss] = useState(String(first.rules?.['miss'] ?? 'normal'));
  const [mirror, setMirror] = useState(() => mirrorDraftOf(first.mirror));
  const [tree, setTree] = useState(() => treeDraftOf(first.tree));
  const [bandwidth, setBandwidth] = useState(() => bandwidthDraftOf(first.bandwidth));
  const [aging, setAging] = useState(() => agingDraftOf(first.aging));
  const ports = at.ports.map(({ name }) => name);
  const wrong: Readonly<Record<SwitchPanel, boolean>> = {
    rules: wrongLine('flow', text) !== undefined,
    mirror: !isMirrorRight(mirror),
    tree: !isTreeRight(tree),
    bandwidth: !isBandwidthRight(bandwidth),
    aging: !isAgingRight(aging),
  };
  const isWrong = Object.values(wrong).some(Boolean);
  const rulesOf = (lines: string, missed: string) => {
    const rules = rulesIn('flow', lines);
    return rules.length === 0 && missed === 'normal' ? null : { rules, miss: missed };
  };
  const set = async (): Promise<void> => {
    const { rules, mirror: heard, tree: former, bandwidth: given, aging: aged } = first;
    const firstRules = rulesOf(rulesText('flow', rules), String(rules?.['miss'] ?? 'normal'));
    const changes = [
      ...partChange('rules', rules, firstRules, rulesOf(text, miss)),
      ...partChange('mirror', heard, mirrorOf(mirrorDraftOf(heard)), mirrorOf(mirror)),
      ...partChange('spanningTree', former, treeOf(treeDraftOf(former)), treeOf(tree)),
      ...partChange('bandwidth', given, bandwidthOf(bandwidthDraftOf(given)), bandwidthOf(bandwidth)),
      ...partChange('aging', aged, agingOf(agingDraftOf(aged)), agingOf(aging)),
    ];
    const steps = changes.map((change) => setPart(of, change));
    if (steps.length === 0 || (await act(deedOf(of.host, steps)))) onClose();
  };
  const onSubmit = (event: FormEvent): void => {
    event.preventDefault();
    if (!isWrong) void set();
  };
  const { rules: counts = [] } = (part('rules')?.shows ?? {}) as Shown;
  const { ports: branches = [] } = (part('spanningTree')?.shows ?? {}) as Partial<TreeView>;
  return (
    <form className={layout['stack']} onSubmit={onSubmit} noValidate>
      <Tabs value={panel} onChange={setPanel} keepMounted={false}>
        <Tabs.List>
          {PANELS.map((id) => (
            <Tabs.Tab key={id} value={id}>
              {t(`switchForm.panel.${id}`)}
              {wrong[id] ? <span title={t('port.hasWrong')}> ⚠</span> : null}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value="rules" className={layout['stack']} pt="sm">
          <p className={texts['quiet']}>{t('switchForm.rulesHint')}</p>
          <RuleList
            {...{ kind: 'flow', text, ports }}
            counted={countedRules(
              'flow',
              settings('rules'),
              counts.map(({ frames }) => frames),
            )}
            onChange={setText}
          />
          <NativeSelect
            label={t('switchForm.miss')}
            value={miss}
            onChange={(event) => setMiss(event.currentTarget.value)}
            data={MISS.map((value) => ({ value, label: t(`rules.choice.${value}`) }))}
          />
        </Tabs.Panel>
        <Tabs.Panel value="mirror" className={layout['stack']} pt="sm">
          <MirrorPanel draft={mirror} ports={ports} onChange={setMirror} />
        </Tabs.Panel>
        <Tabs.Panel value="tree" className={layout['stack']} pt="sm">
          <TreePanel
            draft={tree}
            ports={ports}
            costs={Object.fromEntries(branches.map(({ name, cost }) => [name, cost]))}
            onChange={setTree}
          />
        </Tabs.Panel>
        <Tabs.Panel value="bandwidth" className={layout['stack']} pt="sm">
          <BandwidthPanel draft={bandwidth} ports={ports} onChange={setBandwidth} />
        </Tabs.Panel>
        <Tabs.Panel value="aging" className={layout['stack']} pt="sm">
          <AgingPanel seconds={aging} onChange={setAging} />
        </Tabs.Panel>
      </Tabs>
      <div className={layout['row-end']}>
        <Button type="submit" disabled={isWrong}>
          {t('port.set')}
        </Button>
      </div>
    </form>
  );
}

export function SwitchDialog(props: Props) {
  const { t } = useTranslation();
  const at = useSwitch(props.of);
  return (
    <Dialog
      opened
      onClose={props.onClose}
      size="xl"
      title={t('switchForm.title', { switch: props.of.switch })}
      closeLabel={t('common.close')}
    >
      {at === undefined ? null : <Form {...props} at={at} />}
    </Dialog>
  );
}
