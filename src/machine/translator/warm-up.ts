/**
 * Lets JavaScript engines compile the translator before its first job: what runs for the first time takes five times as long, and how
 * long a piece of a job takes would be underestimated. A made-up program with loops, calls, a table and one of each instruction is
 * translated, and thrown away. It is done when the first guest computes for a while, and not while a lab is being opened.
 */
import type { Decoded } from '#isa/decode';
import { INSTRUCTIONS, type Instruction, instructionNamed } from '#isa/instructions';
import { isTranslated } from './emit/translatable.ts';
import { RegionJob } from './region-job.ts';

/** Instructions of a loop of the program. */
const LOOP = 9;

let isDone = false;

/** Instructions that may stand amid a block, all in 32 bits. */
function plainInstructions(): Decoded[] {
  return INSTRUCTIONS.map((instruction, i) =>
    decodedOf(instruction, { rd: 5 + (i % 9), immediate: (i % 7) * 8 }),
  )
    .filter(isTranslated)
    .filter(({ instruction: { effect } }) => !['branch', 'jump', 'jumpRegister'].includes(effect.kind));
}

function decodedOf(instruction: Instruction, fields: Partial<Decoded>): Decoded {
  return { instruction, length: 4, rd: 0, rs1: 2, rs2: 10, rs3: 12, rm: 7, immediate: 0, ...fields };
}

function named(name: string, fields: Partial<Decoded>): Decoded {
  return decodedOf(instructionNamed(name) as Instruction, fields);
}

/** Loops one after the other, each with a call of what follows the last, which returns. */
function program(): Decoded[] {
  const plain = plainInstructions();
  const loops = Math.ceil(plain.length / LOOP);
  const size = LOOP + 3;
  const code: Decoded[] = [];
  for (let n = 0; n < loops; n++) {
    code.push(...plain.slice(n * LOOP, n * LOOP + LOOP));
    while (code.length < n * size + LOOP) code.push(named('addi', { rd: 10, rs1: 10, immediate: 1 }));
    code.push(named('beq', { rs1: 11, rs2: 12, immediate: 8 }));
    code.push(named('jal', { rd: 1, immediate: (loops * size + 1 - code.length) * 4 }));
    code.push(named('bne', { rs1: 10, rs2: 11, immediate: -(LOOP + 2) * 4 }));
  }
  code.push(named('jalr', { rs1: 14 }));
  code.push(named('ld', { rd: 10, rs1: 2 }), named('sd', { rs1: 2, rs2: 10, immediate: 8 }));
  code.push(named('jalr', { rs1: 1 }));
  return code;
}

/** Does it, once in a process. */
export function warmUp(): void {
  if (isDone) return;
  isDone = true;
  const code = program();
  const job = new RegionJob({
    code: {
      at: (offset) => (offset >= 0 && offset % 4 === 0 ? code[offset >> 2] : undefined),
      samples: (offset) => offset & 4,
      targets: () => [],
      isEntered: () => false,
      isMissed: () => false,
    },
    ...{ pages: new Map(), decodedPage: () => 0, seeds: [0, 4 * LOOP], limit: code.length + 1 },
    allocate: () => 0,
  });
  while (!job.isDone) job.advance();
}
