/** The tree of snapshots as nested lists: each with its moment, its size and what can be done with it; and where the VM stands. */
import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { VmDescription } from '#bridge/protocol/answers';
import { Icon } from '../../../kit/icons.tsx';
import layout from '../../../kit/layout.module.css';
import texts from '../../../kit/texts.module.css';
import { useFormat } from '../../../parts/lab.tsx';
import { StateBadge } from '../../../parts/state-badge.tsx';
import css from './snapshots.module.css';
import { type Branch, branchesFrom, ROOT, type Snapshot, type SnapshotList } from './tree.ts';

const DEEDS = [
  { kind: 'revert', icon: 'reset' },
  { kind: 'clone', icon: 'copy' },
  { kind: 'rename', icon: 'file' },
  { kind: 'delete', icon: 'trash' },
] as const;
type Deed = (typeof DEEDS)[number]['kind'];

interface Shared {
  readonly vm: VmDescription;
  /** The snapshot that the VM comes from. */
  readonly here: number;
  readonly onIntent: (deed: Deed, snapshot: Snapshot) => void;
}

function Node({ snapshot, onIntent }: Pick<Shared, 'onIntent'> & { readonly snapshot: Snapshot }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { name, at, state, bytes, ownBytes } = snapshot;
  return (
    <div className={css['node']} data-testid="snapshot">
      <div className={css['facts']}>
        <span className={css['name']}>{name}</span>
        <StateBadge state={state} />
        <span className={texts['quiet']}>
          {t('snapshots.facts', { at: format.clock(at), size: format.bytes(bytes) })}
        </span>
        <span className={texts['quiet']}>{t('snapshots.frees', { size: format.bytes(ownBytes) })}</span>
      </div>
      <div className={layout['row-wrap']} role="toolbar" aria-label={t('snapshots.toolbar', { name })}>
        {DEEDS.map(({ kind, icon }) => (
          <Button
            key={kind}
            size="compact-xs"
            variant="default"
            leftSection={<Icon name={icon} size={12} />}
            data-danger={kind === 'delete' || undefined}
            onClick={() => onIntent(kind, snapshot)}
          >
            {t(`snapshots.${kind}`)}
          </Button>
        ))}
      </div>
    </div>
  );
}

/** Where the VM as it is stands. */
function Here({ vm }: Pick<Shared, 'vm'>) {
  const { t } = useTranslation();
  return (
    <li className={css['item']} aria-current="true">
      <div className={css['here']} data-testid="snapshot-here">
        <Icon name="right" size={14} />
        {t('snapshots.here', { vm: vm.spec.name })}
        <StateBadge state={vm.state} />
      </div>
    </li>
  );
}

function Level({
  branches,
  parent,
  ...shared
}: Shared & { readonly branches: readonly Branch[]; readonly parent: number }) {
  const isHere = shared.here === parent;
  if (branches.length === 0 && !isHere) return null;
  return (
    <ul className={css['level']}>
      {branches.map(({ snapshot, children }) => (
        <li key={snapshot.id} className={css['item']}>
          <Node snapshot={snapshot} onIntent={shared.onIntent} />
          <Level branches={children} parent={snapshot.id} {...shared} />
        </li>
      ))}
      {isHere ? <Here vm={shared.vm} /> : null}
    </ul>
  );
}

export function SnapshotTree({ list, ...shared }: Omit<Shared, 'here'> & { readonly list: SnapshotList }) {
  const { t } = useTranslation();
  return (
    <section aria-label={t('snapshots.tree')}>
      {list.snapshots.length === 0 ? <p className={texts['quiet']}>{t('snapshots.nothing')}</p> : null}
      <Level branches={branchesFrom(list.snapshots)} parent={ROOT} here={list.here} {...shared} />
    </section>
  );
}
