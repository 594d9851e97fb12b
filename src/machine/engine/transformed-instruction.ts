// The instruction as htinst and mtinst report it for a fault of a load or store (privileged spec 18.6.3): without immediate, with
// the offset of the faulting part where rs1 was; of a 16-bit instruction its 32-bit form, with bit 1 clear.
import { rawInstruction } from './fetch';
import { trapped } from './state';

const OP_LOAD: u32 = 0x03;
const OP_LOAD_FP: u32 = 0x07;
const OP_MISC_MEM: u32 = 0x0f;
const OP_STORE: u32 = 0x23;
const OP_STORE_FP: u32 = 0x27;
const OP_AMO: u32 = 0x2f;
const OP_SYSTEM: u32 = 0x73;

const RD: u32 = 0x1f << 7;
const FUNCT3: u32 = 7 << 12;
const RS1: u32 = 0x1f << 15;
const RS2: u32 = 0x1f << 20;

/** The transformed instruction at PC; 0 when there is none, or when reading it trapped. */
export function transformedInstruction(offset: u32): u32 {
  const raw = rawInstruction();
  if (trapped) return 0;
  if ((raw & 3) != 3) return expanded(raw, offset);
  const place = offset << 15;
  const opcode = raw & 0x7f;
  if (opcode == OP_LOAD || opcode == OP_LOAD_FP) return (raw & (FUNCT3 | RD | 0x7f)) | place;
  if (opcode == OP_STORE || opcode == OP_STORE_FP) return (raw & (RS2 | FUNCT3 | 0x7f)) | place;
  // Of a cache block: there is no other part (figure "transformed cache-block-management instruction").
  if (opcode == OP_MISC_MEM) return raw & ~RS1;
  if (opcode == OP_AMO || opcode == OP_SYSTEM) return (raw & ~RS1) | place;
  return 0;
}

/** Zcb, in quadrant 0 under funct3 4: lbu, lhu and lh, sb, sh. */
function expandedNarrow(raw: u32, offset: u32): u32 {
  const kind = (raw >> 10) & 3;
  const register = ((raw >> 2) & 7) + 8;
  const isHalf = (kind & 1) != 0;
  if (kind >= 2) return ((register << 20) | (isHalf ? 1 << 12 : 0) | (offset << 15) | OP_STORE) & ~2;
  const width: u32 = !isHalf ? 4 : (raw & 0x40) != 0 ? 1 : 5;
  return ((register << 7) | (width << 12) | (offset << 15) | OP_LOAD) & ~2;
}

// Quadrants 0 and 2 have the same loads and stores by funct3: 1 fld, 2 lw, 3 ld, 5 fsd, 6 sw, 7 sd.
function expanded(raw: u32, offset: u32): u32 {
  const funct3 = raw >> 13;
  const stack = (raw & 3) == 2;
  if (funct3 == 4) return expandedNarrow(raw, offset);
  const width: u32 = (funct3 & 3) == 2 ? 2 : 3;
  const float = (funct3 & 3) == 1;
  const common = (width << 12) | (offset << 15);
  if (funct3 < 4) {
    const rd = stack ? (raw >> 7) & 31 : ((raw >> 2) & 7) + 8;
    return (common | (rd << 7) | (float ? OP_LOAD_FP : OP_LOAD)) & ~2;
  }
  const rs2 = stack ? (raw >> 2) & 31 : ((raw >> 2) & 7) + 8;
  return (common | (rs2 << 20) | (float ? OP_STORE_FP : OP_STORE)) & ~2;
}
