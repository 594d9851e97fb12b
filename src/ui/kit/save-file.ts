/** Hands bytes to the browser as a file to save. */
export function saveFile(bytes: Uint8Array, name: string): void {
  const url = URL.createObjectURL(new Blob([bytes.slice()], { type: 'application/octet-stream' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // Once the download has begun it has its own hold on the bytes.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
