/** Which work is given to whom. What is typed is that of the teaching kernel, which knows all devices; packaged Linux systems have commands of the same names. */
import { Button, Checkbox, NativeSelect } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { COMPARED_IDS, type ComparedId, comparedWork, knowsWork } from '#base/catalogue/compared-devices';
import type { HostDescription } from '#bridge/protocol/answers';
import layout from '../../../kit/layout.module.css';
import texts from '../../../kit/texts.module.css';
import { WholeNumber } from '../../../kit/whole-number.tsx';
import { useCommand } from '../../../parts/lab.tsx';
import css from './work-form.module.css';

interface Props {
  readonly index: number;
  readonly host: HostDescription;
  readonly device: ComparedId;
  /** Who is at the work. */
  readonly running: string | undefined;
  readonly onDevice: (device: ComparedId) => void;
  readonly onBegun: () => void;
}

const COUNT = { least: 1, most: 4096 };
const USUAL = 64;
/** Requests and packets that the teaching kernel has in flight at most, and usually here. */
const DEPTH = { least: 1, most: 8 };
const USUAL_DEPTH: Readonly<Record<ComparedId, number>> = { disk: 1, card: DEPTH.most };

type HostVm = HostDescription['vms'][number];

/** Those that can do it. */
function ableTo({ vms }: HostDescription, device: ComparedId): readonly HostVm[] {
  return vms.filter(
    ({ spec, state }) =>
      state === 'running' &&
      spec.image.kind === 'builtin' &&
      knowsWork(spec.image.name) &&
      (device === 'disk' ? spec.disks : spec.nics).length > 0,
  );
}
/** Addresses of VMs, which send packets back. */
function stationsOf(vms: readonly HostVm[]): { readonly vm: string; readonly address: string }[] {
  return vms.flatMap(({ spec }) => {
    const address = spec.nics[0]?.address?.split('/')[0];
    return address === undefined ? [] : [{ vm: spec.name, address }];
  });
}

export function WorkForm({ index, host, device, running, onDevice, onBegun }: Props) {
  const { t } = useTranslation();
  const command = useCommand();
  const [count, setCount] = useState<number | string>(USUAL);
  const [depth, setDepth] = useState<Readonly<Record<ComparedId, number | string>>>(USUAL_DEPTH);
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
  const [wanted, setStation] = useState<string>();
  const able = ableTo(host, device);
  const stations = device === 'card' ? stationsOf(able) : [];
  // The last one usually answers the others.
  const station = stations.find(({ vm }) => vm === wanted) ?? stations.at(-1);
  const others = able.filter(({ spec }) => spec.name !== station?.vm);
  const vms = others.map(({ spec }) => spec.name).filter((name) => !left.has(name));
  const begin = async (): Promise<void> => {
    const of = station === undefined ? {} : { station: station.address };
    const whole = (value: number | string): number => Math.max(1, Math.round(Number(value)));
    const work = comparedWork(device, { count: whole(count), depth: whole(depth[device]), ...of });
    await command(index, { op: 'host.compare', args: { device, vms, ...work } });
    onBegun();
  };
  return (
    <form
      className={layout['stack']}
      aria-label={t('compare.work')}
      onSubmit={(event) => {
        event.preventDefault();
        void begin();
      }}
    >
      <div className={layout['row-form']}>
        <NativeSelect
          label={t('compare.work')}
          value={device}
          data={COMPARED_IDS.map((id) => ({ value: id, label: t(`compare.device.${id}`) }))}
          onChange={(event) => {
            const id = COMPARED_IDS.find((each) => each === event.currentTarget.value);
            if (id !== undefined) onDevice(id);
          }}
        />
        <WholeNumber
          label={t(`compare.count.${device}`)}
          description={t(`compare.what.${device}`)}
          value={count}
          limits={COUNT}
          onChange={setCount}
        />
        <WholeNumber
          label={t('compare.depth')}
          description={t(`compare.depthHint.${device}`)}
          value={depth[device]}
          limits={DEPTH}
          onChange={(value) => setDepth({ ...depth, [device]: value })}
        />
        {device === 'card' ? (
          <NativeSelect
            label={t('compare.station')}
            value={station?.vm ?? ''}
            data={stations.map(({ vm, address }) => ({ value: vm, label: `${vm} ${address}` }))}
            onChange={(event) => setStation(event.currentTarget.value)}
          />
        ) : null}
        <Button type="submit" disabled={vms.length === 0 || running !== undefined}>
          {t('compare.begin')}
        </Button>
      </div>
      {others.length === 0 ? (
        <p className={texts['quiet']}>{t('compare.nobody')}</p>
      ) : (
        <fieldset className={`${layout['row-wrap']} ${css['vms']}`} aria-label={t('compare.vms')}>
          {others.map(({ spec: { name } }) => (
            <Checkbox
              key={name}
              label={name}
              checked={!left.has(name)}
              onChange={(event) => {
                const next = new Set(left);
                if (event.currentTarget.checked) next.delete(name);
                else next.add(name);
                setLeft(next);
              }}
            />
          ))}
        </fieldset>
      )}
    </form>
  );
}
