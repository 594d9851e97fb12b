/** Which vCPU a tab speaks of; hidden where there is one. */
import { SegmentedControl } from '@mantine/core';
import { useTranslation } from 'react-i18next';

interface Props {
  readonly count: number;
  readonly value: number;
  readonly onChange: (vcpu: number) => void;
}

export function VcpuPicker({ count, value, onChange }: Props) {
  const { t } = useTranslation();
  if (count < 2) return null;
  return (
    <SegmentedControl
      size="xs"
      aria-label={t('vm.vcpu')}
      value={String(value)}
      onChange={(text) => onChange(Number(text))}
      data={Array.from({ length: count }, (_, index) => ({ value: String(index), label: `vCPU ${index}` }))}
    />
  );
}
