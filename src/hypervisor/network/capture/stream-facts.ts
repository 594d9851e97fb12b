/**
 * What the frames that a capture has kept are in their conversations, for filters that ask for it. Each frame is looked at once, when
 * somebody asks for the first time after it came; what the ring has forgotten is forgotten here.
 */
import { type ConversationFacts, Conversations, seenThere } from '#base/packets/conversations/conversations';
import { dissect } from '#base/packets/dissect';
import type { CaptureRing } from './capture-ring.ts';

interface Pass {
  readonly conversations: Conversations;
  readonly facts: Map<number, ConversationFacts>;
  /** The serial of the first that was not looked at. */
  next: number;
}
const PASSES = new WeakMap<CaptureRing, Pass>();

/** By serial. */
export function factsOf(ring: CaptureRing): ReadonlyMap<number, ConversationFacts> {
  const pass = PASSES.get(ring) ?? { conversations: new Conversations(), facts: new Map(), next: 1 };
  PASSES.set(ring, pass);
  const { conversations, facts } = pass;
  for (const seen of ring.from(pass.next)) {
    const found = conversations.note(dissect(seen.bytes), seenThere(seen));
    if (found !== undefined) facts.set(seen.serial, found);
    pass.next = seen.serial + 1;
  }
  const oldest = ring.next - ring.kept;
  for (const serial of facts.keys()) {
    if (serial >= oldest) break;
    facts.delete(serial);
  }
  return facts;
}
