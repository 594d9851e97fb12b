/** A console device with several ports: one for the agent, found by its name, and before it the terminal where that is asked for (virtio 1.2, §5.3, with MULTIPORT). Data only. */
import type { RegisterRow } from '../../register.ts';
import { SIZE_REGISTERS } from '../terminal.ts';

export const DEVICE_ID = 3;

/** §5.3.2: those of port 0, the two that control messages take, then those of further ports. */
export const RECEIVE_QUEUE = 0;
export const TRANSMIT_QUEUE = 1;
export const CONTROL_RECEIVE_QUEUE = 2;
export const CONTROL_TRANSMIT_QUEUE = 3;
export const QUEUE_SIZE = 32;

/** The receive queue of a port; the transmit queue is the next. */
export function receiveQueueOf(port: number): number {
  return port === 0 ? RECEIVE_QUEUE : 2 + 2 * port;
}
export function queuesOf(ports: number): number {
  return 2 + 2 * ports;
}

/** The configuration space holds the size of port 0. */
export const F_SIZE: number = 1 << 0;

export const F_MULTIPORT: number = 1 << 1;

/** Configuration space (§5.3.4): columns, rows, the number of ports, and a word for emergencies. */
export const CONFIG_PORTS = 4;
export const CONFIG_SIZE = 12;

/** A control message (§5.3.6.2): { id: 4, event: 2, value: 2 }, and of a name its bytes. */
export const CONTROL_SIZE = 8;
export const EVENT_DEVICE_READY = 0;
export const EVENT_PORT_ADD = 1;
export const EVENT_PORT_READY = 3;
export const EVENT_CONSOLE_PORT = 4;
export const EVENT_RESIZE = 5;
export const EVENT_PORT_OPEN = 6;
export const EVENT_PORT_NAME = 7;

/** The names by which software finds the ports. */
export const TERMINAL_NAME = 'org.virtlab.terminal.0';
export const PORT_NAME = 'org.virtlab.agent.0';

/** The configuration space, field by field. */
export const CONFIG_REGISTERS: readonly RegisterRow[] = [
  {
    ...{ offset: CONFIG_PORTS, name: 'max_nr_ports', access: 'r', section: 'virtio 1.2 §5.3.4' },
    text: { en: 'ports that there can be', zh: '最多的端口数' },
  },
];

/** The same where port 0 is the terminal, whose size stands before. */
export const TERMINAL_CONFIG_REGISTERS: readonly RegisterRow[] = [...SIZE_REGISTERS, ...CONFIG_REGISTERS];
