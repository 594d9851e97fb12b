/**
 * What files are, by how they begin. People give a lab whatever they have at hand, and a flat binary has no mark of its own: a
 * file that is known here is called by its name instead of being run as code. Wherever files are taken, this table is asked;
 * the text of a format is `fileFormat.<id>`, what to do with it `fileAdvice.<kind>`.
 */

/** What a file of some format is good for. */
export type FileKind =
  /** A kernel that a VM can be made of. */
  | 'kernel'
  /** A cpio archive: an initial RAM disk. */
  | 'initramfs'
  /** Compressed by a method in which initial RAM disks may be too. */
  | 'packed'
  /** A RISC-V kernel may be inside of it, or it belongs to one. */
  | 'wrapped'
  /** A kernel or program of another machine or system. */
  | 'foreign'
  | 'disk'
  /** The content of a disk: a RAM disk may be one. */
  | 'file-system'
  | 'archive'
  /** A page of the web: most often the answer of a server that has not got the file. */
  | 'page'
  | 'text'
  | 'document'
  /** What virtlab itself writes. */
  | 'lab'
  | 'vm'
  | 'empty';

/** Where a DOS header says that the PE header begins ("PE Format", MS-DOS stub). */
const PE_HEADER_AT = 0x3c;

function hasPeHeader(bytes: Uint8Array): boolean {
  if (bytes.length < PE_HEADER_AT + 4) return false;
  const at = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(PE_HEADER_AT, true);
  return stands(bytes, at, 'PE\0\0');
}

/** Partition entries of a master boot record: four of 16 bytes, each active or not, at least one of some type. */
function hasPartitions(bytes: Uint8Array): boolean {
  const entries = [0x1be, 0x1ce, 0x1de, 0x1ee];
  const isFlag = (byte: number | undefined): boolean => byte === 0 || byte === 0x80;
  return entries.every((at) => isFlag(bytes[at])) && entries.some((at) => bytes[at + 4] !== 0);
}

/** A virtual hard disk has its footer in its last sector; one that grows begins with a copy. */
function hasVhdFooter(bytes: Uint8Array): boolean {
  return (
    stands(bytes, 0, 'conectix') || (bytes.length >= 1024 && stands(bytes, bytes.length - 512, 'conectix'))
  );
}

/** So much of a file tells whether it is text. */
const LOOKED_AT_BYTES = 4096;

/** Text is UTF-8 (or UTF-16 that says so), with line ends, tabs and no other control characters; machine code is full of zeros. */
function isText(bytes: Uint8Array): boolean {
  const first = bytes.subarray(0, LOOKED_AT_BYTES);
  if (stands(first, 0, '\xff\xfe') || stands(first, 0, '\xfe\xff')) return first.length > 2;
  const isPlain = first.every(
    (byte) => byte >= 0x20 || byte === 0x09 || byte === 0x0a || byte === 0x0c || byte === 0x0d,
  );
  if (!isPlain || first.length === 0) return false;
  try {
    // The last character may go on behind what is looked at.
    new TextDecoder('utf-8', { fatal: true }).decode(first, { stream: bytes.length > first.length });
    return true;
  } catch {
    return false;
  }
}

function beginsAsText(pattern: RegExp): (bytes: Uint8Array) => boolean {
  return (bytes) =>
    isText(bytes) && pattern.test(new TextDecoder().decode(bytes.subarray(0, 256)).trimStart());
}

/**
 * The first row that fits is the answer: what is special stands before what is general, and several rows may be one format. All
 * marks of a row must stand at their offsets (read as Latin-1), and what {@link CHECKS} has must hold too.
 */
export const FILE_FORMATS = [
  { id: 'lab', kind: 'lab', marks: [[0, 'VLABFILE']] },
  { id: 'vm', kind: 'vm', marks: [[0, 'VLAB-VM.']] },
  { id: 'host', kind: 'document', marks: [[0, 'VLABHOST']] },
  // System V ABI, "Object files", e_type.
  {
    id: 'elf-object',
    kind: 'foreign',
    marks: [
      [0, '\x7fELF'],
      [5, '\x01'],
      [16, '\x01\0'],
    ],
  },
  {
    id: 'elf-core',
    kind: 'foreign',
    marks: [
      [0, '\x7fELF'],
      [5, '\x01'],
      [16, '\x04\0'],
    ],
  },
  { id: 'elf', kind: 'kernel', marks: [[0, '\x7fELF']] },
  // Linux, Documentation/arch/riscv/boot-image-header.rst.
  { id: 'linux-riscv', kind: 'kernel', marks: [[0x30, 'RISCV\0\0\0RSC\x05']] },

  // Kernels in wrappers, and of other machines.
  {
    id: 'zboot',
    kind: 'wrapped',
    marks: [
      [0, 'MZ'],
      [4, 'zimg'],
    ],
  }, // Linux, drivers/firmware/efi/libstub/zboot-header.S
  { id: 'bzimage', kind: 'foreign', marks: [[0x202, 'HdrS']] }, // Linux, Documentation/arch/x86/boot.rst
  { id: 'linux-arm64', kind: 'foreign', marks: [[0x38, 'ARM\x64']] }, // Linux, Documentation/arch/arm64/booting.rst
  { id: 'linux-arm', kind: 'foreign', marks: [[0x24, '\x18\x28\x6f\x01']] }, // zImage
  { id: 'linux-loongarch', kind: 'foreign', marks: [[0x38, '\xcd\x23\x82\x81']] },
  { id: 'uimage', kind: 'wrapped', marks: [[0, '\x27\x05\x19\x56']] }, // U-Boot, include/image.h
  { id: 'device-tree', kind: 'wrapped', marks: [[0, '\xd0\x0d\xfe\xed']] }, // Devicetree Specification 5.2; FIT is one
  { id: 'android', kind: 'wrapped', marks: [[0, 'ANDROID!']] },
  { id: 'pe', kind: 'foreign', marks: [[0, 'MZ']] },
  { id: 'mach-o', kind: 'foreign', marks: [[0, '\xcf\xfa\xed\xfe']] },
  { id: 'mach-o', kind: 'foreign', marks: [[0, '\xce\xfa\xed\xfe']] },
  { id: 'mach-o', kind: 'foreign', marks: [[0, '\xca\xfe\xba\xbe']] },
  { id: 'wasm', kind: 'foreign', marks: [[0, '\0asm']] },

  // Disks.
  { id: 'qcow2', kind: 'disk', marks: [[0, 'QFI\xfb']] },
  { id: 'vmdk', kind: 'disk', marks: [[0, 'KDMV']] },
  { id: 'vmdk', kind: 'disk', marks: [[0, 'COWD']] },
  { id: 'vmdk', kind: 'disk', marks: [[0, '# Disk DescriptorFile']] },
  { id: 'vdi', kind: 'disk', marks: [[0x40, '\x7f\x10\xda\xbe']] },
  { id: 'vhdx', kind: 'disk', marks: [[0, 'vhdxfile']] },
  { id: 'vhd', kind: 'disk', marks: [] },
  { id: 'iso', kind: 'disk', marks: [[0x8001, 'CD001']] },
  { id: 'gpt', kind: 'disk', marks: [[0x200, 'EFI PART']] },
  { id: 'luks', kind: 'disk', marks: [[0, 'LUKS\xba\xbe']] },
  { id: 'ext', kind: 'file-system', marks: [[0x438, '\x53\xef']] },
  { id: 'squashfs', kind: 'file-system', marks: [[0, 'hsqs']] },
  { id: 'cramfs', kind: 'file-system', marks: [[0, '\x45\x3d\xcd\x28']] },
  { id: 'romfs', kind: 'file-system', marks: [[0, '-rom1fs-']] },
  { id: 'xfs', kind: 'file-system', marks: [[0, 'XFSB']] },
  { id: 'btrfs', kind: 'file-system', marks: [[0x1_0040, '_BHRfS_M']] },
  {
    id: 'fat',
    kind: 'file-system',
    marks: [
      [0x1fe, '\x55\xaa'],
      [54, 'FAT'],
    ],
  },
  {
    id: 'fat',
    kind: 'file-system',
    marks: [
      [0x1fe, '\x55\xaa'],
      [82, 'FAT32'],
    ],
  },
  { id: 'mbr', kind: 'disk', marks: [[0x1fe, '\x55\xaa']] },

  // Archives.
  { id: 'tar', kind: 'archive', marks: [[257, 'ustar']] },
  { id: 'cpio', kind: 'initramfs', marks: [[0, '070701']] },
  { id: 'cpio', kind: 'initramfs', marks: [[0, '070702']] },
  { id: 'cpio', kind: 'initramfs', marks: [[0, '070707']] },
  { id: 'cpio', kind: 'initramfs', marks: [[0, '\xc7\x71']] },
  { id: 'zip', kind: 'archive', marks: [[0, 'PK\x03\x04']] },
  { id: 'zip', kind: 'archive', marks: [[0, 'PK\x05\x06']] },
  { id: '7z', kind: 'archive', marks: [[0, '7z\xbc\xaf\x27\x1c']] },
  { id: 'rar', kind: 'archive', marks: [[0, 'Rar!\x1a\x07']] },
  { id: 'deb', kind: 'archive', marks: [[0, '!<arch>\ndebian-binary']] },
  { id: 'ar', kind: 'archive', marks: [[0, '!<arch>\n']] },
  { id: 'rpm', kind: 'archive', marks: [[0, '\xed\xab\xee\xdb']] },
  { id: 'cab', kind: 'archive', marks: [[0, 'MSCF']] },

  // Compressed.
  { id: 'gzip', kind: 'packed', marks: [[0, '\x1f\x8b']] },
  { id: 'compress', kind: 'packed', marks: [[0, '\x1f\x9d']] },
  { id: 'xz', kind: 'packed', marks: [[0, '\xfd7zXZ']] },
  { id: 'zstd', kind: 'packed', marks: [[0, '\x28\xb5\x2f\xfd']] },
  { id: 'bzip2', kind: 'packed', marks: [[0, 'BZh']] },
  { id: 'lz4', kind: 'packed', marks: [[0, '\x04\x22\x4d\x18']] },
  { id: 'lz4', kind: 'packed', marks: [[0, '\x02\x21\x4c\x18']] }, // The older frame, which Linux uses.
  { id: 'lzo', kind: 'packed', marks: [[0, '\x89LZO']] },
  { id: 'lzip', kind: 'packed', marks: [[0, 'LZIP']] },
  { id: 'lzma', kind: 'packed', marks: [[0, '\x5d\0\0']] },

  // Documents.
  { id: 'pdf', kind: 'document', marks: [[0, '%PDF']] },
  { id: 'picture', kind: 'document', marks: [[0, '\x89PNG']] },
  { id: 'picture', kind: 'document', marks: [[0, '\xff\xd8\xff']] },
  { id: 'picture', kind: 'document', marks: [[0, 'GIF8']] },
  {
    id: 'picture',
    kind: 'document',
    marks: [
      [0, 'RIFF'],
      [8, 'WEBP'],
    ],
  },
  { id: 'film', kind: 'document', marks: [[4, 'ftyp']] },
  { id: 'film', kind: 'document', marks: [[0, '\x1a\x45\xdf\xa3']] },
  {
    id: 'film',
    kind: 'document',
    marks: [
      [0, 'RIFF'],
      [8, 'AVI '],
    ],
  },
  { id: 'sound', kind: 'document', marks: [[0, 'ID3']] },
  { id: 'sound', kind: 'document', marks: [[0, 'OggS']] },
  {
    id: 'sound',
    kind: 'document',
    marks: [
      [0, 'RIFF'],
      [8, 'WAVE'],
    ],
  },
  { id: 'office', kind: 'document', marks: [[0, '\xd0\xcf\x11\xe0']] },
  { id: 'sqlite', kind: 'document', marks: [[0, 'SQLite format 3']] },
  { id: 'capture', kind: 'document', marks: [[0, '\xd4\xc3\xb2\xa1']] },
  { id: 'capture', kind: 'document', marks: [[0, '\x0a\x0d\x0d\x0a']] },

  // Texts, by what they begin with.
  { id: 'html', kind: 'page', marks: [] },
  { id: 'xml', kind: 'text', marks: [] },
  { id: 'json', kind: 'text', marks: [] },
  { id: 'script', kind: 'text', marks: [] },
  { id: 'text', kind: 'text', marks: [] },
  { id: 'empty', kind: 'empty', marks: [] },
] as const;

/** What must hold where the marks alone could be chance, or where there are none. */
const CHECKS: Readonly<Partial<Record<FileFormatId, (bytes: Uint8Array) => boolean>>> = {
  pe: hasPeHeader,
  vhd: hasVhdFooter,
  ext: hasExtBlocks,
  mbr: hasPartitions,
  html: beginsAsText(/^(?:<!--.*?-->\s*)?<(?:!doctype html|html|head|body)\b/is),
  xml: beginsAsText(/^<(?:\?xml|!doctype|[a-z]+[\s>])/i),
  json: beginsAsText(/^(?:\{\s*["}]|\[\s*[[{"\d\]tfn-])/),
  script: beginsAsText(/^#!/),
  text: isText,
  empty: ({ length }) => length === 0,
};

/** Blocks of the superblock of ext2 to ext4: 1 to 64 KiB each, some of them. */
function hasExtBlocks(bytes: Uint8Array): boolean {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return view.getUint32(0x404, true) > 0 && view.getUint32(0x418, true) <= 6;
}

/** A format that has a name. */
export type FileFormatId = (typeof FILE_FORMATS)[number]['id'];

/** A file that was recognised. */
export interface FileFormat {
  readonly id: FileFormatId;
  readonly kind: FileKind;
}

function stands(bytes: Uint8Array, offset: number, mark: string): boolean {
  for (let at = 0; at < mark.length; at++) if (bytes[offset + at] !== mark.charCodeAt(at)) return false;
  return true;
}

/** What a file is; nothing when it has no mark, as flat machine code has none. */
export function formatOf(bytes: Uint8Array): FileFormat | undefined {
  return FILE_FORMATS.find(
    ({ id, marks }) =>
      marks.every(([offset, mark]) => stands(bytes, offset, mark)) && (CHECKS[id]?.(bytes) ?? true),
  );
}
