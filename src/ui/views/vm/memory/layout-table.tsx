/** What a guest finds at which guest-physical address: RAM, and the registers of its devices. */
import { useTranslation } from 'react-i18next';
import { groupedHex } from '../../../kit/format.ts';
import layout from '../../../kit/layout.module.css';
import { ScrollX } from '../../../kit/scroll-x.tsx';
import table from '../../../kit/table.module.css';
import texts from '../../../kit/texts.module.css';
import { useAnswer, useClient, useFormat } from '../../../parts/lab.tsx';

interface Props {
  readonly host: number;
  readonly vm: string;
  /** Its life cycle: what is off may have another layout when it is started again. */
  readonly state: string;
}

export function LayoutTable({ host, vm, state }: Props) {
  const { t } = useTranslation();
  const client = useClient();
  const format = useFormat();
  const { value } = useAnswer(() => client.ask(host, 'vm', { vm }), 5000, [host, vm, state]);
  if (value === null) return null;
  const rows = [
    ...value.memslots.map(({ gpa, bytes }) => ({
      ...{ gpa, what: t('addressSpace.ram', { size: format.bytes(bytes) }), name: `slot ${gpa}` },
    })),
    ...value.devices.map(({ baseGpa: gpa, kind, name }) => ({
      ...{ gpa, what: t(`device.${kind}`, { defaultValue: kind }), name },
    })),
  ].sort((a, b) => Number(a.gpa) - Number(b.gpa));
  return (
    <section className={layout['card']}>
      <h3>{t('addressSpace.layout')}</h3>
      <ScrollX label={t('addressSpace.layout')}>
        <table className={table['table']} data-testid="layout">
          <thead>
            <tr>
              <th>GPA</th>
              <th>{t('addressSpace.what')}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map(({ gpa, what, name }) => (
              <tr key={name}>
                <td className={texts['mono']}>{groupedHex(gpa)}</td>
                <td>{what}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollX>
      <p className={texts['quiet']}>{t('addressSpace.outside')}</p>
    </section>
  );
}
