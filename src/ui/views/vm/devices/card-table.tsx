/** The network cards of a VM, and their cables, which can be pulled and inserted. */
import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { AnswerOf } from '#bridge/protocol/answers';
import { ScrollX } from '../../../kit/scroll-x.tsx';
import table from '../../../kit/table.module.css';
import texts from '../../../kit/texts.module.css';
import { useCommand } from '../../../parts/lab.tsx';
import { vlanText } from '../../../parts/port/vlan-text.ts';

interface Props {
  readonly host: number;
  readonly vm: string;
  readonly cards: AnswerOf<'vm'>['cards'];
  readonly onDone: () => void;
}

export function CardTable({ host, vm, cards, onDone }: Props) {
  const { t } = useTranslation();
  const command = useCommand();
  if (cards.length === 0) return null;
  const setLink = async (card: number, up: boolean): Promise<void> => {
    await command(host, { op: 'vm.setLink', args: { vm, card, up } });
    onDone();
  };
  return (
    <>
      <h3>{t('deviceParts.cards')}</h3>
      <ScrollX label={t('deviceParts.cards')}>
        <table className={table['table']}>
          <thead>
            <tr>
              <th className={table['number']}>{t('devices.card')}</th>
              <th>{t('switch.mac')}</th>
              <th>{t('devices.address')}</th>
              <th>{t('deviceParts.switch')}</th>
              <th>{t('devices.vlan')}</th>
              <th>{t('deviceParts.way')}</th>
              <th>{t('deviceParts.cable')}</th>
            </tr>
          </thead>
          <tbody>
            {cards.map(({ mac, address, switch: to, port, way, up }, card) => (
              <tr key={mac} hidden={mac === ''}>
                <td className={table['number']}>{card}</td>
                <td className={texts['mono']}>{mac}</td>
                <td className={texts['mono']}>{address ?? '–'}</td>
                <td>{to}</td>
                <td>{vlanText(t, port)}</td>
                <td>{t(`way.${way}`)}</td>
                <td>
                  {t(up ? 'deviceParts.cableIn' : 'deviceParts.cableOut')}{' '}
                  <Button size="compact-xs" variant="default" onClick={() => void setLink(card, !up)}>
                    {t(up ? 'devices.pull' : 'devices.insert')}
                  </Button>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollX>
    </>
  );
}
