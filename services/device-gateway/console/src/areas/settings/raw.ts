/** Bytes and signs as people can read them: what cannot be seen has a name. */
const NAMES: Record<number, string> = { 0: 'NUL', 2: 'STX', 3: 'ETX', 8: 'BS', 9: 'TAB', 10: 'LF', 13: 'CR', 27: 'ESC', 29: 'GS', 32: 'SP', 127: 'DEL' }

function nameOf(byte: number): string {
  const name = NAMES[byte]
  if (name) return name
  return byte > 32 && byte < 127 ? String.fromCharCode(byte) : `0x${byte.toString(16).padStart(2, '0')}`
}

/** Of bytes in hexadecimal. */
export const bytesShown = (hex: string): string[] => (hex.match(/../g) ?? []).map((byte) => nameOf(parseInt(byte, 16)))

/** Of text that was typed. */
export const signsShown = (text: string): string[] => [...text].map((sign) => (sign === ' ' ? 'SP' : sign))
