/** Disks and cards that come and go while the VM is there. */
import { Button, NativeSelect, NumberInput, Switch, TextInput } from '@mantine/core';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { LIMITS } from '#base/catalogue/limits';
import { IPV4_PATTERN } from '#base/ipv4';
import type { VmSpec } from '#base/scenario';
import { nextNumber } from '#base/slots';
import type { AnswerOf } from '#bridge/protocol/answers';
import layout from '../../../kit/layout.module.css';
import { ScrollX } from '../../../kit/scroll-x.tsx';
import table from '../../../kit/table.module.css';
import texts from '../../../kit/texts.module.css';
import { WholeNumber } from '../../../kit/whole-number.tsx';
import { imageChoices, mibOn } from '../../../parts/disks/image-choices.ts';
import { useKeptImages } from '../../../parts/disks/use-kept-images.ts';
import { useAnswer, useClient, useCommand, useFormat, useLab } from '../../../parts/lab.tsx';

const MIB = 0x10_0000;
const LARGEST_MIB = 1024;

interface Props {
  readonly host: number;
  readonly vm: string;
}
interface HotPlugProps extends Props {
  readonly spec: VmSpec;
}

export function HotPlugCard({ host, vm, spec }: HotPlugProps) {
  const { t } = useTranslation();
  const client = useClient();
  const command = useCommand();
  const card = useRef<HTMLElement>(null);
  const { switches = [], disks = [] } = useLab()?.hosts[host] ?? {};
  const [whole, setWhole] = useState('');
  const isWhole = whole !== '';
  const { value, ask } = useAnswer(() => client.ask(host, 'agent', { vm }), 500, [host, vm], { card });
  const [mib, setMib] = useState<number | string>(16);
  const images = useKeptImages();
  const [layer, setLayer] = useState('');
  const [chosen, setChosen] = useState('');
  const [isWholeCard, setWholeCard] = useState(false);
  const [address, setAddress] = useState('');
  const [mtu, setMtu] = useState<number | string>('');
  const [queues, setQueues] = useState<number | string>('');
  const [offload, setOffload] = useState(true);
  const [isOnDemand, setOnDemand] = useState(false);
  const to = switches.includes(chosen) ? chosen : (switches[0] ?? '');
  const isAddress = address === '' || IPV4_PATTERN.test(address);
  const sizeBytes = Math.round(Number(mib)) * MIB;
  const isFull = value?.freeSlots === 0;
  const chooseImage = (chosenLayer: string): void => {
    setLayer(chosenLayer);
    const image = images.find((each) => each.layer === chosenLayer);
    if (image !== undefined) setMib(mibOn(image, Number(mib)));
  };
  return (
    <section ref={card} className={layout['card']} data-testid="hot-plug">
      <h3>{t('hotPlug.title')}</h3>
      <p className={texts['quiet']}>{t('hotPlug.about')}</p>
      <form
        className={layout['row-form']}
        onSubmit={(event) => {
          event.preventDefault();
          const args = {
            ...{ vm, sizeBytes, disk: nextNumber(spec.disks) },
            ...(isWhole ? ({ way: 'passed-virtio', on: whole } as const) : layer === '' ? {} : { layer }),
          };
          void command(host, { op: 'vm.plugDisk', args }).then(ask);
        }}
      >
        <NativeSelect
          label={t('hotPlug.what')}
          value={whole}
          onChange={(event) => setWhole(event.currentTarget.value)}
          data={[
            { value: '', label: t('hotPlug.ofItsOwn') },
            ...disks.map((name) => ({ value: name, label: t('hotPlug.whole', { name }) })),
          ]}
        />
        <NumberInput
          label={t('hotPlug.size')}
          disabled={isWhole}
          value={mib}
          min={1}
          max={LARGEST_MIB}
          allowDecimal={false}
          onChange={setMib}
        />
        <NativeSelect
          label={t('create.diskContent')}
          disabled={isWhole}
          value={layer}
          onChange={(event) => chooseImage(event.currentTarget.value)}
          data={imageChoices(t, images)}
        />
        <Button type="submit" variant="default" disabled={isFull || !(sizeBytes > 0)}>
          {t('hotPlug.addDisk')}
        </Button>
      </form>
      {switches.length === 0 ? null : (
        <form
          className={layout['row-form']}
          onSubmit={(event) => {
            event.preventDefault();
            const args = {
              ...{ vm, switch: to, card: nextNumber(spec.nics) },
              ...(address === '' ? {} : { address }),
              ...(isWholeCard
                ? ({ way: 'passed-virtio' } as const)
                : {
                    ...(mtu === '' ? {} : { mtu: Number(mtu) }),
                    ...(queues === '' ? {} : { queues: Number(queues) }),
                    ...(offload ? {} : { offload }),
                    ...(isOnDemand ? { portAllocation: 'on-demand' as const } : {}),
                  }),
            };
            void command(host, { op: 'vm.plugCard', args }).then(ask);
          }}
        >
          <NativeSelect
            label={t('hotPlug.whichCard')}
            value={isWholeCard ? 'whole' : ''}
            onChange={(event) => setWholeCard(event.currentTarget.value !== '')}
            data={[
              { value: '', label: t('hotPlug.ofItsOwn') },
              { value: 'whole', label: t('hotPlug.wholeCard', { name: to }) },
            ]}
          />
          <NativeSelect
            label={t('deviceParts.switch')}
            value={to}
            onChange={(event) => setChosen(event.currentTarget.value)}
            data={[...switches]}
          />
          <TextInput
            label={t('hotPlug.address')}
            value={address}
            placeholder="10.0.0.9/24"
            error={isAddress ? undefined : t('create.wrong.address')}
            onChange={(event) => setAddress(event.currentTarget.value)}
          />
          <WholeNumber
            label={t('create.mtu')}
            limits={LIMITS.mtu}
            placeholder={String(LIMITS.mtu.most)}
            disabled={isWholeCard}
            value={mtu}
            onChange={setMtu}
          />
          <WholeNumber
            label={t('create.cardQueues')}
            limits={LIMITS.cardQueues}
            placeholder="1"
            disabled={isWholeCard}
            value={queues}
            onChange={setQueues}
          />
          <Switch
            size="xs"
            label={t('create.offload')}
            disabled={isWholeCard}
            checked={isWholeCard || offload}
            onChange={(event) => setOffload(event.currentTarget.checked)}
          />
          <Switch
            size="xs"
            label={t('create.portOnDemand')}
            disabled={isWholeCard}
            checked={isOnDemand && !isWholeCard}
            onChange={(event) => setOnDemand(event.currentTarget.checked)}
          />
          <Button type="submit" variant="default" disabled={isFull || !isAddress}>
            {t('hotPlug.addCard')}
          </Button>
        </form>
      )}
      {value === null ? null : (
        <p className={texts['quiet']}>{t('hotPlug.free', { count: value.freeSlots })}</p>
      )}
      {value === null || value.plugged.length === 0 ? null : (
        <Plugged host={host} vm={vm} plugged={value.plugged} onDone={ask} />
      )}
    </section>
  );
}

type PluggedDevice = AnswerOf<'agent'>['plugged'][number];

interface PluggedProps extends Props {
  readonly plugged: readonly PluggedDevice[];
  readonly onDone: () => void;
}

function Plugged({ host, vm, plugged, onDone }: PluggedProps) {
  const { t } = useTranslation();
  const command = useCommand();
  const format = useFormat();
  const takeOut = ({ sort, index }: PluggedDevice, force: boolean): void => {
    const how = force ? { force } : {};
    void command(
      host,
      sort === 'disk'
        ? { op: 'vm.unplugDisk', args: { vm, disk: index, ...how } }
        : { op: 'vm.unplugCard', args: { vm, card: index, ...how } },
    ).then(onDone);
  };
  return (
    <ScrollX label={t('hotPlug.title')}>
      <table className={table['table']}>
        <thead>
          <tr>
            <th>{t('hotPlug.device')}</th>
            <th className={table['number']}>{t('hotPlug.slot')}</th>
            <th>{t('hotPlug.action')}</th>
          </tr>
        </thead>
        <tbody>
          {plugged.map((each) => (
            <tr key={`${each.sort} ${each.index}`}>
              <td>
                {t(`hotPlug.${each.sort}`, { index: each.index })}{' '}
                {each.whole === undefined
                  ? (each.switch ?? format.bytes(each.bytes ?? 0))
                  : t(each.sort === 'disk' ? 'hotPlug.whole' : 'hotPlug.wholeCard', { name: each.whole })}
              </td>
              <td className={table['number']}>{each.slot}</td>
              <td>
                <Button size="compact-xs" variant="default" onClick={() => takeOut(each, false)}>
                  {t('hotPlug.takeOut')}
                </Button>{' '}
                <Button
                  size="compact-xs"
                  variant="default"
                  color="red"
                  title={t('hotPlug.forceHint')}
                  onClick={() => takeOut(each, true)}
                >
                  {t('hotPlug.force')}
                </Button>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollX>
  );
}
