/** The spanning tree of a switch: where its root is, and what each port does in it. */
import { useTranslation } from 'react-i18next';
import type { TreeView } from '#bridge/protocol/answers';
import { ScrollX } from '../../../kit/scroll-x.tsx';
import table from '../../../kit/table.module.css';
import texts from '../../../kit/texts.module.css';
import { useFormat } from '../../../parts/lab.tsx';
import type { SwitchState } from '../../../parts/switch/use-switch.ts';

export function TreeSection({ at }: { readonly at: SwitchState }) {
  const { t } = useTranslation();
  const format = useFormat();
  const part = at.parts.find((each) => each.part === 'spanningTree');
  if (part === undefined) return null;
  const { root = '', isRoot = false, cost = 0, ports = [] } = (part.shows ?? {}) as Partial<TreeView>;
  return (
    <>
      <h4>{t('network.tree')}</h4>
      <p>{isRoot ? t('network.isRoot') : t('network.rootIs', { root, cost: format.integer(cost) })}</p>
      <ScrollX label={t('network.treeOf', { switch: at.name })}>
        <table className={table['table']} aria-label={t('network.treeOf', { switch: at.name })}>
          <thead>
            <tr>
              <th>{t('switch.port')}</th>
              <th>{t('network.role')}</th>
              <th>{t('network.doing')}</th>
              <th className={table['number']}>{t('network.cost')}</th>
            </tr>
          </thead>
          <tbody>
            {ports.map((port) => (
              <tr key={port.port}>
                <td className={texts['mono']}>{port.name}</td>
                <td>
                  {t(`network.roles.${port.role}`)}
                  {port.edge ? ` (${t('network.edge')})` : ''}
                </td>
                <td>{port.shut ? t('network.shut') : t(`network.states.${port.state}`)}</td>
                <td className={table['number']}>{format.integer(port.cost)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollX>
    </>
  );
}
