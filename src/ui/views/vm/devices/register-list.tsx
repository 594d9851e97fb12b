/** The registers of a device, as its specification names them; opened by whoever wants to see them. */
import { useTranslation } from 'react-i18next';
import type { DeviceState } from '#bridge/protocol/answers';
import { languageNow } from '../../../i18n/language.ts';
import { ScrollX } from '../../../kit/scroll-x.tsx';
import table from '../../../kit/table.module.css';
import texts from '../../../kit/texts.module.css';

export function RegisterList({ device }: { readonly device: DeviceState }) {
  const { t } = useTranslation();
  if (device.registers.length === 0) return null;
  return (
    <details>
      <summary>{t('devices.registersOf', { device: device.name })}</summary>
      <ScrollX label={t('devices.registersOf', { device: device.name })}>
        <table className={table['table']}>
          <thead>
            <tr>
              <th>{t('devices.offset')}</th>
              <th>{t('devices.name')}</th>
              <th>{t('devices.access')}</th>
              <th>{t('devices.meaning')}</th>
            </tr>
          </thead>
          <tbody>
            {device.registers.map(({ offset, name, access, stride, text }) => (
              <tr key={offset}>
                <td className={texts['mono']}>
                  0x{offset.toString(16)}
                  {stride === undefined ? '' : ` + 0x${stride.toString(16)}·n`}
                </td>
                <td className={texts['mono']}>{name}</td>
                <td className={texts['mono']}>{access}</td>
                <td>{text[languageNow()]}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollX>
    </details>
  );
}
