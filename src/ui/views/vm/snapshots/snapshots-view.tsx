/** The snapshots of a VM: the tree with the place where it stands, and what can be done with them. */
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ok, type Result } from '#base/result';
import type { LabClient } from '#bridge/client/client';
import type { Timed } from '#bridge/protocol/answers';
import { CloneDialog } from '../../../dialogs/vm/clone-dialog.tsx';
import layout from '../../../kit/layout.module.css';
import { Meter } from '../../../kit/meter.tsx';
import texts from '../../../kit/texts.module.css';
import { ErrorAlert } from '../../../parts/error-text.tsx';
import { EventList } from '../../../parts/event-list.tsx';
import { useAnswer, useClient, useEvents, useFormat, useHost } from '../../../parts/lab.tsx';
import type { VmViewProps } from '../../view.ts';
import { DeleteSnapshotDialog } from './delete-snapshot-dialog.tsx';
import { RenameDialog } from './rename-dialog.tsx';
import { RevertDialog } from './revert-dialog.tsx';
import { SnapshotTree } from './snapshot-tree.tsx';
import { TakeForm } from './take-form.tsx';
import { type Snapshot, type SnapshotList, takenWith } from './tree.ts';
import { VmAsFile } from './vm-as-file.tsx';

/** What a person is about to do with a snapshot, or with the VM as it is. */
type Intent =
  | { readonly kind: 'revert' | 'rename' | 'delete' | 'clone'; readonly snapshot: Snapshot }
  | { readonly kind: 'clone'; readonly snapshot?: undefined };

type Others = readonly { readonly vm: string; readonly snapshots: readonly Snapshot[] }[];

/** The newest events of the VM: what came of what was done with it, and why its cables are out. */
function VmEvents({ host, vm }: { readonly host: number; readonly vm: string }) {
  const { t } = useTranslation();
  const events = useEvents().filter((event) => event.host === host && event.vm === vm);
  return events.length === 0 ? null : (
    <section className={layout['stack']}>
      <h3>{t('events.title')}</h3>
      <EventList events={events} most={5} />
    </section>
  );
}

/** The snapshots of a VM, and those of the other VMs of its host. */
async function askAll(
  client: LabClient,
  host: number,
  name: string,
  others: readonly string[],
): Promise<Result<Timed<{ readonly own: SnapshotList; readonly others: Others }>>> {
  const own = await client.ask(host, 'snapshots', { vm: name });
  if (!own.ok) return own;
  const lists: { vm: string; snapshots: readonly Snapshot[] }[] = [];
  for (const vm of own.value.value.snapshots.length === 0 ? [] : others) {
    const answer = await client.ask(host, 'snapshots', { vm });
    if (answer.ok) lists.push({ vm, snapshots: answer.value.value.snapshots });
  }
  return ok({ at: own.value.at, value: { own: own.value.value, others: lists } });
}

export default function SnapshotsView({ host, vm }: VmViewProps) {
  const { t } = useTranslation();
  const client = useClient();
  const format = useFormat();
  const { name } = vm.spec;
  const others = (useHost(host)?.vms ?? []).map(({ spec }) => spec.name).filter((other) => other !== name);
  const { value, error, ask } = useAnswer(() => askAll(client, host, name, others), 1000, [
    ...[host, name, vm.state],
    others.join(),
  ]);
  const [intent, setIntent] = useState<Intent | null>(null);
  if (value === null) return <ErrorAlert error={error} />;
  const { own } = value;
  const done = (): void => {
    setIntent(null);
    ask();
  };
  const dialog = { host, vm: name, onClose: done };
  return (
    <div className={layout['stack']}>
      <ErrorAlert error={error} />
      <p className={texts['quiet']}>{t('snapshots.text')}</p>
      <TakeForm host={host} vm={name} others={others} snapshots={own.snapshots} onDone={ask} />
      <SnapshotTree list={own} vm={vm} onIntent={(kind, snapshot) => setIntent({ kind, snapshot })} />
      <Meter
        label={t('snapshots.room')}
        text={format.usedOf(own.hostBytes, own.limitBytes)}
        fraction={own.hostBytes / own.limitBytes}
      />
      <VmEvents host={host} vm={name} />
      <VmAsFile host={host} vm={vm} onClone={() => setIntent({ kind: 'clone' })} />
      {intent?.kind === 'revert' ? (
        <RevertDialog
          {...dialog}
          snapshot={intent.snapshot}
          snapshots={own.snapshots}
          together={takenWith(intent.snapshot, value.others)}
        />
      ) : null}
      {intent?.kind === 'rename' ? <RenameDialog {...dialog} snapshot={intent.snapshot} /> : null}
      {intent?.kind === 'delete' ? <DeleteSnapshotDialog {...dialog} snapshot={intent.snapshot} /> : null}
      {intent?.kind === 'clone' ? (
        <CloneDialog {...dialog} {...(intent.snapshot && { snapshot: intent.snapshot })} />
      ) : null}
    </div>
  );
}
