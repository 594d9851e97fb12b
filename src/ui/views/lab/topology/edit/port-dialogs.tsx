/** The dialog of a port in the topology: what is set there can be taken back. */
import { PortDialog } from '../../../../parts/port/port-dialog.tsx';
import { useEdit } from './editing.ts';
import { openPort, useOpenPort } from './open-port.ts';
import { setPortDeed } from './port-deeds.ts';

export default function PortDialogs() {
  const { of, settings } = useOpenPort();
  const { act } = useEdit();
  if (of === null) return null;
  const { host, switch: at, port, initial } = of;
  const place = { host, switch: at, port };
  return (
    <PortDialog
      of={place}
      {...{ settings, initial }}
      onClose={() => openPort(null)}
      onSet={(changes) => act(setPortDeed(place, changes))}
    />
  );
}
