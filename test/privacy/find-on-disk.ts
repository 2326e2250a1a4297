import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Which of some texts stand in any file below a folder, as `file: text`, in whatever case and also inside base64. */
export function findOnDisk(folder: string, texts: readonly string[]): string[] {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return files.flatMap(({ parentPath, name }) => {
    const bytes = readFileSync(join(parentPath, name));
    const folded = bytes.toString('latin1').toLowerCase();
    return texts
      .filter((text) => folded.includes(text.toLowerCase()) || base64Forms(text).some((form) => bytes.includes(form)))
      .map((text) => `${name}: ${text}`);
  });
}

/** The characters of base64 that depend on the text alone, for each of the three places where it may begin. */
function base64Forms(text: string): string[] {
  return [0, 1, 2].map((offset) => {
    const encoded = Buffer.from('\0'.repeat(offset) + text).toString('base64');
    const from = Math.ceil((offset * 8) / 6);
    const until = Math.floor(((offset + text.length) * 8) / 6);
    return encoded.slice(from, until);
  });
}
