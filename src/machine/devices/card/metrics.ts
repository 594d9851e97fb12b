/** What a network card counts. */
export const NET_COUNTERS = [
  { id: 'framesIn', unit: 'count', text: { en: 'ether frames received', zh: '收到的以太网帧' } },
  { id: 'bytesIn', unit: 'bytes', text: { en: 'received', zh: '接收' } },
  { id: 'framesOut', unit: 'count', text: { en: 'ether frames sent', zh: '发出的以太网帧' } },
  { id: 'bytesOut', unit: 'bytes', text: { en: 'sent', zh: '发送' } },
  /** Frames for the guest that found no buffer, or one too small, or no driver. */
  { id: 'droppedIn', unit: 'count', text: { en: 'dropped on the way in', zh: '接收时丢弃' } },
  /** Frames of the guest that were too short or too long, or met a link that is down. */
  { id: 'droppedOut', unit: 'count', text: { en: 'dropped on the way out', zh: '发送时丢弃' } },
  { id: 'filteredIn', unit: 'count', text: { en: 'for others, left out', zh: '非本机，未接收' } },
] as const;

export type NetCounter = (typeof NET_COUNTERS)[number]['id'];
