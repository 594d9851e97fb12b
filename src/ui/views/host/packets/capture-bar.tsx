/** Where is listened: captures are started, chosen and ended here; files of captures come and go. */
import { Button, FileButton, NativeSelect } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { CapturesAnswer } from '#bridge/protocol/answers';
import { Icon } from '../../../kit/icons.tsx';
import layout from '../../../kit/layout.module.css';
import { useCommand } from '../../../parts/lab.tsx';
import { LOOKING_ON } from '../../../state/way.ts';

interface Props {
  readonly host: number;
  readonly vms: readonly string[];
  readonly answer: CapturesAnswer;
  readonly chosen: string | undefined;
  /** What the address points at: a port, a VM or a switch by its name. */
  readonly at: string | undefined;
  readonly onChoose: (name: string | undefined) => void;
  readonly onChanged: () => void;
  readonly onFile: (file: File | null) => void;
}

const MOST_NUMBER = 99;

/** The first name that is free. */
function freeName(taken: readonly string[]): string {
  for (let number = 1; number < MOST_NUMBER; number++)
    if (!taken.includes(`capture-${number}`)) return `capture-${number}`;
  return `capture-${MOST_NUMBER}`;
}

/** The place that a name is of, as the list of places has it. */
function placeOf(at: string | undefined, vms: readonly string[], places: CapturesAnswer['places']): string {
  if (at === undefined) return '*';
  const home = places.find(({ ports }) => ports.includes(at));
  if (home !== undefined) return `port\n${home.switch}\n${at}`;
  if (vms.includes(at)) return `vm\n${at}`;
  return places.some(({ switch: name }) => name === at) ? `switch\n${at}` : '*';
}

export function CaptureBar({ host, vms, answer, chosen, at: named, onChoose, onChanged, onFile }: Props) {
  const { t } = useTranslation();
  const command = useCommand();
  const { captures, places, isLookedAt } = answer;
  const isPassing = chosen === LOOKING_ON;
  const [place, setPlace] = useState(() => placeOf(named, vms, places));
  const start = async (): Promise<void> => {
    const name = freeName(captures.map(({ settings }) => settings.name));
    const [kind = '', at = '', port = ''] = place.split('\n');
    const where =
      kind === 'switch'
        ? { switch: at }
        : kind === 'port'
          ? { switch: at, port }
          : kind === 'vm'
            ? { vm: at }
            : {};
    // As the hypervisor's own document of it: what is as usual is left out.
    if (
      await command(host, { op: 'capture.start', args: { name, bytes: 0x40_0000, snap: 0x1_0000, ...where } })
    )
      onChoose(name);
    onChanged();
  };
  const stop = async (name: string): Promise<void> => {
    if (await command(host, { op: 'capture.stop', args: { name } })) onChoose(undefined);
    onChanged();
  };
  return (
    <div className={layout['row-form']}>
      <NativeSelect
        size="xs"
        label={t('packets.where')}
        value={place}
        onChange={(event) => setPlace(event.currentTarget.value)}
        data={[
          { value: '*', label: t('packets.everywhere') },
          ...vms.map((vm) => ({ value: `vm\n${vm}`, label: t('packets.ofVm', { vm }) })),
          ...places.map(({ switch: at }) => ({
            value: `switch\n${at}`,
            label: t('packets.ofSwitch', { at }),
          })),
          ...places.flatMap(({ switch: at, ports }) =>
            ports.map((port) => ({
              value: `port\n${at}\n${port}`,
              label: t('packets.ofPort', { at, port }),
            })),
          ),
        ]}
      />
      <Button size="xs" leftSection={<Icon name="dot" size={13} />} onClick={() => void start()}>
        {t('packets.start')}
      </Button>
      {captures.length === 0 && !isPassing ? null : (
        <NativeSelect
          size="xs"
          label={t('packets.capture')}
          value={chosen ?? ''}
          onChange={(event) => onChoose(event.currentTarget.value)}
          data={[
            ...(isLookedAt || isPassing ? [{ value: LOOKING_ON, label: t('passing.heard') }] : []),
            ...captures.map(({ settings: { name, switch: at, vm, port } }) => ({
              value: name,
              label: `${name} · ${port ?? vm ?? at ?? t('packets.everywhere')}`,
            })),
          ]}
        />
      )}
      {chosen === undefined || isPassing ? null : (
        <Button size="xs" variant="default" onClick={() => void stop(chosen)}>
          {t('packets.stop')}
        </Button>
      )}
      <FileButton accept=".pcapng,.pcap,.cap" onChange={onFile}>
        {(props) => (
          <Button size="xs" variant="default" {...props}>
            {t('packets.open')}
          </Button>
        )}
      </FileButton>
    </div>
  );
}
