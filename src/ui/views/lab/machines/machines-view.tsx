/** All hosts and all VMs of the lab as tables: find, sort, and act on many at once. */
import { useTranslation } from 'react-i18next';
import layout from '../../../kit/layout.module.css';
import { useLab } from '../../../parts/lab.tsx';
import type { LabViewProps } from '../../view.ts';
import { HostTable } from './host-table.tsx';
import { VmTable } from './vm-table.tsx';

export default function MachinesView({ parameters }: LabViewProps) {
  const { t } = useTranslation();
  const lab = useLab();
  if (lab === null) return null;
  return (
    <div className={layout['view']}>
      <h2>{t('nav.machines')}</h2>
      <HostTable lab={lab} />
      <VmTable lab={lab} parameters={parameters} />
    </div>
  );
}
