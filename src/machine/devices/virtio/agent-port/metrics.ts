/** What the port of the guest agent counts. */
export const AGENT_PORT_COUNTERS = [
  { id: 'bytesIn', unit: 'bytes', text: { en: 'to the agent', zh: '发往代理' } },
  { id: 'bytesOut', unit: 'bytes', text: { en: 'from the agent', zh: '来自代理' } },
  { id: 'truncatedBytes', unit: 'bytes', text: { en: 'cut off', zh: '截去' } },
  { id: 'pauses', unit: 'count', text: { en: 'waited for room', zh: '等待空位' } },
] as const;

/** And where the terminal is a port of the same device. */
export const TERMINAL_PORT_COUNTERS = [
  { id: 'typed', unit: 'bytes', text: { en: 'typed', zh: '输入' } },
  { id: 'written', unit: 'bytes', text: { en: 'written', zh: '输出' } },
] as const;

export type AgentPortCounter = (typeof AGENT_PORT_COUNTERS)[number]['id'];
