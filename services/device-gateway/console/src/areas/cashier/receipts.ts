/** Which receipts this browser has printed in this session: a second one says that it is a reprint. */
const KEPT = 'qiantai.printed'

const printed = () => JSON.parse(sessionStorage.getItem(KEPT) ?? '{}') as Record<string, number>

/** What a receipt shows: the slip and what was paid on it so far. */
const marked = (slip: { id: string; version: number }) => `${slip.id}:${slip.version}`

export const timesPrinted = (slip: { id: string; version: number }): number => printed()[marked(slip)] ?? 0

export function notePrint(slip: { id: string; version: number }): void {
  sessionStorage.setItem(KEPT, JSON.stringify({ ...printed(), [marked(slip)]: timesPrinted(slip) + 1 }))
}
