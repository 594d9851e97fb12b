/** The dialog of a port or of a switch, over the topology. */
import { PortDialog } from '../../../../parts/port/port-dialog.tsx';
import { SwitchDialog } from '../../../../parts/switch/switch-dialog.tsx';
import { openPort, useOpenPort } from './open-port.ts';

export default function PortDialogs() {
  const { of } = useOpenPort();
  if (of === null) return null;
  const onClose = (): void => openPort(null);
  return 'port' in of ? (
    <PortDialog of={of} initial={of.initial} onClose={onClose} />
  ) : (
    <SwitchDialog of={of} initial={of.initial} onClose={onClose} />
  );
}
